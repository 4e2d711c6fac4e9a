import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Needs } from './access.ts';
import { Shown, type ShownRun } from './shown-runs.ts';
import { Streams } from './streams.ts';

/** What changes of a run, as it changes. */
@ApiTags('stream')
@Controller('api/runs')
export class StreamController {
  readonly #streams: Streams;

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  @Needs('viewer')
  @Get(':run/stream')
  @ApiOperation({
    summary:
      'Server-sent events: `changes` with the place in the recording as id, everything at first, or what came behind `Last-Event-ID`; and a `beat` each second',
  })
  @ApiProduces('text/event-stream')
  async follow(
    @Shown() shown: ShownRun,
    @Headers('last-event-id') last: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#streams.open(shown, placeOf(last), reply);
  }
}

/** What a browser remembers; 0 where it is no place. */
const placeOf = (last: string | undefined): number => (last !== undefined && /^\d{1,15}$/.test(last) ? Number(last) : 0);
