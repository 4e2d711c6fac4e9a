import type { StoredMsg } from '@nats-io/jetstream';
import { addressOf, FACT_WIRING, intervalOf, isPlaced, streamOf, subjectOfEveryVersion, type Fact } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import { readingMessage } from './broken-recording.ts';
import type { Bus } from './connection.ts';
import { hasCode, JETSTREAM_CODE } from './errors.ts';
import type { LoggedMessage } from './interval-join.ts';
import { asToday } from './recording-reader.ts';
import { recordingInfo } from './recordings.ts';

/*
 * Finding what was recorded of an interval without reading the recording.
 *
 * 1. Intervals rise along each subject, so halving finds one: a lookup reads no more messages than the number of the last one has binary digits.
 */

/** A message of a recording, and when the server stored it: ms since 1970, in fractions. */
export interface StoredAtMessage extends LoggedMessage {
  readonly storedAt: number;
}

/** Looks up messages of a recording as it stood when it was opened. */
export class IntervalSearch {
  readonly #bus: Bus;
  readonly #run: RunId;
  readonly #first: number;
  readonly #last: number;
  #reads = 0;

  private constructor(bus: Bus, run: RunId, first: number, last: number) {
    this.#bus = bus;
    this.#run = run;
    this.#first = first;
    this.#last = last;
  }

  /** @throws UnknownRunError */
  static async open(bus: Bus, run: RunId): Promise<IntervalSearch> {
    const { state } = await recordingInfo(bus, run);
    return new IntervalSearch(bus, run, state.first_seq, state.last_seq);
  }

  /** The last message that there was. */
  get last(): number {
    return this.#last;
  }
  /** Messages that were read so far. */
  get reads(): number {
    return this.#reads;
  }

  /**
   * The first message of a fact, of a shard where it is the shards', that is of the interval `t` or of a later one; undefined where there is none. Not of
   * facts that no interval closes. @throws BrokenRecordingError, RangeError
   */
  async firstFrom(fact: Fact, t: number, shard?: number): Promise<StoredAtMessage | undefined> {
    if (fact === 'manifest' || fact === 'control' || isPlaced(fact)) throw new RangeError(`${fact} is of no interval`);
    if (FACT_WIRING[fact].key === 'shard' && shard === undefined)
      throw new RangeError(`${fact} is the shards': say of which one`);
    let [low, high] = [this.#first, this.#last + 1];
    let found: StoredAtMessage | undefined;
    while (low < high) {
      const middle = low + Math.floor((high - low) / 2);
      const next = await this.#next(fact, middle, shard);
      if (next === undefined) high = middle;
      else if (readingMessage(next, () => intervalOf(fact, next.data)) < t) low = next.seq + 1;
      else {
        found = next;
        high = middle;
      }
    }
    return found;
  }

  /** The message of a fact that is of the very interval `t`; undefined where there is none. */
  async at(fact: Fact, t: number, shard?: number): Promise<StoredAtMessage | undefined> {
    const found = await this.firstFrom(fact, t, shard);
    return found !== undefined && intervalOf(fact, found.data) === t ? found : undefined;
  }

  async #next(fact: Fact, seq: number, shard?: number): Promise<StoredAtMessage | undefined> {
    this.#reads += 1;
    const subject = subjectOfEveryVersion(this.#run, fact, shard);
    const next = await this.#stored(seq, subject);
    if (next === null || next.seq > this.#last) return undefined;
    return { ...asToday({ seq: next.seq, subject: next.subject, data: next.data }), storedAt: storedMs(next.timestamp) };
  }

  #stored(seq: number, subject: string): Promise<StoredMsg | null> {
    return this.#bus.jsm.direct
      .getMessage(streamOf(this.#run), { seq, next_by_subj: subject })
      .catch((error: unknown): StoredMsg | null => {
        if (hasCode(error, JETSTREAM_CODE.messageNotFound)) return null;
        throw error;
      });
  }
}

/** The shard of a message; −1 for a fact of the account. */
export const shardOfMessage = ({ subject }: LoggedMessage): number => addressOf(subject).shard;

const NANOSECONDS = /\.(\d+)Z$/;
const MS_DIGITS = 3;

/** When the server stored a message, as it says it (RFC 3339, to the nanosecond): ms since 1970, in fractions. */
export function storedMs(timestamp: string): number {
  const [, digits = ''] = NANOSECONDS.exec(timestamp) ?? [];
  const whole = Date.parse(timestamp.replace(NANOSECONDS, 'Z'));
  return whole + Number(`${digits.slice(0, MS_DIGITS).padEnd(MS_DIGITS, '0')}.${digits.slice(MS_DIGITS)}`);
}
