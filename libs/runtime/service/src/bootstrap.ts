import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { StageName } from '@aitrader/contracts';
import { serviceEnvironment, type ServiceEnvironment } from '@aitrader/runtime-configuration';
import { createLogger, nestLogger } from '@aitrader/runtime-telemetry';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { ServiceModule } from './health.controller.ts';
import type { HostContext, ServiceHost } from './service-host.ts';

/** A drain that takes longer is given up: the recording is complete without it. */
const DRAIN_TIMEOUT_MS = 10_000;

/**
 * Runs one service as a process: environment, logger, health endpoint, host, and a graceful drain on SIGTERM or SIGINT.
 * The process ends with `EXIT.drained`, or with the code of the error that stopped it.
 */
export async function bootstrap(
  stage: StageName,
  newHost: (environment: ServiceEnvironment, context: HostContext) => ServiceHost,
): Promise<void> {
  let logger = createLogger({ service: stage });
  const failed = (error: unknown): void => {
    logger.error(error instanceof Error ? error.message : String(error), { error });
    process.exit(exitCodeOf(error));
  };
  process.on('uncaughtException', failed);
  process.on('unhandledRejection', failed);
  const environment = serviceEnvironment(process.env);
  logger = createLogger({ service: stage, run: environment.run, level: environment.logLevel });
  const host = newHost(environment, { logger, failed });
  stopOnSignal(host, failed);
  const app = await NestFactory.create<NestFastifyApplication>(ServiceModule.for(host), new FastifyAdapter(), {
    logger: nestLogger(logger),
  });
  await listen(app, environment);
  logger.info('health endpoint', { url: await app.getUrl() });
  await host.start();
  logger.info('running');
}

async function listen(app: NestFastifyApplication, { healthPort, healthHost }: ServiceEnvironment): Promise<void> {
  try {
    await app.listen(healthPort, healthHost);
  } catch (cause) {
    throw new Error(`the health endpoint cannot listen on port ${healthPort}: is it in use?`, { cause });
  }
}

function stopOnSignal(host: ServiceHost, failed: (error: unknown) => void): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(EXIT.crashed), DRAIN_TIMEOUT_MS).unref();
    host.drain().then(() => process.exit(EXIT.drained), failed);
  };
  process.on('SIGTERM', stop);
  // Ctrl-C reaches the whole process group; a supervised service waits for its supervisor's word.
  if (process.env['AITRADER_SUPERVISED'] === undefined) process.on('SIGINT', stop);
  else {
    process.on('SIGINT', () => undefined);
    process.stdin.on('end', stop).resume();
  }
}
