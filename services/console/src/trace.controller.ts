import { BadRequestException, Controller, Get, Inject, NotFoundException, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { NoSuchIntervalError, sliceTrace, type SliceTrace } from '@aitrader/application-console';
import { Needs } from './access.ts';
import type { ConsoleEnvironment } from './console-environment.ts';
import { ENVIRONMENT } from './console-tokens.ts';
import { Shown, type ShownRun } from './shown-runs.ts';

/** The way of an interval, and where its trace is shown; null where the console was told of no such place. */
export interface TraceAnswer extends SliceTrace {
  readonly link: string | null;
}

/** The way of an interval through the stages. */
@ApiTags('history')
@Controller('api/runs')
export class TraceController {
  readonly #traceUrl: string | undefined;

  constructor(@Inject(ENVIRONMENT) { traceUrl }: ConsoleEnvironment) {
    this.#traceUrl = traceUrl;
  }

  @Needs('viewer')
  @Get(':run/intervals/:t')
  @ApiOperation({
    summary: 'The way of the interval that closed at `t` (ms since 1970) through the stages, and what became of its orders',
  })
  @ApiOkResponse({ description: 'TraceAnswer' })
  async trace(@Shown() { bus, manifest }: ShownRun, @Param('t') t: string): Promise<TraceAnswer> {
    if (!/^\d{1,15}$/.test(t)) throw new BadRequestException(`t: ${t} is no time in ms since 1970`);
    try {
      const trace = await sliceTrace(bus, manifest, Number(t));
      return { ...trace, link: this.#traceUrl?.replace('{trace}', trace.traceId) ?? null };
    } catch (error) {
      if (error instanceof NoSuchIntervalError) throw new NotFoundException(error.message);
      throw error;
    }
  }
}
