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
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|Query runner already released/;

interface Failure {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  /** what the driver threw, where the library above it tells of it */
  readonly driverError?: unknown;
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
