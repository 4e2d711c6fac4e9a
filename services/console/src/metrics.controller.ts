import { Controller, Get, Inject, NotFoundException, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RunningTelemetry } from '@aitrader/runtime-telemetry';
import { Open } from './access.ts';
import { isLoopback, type ConsoleEnvironment } from './console-environment.ts';
import { ENVIRONMENT, TELEMETRY } from './console-tokens.ts';

/**
 * What Prometheus asks of this machine, where the environment lets it ask: figures of every run that goes on, also of one with real money. It is
 * not there at the address that people have: whoever asks by that one is asked for nothing here.
 */
@ApiExcludeController()
@Controller()
export class MetricsController {
  readonly #telemetry: RunningTelemetry;
  readonly #isReached: boolean;

  constructor(@Inject(TELEMETRY) telemetry: RunningTelemetry, @Inject(ENVIRONMENT) { openId }: ConsoleEnvironment) {
    this.#telemetry = telemetry;
    this.#isReached = openId !== undefined && !isLoopback(openId.url.hostname);
  }

  @Open()
  @Get('metrics')
  metrics(@Req() { raw: request, hostname }: FastifyRequest, @Res() reply: FastifyReply): void {
    const { scrape } = this.#telemetry;
    if (scrape === undefined || (this.#isReached && !isLoopback(hostname)))
      throw new NotFoundException('nothing is told here: AITRADER_METRICS=1 lets Prometheus ask');
    reply.hijack();
    scrape(request, reply.raw);
  }
}
