import { Controller, Get, HttpCode, HttpException, Post, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { readinessPart, type ReadinessPart } from '@aitrader/application-console';
import { testKillSwitch } from '@aitrader/application-supervision';
import type { RunId } from '@aitrader/model';
import { ConfigurationError } from '@aitrader/runtime-configuration';
import { Needs } from './access.ts';
import { answerToCommand } from './commands.controller.ts';
import { sessionOf } from './session.controller.ts';
import { Shown, type ShownRun } from './shown-runs.ts';

const UNREADABLE = 422;

/** Whether runs may be armed for real money. */
@ApiTags('readiness')
@Controller('api/runs')
export class ReadinessController {
  /** To look costs more than to tell: those who ask while somebody looks are told the same. */
  readonly #looking = new Map<RunId, Promise<ReadinessPart>>();

  @Needs('viewer')
  @Get(':run/readiness')
  @ApiOperation({ summary: 'Whether a run may be armed for real money, gate by gate, with what that rests on' })
  @ApiOkResponse({ description: 'ReadinessPart' })
  async readiness(@Shown() { run, manifest, home }: ShownRun): Promise<ReadinessPart> {
    const looking = this.#looking.get(run) ?? readinessPart(home, manifest).finally(() => this.#looking.delete(run));
    this.#looking.set(run, looking);
    try {
      return await looking;
    } catch (error) {
      if (error instanceof ConfigurationError) throw new HttpException({ message: error.message }, UNREADABLE);
      throw error;
    }
  }

  @Needs('operator')
  @Post(':run/readiness/kill-switch')
  @HttpCode(204)
  @ApiOperation({
    summary:
      'Tests the kill switch of a run that is not armed: disarms it, and looks how long the services need to have read that',
  })
  async test(@Shown() { run, home }: ShownRun, @Req() request: FastifyRequest): Promise<void> {
    try {
      await testKillSwitch(home, run, sessionOf(request).name);
    } catch (error) {
      throw answerToCommand(error);
    }
  }
}
