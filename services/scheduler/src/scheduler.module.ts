import { Module, type DynamicModule } from '@nestjs/common';
import { CODE_VERSION } from '@aitrader/runtime-configuration';
import { MetricsController, TELEMETRY } from '@aitrader/runtime-service';
import { startTelemetry, telemetryIn } from '@aitrader/runtime-telemetry';
import { HealthController } from './health.controller.ts';
import { HooksController } from './hooks.controller.ts';
import type { OpenSchedule } from './open-schedule.ts';
import { ScheduleTelemetry } from './schedule-telemetry.ts';
import { SCHEDULE } from './scheduler-tokens.ts';

/** The scheduler over an open schedule: what it is asked over HTTP. */
@Module({})
export class SchedulerModule {
  static of(schedule: OpenSchedule): DynamicModule {
    return {
      module: SchedulerModule,
      controllers: [HealthController, HooksController, MetricsController],
      providers: [
        { provide: SCHEDULE, useValue: schedule },
        {
          provide: TELEMETRY,
          useFactory: () => startTelemetry(telemetryIn(process.env, { service: 'scheduler', version: CODE_VERSION })),
        },
        ScheduleTelemetry,
      ],
    };
  }
}
