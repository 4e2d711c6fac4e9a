import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'winston';
import { nestLogger } from '@aitrader/runtime-telemetry';
import type { OpenSchedule } from './open-schedule.ts';
import type { SchedulerEnvironment } from './scheduler-environment.ts';
import { SchedulerModule } from './scheduler.module.ts';

/** A hook names a job and a date. */
const BODY_BYTES_MAX = 4_096;

/** A scheduler that listens. */
export interface RunningScheduler {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Opens the door of a schedule for whoever asks how it is, or sends a hook. @throws Error when its port is taken */
export async function listenFor(
  schedule: OpenSchedule,
  environment: SchedulerEnvironment,
  logger: Logger,
): Promise<RunningScheduler> {
  const adapter = new FastifyAdapter({ bodyLimit: BODY_BYTES_MAX, forceCloseConnections: true });
  const options = { logger: nestLogger(logger), abortOnError: false, rawBody: true };
  const app = await NestFactory.create<NestFastifyApplication>(SchedulerModule.of(schedule), adapter, options);
  app.enableShutdownHooks([]);
  await app.listen(environment.port, environment.host);
  return { url: await app.getUrl(), close: () => app.close() };
}
