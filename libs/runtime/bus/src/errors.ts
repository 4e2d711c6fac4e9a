/** JetStream's own error codes that the host acts on. Source: nats-server, server/errors.json. */
export const JETSTREAM_CODE = {
  wrongLastSequence: 10_071,
  duplicateInBatch: 10_201,
  incompleteBatch: 10_176,
  unavailable: 10_008,
  insufficientResources: 10_023,
  streamNotFound: 10_059,
  messageNotFound: 10_037,
} as const;

/** The code of JetStream's answer behind an error, or undefined when there was no answer. */
export function codeOf(error: unknown): number | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'number' && at.code >= 10_000) return at.code;
  }
  return undefined;
}

/** Whether an error, or a cause of it, is JetStream's answer with this code. */
export function hasCode(error: unknown, code: number): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && at.code === code) return true;
  }
  return false;
}

/** By name: an error of another realm is of no class of ours. */
const NO_ANSWER = new Set([
  'TimeoutError',
  'NoRespondersError',
  'RequestError',
  'ClosedConnectionError',
  'ConnectionError',
  'DrainingConnectionError',
]);

/** Whether the bus gave no answer, being away, stopped or busy: what was asked for may be so or not. */
export function isUnanswered(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return code === JETSTREAM_CODE.unavailable;
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (NO_ANSWER.has(at.name)) return true;
  return false;
}

/** Another copy of this service holds the stage, or has published in its place. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

/** What was already recorded is not what this service would have recorded: a broken invariant. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError';
}

/** The bus has no room for another message. */
export class BusFullError extends Error {
  override readonly name = 'BusFullError';
}
