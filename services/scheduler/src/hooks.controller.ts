import {
  BadRequestException,
  ConflictException,
  Controller,
  ForbiddenException,
  Headers,
  HttpCode,
  Inject,
  NotFoundException,
  Param,
  Post,
  Req,
  UnauthorizedException,
  type RawBodyRequest,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  NONCE_HEADER,
  SIGNATURE_HEADER,
  TIMESTAMP_HEADER,
  jobId,
  jobNamed,
  isForHooks,
  timetableOf,
  type HookRequest,
  type JobName,
} from '@aitrader/application-schedule';
import { dateProblem, sessionOn, tradeDateAt } from '@aitrader/core-sessions';
import { epochMs } from '@aitrader/model';
import type { OpenSchedule } from './open-schedule.ts';
import { SCHEDULE } from './scheduler-tokens.ts';

const ACCEPTED = 202;
const bodySchema = z.strictObject({ job: z.string(), date: z.string().optional() });

/** What a hook came to: where the job's row stands. */
export interface HookAnswer {
  readonly id: string;
  readonly status: string;
}

/** `POST /hooks/<job>`: somebody outside, who has the secret, asks for a job of a date. */
@Controller('hooks')
export class HooksController {
  readonly #schedule: OpenSchedule;

  constructor(@Inject(SCHEDULE) schedule: OpenSchedule) {
    this.#schedule = schedule;
  }

  @Post(':job')
  @HttpCode(ACCEPTED)
  async ask(
    @Param('job') named: string,
    @Headers() headers: Readonly<Record<string, string | undefined>>,
    @Req() request: RawBodyRequest<FastifyRequest>,
  ): Promise<HookAnswer> {
    const body = request.rawBody ?? Buffer.alloc(0);
    await this.#admit({
      timestamp: headers[TIMESTAMP_HEADER] ?? '',
      nonce: headers[NONCE_HEADER] ?? '',
      signature: headers[SIGNATURE_HEADER] ?? '',
      body,
    });
    const { name, date } = this.#wanted(named, body);
    const { scheduler } = this.#schedule;
    const row = await scheduler.ask({ name, date }, 'a hook');
    if (row.status === 'left')
      throw new ConflictException(`${jobId({ name, date })} was begun, and its end is not known: somebody has to look`);
    return { id: jobId({ name, date }), status: row.status };
  }

  /** Who is not let in learns no more than that. */
  async #admit(request: HookRequest): Promise<void> {
    const { door } = this.#schedule;
    if (door === undefined) throw new NotFoundException('there are no hooks here');
    const refusal = await door.refusalOf(request);
    if (refusal === 'replayed') throw new ConflictException('this was asked before: take another nonce');
    if (refusal === 'out-of-time') throw new UnauthorizedException('the timestamp is not of these five minutes');
    if (refusal !== undefined) throw new UnauthorizedException('this is not signed with the secret');
  }

  #wanted(named: string, body: Buffer): { readonly name: JobName; readonly date: string } {
    const parsed = bodySchema.safeParse(jsonIn(body));
    if (!parsed.success || parsed.data.job !== named)
      throw new BadRequestException(
        `the body says the job, and may say a date: {"job": ${JSON.stringify(named)}, "date": "2026-11-30"}`,
      );
    const name = jobNamed(named);
    const { config, clock } = this.#schedule;
    const { date = tradeDateAt(epochMs(Math.floor(clock.now()))) } = parsed.data;
    const session = dateProblem(date) === undefined ? sessionOn(date) : undefined;
    if (session === undefined) throw new BadRequestException(`${date} is no trading date`);
    if (name === undefined || !timetableOf(config, session).some((job) => job.name === name))
      throw new NotFoundException(`the schedule has no job ${named}`);
    if (!isForHooks(name)) throw new ForbiddenException(`${name} is not to be asked for from outside`);
    return { name, date };
  }
}

function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
