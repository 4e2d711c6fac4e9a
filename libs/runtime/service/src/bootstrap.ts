import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServiceName } from '@aitrader/contracts';
import { serviceEnvironment, type ServiceEnvironment } from '@aitrader/runtime-configuration';
import { watchRefusals, type Bus } from '@aitrader/runtime-bus';
import { createLogger } from '@aitrader/runtime-telemetry';
import { newServiceApplication } from './application.ts';
import { BUS } from './service-tokens.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';

/** A drain that takes longer is given up: the recording is complete without it. */
const DRAIN_TIMEOUT_MS = 10_000;

/**
 * Runs one service, given by its module, as a process: first the health endpoint, then the transport, and on SIGTERM or SIGINT the
 * application is closed, which drains it. The process ends with `EXIT.drained`, or with the code of the error that stopped it.
 */
export async function bootstrap(stage: ServiceName, service: Type): Promise<void> {
  let logger = createLogger({ service: stage });
  const failed = (error: unknown): void => {
    logger.error(error instanceof Error ? error.message : String(error), { error });
    process.exit(exitCodeOf(error));
  };
  process.on('uncaughtException', failed);
  process.on('unhandledRejection', failed);
  const environment = serviceEnvironment(process.env);
  logger = createLogger({ service: stage, run: environment.run, level: environment.logLevel });
  const opened: { app?: NestFastifyApplication } = {};
  stopOnSignal(async () => opened.app?.close(), failed);
  const { app, server } = await newServiceApplication(service, stage, environment, logger);
  opened.app = app;
  server.on('error', failed);
  void watchRefusals(app.get<Bus>(BUS), failed);
  await listen(app, environment);
  logger.info('health endpoint', { url: await app.getUrl() });
  await app.startAllMicroservices();
  if (server.now === 'running') logger.info('running');
}

async function listen(app: NestFastifyApplication, { healthPort, healthHost }: ServiceEnvironment): Promise<void> {
  try {
    await app.listen(healthPort, healthHost);
  } catch (cause) {
    throw new Error(`the health endpoint cannot listen on port ${healthPort}: is it in use?`, { cause });
  }
}

function stopOnSignal(close: () => Promise<void>, failed: (error: unknown) => void): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(EXIT.crashed), DRAIN_TIMEOUT_MS).unref();
    close().then(() => process.exit(EXIT.drained), failed);
  };
  process.on('SIGTERM', stop);
  // Ctrl-C reaches the whole process group; a supervised service waits for its supervisor's word.
  if (process.env['AITRADER_SUPERVISED'] === undefined) process.on('SIGINT', stop);
  else {
    process.on('SIGINT', () => undefined);
    process.stdin.on('end', stop).resume();
  }
}
