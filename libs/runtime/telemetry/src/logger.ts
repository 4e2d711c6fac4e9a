import winston from 'winston';
import { isError, serialise, serialiseError } from './serialise.ts';

/** Severities, the gravest first. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export interface LoggerOptions {
  /** who speaks: the service's name */
  readonly service: string;
  /** records below this are dropped; default info */
  readonly level?: LogLevel;
  readonly run?: string;
  readonly shard?: number;
  /** default stdout, which containers collect; a command that prints its result there logs to stderr */
  readonly destination?: 'stdout' | 'stderr' | NodeJS.WritableStream;
}

/** In this order, so that a person reading raw lines finds the same thing in the same place; all other fields follow. */
const FIRST_FIELDS = ['level', 'time', 'service', 'run', 'shard', 'seq', 'message'] as const;
const MESSAGE = Symbol.for('message');
const SPLAT = Symbol.for('splat');

/**
 * A logger that writes one JSON object per line: level, time (ISO 8601, UTC), service, run, shard, seq, message, then the fields
 * given with the record. `logger.child({ shard, seq })` adds fields to all its records. Errors, as a record's `error` field or in
 * its place, show name, message, stack, cause and their own fields. Whatever is logged, writing it never throws.
 */
export function createLogger(options: LoggerOptions): winston.Logger {
  const { service, level = 'info', run, shard } = options;
  return winston.createLogger({
    level,
    levels: winston.config.npm.levels,
    defaultMeta: { service, ...(run === undefined ? {} : { run }), ...(shard === undefined ? {} : { shard }) },
    format: winston.format(asLine)(),
    transports: [new winston.transports.Stream({ stream: streamOf(options.destination ?? 'stdout'), eol: '\n' })],
    exitOnError: false,
  });
}

function streamOf(destination: NonNullable<LoggerOptions['destination']>): NodeJS.WritableStream {
  if (destination === 'stdout') return process.stdout;
  if (destination === 'stderr') return process.stderr;
  return destination;
}

/** Puts the line into winston's record, under the symbol that its transports write. */
function asLine(info: winston.Logform.TransformableInfo): winston.Logform.TransformableInfo {
  const given: Record<string, unknown> = { ...info, ...errorsOf(info), level: info.level, time: new Date().toISOString() };
  const record: Record<string, unknown> = {};
  for (const name of FIRST_FIELDS) if (given[name] !== undefined) record[name] = serialise(given[name]);
  for (const name of Object.keys(given)) {
    if (!(name in record) && given[name] !== undefined) record[name] = serialise(given[name]);
  }
  info[MESSAGE] = JSON.stringify(record);
  return info;
}

/**
 * Errors that were not given as a field. `logger.error(error)` makes the error itself winston's record, and
 * `logger.error('text', error)` makes winston spread the error and glue its message to the text: both are undone here.
 */
function errorsOf(info: winston.Logform.TransformableInfo): Record<string, unknown> {
  if (isError(info)) {
    // winston has written its own fields onto the error.
    const { level, service, run, shard, seq, ...error } = serialiseError(info);
    void [level, service, run, shard, seq];
    return { message: info.message, error, name: undefined, stack: undefined };
  }
  const splat: unknown = info[SPLAT];
  const error: unknown = Array.isArray(splat) ? splat.find(isError) : undefined;
  if (!isError(error)) return isError(info.message) ? { message: info.message.message, error: info.message } : {};
  const glued = ` ${error.message}`;
  const text = String(info.message);
  const own = Object.fromEntries(Object.keys(error).map((name) => [name, undefined]));
  return { ...own, message: text.endsWith(glued) ? text.slice(0, -glued.length) : text, error, stack: undefined };
}
