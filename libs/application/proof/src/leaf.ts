import { leafHash } from './merkle.ts';

/** A message as it is bound by its leaf. */
export interface BoundMessage {
  readonly seq: number;
  readonly subject: string;
  /** those that {@link isBound} says, by name, several of one name in their order */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly data: Uint8Array;
}

/**
 * Whether a header is bound: the message's id, and all of ours, signatures among them. Those of the server's about storing it (batches, expected sequences)
 * say nothing of what was said.
 */
const isBound = (name: string): boolean => name === 'Nats-Msg-Id' || name.startsWith('Aitrader-');

/** The headers of a message that are bound, out of all that it has. */
export function boundHeaders(all: Iterable<readonly [string, readonly string[]]> | undefined): BoundMessage['headers'] {
  const bound = [...(all ?? [])].flatMap(([name, values]) =>
    isBound(name) ? values.map((value) => [name, value] as const) : [],
  );
  return bound.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/**
 * What stands before the payload in the data of a leaf: the sequence, the subject and each bound header, a line each, and an empty line. None of them
 * has a line break in it, so that two messages that differ have different data.
 */
export const leafHead = ({ seq, subject, headers }: BoundMessage): string =>
  [`${seq}`, subject, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join('\n');

/** The leaf of a message: SHA-256 of a zero byte, the head and the payload. */
export const leafOf = (message: BoundMessage): Buffer => leafHash(Buffer.from(leafHead(message)), message.data);
