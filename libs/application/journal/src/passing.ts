import { PostgresFailed } from '@aitrader/runtime-database';
import { PositionMoved } from './writer.ts';

/** Classes and codes of SQLSTATE of what may go well a little later: connections, resources such as a full disk, interventions, conflicts. */
const PASSING = /^(08|53|57|58|40|XX001|55P03|25P0[34])/;
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** The driver has no codes for these. */
const WORDS =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|Query read timeout|Query runner already released/;

interface Failure {
  readonly code?: unknown;
  readonly name?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  /** what the driver threw, where the library above it tells of it */
  readonly driverError?: unknown;
}

/** Codes of who may not get in, of a database that is not there, and of what a role may not do. */
const CLOSED = /^(28|3D|42501)/;
const WITHOUT = new Set(['PostgresMissing', 'PostgresNotAllowed', 'DatabaseUrlError', 'SchemaMismatch', 'KeyFileError']);

/** Whether a database cannot be used before somebody has changed something: to try again is of no use. */
export function isUnusable(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, name, cause, driverError } = error as Failure;
  if ((typeof code === 'string' && CLOSED.test(code)) || (typeof name === 'string' && WITHOUT.has(name))) return true;
  return [cause, driverError].some((inner) => inner !== error && isUnusable(inner));
}

/** Whether what failed at the database may succeed when it is tried again, from the position that it stands at then. */
export function isPassing(error: unknown): boolean {
  if (error instanceof PositionMoved || error instanceof PostgresFailed) return true;
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, cause, driverError } = error as Failure;
  if (typeof code === 'string' && (PASSING.test(code) || NETWORK.has(code))) return true;
  if (typeof message === 'string' && WORDS.test(message)) return true;
  return [cause, driverError].some((inner) => inner !== error && isPassing(inner));
}
