import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { FACT_WIRING, inboxOf, messageIdOf, placeOf, subjectOf, type Fact } from '@aitrader/contracts';
import type { EpochMs, RunId } from '@aitrader/model';
import { AckInbox } from './ack-inbox.ts';
import type { Bus } from './connection.ts';
import { BusFullError, FencedError, JETSTREAM_CODE, codeOf } from './errors.ts';
import { BATCHED_ID_HEADER, lastMessage } from './recordings.ts';
import { isStoreFull, storeFault } from './server/index.ts';

/** One message of an interval. `shard` is −1 for a fact of the account. */
export interface Outgoing {
  readonly fact: Fact;
  readonly shard: number;
  readonly t: EpochMs | 0;
  /** what grows from message to message of the subject, where that is not `t`: as `placeOf` reads it from the payload */
  readonly place?: number;
  readonly payload: Payload;
  /** recorded with the message, outside the fact */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** JSON, as text or as the bytes of it. */
export type Payload = string | Uint8Array;

interface Pending {
  readonly subject: string;
  readonly shard: number;
  readonly id: string;
  readonly payload: Payload;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/** What the last stored message of one of our subjects is, as far as we know. */
interface Head {
  seq: number;
  /** place of it, of most facts its interval; −1 before the first */
  place: number;
}

/** The server keeps a store on disk for every batch while it comes in: a few intervals are stored sooner one by one. */
const BATCH_GROUPS_MIN = 16;
/** The server's own limit on an atomic batch. */
const BATCH_MESSAGES_MAX = 1_000;
/** Keeps a batch within what the server stages in memory without effort. */
const BATCH_BYTES_MAX = 4_000_000;
/** Intervals computed but not yet stored; more would only hide that the bus is the bottleneck. */
const QUEUE_GROUPS_MAX = 1_024;
const ANSWER_TIMEOUT_MS = 2_000;
/** Publishes in a row without an answer after which the server is asked what is wrong. */
const SILENT_ANSWERS_MAX = 3;
const RETRY_WAIT_MS = 100;

/** Answers that the stream's own content can settle; any other refusal is final. */
const RESOLVABLE: ReadonlySet<number> = new Set([
  JETSTREAM_CODE.wrongLastSequence,
  JETSTREAM_CODE.duplicateInBatch,
  JETSTREAM_CODE.incompleteBatch,
  JETSTREAM_CODE.unavailable,
]);

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface PublisherEvents {
  /** the publisher gave up: fenced, or the bus is full */
  readonly failed: (error: Error) => void;
  /** something was stored, so that there is room again */
  readonly stored: () => void;
  /**
   * another copy has published in a shard's place: nothing more is published of it, and of the other shards all is as before. Where this
   * is not heard, the publisher gives up
   */
  readonly fenced?: (shard: number, error: FencedError) => void;
}

/**
 * Publishes a stage's facts so that each is stored exactly once, whatever crashes:
 * 1. Intervals are stored in order, one after the other or many in one atomic batch; one send is in flight at a time.
 * 2. The first message of each subject in a send carries the sequence at which the subject is expected to end, so a second
 *    copy of the stage cannot interleave.
 * 3. What is `ahead` of the fact that closes its interval is stored before it is sent.
 * 4. An unanswered publish is resolved by asking the stream what it holds, never by sending again blindly.
 */
export class FencedPublisher {
  readonly #bus: Bus;
  readonly #run: RunId;
  readonly #owner: string;
  readonly #events: PublisherEvents;
  readonly #heads = new Map<string, Head>();
  #queue: Pending[][] = [];
  #pumping = false;
  #waiting: { readonly groups: number; readonly resolve: (stored: boolean) => void }[] = [];
  #failed = false;
  /** shards of which nothing is published any more */
  readonly #disowned = new Set<number>();
  readonly #inbox: AckInbox;
  #batches = 0;
  #accepted = 0;
  #stored = 0;
  /** groups that were asked to be sent */
  #due = 0;

  /** `owner` names who publishes, in errors. */
  constructor(bus: Bus, run: RunId, owner: string, events: PublisherEvents) {
    this.#bus = bus;
    this.#run = run;
    this.#owner = owner;
    this.#events = events;
    this.#inbox = new AckInbox(bus.nc, inboxOf(bus.principal));
  }

  /** Looks up where each subject ends. Call it for every subject that will be published to, and again for one that was disowned. */
  async own(fact: Fact, shard: number): Promise<void> {
    // What was on its way when the shard was disowned may still arrive.
    if (this.#disowned.has(shard)) await this.settled();
    this.#disowned.delete(shard);
    const subject = this.#subject(fact, shard);
    const last = await lastMessage(this.#bus, this.#run, subject);
    this.#heads.set(subject, { seq: last?.seq ?? 0, place: last === undefined ? -1 : placeOf(fact, last.data) });
  }

  /** Publishes nothing more of a shard: what waits is dropped, and what is still to come is not taken. */
  disown(shard: number): void {
    this.#disowned.add(shard);
    this.#queue = this.#queue.map((group) => group.filter((pending) => pending.shard !== shard));
  }

  /** The last interval of a subject that is stored or queued; −1 when there is none. */
  lastInterval(fact: Fact, shard: number): number {
    return this.lastPlace(fact, shard);
  }

  /** The place of a subject's last message that is stored or queued, as `placeOf` has it; −1 when there is none. */
  lastPlace(fact: Fact, shard: number): number {
    return this.#head(this.#subject(fact, shard)).place;
  }

  /** Groups accepted so far, and those known to be stored. */
  get accepted(): number {
    return this.#accepted;
  }
  get stored(): number {
    return this.#stored;
  }
  get congested(): boolean {
    return this.#queue.length >= QUEUE_GROUPS_MAX;
  }

  /**
   * Queues the messages of one interval, to be stored together at the next `flush`. What its subject holds already is left out: a
   * crash may have left any part of an interval unsaid, and its writer says all of it again.
   */
  publish(group: readonly Outgoing[]): void {
    const ahead = group.filter(isAhead);
    if (ahead.length > 0) this.#queueUp(ahead);
    this.#queueUp(ahead.length > 0 ? group.filter((one) => !isAhead(one)) : group);
  }

  #queueUp(group: readonly Outgoing[]): void {
    const pending: Pending[] = [];
    for (const { fact, shard, t, place = t, payload, headers: own } of group) {
      if (this.#disowned.has(shard)) continue;
      const subject = this.#subject(fact, shard);
      const head = this.#head(subject);
      if (place <= head.place) continue;
      head.place = place;
      pending.push({ subject, shard, id: messageIdOf(this.#run, fact, shard, place), payload, headers: own });
    }
    if (pending.length === 0) return;
    this.#accepted += 1;
    this.#queue.push(pending);
  }

  /** Groups that wait to be sent. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Sends what is queued, in as few batches as it fits: a batch of several messages costs the server's disk more than its size. */
  flush(): void {
    if (this.#queue.length === 0) return;
    this.#due = this.#accepted;
    if (!this.#pumping) void this.#pump();
  }

  /** Sends what is queued, and resolves once the first `groups` of all that was accepted are stored: false when it gave up. */
  whenStored(groups: number): Promise<boolean> {
    this.flush();
    if (this.#failed || this.#stored >= groups) return Promise.resolve(!this.#failed);
    return new Promise((resolve) => this.#waiting.push({ groups, resolve }));
  }

  /** Resolves once all that was queued is stored, or the publisher gave up. */
  async settled(): Promise<void> {
    await this.whenStored(this.#accepted);
  }

  #subject(fact: Fact, shard: number): string {
    return shard < 0 ? subjectOf(this.#run, fact) : subjectOf(this.#run, fact, shard);
  }

  #head(subject: string): Head {
    const head = this.#heads.get(subject);
    if (head === undefined) throw new Error(`${this.#owner} does not own ${subject}`);
    return head;
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    try {
      while (this.#stored < this.#due && !this.#failed) {
        const groups = this.#take();
        await this.#store(groups.flat());
        this.#stored += groups.length;
        this.#answerWaiting();
        this.#events.stored();
      }
    } catch (error) {
      this.#failed = true;
      this.#answerWaiting();
      this.#events.failed(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#pumping = false;
    }
  }

  #answerWaiting(): void {
    const answered = this.#waiting.filter(({ groups }) => this.#failed || this.#stored >= groups);
    if (answered.length === 0) return;
    this.#waiting = this.#waiting.filter((waiting) => !answered.includes(waiting));
    for (const { resolve } of answered) resolve(!this.#failed);
  }

  /** One group, or as many as fit an atomic batch when there are enough of them to be worth one. */
  #take(): Pending[][] {
    if (this.#queue.length < BATCH_GROUPS_MIN) return this.#queue.splice(0, 1);
    let messages = 0;
    let bytes = 0;
    let groups = 0;
    for (const group of this.#queue) {
      messages += group.length;
      for (const { payload } of group) bytes += payload.length;
      if (groups > 0 && (messages > BATCH_MESSAGES_MAX || bytes > BATCH_BYTES_MAX)) break;
      groups += 1;
    }
    return this.#queue.splice(0, groups);
  }

  async #store(batch: Pending[]): Promise<void> {
    let rest = batch;
    let silent = 0;
    while (rest.length > 0) {
      try {
        await this.#send(rest);
        return;
      } catch (error) {
        if (isStoreFull(error))
          throw new BusFullError(`the bus has no room for another message (${this.#owner} at ${rest[0]?.id})`, { cause: error });
        const code = codeOf(error);
        if (this.#bus.nc.isClosed() || (code !== undefined && !RESOLVABLE.has(code))) throw error;
        silent = code === undefined || code === JETSTREAM_CODE.incompleteBatch ? silent + 1 : 0;
        if (silent >= SILENT_ANSWERS_MAX) await this.#findFault();
        await wait(RETRY_WAIT_MS);
        rest = await this.#unstored(rest);
      }
    }
  }

  /** A disk that is full makes the server answer nothing, which looks like a lost connection. @throws BusFullError */
  async #findFault(): Promise<void> {
    if (this.#bus.nc.isClosed()) return;
    const fault = await storeFault(this.#bus.nc).catch(() => undefined);
    if (isStoreFull(fault)) throw new BusFullError(`the bus has no room for another message (${this.#owner})`, { cause: fault });
  }

  /** Sends messages so that each is fenced, and notes where their subjects end. @throws NoAnswerError, or with JetStream's code */
  async #send(messages: readonly Pending[]): Promise<void> {
    const subjects = new Set(messages.map(({ subject }) => subject));
    if (subjects.size < messages.length) return this.#sendBatch(messages);
    // The fact that closes an interval counts the others, so its readers can wait for them; none of them is waited for here.
    const sent = await Promise.allSettled(messages.map((message) => this.#sendOne(message)));
    for (const each of sent) if (each.status === 'rejected') throw each.reason;
  }

  async #sendOne({ subject, id, payload, headers: own }: Pending): Promise<void> {
    const head = headersWith(own);
    head.set('Nats-Msg-Id', id);
    head.set('Nats-Expected-Last-Subject-Sequence', String(this.#head(subject).seq));
    const answer = await this.#inbox.expect(ANSWER_TIMEOUT_MS, (reply) =>
      this.#bus.nc.publish(subject, payload, { headers: head, reply }),
    );
    this.#head(subject).seq = acknowledged(answer.json());
  }

  async #sendBatch(batch: readonly Pending[]): Promise<void> {
    const batchId = `${this.#owner}-${process.pid}-${(this.#batches += 1)}`;
    const fenced = new Set<string>();
    const last = batch.length - 1;
    const answer = await this.#inbox.expect(ANSWER_TIMEOUT_MS, (reply) => {
      for (const [i, { subject, id, payload, headers: own }] of batch.entries()) {
        const head = headersWith(own);
        head.set(BATCHED_ID_HEADER, id);
        if (!fenced.has(subject)) head.set('Nats-Expected-Last-Subject-Sequence', String(this.#head(subject).seq));
        fenced.add(subject);
        head.set('Nats-Batch-Id', batchId);
        head.set('Nats-Batch-Sequence', String(i + 1));
        if (i === last) head.set('Nats-Batch-Commit', '1');
        this.#bus.nc.publish(subject, payload, i === last ? { headers: head, reply } : { headers: head });
      }
    });
    // An atomic batch is stored without anything in between.
    const lastSeq = acknowledged(answer.json());
    for (const [i, { subject }] of batch.entries()) this.#head(subject).seq = lastSeq - last + i;
  }

  /** Asks the stream which messages of an unanswered batch it holds. @throws FencedError when it holds another's */
  async #unstored(batch: readonly Pending[]): Promise<Pending[]> {
    const rest: Pending[] = [];
    for (const subject of new Set(batch.map((pending) => pending.subject))) {
      const ours = batch.filter((pending) => pending.subject === subject);
      const head = this.#head(subject);
      const last = await lastMessage(this.#bus, this.#run, subject).catch(() => 'unanswered' as const);
      if (last === 'unanswered') return [...batch];
      const at = ours.findIndex(({ id }) => id === last?.id);
      if (at < 0 && (last?.seq ?? 0) !== head.seq) {
        this.#fence(ours, `fenced off: another copy of ${this.#owner} has published ${last?.id ?? 'nothing'} on ${subject}`);
        continue;
      }
      if (at >= 0 && last !== undefined) head.seq = last.seq;
      rest.push(...ours.slice(at + 1));
    }
    return batch.filter((pending) => rest.includes(pending) && !this.#disowned.has(pending.shard));
  }

  /** Another copy is the writer now. @throws FencedError when nobody hears of it */
  #fence(ours: readonly Pending[], why: string): void {
    const error = new FencedError(why);
    const shard = ours[0]?.shard;
    if (this.#events.fenced === undefined || shard === undefined) throw error;
    if (this.#disowned.has(shard)) return;
    this.disown(shard);
    this.#events.fenced(shard, error);
  }
}

const isAhead = ({ fact }: Outgoing): boolean => FACT_WIRING[fact].cadence === 'ahead';

function headersWith(own: Pending['headers']): MsgHdrs {
  const head = headers();
  if (own !== undefined) for (const [name, value] of Object.entries(own)) head.set(name, value);
  return head;
}

function acknowledged(answer: unknown): number {
  const ack = answer as { seq?: number; error?: { err_code?: number; description?: string } };
  if (ack.error !== undefined) {
    throw Object.assign(new Error(ack.error.description ?? 'refused by JetStream'), { code: ack.error.err_code });
  }
  if (typeof ack.seq !== 'number' || ack.seq < 1) throw new Error('JetStream acknowledged without a sequence');
  return ack.seq;
}
