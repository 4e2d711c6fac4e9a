import { setTimeout as sleep } from 'node:timers/promises';
import { AckPolicy, DeliverPolicy, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import { streamOf } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import { nanosOf, type Bus } from './connection.ts';
import { JETSTREAM_CODE, codeOf } from './errors.ts';

/** Messages asked for ahead of their use: hides a round trip, and bounds what a slow reader holds. */
const PREFETCH_MESSAGES = 256;
/** The server says that it is there this often when it has nothing else to say. */
const HEARTBEAT_MS = 1_000;
/** Silence after which the reader starts over behind its last message: neither a message nor a heartbeat came. */
const SILENCE_MS_MAX = 3_000;
/** The server forgets a reader's consumer after this long without it. */
const FORGET_MS = 60_000;
const RETRY_WAIT_MS = 200;

export interface LogReadOptions {
  readonly run: RunId;
  readonly subjects: readonly string[];
  /** the first sequence wanted */
  readonly from: number;
  readonly name: string;
  readonly onMessage: (message: JsMsg) => void;
  /** the reader gave up: `onMessage` threw, or the recording is gone */
  readonly onError: (error: Error) => void;
  /** the reader cannot be opened for now, and tries again: told once per opening */
  readonly onRetry?: (error: unknown) => void;
}

/**
 * Reads a recording in its total order from a sequence on, and goes on as it grows. Every message comes exactly once and
 * none is passed over: the reader's place is the sequence that it has handed over, not something that the server keeps (see
 * decision 0004). Whatever happens to the server or the connection, it starts over behind that place.
 */
export class LogReading {
  readonly #bus: Bus;
  readonly #options: LogReadOptions;
  readonly #watchdog: NodeJS.Timeout;
  #seq: number;
  /** counts consumers: what an earlier one still delivers is ignored */
  #life = 0;
  #delivered = 0;
  #messages: ConsumerMessages | undefined;
  #heardAt = performance.now();
  #opening = false;
  #stopped = false;

  constructor(bus: Bus, options: LogReadOptions) {
    this.#bus = bus;
    this.#options = options;
    this.#seq = options.from - 1;
    this.#watchdog = setInterval(() => {
      if (performance.now() - this.#heardAt > SILENCE_MS_MAX) void this.open();
    }, HEARTBEAT_MS);
  }

  /** Sequence of the last message handed over. */
  get seq(): number {
    return this.#seq;
  }

  /** Starts reading, or starts over, behind the last message handed over. */
  async open(): Promise<void> {
    if (this.#opening || this.#stopped) return;
    this.#opening = true;
    this.#messages?.stop();
    for (let attempt = 0; !this.#stopped; attempt++) {
      try {
        await this.#consume();
        break;
      } catch (error) {
        if (attempt === 0) this.#options.onRetry?.(error);
        if (this.#bus.nc.isClosed() || !isPassing(error)) this.#fail(error);
        else await sleep(RETRY_WAIT_MS);
      }
    }
    this.#heardAt = performance.now();
    this.#opening = false;
  }

  async #consume(): Promise<void> {
    const life = (this.#life += 1);
    const stream = streamOf(this.#options.run);
    const { name } = await this.#bus.jsm.consumers.add(stream, {
      name: `${this.#options.name}_${process.pid}_${life}_${Math.trunc(performance.now() * 1_000)}`,
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: this.#seq + 1,
      filter_subjects: [...this.#options.subjects],
      inactive_threshold: nanosOf(FORGET_MS),
      mem_storage: true,
      num_replicas: 1,
    });
    this.#delivered = 0;
    const consumer = await this.#bus.js.consumers.get(stream, name);
    const messages = await consumer.consume({
      max_messages: PREFETCH_MESSAGES,
      idle_heartbeat: HEARTBEAT_MS,
      callback: (message) => this.#take(life, message),
    });
    this.#messages = messages;
    void this.#listen(life, messages);
  }

  #take(life: number, message: JsMsg): void {
    if (this.#stopped || life !== this.#life) return;
    this.#heardAt = performance.now();
    const { deliverySequence } = message.info;
    // A message was lost on the way: what comes after it may not be handed over.
    if (deliverySequence !== this.#delivered + 1) {
      this.#life += 1;
      void this.open();
      return;
    }
    this.#delivered = deliverySequence;
    this.#seq = message.seq;
    try {
      this.#options.onMessage(message);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #listen(life: number, messages: ConsumerMessages): Promise<void> {
    for await (const { type } of messages.status()) {
      if (life !== this.#life || this.#stopped) return;
      if (type === 'heartbeat' || type === 'next') this.#heardAt = performance.now();
      if (type === 'consumer_not_found' || type === 'consumer_deleted' || type === 'no_responders') void this.open();
    }
  }

  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.#halt();
    this.#options.onError(error instanceof Error ? error : new Error(String(error)));
  }

  #halt(): void {
    this.#stopped = true;
    clearInterval(this.#watchdog);
    this.#messages?.stop();
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

/** Opens a reader; see {@link LogReading}. */
export async function readLog(bus: Bus, options: LogReadOptions): Promise<LogReading> {
  const reading = new LogReading(bus, options);
  await reading.open();
  return reading;
}
