import { Controller, Get, Inject } from '@nestjs/common';
import { troublesOf, type JobView, type ScheduleTroubles } from '@aitrader/application-schedule';
import type { OpenSchedule } from './open-schedule.ts';
import { SCHEDULE } from './scheduler-tokens.ts';

/** How a scheduler is. */
export interface SchedulerHealth {
  readonly stage: 'scheduler';
  readonly status: 'running';
  readonly pid: number;
  readonly troubles: ScheduleTroubles;
  /** the job that is due next, and when */
  readonly next: { readonly id: string; readonly at: string } | null;
}

/** `GET /health`: 200 while it looks what is due. */
@Controller()
export class HealthController {
  readonly #schedule: OpenSchedule;

  constructor(@Inject(SCHEDULE) schedule: OpenSchedule) {
    this.#schedule = schedule;
  }

  @Get('health')
  health(): SchedulerHealth {
    const jobs = this.#schedule.around();
    const next = nextOf(jobs, this.#schedule.clock.now());
    return {
      ...{ stage: 'scheduler', status: 'running', pid: process.pid, troubles: troublesOf(jobs) },
      next: next === undefined ? null : { id: next.id, at: new Date(next.at).toISOString() },
    };
  }
}

const nextOf = (jobs: readonly JobView[], now: number): JobView | undefined =>
  jobs.filter(({ isOn, status, at }) => isOn && status === 'open' && at > now).sort((a, b) => a.at - b.at)[0];
