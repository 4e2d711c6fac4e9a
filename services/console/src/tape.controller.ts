import { Controller, Get, HttpException, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { recordedTape } from '@aitrader/application-console';
import { TapeError } from '@aitrader/application-time-machine';
import { Needs } from './access.ts';
import { Shown, type ShownRun } from './shown-runs.ts';

const UNPLAYABLE = 422;

/** Recordings for whoever decides them again. */
@ApiTags('runs')
@Controller('api/runs')
export class TapeController {
  @Needs('viewer')
  @Get(':run/tape')
  @ApiOperation({ summary: 'What the stages of a run heard, to decide it again: see docs/console.md' })
  @ApiProduces('application/octet-stream')
  async tape(@Shown() { bus, run }: ShownRun): Promise<StreamableFile> {
    try {
      return new StreamableFile(Readable.from(await recordedTape(bus, run)));
    } catch (error) {
      if (error instanceof TapeError) throw new HttpException({ message: error.message }, UNPLAYABLE);
      throw error;
    }
  }
}
