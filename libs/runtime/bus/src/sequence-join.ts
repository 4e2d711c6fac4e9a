import { addressOf, intervalOf, type Fact } from '@aitrader/contracts';
import { epochMs } from '@aitrader/model';
import { DivergedError } from './errors.ts';
import type { IntervalMessages, LoggedMessage } from './interval-join.ts';

/** Bars of one interval, one payload a shard. */
export type IntervalBars = Pick<IntervalMessages, 't' | 'payload'>;

/** The next message of a recording for a stage that hears all of them in their order. */
export interface SequencedMessage {
  readonly seq: number;
  /** of `bars`, the message that made an interval whole, or none if it is one that was heard already */
  readonly fact: Fact;
  readonly data: Uint8Array;
  /** takes the bars of the next interval, if all of them are there */
  readonly takeInterval: () => IntervalBars | undefined;
}

interface Slot {
  readonly t: number;
  readonly shards: (LoggedMessage | undefined)[];
  missing: number;
}

/**
 * In front of a stage that hears a recording message by message:
 * 1. Messages come in the order of the recording. Bars are kept until the stage takes their interval.
 * 2. What is given out depends on the recording's order and on when the stage takes intervals, never on when messages arrive.
 * 3. Messages that were heard already are dropped, so a reader may start anywhere behind `resumeFrom`.
 */
export class SequenceJoin {
  readonly #shards: number;
  readonly #queue: LoggedMessage[] = [];
  /** intervals that were not taken, in order */
  readonly #slots: Slot[] = [];
  #done: number;
  #completedBy: number;

  constructor(shards: number, done = -1, completedBy = 0) {
    this.#shards = shards;
    this.#done = done;
    this.#completedBy = completedBy;
  }

  get done(): number {
    return this.#done;
  }
  get completedBy(): number {
    return this.#completedBy;
  }
  get waiting(): number {
    return this.#slots.length;
  }

  get resumeFrom(): number {
    const kept = this.#slots.flatMap(({ shards }) => shards.flatMap((message) => message?.seq ?? []));
    return Math.min(this.#completedBy + 1, ...kept);
  }

  offer(message: LoggedMessage): void {
    this.#queue.push(message);
  }

  /** The next message that the stage has not heard. @throws ContractError, RangeError, DivergedError when it is none that we know */
  release(): SequencedMessage | undefined {
    for (let message = this.#queue.shift(); message !== undefined; message = this.#queue.shift()) {
      const { fact, shard } = addressOf(message.subject);
      const wasHeard = message.seq <= this.#completedBy;
      const isWhole = fact === 'bars' && this.#keepBars(message, shard);
      // bars that were read again may have waited for the stage: it takes them when it comes to them
      if (wasHeard) continue;
      this.#completedBy = message.seq;
      if (fact === 'bars' && !isWhole) continue;
      return { seq: message.seq, fact, data: message.data, takeInterval: () => this.#takeInterval() };
    }
    return undefined;
  }

  /** Keeps bars of an interval to come; says whether they make it whole. */
  #keepBars(message: LoggedMessage, shard: number): boolean {
    const t = intervalOf('bars', message.data);
    if (t <= this.#done) return false;
    let slot = this.#slots.find((one) => one.t === t);
    if (slot === undefined) {
      const last = this.#slots.at(-1)?.t ?? this.#done;
      if (t <= last) throw new DivergedError(`interval ${t} came after ${last}`);
      slot = { t, shards: Array.from({ length: this.#shards }), missing: this.#shards };
      this.#slots.push(slot);
    }
    if (slot.shards[shard] === undefined) slot.missing -= 1;
    slot.shards[shard] = message;
    return slot.missing === 0;
  }

  #takeInterval(): IntervalBars | undefined {
    const slot = this.#slots[0];
    if (slot === undefined || slot.missing > 0) return undefined;
    this.#slots.shift();
    this.#done = slot.t;
    return { t: epochMs(slot.t), payload: (fact, shard) => (fact === 'bars' ? slot.shards[shard]?.data : undefined) };
  }
}
