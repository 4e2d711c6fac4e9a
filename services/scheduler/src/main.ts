import { ConfigurationError } from '@aitrader/runtime-configuration';
import { EXIT, exitCodeOf } from '@aitrader/runtime-service';
import { createLogger } from '@aitrader/runtime-telemetry';
import { listenFor } from './application.ts';
import { openSchedule, withBus } from './open-schedule.ts';
import { schedulerEnvironment } from './scheduler-environment.ts';

let logger = createLogger({ service: 'scheduler' });
const failed = (error: unknown): void => {
  logger.error(error instanceof Error ? error.message : String(error), error instanceof ConfigurationError ? {} : { error });
  process.exit(exitCodeOf(error));
};
process.on('uncaughtException', failed);
process.on('unhandledRejection', failed);

const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
// Ctrl-C reaches the whole process group; whoever is supervised ends by word of its supervisor, or with it.
if (process.env['AITRADER_SUPERVISED'] === undefined) process.once('SIGINT', () => stopping.abort());
else {
  process.on('SIGINT', () => undefined);
  process.stdin.on('end', () => stopping.abort()).resume();
}

const environment = schedulerEnvironment(process.env);
logger = createLogger({ service: 'scheduler', level: environment.logLevel });
await withBus(logger, async (bus, home) => {
  const schedule = await openSchedule(bus, home, logger);
  const { url, close } = await listenFor(schedule, environment, logger);
  logger.info('scheduler', { url });
  await schedule.scheduler.run(stopping.signal);
  await close();
});
process.exit(EXIT.drained);
