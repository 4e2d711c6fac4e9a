// Invariants
// 1. What is composed can be parsed: a message that its readers would refuse is refused before it is recorded.
// 2. A message's interval, its place and what it announces, read from its first bytes, are those that decoding all of it gives.

import { epochMs, type EpochMs } from '@aitrader/model';
import { ANNOUNCED_BY, PLACED_BY, isPlaced, type AnnouncedFact, type Fact, type PlacedFact } from './topology.ts';
import { ContractError, validate } from './validation.ts';

// Bytes that are no UTF-8 are refused, and a byte order mark is left in, where JSON refuses it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A fact's message as text. @throws ContractError when it is not what the fact's schema says, NaN and infinity included */
export function compose(fact: Fact, message: unknown): string {
  validate(fact, message);
  return JSON.stringify(message);
}

/** Reads a payload and checks it against its fact's schema. @throws ContractError */
export function parse(fact: Fact, payload: Uint8Array): unknown {
  let message: unknown;
  try {
    message = JSON.parse(utf8.decode(payload));
  } catch (error) {
    throw new ContractError(fact, '', `is not JSON in UTF-8 (${error instanceof Error ? error.message : String(error)})`);
  }
  validate(fact, message);
  return message;
}

const encoder = new TextEncoder();
const OPENING = encoder.encode('{"t":');
const ASCII_ZERO = 0x30;
const ASCII_COMMA = 0x2c;
const ASCII_BRACE = 0x7d;
/** Whole numbers of so many digits are exact. */
const DIGITS_MAX = 15;

/** A whole number within a payload and the place behind it. */
interface WholeNumber {
  readonly value: number;
  readonly end: number;
}

/**
 * The interval of any message but the manifest. Our codecs write it first, and then nothing else is looked at; a message
 * that begins otherwise is decoded in full. Of a message that names `t` twice, which JSON leaves open, this is the first.
 * @throws ContractError
 */
export function intervalOf(fact: Fact, payload: Uint8Array): EpochMs {
  const t = leadingInterval(payload);
  if (t !== undefined) return epochMs(t.value);
  const message = parse(fact, payload) as { readonly t?: EpochMs };
  if (message.t === undefined) throw new ContractError(fact, 't', 'is missing');
  return message.t;
}

/** The fields that our codecs write second. */
const SECOND_OPENING: Readonly<Record<AnnouncedFact | PlacedFact, Uint8Array>> = {
  fills: encoder.encode(',"fills":'),
  denials: encoder.encode(',"denials":'),
  requests: encoder.encode(`,"${PLACED_BY.requests}":`),
  reports: encoder.encode(`,"${PLACED_BY.reports}":`),
  opening: encoder.encode(`,"${PLACED_BY.opening}":`),
  closing: encoder.encode(`,"${PLACED_BY.closing}":`),
};

/**
 * How many of a fact the message that closes its interval counts. Our codecs write it second: read like
 * the interval. @throws ContractError
 */
export function announcedCount(fact: AnnouncedFact, closing: Uint8Array): number {
  const count = secondNumber(fact, closing);
  return count ?? (parse(ANNOUNCED_BY[fact], closing) as Readonly<Record<AnnouncedFact, number>>)[fact];
}

/**
 * What grows from message to message of a subject: the interval, 0 for the manifest; for facts that no interval closes the
 * field that {@link PLACED_BY} names, read like the interval. @throws ContractError
 */
export function placeOf(fact: Fact, payload: Uint8Array): number {
  if (fact === 'manifest') return 0;
  if (!isPlaced(fact)) return intervalOf(fact, payload);
  const field = PLACED_BY[fact];
  return secondNumber(fact, payload) ?? (parse(fact, payload) as Readonly<Record<typeof field, number>>)[field];
}

function secondNumber(fact: AnnouncedFact | PlacedFact, payload: Uint8Array): number | undefined {
  const t = leadingInterval(payload);
  return t === undefined ? undefined : numberBehind(SECOND_OPENING[fact], payload, t.end)?.value;
}

const leadingInterval = (payload: Uint8Array): WholeNumber | undefined => numberBehind(OPENING, payload, 0);

/** The whole number behind `opening` at a place; undefined when there is none, or JSON would not agree. */
function numberBehind(opening: Uint8Array, payload: Uint8Array, at: number): WholeNumber | undefined {
  for (let i = 0; i < opening.length; i++) if (payload[at + i] !== opening[i]) return undefined;
  const start = at + opening.length;
  let value = 0;
  let digits = 0;
  for (; digits < DIGITS_MAX; digits++) {
    const digit = (payload[start + digits] ?? 0) - ASCII_ZERO;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  const end = start + digits;
  const ends = payload[end] === ASCII_COMMA || payload[end] === ASCII_BRACE;
  const padded = digits > 1 && payload[start] === ASCII_ZERO;
  return digits > 0 && ends && !padded ? { value, end } : undefined;
}
