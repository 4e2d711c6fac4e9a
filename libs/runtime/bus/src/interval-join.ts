import {
  ANNOUNCED_BY,
  addressOf,
  announcedCount,
  intervalOf,
  isAnnounced,
  isPlaced,
  type AnnouncedFact,
  type Fact,
  type Input,
} from '@aitrader/contracts';
import { epochMs, item, type EpochMs } from '@aitrader/model';
import { DivergedError } from './errors.ts';

/** A message as the join holds it. */
export interface LoggedMessage {
  readonly seq: number;
  readonly subject: string;
  readonly data: Uint8Array;
  /** the very bytes that were stored, where an earlier version of the fact says otherwise what `data` says as today's */
  readonly stored?: Uint8Array;
}

/** Whether a scheduled fact is sent at the interval that closes at `t`, behind that of `before` (−1: none), of the run at hand. */
export type Schedule = (fact: Fact, before: number, t: EpochMs) => boolean;

/** Everything that a stage instance reads about one interval. */
export interface IntervalMessages {
  readonly t: EpochMs;
  /** payload of an awaited fact; `shard` −1 for a fact of the account; undefined for `before` in the first interval, or when none was announced */
  readonly payload: (fact: Fact, shard: number) => Uint8Array | undefined;
  /** the same, as it stands in the recording */
  readonly message: (fact: Fact, shard: number) => LoggedMessage | undefined;
  /** recorded since the interval before, in recorded order */
  readonly control: readonly Uint8Array[];
  /** sequence of the message that completed the interval */
  readonly completedBy: number;
}

interface Slot {
  readonly t: EpochMs;
  readonly messages: Map<string, LoggedMessage>;
  missing: number;
}

const keyOf = (fact: Fact, shard: number): string => `${fact}.${shard}`;

/**
 * The barrier in front of a stage instance: collects what the topology lets it read, and releases intervals one by one, in
 * order, each when all that it awaits is there.
 * 1. What is released depends only on the recording's order, never on when messages arrive.
 * 2. Control that stands in the recording before the message that completes an interval belongs to that interval.
 * 3. Messages of intervals already passed are dropped, so a reader may start anywhere behind `resumeFrom`.
 * 4. What no interval closes, requests and reports, is of no interval and passed over.
 * 5. What the message that closes an interval announces, or the schedule tells, is awaited, on whichever side of it the recording has it.
 */
export class IntervalJoin {
  readonly #now: readonly string[];
  readonly #before: readonly string[];
  readonly #announced: readonly AnnouncedFact[];
  readonly #scheduled: readonly Fact[];
  readonly #schedule: Schedule;
  readonly #slots = new Map<number, Slot>();
  readonly #earlier = new Map<number, Map<string, LoggedMessage>>();
  readonly #unawaited: LoggedMessage[] = [];
  readonly #control: LoggedMessage[] = [];
  #order: number[] = [];
  #done: number;
  #completedBy: number;
  #seq = 0;

  /** `schedule` tells when scheduled facts are awaited; `done`: the last interval passed, −1 at first; `completedBy`: the sequence that had completed it. */
  constructor(reads: readonly Input[], shard: number, shards: number, schedule: Schedule, done = -1, completedBy = 0) {
    const keys = (when: 'now' | 'before'): string[] =>
      reads.flatMap((input) => {
        if (input.when !== when) return [];
        if (input.of === 'every-shard') return Array.from({ length: shards }, (_, each) => keyOf(input.fact, each));
        return [keyOf(input.fact, input.of === 'own-shard' ? shard : -1)];
      });
    this.#now = keys('now');
    this.#before = keys('before');
    this.#announced = reads.flatMap(({ fact, when }) => (when === 'announced' && isAnnounced(fact) ? [fact] : []));
    this.#scheduled = reads.flatMap(({ fact, when }) => (when === 'scheduled' ? [fact] : []));
    this.#schedule = schedule;
    this.#done = done;
    this.#completedBy = completedBy;
  }

  get done(): number {
    return this.#done;
  }
  get completedBy(): number {
    return this.#completedBy;
  }
  /** Intervals begun and not yet released. */
  get waiting(): number {
    return this.#order.length;
  }

  /** The sequence to read from in order to see again all that is not yet used up. */
  get resumeFrom(): number {
    let least = this.#seq + 1;
    const see = (message: LoggedMessage): void => {
      if (message.seq < least) least = message.seq;
    };
    for (const slot of this.#slots.values()) slot.messages.forEach(see);
    for (const messages of this.#earlier.values()) messages.forEach(see);
    this.#unawaited.forEach(see);
    this.#control.forEach(see);
    return least;
  }

  /** Takes in the next message of the recording. @throws ContractError, RangeError when it is none that we know */
  offer(message: LoggedMessage): void {
    this.#seq = message.seq;
    const { fact, shard } = addressOf(message.subject);
    if (fact === 'control') {
      if (message.seq > this.#completedBy) this.#control.push(message);
      return;
    }
    if (isPlaced(fact)) return;
    const t = intervalOf(fact, message.data);
    const key = keyOf(fact, shard);
    if (this.#before.includes(key)) {
      if (t < this.#done) return;
      const messages = this.#earlier.get(t) ?? new Map<string, LoggedMessage>();
      this.#earlier.set(t, messages.set(key, message));
    } else if (t > this.#done) {
      if (this.#now.includes(key)) this.#slot(t).messages.set(key, message);
      else this.#unawaited.push(message);
    }
  }

  #slot(t: EpochMs): Slot {
    let slot = this.#slots.get(t);
    if (slot === undefined) {
      const last = this.#order.at(-1) ?? this.#done;
      if (t <= last) throw new DivergedError(`interval ${t} came after ${last}`);
      slot = { t, messages: new Map(), missing: this.#now.length };
      this.#slots.set(t, slot);
      this.#order.push(t);
    }
    slot.missing -= 1;
    return slot;
  }

  /** The next interval, if all of it is there. */
  release(): IntervalMessages | undefined {
    const t = this.#order[0];
    const slot = t === undefined ? undefined : this.#slots.get(t);
    if (slot === undefined || slot.missing > 0) return undefined;
    const earlier = this.#done < 0 ? undefined : this.#earlier.get(this.#done);
    if (this.#before.length > 0 && this.#done >= 0 && (earlier?.size ?? 0) < this.#before.length) return undefined;
    if (!this.#announced.every((fact) => this.#isThere(fact, slot))) return undefined;
    if (!this.#scheduled.every((fact) => !this.#schedule(fact, this.#done, slot.t) || this.#hasCome(fact, slot.t)))
      return undefined;
    return this.#pass(slot, earlier);
  }

  /** Whether an announced fact of a slot has come, or none was announced. */
  #isThere(fact: AnnouncedFact, { t, messages }: Slot): boolean {
    const closing = messages.get(keyOf(ANNOUNCED_BY[fact], -1));
    if (closing === undefined || announcedCount(fact, closing.data) === 0) return true;
    return this.#hasCome(fact, t);
  }

  #hasCome(fact: Fact, t: number): boolean {
    return this.#unawaited.some(({ subject, data }) => addressOf(subject).fact === fact && intervalOf(fact, data) === t);
  }

  #pass(slot: Slot, earlier: Map<string, LoggedMessage> | undefined): IntervalMessages {
    const messages = new Map(slot.messages);
    earlier?.forEach((message, key) => messages.set(key, message));
    const awaited = [...messages.values()];
    const rest = this.#unawaited.filter((message) => {
      const { fact, shard } = addressOf(message.subject);
      if (intervalOf(fact, message.data) !== slot.t) return true;
      messages.set(keyOf(fact, shard), message);
      return false;
    });
    this.#unawaited.splice(0, this.#unawaited.length, ...rest);
    const completedBy = awaited.reduce((most, { seq }) => Math.max(most, seq), 0);
    const control = this.#control.splice(0, countUpTo(this.#control, completedBy));
    this.#slots.delete(slot.t);
    this.#earlier.delete(this.#done);
    this.#order.shift();
    this.#done = slot.t;
    this.#completedBy = completedBy;
    return {
      t: epochMs(slot.t),
      payload: (fact, shard) => messages.get(keyOf(fact, shard))?.data,
      message: (fact, shard) => messages.get(keyOf(fact, shard)),
      control: control.map((message) => message.data),
      completedBy,
    };
  }
}

function countUpTo(messages: readonly LoggedMessage[], seq: number): number {
  let count = 0;
  while (count < messages.length && item(messages, count).seq < seq) count += 1;
  return count;
}

/** Payload of a fact that the join awaits. @throws DivergedError when it is missing all the same */
export function required(messages: Pick<IntervalMessages, 't' | 'payload'>, fact: Fact, shard: number): Uint8Array {
  const payload = messages.payload(fact, shard);
  if (payload === undefined) throw new DivergedError(`no ${fact} of shard ${shard} for interval ${messages.t}`);
  return payload;
}
