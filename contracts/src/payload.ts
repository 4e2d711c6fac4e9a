// Invariants
// 1. What is composed can be parsed: a message that its readers would refuse is refused before it is recorded.
// 2. A message's interval, read from its first bytes, is the one that decoding all of it gives.

import { epochMs, type EpochMs } from '@aitrader/model';
import type { Fact } from './topology.ts';
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

const OPENING = new TextEncoder().encode('{"t":');
const ASCII_ZERO = 0x30;
const ASCII_COMMA = 0x2c;
const ASCII_BRACE = 0x7d;
/** Whole numbers of so many digits are exact. */
const DIGITS_MAX = 15;

/**
 * The interval of any message but the manifest. Our codecs write it first, and then nothing else is looked at; a message
 * that begins otherwise is decoded in full. Of a message that names `t` twice, which JSON leaves open, this is the first.
 * @throws ContractError
 */
export function intervalOf(fact: Fact, payload: Uint8Array): EpochMs {
  const t = leadingInterval(payload);
  if (t !== undefined) return epochMs(t);
  const message = parse(fact, payload) as { readonly t?: EpochMs };
  if (message.t === undefined) throw new ContractError(fact, 't', 'is missing');
  return message.t;
}

/** The whole number after an opening `{"t":`; undefined when the message does not begin like that, or JSON would not agree. */
function leadingInterval(payload: Uint8Array): number | undefined {
  for (let i = 0; i < OPENING.length; i++) if (payload[i] !== OPENING[i]) return undefined;
  let t = 0;
  let digits = 0;
  for (; digits < DIGITS_MAX; digits++) {
    const digit = (payload[OPENING.length + digits] ?? 0) - ASCII_ZERO;
    if (digit < 0 || digit > 9) break;
    t = t * 10 + digit;
  }
  const next = payload[OPENING.length + digits];
  const ends = next === ASCII_COMMA || next === ASCII_BRACE;
  const padded = digits > 1 && payload[OPENING.length] === ASCII_ZERO;
  return digits > 0 && ends && !padded ? t : undefined;
}
