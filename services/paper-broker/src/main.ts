import { ConfigurationError } from '@aitrader/runtime-configuration';
import { createLogger } from '@aitrader/runtime-telemetry';
import { EXIT, exitCodeOf } from '@aitrader/runtime-service';
import { startPaperExchange, type PaperExchange } from './application.ts';
import { exchangeEnvironment } from './exchange-environment.ts';

let logger = createLogger({ service: 'paper-broker' });
const failed = (error: unknown): void => {
  logger.error(error instanceof Error ? error.message : String(error), error instanceof ConfigurationError ? {} : { error });
  process.exit(exitCodeOf(error));
};
process.on('uncaughtException', failed);
process.on('unhandledRejection', failed);

const environment = exchangeEnvironment(process.env);
logger = createLogger({ service: 'paper-broker', level: environment.logLevel });
const exchange: PaperExchange = await startPaperExchange(environment, logger);
logger.info('exchange', { url: exchange.url, rules: environment.rules });

const stop = (): void => {
  exchange.close().then(() => process.exit(EXIT.drained), failed);
};
process.once('SIGTERM', stop);
// Ctrl-C reaches the whole process group; whoever is supervised ends by word of its supervisor, or with it.
if (process.env['AITRADER_SUPERVISED'] === undefined) process.once('SIGINT', stop);
else {
  process.on('SIGINT', () => undefined);
  process.stdin.on('end', stop).resume();
}
