import {
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  jetstreamManager,
  type JetStreamManager,
  type StoredMsg,
} from '@nats-io/jetstream';
import { copiesOn, nanosOf, type Bus } from './connection.ts';
import { BusFullError, hasCode, JETSTREAM_CODE } from './errors.ts';
import type { Payload } from './publisher.ts';
import { isStoreFull } from './server/index.ts';
import { untilAnswered } from './until-answered.ts';

/*
 * Rows of facts: a stream in which each row is a subject, and each fact stands behind those of its row that its writer knew.
 *
 * 1. A fact is stored only where its row has nothing that its writer did not know: of two writers one learns that it has to look again.
 * 2. So the first fact of a row is stored once, whoever writes it and however often.
 * 3. Nothing is changed or deleted, but for what is older than the log keeps.
 */

const REQUEST_MS_MAX = 5_000;

/** A fact as it is stored. */
export interface RowFact {
  /** its place among all facts of the log */
  readonly seq: number;
  /** its row */
  readonly key: string;
  readonly data: Uint8Array;
}

export interface RowLogOptions {
  readonly stream: string;
  /** what the subjects of its rows begin with; keys stand behind it and may have dots */
  readonly subjects: string;
  /** what is older is forgotten */
  readonly ageMsMax: number;
}

export class RowLog {
  readonly #bus: Bus;
  readonly #jsm: JetStreamManager;
  readonly #options: RowLogOptions;

  private constructor(bus: Bus, jsm: JetStreamManager, options: RowLogOptions) {
    this.#bus = bus;
    this.#jsm = jsm;
    this.#options = options;
  }

  /** Opens the log in the account of whoever connects; its stream is made where there is none. */
  static async open(bus: Bus, options: RowLogOptions): Promise<RowLog> {
    const jsm = await jetstreamManager(bus.nc, { timeout: REQUEST_MS_MAX, checkAPI: false });
    await untilAnswered(bus, () =>
      jsm.streams.add({
        name: options.stream,
        subjects: [`${options.subjects}.>`],
        retention: RetentionPolicy.Limits,
        storage: StorageType.File,
        discard: DiscardPolicy.New,
        max_age: nanosOf(options.ageMsMax),
        num_replicas: copiesOn(bus),
        allow_direct: true,
        deny_delete: true,
        deny_purge: true,
      }),
    );
    return new RowLog(bus, jsm, options);
  }

  /**
   * Stores a fact of a row behind the one at `behind`, 0 before the first; `id` names it. Returns its place, or undefined where
   * somebody else has written into the row since. An answer that was lost counts as one that came. @throws BusFullError, or the server's error
   */
  async append(key: string, payload: Payload, behind: number, id: string): Promise<number | undefined> {
    const subject = `${this.#options.subjects}.${key}`;
    try {
      const { seq, duplicate } = await untilAnswered(this.#bus, () =>
        this.#bus.js.publish(subject, payload, {
          msgID: id,
          expect: { lastSubjectSequence: behind },
          timeout: REQUEST_MS_MAX,
        }),
      );
      return duplicate ? await this.#ours(seq, subject, payload) : seq;
    } catch (error) {
      if (isStoreFull(error)) throw new BusFullError('the bus has no room for the schedule', { cause: error });
      if (!hasCode(error, JETSTREAM_CODE.wrongLastSequence)) throw error;
      return this.#ours(behind + 1, subject, payload);
    }
  }

  /** The place of the first message of a row from a place on, when it says just that. */
  async #ours(from: number, subject: string, payload: Payload): Promise<number | undefined> {
    const there = await this.#stored(from, subject);
    return there !== null && Buffer.from(there.data).equals(Buffer.from(payload)) ? there.seq : undefined;
  }

  /** The first fact behind a place of the log, of whichever row; undefined when nothing more is there. */
  async after(seq: number): Promise<RowFact | undefined> {
    const next = await this.#stored(seq + 1, `${this.#options.subjects}.>`);
    if (next === null) return undefined;
    return { seq: next.seq, key: next.subject.slice(this.#options.subjects.length + 1), data: next.data };
  }

  #stored(seq: number, subject: string): Promise<StoredMsg | null> {
    return untilAnswered(this.#bus, () =>
      this.#jsm.direct.getMessage(this.#options.stream, { seq, next_by_subj: subject }).catch((error: unknown) => {
        if (hasCode(error, JETSTREAM_CODE.messageNotFound)) return null;
        throw error;
      }),
    );
  }
}
