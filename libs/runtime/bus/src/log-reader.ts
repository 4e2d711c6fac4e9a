import { setTimeout as sleep } from 'node:timers/promises';
import { createInbox, type Msg, type MsgHdrs, type Subscription } from '@nats-io/transport-node';
import { inboxOf, streamOf } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import type { Bus } from './connection.ts';
import { JETSTREAM_CODE, codeOf } from './errors.ts';
import { numberIn } from './message-headers.ts';
import { ToldMessages, type ToldMessage } from './told-messages.ts';

/** Messages of a subject that the server tells before it is asked again: it bounds what a slow reader makes it hold. */
const TOLD_MESSAGES_MAX = 256;
/** Messages of a batch, and bytes of it, that are asked for at a time. */
const BATCH_MESSAGES_MAX = 512;
const BATCH_BYTES_MAX = 4_000_000;
/** After this long without a message the reader asks whether it has missed one. */
const SILENCE_MS_MAX = 1_000;
/** A batch that does not go on for this long is asked for anew. */
const ANSWER_MS_MAX = 3_000;
const WATCH_MS = 500;
const RETRY_WAIT_MS = 200;
/** How the server ends a batch: there was more or there was not; nothing is there; nobody answers. */
const [END_OF_BATCH, NOTHING, NOBODY] = [204, 404, 503];

/** A stored message, in its place in the recording. */
export interface LogMessage {
  readonly seq: number;
  readonly subject: string;
  readonly data: Uint8Array;
  /** more is known to be on its way: an estimate */
  readonly more: boolean;
  /** when the server stored it: RFC 3339, to the nanosecond */
  readonly storedAt: string;
  /** what its writer said beside it, and what the server says of it */
  readonly headers: MsgHdrs | undefined;
}

export interface LogReadOptions {
  readonly run: RunId;
  readonly subjects: readonly string[];
  /** the first sequence wanted */
  readonly from: number;
  readonly onMessage: (message: LogMessage) => void;
  /** the reader gave up: `onMessage` threw, or the recording is gone */
  readonly onError: (error: Error) => void;
  /** the recording cannot be read for now, and it is tried again: told once per opening */
  readonly onRetry?: (error: unknown) => void;
}

/**
 * Reads a recording in its total order from a sequence on, and goes on as it grows. Every message comes exactly once and none is passed
 * over: the reader's place is the sequence that it has handed over, not something that the server keeps (see decision 0004).
 * 1. It makes nothing on the bus (see decision 0055): what is there it asks for in batches, and what comes is told to it.
 * 2. What is told while it asks waits until the batches have come up to it, so that nothing lies between them.
 * 3. It starts over from its place after a silence, when the connection was lost, and whenever the server has told as much as it was to.
 */
export class LogReading {
  readonly #bus: Bus;
  readonly #options: LogReadOptions & { readonly onEnd?: () => void };
  /** where it ends, of one that does not follow */
  readonly #to: number | undefined;
  readonly #isWanted: (subject: string) => boolean;
  readonly #inbox: string;
  readonly #answers: Subscription;
  readonly #watchdog: NodeJS.Timeout;
  #seq: number;
  #told: ToldMessages | undefined;
  /** the subject that the present batch is answered on; undefined while none is asked for */
  #asked: string | undefined;
  #asks = 0;
  /** the last message of the present batch, 0 at first */
  #inBatch = 0;
  #heardAt = performance.now();
  #askedAgain = 0;
  #connection: number | undefined;
  #isRetrying = false;
  #stopped = false;

  /** `to`: the message to end with; it ends where the recording does when that comes first, and follows what comes when none is given. */
  constructor(bus: Bus, options: LogReadOptions & { readonly onEnd?: () => void }, to?: number) {
    this.#bus = bus;
    this.#options = options;
    this.#to = to;
    this.#seq = options.from - 1;
    this.#isWanted = matcherOf(options.subjects);
    this.#inbox = createInbox(inboxOf(bus.principal));
    this.#answers = bus.nc.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error === null && message.subject === this.#asked) this.#answer(message);
      },
    });
    this.#watchdog = setInterval(() => {
      const silentMs = performance.now() - this.#heardAt;
      if (this.#asked === undefined) {
        if (silentMs > SILENCE_MS_MAX) this.open();
      } else if (silentMs > ANSWER_MS_MAX) this.#openAgain();
    }, WATCH_MS);
  }

  /** Sequence of the last message handed over, or looked at. */
  get seq(): number {
    return this.#seq;
  }

  /** How often it had to ask again for what did not come: a message that was lost on its way, a batch without an end, a connection that was lost. */
  get askedAgain(): number {
    return this.#askedAgain;
  }

  #openAgain(): void {
    this.#askedAgain += 1;
    this.open();
  }

  /** Starts reading, or starts over, behind the last message handed over. */
  open(): void {
    if (this.#stopped) return;
    this.#told?.end();
    try {
      const { nc } = this.#bus;
      if (this.#connection !== undefined && this.#connection !== nc.info?.client_id) this.#askedAgain += 1;
      this.#connection = nc.info?.client_id;
      if (this.#to === undefined)
        this.#told = new ToldMessages(nc, this.#options.subjects, TOLD_MESSAGES_MAX, (told) => this.#hear(told));
      this.#ask();
    } catch (error) {
      this.#fail(error);
    }
  }

  #ask(): void {
    const { run, subjects } = this.#options;
    const [only] = subjects;
    this.#asked = `${this.#inbox}.${(this.#asks += 1)}`;
    this.#inBatch = 0;
    this.#heardAt = performance.now();
    const query = {
      seq: this.#seq + 1,
      batch: BATCH_MESSAGES_MAX,
      max_bytes: BATCH_BYTES_MAX,
      ...(subjects.length === 1 ? { next_by_subj: only } : {}),
    };
    this.#bus.nc.publish(`${this.#bus.api}.DIRECT.GET.${streamOf(run)}`, JSON.stringify(query), { reply: this.#asked });
  }

  #answer(message: Msg): void {
    const { headers, data } = message;
    this.#heardAt = performance.now();
    const code = headers?.code ?? 0;
    const pending = numberIn(headers, 'Nats-Num-Pending');
    // A message of the batch was lost on the way.
    if (code !== NOTHING && code !== NOBODY && numberIn(headers, 'Nats-Last-Sequence') !== this.#inBatch) this.#openAgain();
    else if (code === 0) {
      const seq = numberIn(headers, 'Nats-Sequence');
      this.#inBatch = seq;
      this.#handOver(seq, headers?.get('Nats-Subject') ?? '', message, data, pending > 0);
    } else if (code === END_OF_BATCH && pending > 0) this.#ask();
    else if (code === END_OF_BATCH || code === NOTHING) this.#join();
    else void this.#retry(new Error(`the recording cannot be read for now: ${code} ${headers?.description ?? ''}`));
  }

  /** The batches have come up to what was told meanwhile. */
  #join(): void {
    this.#asked = undefined;
    if (this.#to !== undefined) {
      this.#end();
      return;
    }
    const told = this.#told;
    for (const early of told?.join(this.#seq) ?? []) {
      if (told !== this.#told) return;
      this.#hear(early);
    }
    if (told?.isOver === true && told === this.#told) this.open();
  }

  #hear(told: ToldMessage): void {
    const { seq, subject, message } = told;
    if (this.#stopped) return;
    this.#heardAt = performance.now();
    const standing = this.#told?.place(told, this.#seq);
    if (standing === 'next') {
      const { headers, data } = message;
      const isInBatch = headers?.has('Nats-Batch-Id') === true && !headers.has('Nats-Batch-Commit');
      this.#handOver(seq, subject, message, data, isInBatch);
    }
    if (standing === 'behind-skipped')
      this.#fail(new Error(`message ${seq} on ${subject} came before one that stands before it`));
    else if (standing === 'behind-missed') this.#openAgain();
    else if (this.#told?.isOver === true && this.#asked === undefined) this.open();
  }

  #handOver(seq: number, subject: string, { headers }: Msg, data: Uint8Array, more: boolean): void {
    if (this.#stopped || seq <= this.#seq) return;
    this.#seq = seq;
    try {
      if (this.#isWanted(subject))
        this.#options.onMessage({ seq, subject, data, more, storedAt: headers?.get('Nats-Time-Stamp') ?? '', headers });
      if (this.#to !== undefined && seq >= this.#to) this.#end();
    } catch (error) {
      this.#fail(error);
    }
  }

  #end(): void {
    if (this.#stopped) return;
    this.#halt();
    this.#options.onEnd?.();
  }

  /** Nobody answered for the stream: it is gone, or the server is not ready yet. */
  async #retry(problem: Error): Promise<void> {
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    this.#options.onRetry?.(problem);
    while (!this.#stopped) {
      await sleep(RETRY_WAIT_MS);
      try {
        await this.#bus.jsm.streams.info(streamOf(this.#options.run));
        break;
      } catch (error) {
        if (this.#bus.nc.isClosed() || !isPassing(error)) this.#fail(error);
      }
    }
    this.#isRetrying = false;
    this.#openAgain();
  }

  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.#halt();
    this.#options.onError(error instanceof Error ? error : new Error(String(error)));
  }

  #halt(): void {
    this.#stopped = true;
    clearInterval(this.#watchdog);
    this.#told?.end();
    if (!this.#answers.isClosed()) this.#answers.unsubscribe();
  }

  /** Hands over nothing more. */
  stop(): Promise<void> {
    this.#halt();
    return Promise.resolve();
  }
}

/** Whether what failed may succeed a little later: the server did not answer, or said that it cannot for now. */
function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  return code === undefined || code === JETSTREAM_CODE.unavailable || code === JETSTREAM_CODE.insufficientResources;
}

/** Whether a subject is one of those wanted, in which `*` stands for a token and `>` for all that follow. */
function matcherOf(wanted: readonly string[]): (subject: string) => boolean {
  const plain = new Set(wanted.filter((subject) => !/[*>]/.test(subject)));
  const patterns = wanted
    .filter((subject) => !plain.has(subject))
    .map((subject) => new RegExp(`^${subject.replaceAll('.', '\\.').replaceAll('*', '[^.]+').replace(/>$/, '.+')}$`));
  return (subject) => plain.has(subject) || patterns.some((pattern) => pattern.test(subject));
}

/** Opens a reader that goes on as the recording grows; see {@link LogReading}. */
export function readLog(bus: Bus, options: LogReadOptions): Promise<LogReading> {
  const reading = new LogReading(bus, options);
  reading.open();
  return Promise.resolve(reading);
}

/** Reads what a recording holds now, up to the message `to`. Rejects with what `onMessage` throws. */
export function readLogTo(
  bus: Bus,
  to: number,
  options: Pick<LogReadOptions, 'run' | 'subjects' | 'from' | 'onMessage'>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    new LogReading(bus, { ...options, onError: reject, onEnd: resolve }, to).open();
  });
}
