import { BadRequestException, Controller, Get, NotFoundException, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { GateRow, RunHead, RunRow } from '@aitrader/application-console';
import { gateRow, runHead } from '@aitrader/application-console';
import {
  explainFill,
  NothingThereError,
  UnknownFillError,
  whyAt,
  type Explanation,
  type Why,
} from '@aitrader/application-recordings';
import { epochMs, ticker } from '@aitrader/model';
import { Needs } from './access.ts';
import { Shown, ShownRuns, type ShownRun } from './shown-runs.ts';
import { Streams } from './streams.ts';

/** What every gate found on a signal. */
export interface DecisionAnswer {
  readonly signalId: string;
  readonly symbol: string;
  readonly t: number;
  readonly approved: boolean;
  readonly gates: readonly GateRow[];
}

/** Runs, and why they did what they did. */
@ApiTags('runs')
@Controller('api/runs')
export class RunsController {
  readonly #runs: ShownRuns;
  readonly #streams: Streams;

  constructor(runs: ShownRuns, streams: Streams) {
    this.#runs = runs;
    this.#streams = streams;
  }

  @Needs('viewer')
  @Get()
  @ApiOperation({ summary: 'All runs of this home, the newest first, with where they stand' })
  @ApiOkResponse({ description: 'RunRow[]' })
  async list(): Promise<readonly RunRow[]> {
    const listed = await this.#runs.list();
    return listed
      .map(({ run, kind, state, created, from, to, symbols, messages, bytes, problem }) => ({
        ...{ run, kind, state, created, from, to, symbols, messages, bytes, problem },
      }))
      .reverse();
  }

  @Needs('viewer')
  @Get(':run')
  @ApiOperation({ summary: 'What a run was begun with' })
  @ApiOkResponse({ description: 'RunHead' })
  head(@Shown() { manifest }: ShownRun): RunHead {
    return runHead(manifest);
  }

  @Needs('viewer')
  @Get(':run/configuration')
  @ApiOperation({ summary: 'The configuration of a run, as it was recorded' })
  configuration(@Shown() { manifest }: ShownRun): object {
    return manifest.recordedConfig;
  }

  @Needs('viewer')
  @Get(':run/decisions/:signal')
  @ApiOperation({ summary: 'What every gate found on a signal that risk decided of late' })
  @ApiOkResponse({ description: 'DecisionAnswer' })
  decision(@Shown() shown: ShownRun, @Param('signal') signalId: string): DecisionAnswer {
    const kept = this.#streams.decisionOn(shown, signalId);
    if (kept === undefined) throw new NotFoundException(`${signalId}: risk decided nothing on it of late`);
    const { symbol, t, approved, gates } = kept;
    return { signalId, symbol, t, approved, gates: gates.map((gate) => gateRow(gate, symbol)) };
  }

  @Needs('viewer')
  @Get(':run/fills/:fill')
  @ApiOperation({ summary: 'The chain from a fill back to the bar' })
  async explain(@Shown() { bus, run }: ShownRun, @Param('fill') fill: string): Promise<Explanation> {
    try {
      return await explainFill(bus, run, fill, () => undefined);
    } catch (error) {
      if (error instanceof UnknownFillError) throw new NotFoundException(error.message);
      throw error;
    }
  }

  @Needs('viewer')
  @Get(':run/why/:symbol')
  @ApiOperation({ summary: 'Why a symbol was entered in the interval that closes at `at` (ms since 1970), or was not' })
  async why(@Shown() { bus, run }: ShownRun, @Param('symbol') symbol: string, @Query('at') at: string): Promise<Why> {
    if (!/^\d{1,15}$/.test(at)) throw new BadRequestException(`at: ${at} is no time in ms since 1970`);
    try {
      return await whyAt(bus, run, { symbol: ticker(symbol), at: epochMs(Number(at)) }, () => undefined);
    } catch (error) {
      if (error instanceof NothingThereError) throw new NotFoundException(error.message);
      throw error;
    }
  }
}
