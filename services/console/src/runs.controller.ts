import { Controller, Get, Inject, NotFoundException, Param, Query, BadRequestException } from '@nestjs/common';
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
import { listRunStates, type OpenHome } from '@aitrader/application-supervision';
import { epochMs, ticker } from '@aitrader/model';
import { Needs } from './access.ts';
import { HOME } from './console-tokens.ts';
import { shownRun } from './named-run.ts';
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
  readonly #home: OpenHome;
  readonly #streams: Streams;

  constructor(@Inject(HOME) home: OpenHome, streams: Streams) {
    this.#home = home;
    this.#streams = streams;
  }

  @Needs('viewer')
  @Get()
  @ApiOperation({ summary: 'All runs of this home, the newest first, with where they stand' })
  @ApiOkResponse({ description: 'RunRow[]' })
  async list(): Promise<readonly RunRow[]> {
    const listed = await listRunStates(this.#home);
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
  async head(@Param('run') name: string): Promise<RunHead> {
    return runHead(await shownRun(this.#home.bus, name));
  }

  @Needs('viewer')
  @Get(':run/configuration')
  @ApiOperation({ summary: 'The configuration of a run, as it was recorded' })
  async configuration(@Param('run') name: string): Promise<object> {
    return (await shownRun(this.#home.bus, name)).recordedConfig;
  }

  @Needs('viewer')
  @Get(':run/decisions/:signal')
  @ApiOperation({ summary: 'What every gate found on a signal that risk decided of late' })
  @ApiOkResponse({ description: 'DecisionAnswer' })
  async decision(@Param('run') name: string, @Param('signal') signalId: string): Promise<DecisionAnswer> {
    const { run } = await shownRun(this.#home.bus, name);
    const followed = this.#streams.runs.take(run);
    try {
      const kept = followed.live.decisionOn(signalId);
      if (kept === undefined) throw new NotFoundException(`${signalId}: risk decided nothing on it of late`);
      const { symbol, t, approved, gates } = kept;
      return { signalId, symbol, t, approved, gates: gates.map((gate) => gateRow(gate, symbol)) };
    } finally {
      this.#streams.runs.leave(run);
    }
  }

  @Needs('viewer')
  @Get(':run/fills/:fill')
  @ApiOperation({ summary: 'The chain from a fill back to the bar' })
  async explain(@Param('run') name: string, @Param('fill') fill: string): Promise<Explanation> {
    const { run } = await shownRun(this.#home.bus, name);
    try {
      return await explainFill(this.#home.bus, run, fill, () => undefined);
    } catch (error) {
      if (error instanceof UnknownFillError) throw new NotFoundException(error.message);
      throw error;
    }
  }

  @Needs('viewer')
  @Get(':run/why/:symbol')
  @ApiOperation({ summary: 'Why a symbol was entered in the interval that closes at `at` (ms since 1970), or was not' })
  async why(@Param('run') name: string, @Param('symbol') symbol: string, @Query('at') at: string): Promise<Why> {
    if (!/^\d{1,15}$/.test(at)) throw new BadRequestException(`at: ${at} is no time in ms since 1970`);
    const { run } = await shownRun(this.#home.bus, name);
    try {
      return await whyAt(this.#home.bus, run, { symbol: ticker(symbol), at: epochMs(Number(at)) }, () => undefined);
    } catch (error) {
      if (error instanceof NothingThereError) throw new NotFoundException(error.message);
      throw error;
    }
  }
}
