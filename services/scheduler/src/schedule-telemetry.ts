import { metrics } from '@opentelemetry/api';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DRIFT_METRICS, lastDrift, type DriftFigure } from '@aitrader/application-learning';
import { troublesOf, type ScheduleTroubles } from '@aitrader/application-schedule';
import { TELEMETRY } from '@aitrader/runtime-service';
import type { RunningTelemetry } from '@aitrader/runtime-telemetry';
import type { OpenSchedule } from './open-schedule.ts';
import { SCHEDULE } from './scheduler-tokens.ts';

/** What is told of the jobs of the last dates. */
const GAUGES: Readonly<Record<string, readonly [keyof ScheduleTroubles, description: string]>> = {
  aitrader_schedule_jobs_missed: ['missed', 'jobs that were not done when they had to be, and are not yet'],
  aitrader_schedule_jobs_left: ['left', 'jobs that were begun, whose end is not known, and that are not safe to repeat'],
  aitrader_schedule_jobs_failed: ['failed', 'jobs that failed, and are not done since'],
};

/** 1 where a figure of the last challenge is beyond its limit. */
const ALARM = 'aitrader_learning_alarm';

/** The names of all that is told, for who writes rules of alerts. */
export const SCHEDULE_GAUGES: readonly string[] = [...Object.keys(GAUGES), ...DRIFT_METRICS, ALARM];

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
    for (const name of DRIFT_METRICS)
      meter
        .createObservableGauge(name, { description: 'by the last challenge, docs/learning.md' })
        .addCallback(async (result) => {
          for (const { metric, of, value } of await this.#drift())
            if (metric === name && value !== null) result.observe(value, { of });
        });
    meter
      .createObservableGauge(ALARM, { description: 'figures of the last challenge that are beyond their limits' })
      .addCallback(async (result) => {
        for (const { metric, of, isOff } of await this.#drift()) result.observe(Number(isOff), { metric, of });
      });
  }

  async #drift(): Promise<readonly DriftFigure[]> {
    return (await lastDrift(this.#schedule.home))?.drift ?? [];
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#telemetry.stop();
  }
}
