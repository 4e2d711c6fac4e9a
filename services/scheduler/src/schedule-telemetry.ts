import { metrics } from '@opentelemetry/api';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { troublesOf, type ScheduleTroubles } from '@aitrader/application-schedule';
import type { RunningTelemetry } from '@aitrader/runtime-telemetry';
import type { OpenSchedule } from './open-schedule.ts';
import { SCHEDULE, TELEMETRY } from './scheduler-tokens.ts';

/** What is told of the jobs of the last dates. */
const GAUGES: Readonly<Record<string, readonly [keyof ScheduleTroubles, description: string]>> = {
  aitrader_schedule_jobs_missed: ['missed', 'jobs that were not done when they had to be, and are not yet'],
  aitrader_schedule_jobs_left: ['left', 'jobs that were begun, whose end is not known, and that are not safe to repeat'],
  aitrader_schedule_jobs_failed: ['failed', 'jobs that failed, and are not done since'],
};

/** The names of all of them, for who writes rules of alerts. */
export const SCHEDULE_GAUGES: readonly string[] = Object.keys(GAUGES);

/** Tells what an operator should look at. */
@Injectable()
export class ScheduleTelemetry implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #schedule: OpenSchedule;
  readonly #telemetry: RunningTelemetry;

  constructor(@Inject(SCHEDULE) schedule: OpenSchedule, @Inject(TELEMETRY) telemetry: RunningTelemetry) {
    this.#schedule = schedule;
    this.#telemetry = telemetry;
  }

  onApplicationBootstrap(): void {
    const meter = metrics.getMeter('aitrader');
    for (const [name, [trouble, description]] of Object.entries(GAUGES))
      meter.createObservableGauge(name, { description }).addCallback((result) => {
        for (const job of this.#schedule.around()) result.observe(troublesOf([job])[trouble], { date: job.date, job: job.name });
      });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#telemetry.stop();
  }
}
