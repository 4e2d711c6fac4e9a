import { z } from 'zod';
import { ConfigurationError, problemsOf } from '@aitrader/runtime-configuration';

const environmentSchema = z.object({
  AITRADER_SCHEDULER_HOST: z.string().min(1).default('127.0.0.1'),
  AITRADER_HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  AITRADER_LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
});

/** What the scheduler is told by its environment. */
export interface SchedulerEnvironment {
  /** where its health and its hooks are asked for */
  readonly host: string;
  /** 0: any free one */
  readonly port: number;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
}

/** @throws ConfigurationError with every problem at once */
export function schedulerEnvironment(env: Readonly<Record<string, string | undefined>>): SchedulerEnvironment {
  const result = environmentSchema.safeParse(env);
  if (!result.success) throw new ConfigurationError('environment', problemsOf(result.error, env));
  const { AITRADER_SCHEDULER_HOST: host, AITRADER_HEALTH_PORT: port, AITRADER_LOG_LEVEL: logLevel } = result.data;
  return { host, port, logLevel };
}
