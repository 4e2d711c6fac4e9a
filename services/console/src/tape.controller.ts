import { Controller, Get, HttpException, Inject, Param, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { recordedTape } from '@aitrader/application-console';
import type { OpenHome } from '@aitrader/application-supervision';
import { TapeError } from '@aitrader/application-time-machine';
import { Needs } from './access.ts';
import { HOME } from './console-tokens.ts';
import { shownRun } from './named-run.ts';

const UNPLAYABLE = 422;

/** Recordings for whoever decides them again. */
@ApiTags('runs')
@Controller('api/runs')
export class TapeController {
  readonly #home: OpenHome;

  constructor(@Inject(HOME) home: OpenHome) {
    this.#home = home;
  }

  @Needs('viewer')
  @Get(':run/tape')
  @ApiOperation({ summary: 'What the stages of a run heard, to decide it again: see docs/console.md' })
  @ApiProduces('application/octet-stream')
  async tape(@Param('run') name: string): Promise<StreamableFile> {
    const { run } = await shownRun(this.#home.bus, name);
    try {
      return new StreamableFile(Readable.from(await recordedTape(this.#home.bus, run)));
    } catch (error) {
      if (error instanceof TapeError) throw new HttpException({ message: error.message }, UNPLAYABLE);
      throw error;
    }
  }
}
