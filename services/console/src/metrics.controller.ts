import { Controller, Get, Inject, NotFoundException, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RunningTelemetry } from '@aitrader/runtime-telemetry';
import { Open } from './access.ts';
import { TELEMETRY } from './console-tokens.ts';

/** What Prometheus asks of this machine, where the environment lets it ask. */
@ApiExcludeController()
@Controller()
export class MetricsController {
  readonly #telemetry: RunningTelemetry;

  constructor(@Inject(TELEMETRY) telemetry: RunningTelemetry) {
    this.#telemetry = telemetry;
  }

  @Open()
  @Get('metrics')
  metrics(@Req() { raw: request }: FastifyRequest, @Res() reply: FastifyReply): void {
    const { scrape } = this.#telemetry;
    if (scrape === undefined) throw new NotFoundException('nothing is told here: AITRADER_METRICS=1 lets Prometheus ask');
    reply.hijack();
    scrape(request, reply.raw);
  }
}
