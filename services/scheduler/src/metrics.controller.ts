import { Controller, Get, Inject, NotFoundException, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RunningTelemetry } from '@aitrader/runtime-telemetry';
import { TELEMETRY } from './scheduler-tokens.ts';

/** What Prometheus asks, where the environment lets it ask. */
@Controller()
export class MetricsController {
  readonly #telemetry: RunningTelemetry;

  constructor(@Inject(TELEMETRY) telemetry: RunningTelemetry) {
    this.#telemetry = telemetry;
  }

  @Get('metrics')
  metrics(@Req() { raw: request }: FastifyRequest, @Res() reply: FastifyReply): void {
    const { scrape } = this.#telemetry;
    if (scrape === undefined) throw new NotFoundException('nothing is told here: AITRADER_METRICS=1 lets Prometheus ask');
    reply.hijack();
    scrape(request, reply.raw);
  }
}
