import { userInfo } from 'node:os';
import { z } from 'zod';
import { ConfigurationError } from '@aitrader/runtime-configuration';

/** Whom a command can be signed by. */
const name = z.string().regex(/^[A-Za-z0-9.@_-]{1,64}$/, 'has to be 1 to 64 letters, digits, dots, hyphens, @ and _');

const environmentSchema = z.object({
  AITRADER_CONSOLE_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  AITRADER_CONSOLE_HOST: z.string().min(1).default('127.0.0.1'),
  AITRADER_CONSOLE_ACTOR: name.optional(),
  AITRADER_CONSOLE_SECOND: z.enum(['live', 'always']).default('live'),
  AITRADER_LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
});

/** What the console is told by its environment. */
export interface ConsoleEnvironment {
  /** 0: any free port */
  readonly port: number;
  readonly host: string;
  /** under whose name commands are recorded that whoever has the printed token gives */
  readonly actor: string;
  /** where what lets more in takes a second person: with real money, or always */
  readonly second: 'live' | 'always';
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
}

/** Addresses of this machine alone. Whoever has the printed token commands as this machine's user does: it must not leave the machine. */
export const isLoopback = (host: string): boolean => /^(127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)$/.test(host);

/** @throws ConfigurationError with every problem at once */
export function consoleEnvironment(env: Readonly<Record<string, string | undefined>>): ConsoleEnvironment {
  const result = environmentSchema.safeParse(env);
  if (!result.success)
    throw new ConfigurationError(
      'environment',
      result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    );
  const { data } = result;
  if (!isLoopback(data.AITRADER_CONSOLE_HOST))
    throw new ConfigurationError('environment', [
      `AITRADER_CONSOLE_HOST: ${data.AITRADER_CONSOLE_HOST} is reached from other machines, and who comes in by the printed token is asked nothing more`,
    ]);
  return {
    port: data.AITRADER_CONSOLE_PORT,
    host: data.AITRADER_CONSOLE_HOST,
    actor: data.AITRADER_CONSOLE_ACTOR ?? userInfo().username,
    second: data.AITRADER_CONSOLE_SECOND,
    logLevel: data.AITRADER_LOG_LEVEL,
  };
}
