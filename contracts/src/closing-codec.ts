// Invariants
// 1. A closing that was composed is read whole and bit for bit, whatever pieces its states were cut into.
// 2. A message that is missing, twice, or of another closing is refused: its head tells what follows it.

import type { CarriedState, Closing } from '@aitrader/model';
import { PART_LENGTH_MAX, type ClosingMessage } from './closing-schema.ts';
import { compose, parse } from './payload.ts';
import { plainFrom, plainText } from './plain-text.ts';
import { ContractError } from './validation.ts';

/** The facts that a closing is told by: what a run leaves, and what another one goes on from. */
export type ClosingFact = 'closing' | 'opening';
/** SHA-256 in hex, of text in UTF-8 or of bytes: whoever has a host at hand gives it. */
export type Sha256 = (content: string | Uint8Array) => string;
type Head = NonNullable<ClosingMessage['head']>;

/** A closing as the messages that tell of it, its head first. @throws ContractError, PlainTextError for a state that is no plain data */
export function encodeClosing(
  { run, digest, t, timeframe, account, positions, orders, states }: Closing,
  sha256: Sha256,
): readonly string[] {
  const texts = states.map(({ state }) => plainText(state));
  const parts = texts.flatMap((text, of) => piecesOf(text).map((piece) => ({ of, text: piece })));
  const told = states.map(({ of, shard, layout }, i) => {
    const text = texts[i] ?? '';
    return { of, shard, layout, length: text.length, sha256: sha256(text) };
  });
  const head: Head = {
    run,
    digest,
    timeframe,
    account,
    positions: [...positions],
    orders: [...orders],
    states: told,
    parts: parts.length,
  };
  const messages: ClosingMessage[] = [{ t, n: 0, head, part: null }];
  for (const part of parts) messages.push({ t, n: messages.length, head: null, part });
  return messages.map((message) => compose('closing', message));
}

function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    let end = Math.min(at + PART_LENGTH_MAX, text.length);
    // half a surrogate pair cannot be written
    if (end < text.length && !text.slice(at, end).isWellFormed()) end -= 1;
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}

/** Puts a closing together from its messages, which come in their order. */
export class ClosingReader {
  readonly #fact: ClosingFact;
  readonly #sha256: Sha256;
  readonly #texts: string[][] = [];
  #head: ClosingMessage | undefined;
  #hash = '';
  #parts = 0;

  constructor(fact: ClosingFact, sha256: Sha256) {
    this.#fact = fact;
    this.#sha256 = sha256;
  }

  get hasBegun(): boolean {
    return this.#head !== undefined;
  }
  get isWhole(): boolean {
    return this.#head?.head?.parts === this.#parts;
  }
  /** SHA-256 of its head, which has those of its states: what names the closing; empty before its head */
  get hash(): string {
    return this.#hash;
  }

  /** @throws ContractError for a message that is not the one that is due */
  offer(payload: Uint8Array): void {
    const message = parse(this.#fact, payload) as ClosingMessage;
    const due = this.#head === undefined ? 0 : this.#parts + 1;
    if (message.n !== due || this.isWhole) throw new ContractError(this.#fact, 'n', `${due} was due, got ${message.n}`);
    if (due === 0) this.#takeHead(message, payload);
    else this.#takePart(message);
  }

  #takeHead(message: ClosingMessage, payload: Uint8Array): void {
    if (message.head === null) throw new ContractError(this.#fact, 'head', 'is missing');
    this.#head = message;
    this.#hash = this.#sha256(payload);
    for (const _ of message.head.states) this.#texts.push([]);
  }

  #takePart({ part, t }: ClosingMessage): void {
    const pieces = part === null ? undefined : this.#texts[part.of];
    if (part === null || pieces === undefined)
      throw new ContractError(this.#fact, 'part', 'is missing, or of no state of the head');
    if (t !== this.#head?.t) throw new ContractError(this.#fact, 't', `is ${t}, and ${String(this.#head?.t)} in the head`);
    pieces.push(part.text);
    this.#parts += 1;
  }

  /** What was left, of the states those that are wanted, fresh ones at each call. @throws ContractError naming a state that is not what the head says */
  closing(isWanted: (of: string) => boolean = () => true): Closing {
    const { t, head } = this.#head ?? { t: undefined, head: null };
    if (t === undefined || head === null || !this.isWhole)
      throw new ContractError(this.#fact, 'parts', `${this.#parts} have come of ${String(head?.parts)}`);
    const { states, parts: _, ...rest } = head;
    const read = states.flatMap((told, i) => (isWanted(told.of) ? [this.#stateOf(told, (this.#texts[i] ?? []).join(''))] : []));
    return { t, ...rest, states: read };
  }

  #stateOf({ of, shard, layout, length, sha256: hash }: Head['states'][number], text: string): CarriedState {
    const found = this.#sha256(text);
    if (text.length !== length || found !== hash)
      throw new ContractError(
        this.#fact,
        `states of ${of}`,
        `are not those that the head names: they hash to ${found}, not to ${hash}`,
      );
    return { of, shard, layout, state: plainFrom(text) };
  }
}
