import type { LoggerService } from '@nestjs/common';
import type winston from 'winston';
import { isError, serialise } from './serialise.ts';

/** Who in Nest reports every module, route and controller at start-up: of use to nobody but whoever debugs the wiring. */
const START_UP_CONTEXTS: ReadonlySet<string> = new Set([
  'NestFactory',
  'NestApplication',
  'NestMicroservice',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'ModulesContainer',
]);

/** Who in Nest reports an error and then throws it: whoever catches it reports it, too. */
const RETHROWING_CONTEXT = 'ExceptionHandler';

/**
 * Nest's logger on top of ours, for `NestFactory.create(module, { logger: nestLogger(logger) })`. Nest's start-up chatter goes to
 * debug, its `fatal` to error and its `verbose` to debug; the context that Nest gives last becomes a field.
 */
export function nestLogger(logger: winston.Logger): LoggerService {
  const write = (level: string, message: unknown, rest: readonly unknown[], fields: object = {}): void => {
    const context = contextOf(rest);
    const quiet = level === 'info' && context !== undefined && START_UP_CONTEXTS.has(context);
    const about = { ...(context === undefined ? {} : { context }), ...fields };
    logger.log(quiet ? 'debug' : level, textOf(message), isError(message) ? { ...about, error: message } : about);
  };
  const failed = (message: unknown, rest: readonly unknown[]): void => {
    const stack = stackOf(rest);
    const withoutStack = rest.filter((item) => item !== stack);
    const level = contextOf(rest) === RETHROWING_CONTEXT ? 'debug' : 'error';
    write(level, message, withoutStack, stack === undefined ? {} : { stack });
  };
  return {
    log: (message: unknown, ...rest: unknown[]) => write('info', message, rest),
    warn: (message: unknown, ...rest: unknown[]) => write('warn', message, rest),
    debug: (message: unknown, ...rest: unknown[]) => write('debug', message, rest),
    verbose: (message: unknown, ...rest: unknown[]) => write('debug', message, rest),
    error: (message: unknown, ...rest: unknown[]) => failed(message, rest),
    fatal: (message: unknown, ...rest: unknown[]) => failed(message, rest),
  };
}

/** Nest gives the context as the last argument. */
function contextOf(rest: readonly unknown[]): string | undefined {
  const last = rest.at(-1);
  return typeof last === 'string' ? last : undefined;
}

/** Nest gives an error's stack before the context; it is the only text with more than one line. */
function stackOf(rest: readonly unknown[]): string | undefined {
  return rest.find((item): item is string => typeof item === 'string' && item.includes('\n    at '));
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return message;
  if (isError(message)) return message.message;
  return JSON.stringify(serialise(message));
}
