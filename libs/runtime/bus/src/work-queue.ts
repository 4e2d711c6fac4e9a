import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  jetstreamManager,
  type JetStreamManager,
  type JsMsg,
} from '@nats-io/jetstream';
import { nanosOf, type Bus } from './connection.ts';
import { BusFullError, hasCode, JETSTREAM_CODE } from './errors.ts';
import type { Payload } from './publisher.ts';
import { isStoreFull } from './server/index.ts';
import { untilAnswered } from './until-answered.ts';

/*
 * Work that any process may take, and what it came to: two streams, one of the parts that nobody has finished, one of what was told of them.
 * Parts and what is told lie in lanes, each for those who can do them; lanes, keys and kinds are single tokens of a subject.
 *
 * 1. A part lies there once under its key, whoever puts it and however often, until somebody has finished it or it is withdrawn.
 * 2. A part is with one taker at a time, and is taken again when that one has given it back, or has not said for a while that it is at work.
 * 3. What is told under a key is told once. Who tells it again learns what is there.
 */

/** How long a taker may be silent: two heartbeats may be lost, or its thread be busy for as long. */
export const ACK_WAIT_MS = 30_000;
const BEATS_PER_WAIT = 3;
/** What lies there longer is of nobody who is alive: whoever waits for a part puts it again. */
const PART_AGE_MS_MAX = 24 * 3_600_000;
/** A sweep that was interrupted is gone on with within this. */
const TOLD_AGE_MS_MAX = 7 * PART_AGE_MS_MAX;
/** A consumer that nobody takes from is forgotten after this. */
const IDLE_MS_MAX = PART_AGE_MS_MAX;
const REQUEST_MS_MAX = 5_000;

/** A part that was taken. */
export interface TakenPart {
  readonly key: string;
  readonly data: Uint8Array;
  /** how often it was taken, this time included */
  readonly taken: number;
  /** runs `work` and says meanwhile that the part is with us */
  readonly during: <T>(work: () => Promise<T>) => Promise<T>;
  /** takes it off the queue */
  readonly finish: () => Promise<void>;
  /** lets somebody else take it at once */
  readonly giveBack: () => Promise<void>;
}

/** Something that was told of a lane's parts. */
export interface Told {
  readonly seq: number;
  readonly kind: string;
  readonly key: string;
  readonly data: Uint8Array;
}

export interface LaneKey {
  readonly lane: string;
  readonly key: string;
}

export interface WorkQueueOptions {
  /** how long a taker may be silent before its part is taken again; the same for all of a queue */
  readonly ackWaitMs?: number | undefined;
  /** ends the waiting for a server that is away */
  readonly signal?: AbortSignal | undefined;
}

export class WorkQueue {
  readonly #bus: Bus;
  readonly #jsm: JetStreamManager;
  readonly #subjects: string;
  readonly #ackWaitMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #streams: { readonly parts: string; readonly told: string };

  private constructor(bus: Bus, jsm: JetStreamManager, subjects: string, { ackWaitMs, signal }: WorkQueueOptions) {
    this.#bus = bus;
    this.#jsm = jsm;
    this.#subjects = subjects;
    this.#ackWaitMs = ackWaitMs ?? ACK_WAIT_MS;
    this.#signal = signal;
    const name = subjects.replaceAll('.', '_').toUpperCase();
    this.#streams = { parts: `${name}_PARTS`, told: `${name}_TOLD` };
  }

  /** Opens the queue whose subjects begin so, in the account of whoever connects; its streams are made where there are none. */
  static async open(bus: Bus, subjects: string, options: WorkQueueOptions = {}): Promise<WorkQueue> {
    const jsm = await jetstreamManager(bus.nc, { timeout: REQUEST_MS_MAX, checkAPI: false });
    const queue = new WorkQueue(bus, jsm, subjects, options);
    const common = { storage: StorageType.File, discard: DiscardPolicy.New, num_replicas: 1, allow_direct: true };
    await jsm.streams.add({
      ...common,
      name: queue.#streams.parts,
      subjects: [`${subjects}.part.*.*`],
      retention: RetentionPolicy.Workqueue,
      max_age: nanosOf(PART_AGE_MS_MAX),
    });
    await jsm.streams.add({
      ...common,
      name: queue.#streams.told,
      subjects: [`${subjects}.told.*.*.*`],
      retention: RetentionPolicy.Limits,
      max_age: nanosOf(TOLD_AGE_MS_MAX),
    });
    return queue;
  }

  /** Puts a part; false when it lies there already. @throws BusFullError, or the server's error */
  async put({ lane, key }: LaneKey, payload: Payload): Promise<boolean> {
    return this.#publishFirst(this.#part(lane, key), payload);
  }

  /** Takes parts off the queue that nobody is to do any more. */
  async withdraw({ lane, key }: LaneKey): Promise<void> {
    await this.#answered(() => this.#jsm.streams.purge(this.#streams.parts, { filter: this.#part(lane, key) }));
  }

  /** Parts that nobody has finished, those among them that somebody has taken; of one lane, or of all. */
  async unfinished(lane = '*'): Promise<readonly LaneKey[]> {
    const { state } = await this.#answered(() =>
      this.#jsm.streams.info(this.#streams.parts, { subjects_filter: this.#part(lane, '*') }),
    );
    return Object.keys(state.subjects ?? {}).map((subject) => {
      const [of = '', key = ''] = subject.split('.').slice(-2);
      return { lane: of, key };
    });
  }

  /** What a part says, without taking it; undefined when it does not lie there. */
  async look({ lane, key }: LaneKey): Promise<Uint8Array | undefined> {
    return (await this.#stored(this.#streams.parts, { last_by_subj: this.#part(lane, key) }))?.data;
  }

  /** Takes a part of a lane, or waits for one for as long, at least a second; undefined when none came. @throws the server's error when it stays away */
  async take(lane: string, waitMs: number): Promise<TakenPart | undefined> {
    const message = await this.#answered(async () => {
      await this.#jsm.consumers.add(this.#streams.parts, {
        durable_name: lane,
        filter_subject: this.#part(lane, '*'),
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanosOf(this.#ackWaitMs),
        deliver_policy: DeliverPolicy.All,
        inactive_threshold: nanosOf(IDLE_MS_MAX),
      });
      const consumer = await this.#bus.js.consumers.get(this.#streams.parts, lane);
      return consumer.next({ expires: waitMs });
    });
    return message === null ? undefined : this.#taken(message);
  }

  /** Tells something once: what was told there before, or undefined when this is now. @throws BusFullError, or the server's error */
  async tell(lane: string, kind: string, key: string, payload: Payload): Promise<Uint8Array | undefined> {
    const subject = this.#told(lane, kind, key);
    for (;;) {
      if (await this.#publishFirst(subject, payload)) return undefined;
      const before = await this.told(lane, kind, key);
      if (before !== undefined) return before;
    }
  }

  /** What was told under a key. */
  async told(lane: string, kind: string, key: string): Promise<Uint8Array | undefined> {
    return (await this.#stored(this.#streams.told, { last_by_subj: this.#told(lane, kind, key) }))?.data;
  }

  /** What was told next in a lane, after a sequence; undefined when nothing was yet. */
  async toldAfter(lane: string, seq: number): Promise<Told | undefined> {
    const next = await this.#stored(this.#streams.told, { seq: seq + 1, next_by_subj: this.#told(lane, '*', '*') });
    if (next === null) return undefined;
    const [kind = '', key = ''] = next.subject.split('.').slice(-2);
    return { seq: next.seq, kind, key, data: next.data };
  }

  /** Forgets what was told under a key. */
  async forget(lane: string, kind: string, key: string): Promise<void> {
    await this.#answered(() => this.#jsm.streams.purge(this.#streams.told, { filter: this.#told(lane, kind, key) }));
  }

  #part(lane: string, key: string): string {
    return `${this.#subjects}.part.${lane}.${key}`;
  }

  #told(lane: string, kind: string, key: string): string {
    return `${this.#subjects}.told.${lane}.${kind}.${key}`;
  }

  async #stored(stream: string, query: Parameters<JetStreamManager['direct']['getMessage']>[1]) {
    return this.#answered(() =>
      this.#jsm.direct.getMessage(stream, query).catch((error: unknown) => {
        if (hasCode(error, JETSTREAM_CODE.messageNotFound)) return null;
        throw error;
      }),
    );
  }

  /** Stores the first message of a subject; false when it has one. An answer that was lost counts as one that came. */
  async #publishFirst(subject: string, payload: Payload): Promise<boolean> {
    try {
      await this.#answered(() =>
        this.#bus.js.publish(subject, payload, { expect: { lastSubjectSequence: 0 }, timeout: REQUEST_MS_MAX }),
      );
      return true;
    } catch (error) {
      if (hasCode(error, JETSTREAM_CODE.wrongLastSequence)) return false;
      if (isStoreFull(error)) throw new BusFullError('the bus has no room for the sweep', { cause: error });
      throw error;
    }
  }

  #taken(message: JsMsg): TakenPart {
    // what becomes of the answer is all the same: a part that is delivered again is found to be told
    const settle = async (say: () => void): Promise<void> => {
      say();
      await this.#bus.nc.flush().catch(() => undefined);
    };
    return {
      key: message.subject.slice(message.subject.lastIndexOf('.') + 1),
      data: message.data,
      taken: message.info.deliveryCount,
      during: async (work) => {
        const beat = setInterval(() => message.working(), this.#ackWaitMs / BEATS_PER_WAIT);
        try {
          return await work();
        } finally {
          clearInterval(beat);
        }
      },
      finish: () => settle(() => message.ack()),
      giveBack: () => settle(() => message.nak()),
    };
  }

  #answered<T>(ask: () => Promise<T>): Promise<T> {
    return untilAnswered(this.#bus, ask, this.#signal);
  }
}
