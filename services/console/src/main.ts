import { withHome } from '@aitrader/application-supervision';
import { ConfigurationError, withKeys } from '@aitrader/runtime-configuration';
import { EXIT, exitCodeOf } from '@aitrader/runtime-service';
import { createLogger } from '@aitrader/runtime-telemetry';
import { startConsole } from './application.ts';
import { SECRET_VARIABLES, consoleEnvironment } from './console-environment.ts';

let logger = createLogger({ service: 'console' });
const failed = (error: unknown): void => {
  logger.error(error instanceof Error ? error.message : String(error), error instanceof ConfigurationError ? {} : { error });
  process.exit(exitCodeOf(error));
};
process.on('uncaughtException', failed);
process.on('unhandledRejection', failed);

const stopped = new Promise<void>((resolve) => {
  process.once('SIGTERM', resolve);
  // Ctrl-C reaches the whole process group; whoever is supervised ends by word of its supervisor, or with it.
  if (process.env['AITRADER_SUPERVISED'] === undefined) process.once('SIGINT', resolve);
  else {
    process.on('SIGINT', () => undefined);
    process.stdin.on('end', resolve).resume();
  }
});

const environment = consoleEnvironment(await withKeys(process.env, SECRET_VARIABLES));
logger = createLogger({ service: 'console', level: environment.logLevel });
await withHome({ as: 'operator', onProgress: (text) => logger.info(text) }, async (home) => {
  const { entrance, close } = await startConsole(environment, home, logger);
  logger.info('console', { url: entrance });
  await stopped;
  await close();
});
process.exit(EXIT.drained);
