import { DeliverPolicy, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import { streamOf } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import type { Bus } from './connection.ts';

/** Messages asked for ahead of their use: hides a round trip, and bounds what a slow reader holds. */
const PREFETCH_MESSAGES = 256;
/** A silent server is noticed after two missed heartbeats, and the reader resumes behind its last message. */
const HEARTBEAT_MS = 1_000;

export interface LogReading {
  /** sequence of the last message handed over */
  readonly seq: () => number;
  readonly stop: () => Promise<void>;
}

export interface LogReadOptions {
  readonly run: RunId;
  readonly subjects: readonly string[];
  /** the first sequence wanted */
  readonly from: number;
  readonly name: string;
  readonly onMessage: (message: JsMsg) => void;
  /** the reader gave up; `onMessage` threw, or the stream is gone */
  readonly onError: (error: Error) => void;
}

/**
 * Reads a recording in its total order from a sequence on, and goes on as it grows. Every message comes exactly once: the
 * reader's place is the sequence it has handed over, not something that the server keeps (see decision 0004).
 */
export async function readLog(bus: Bus, options: LogReadOptions): Promise<LogReading> {
  let seq = options.from - 1;
  let stopped = false;
  const consumer = await bus.js.consumers.get(streamOf(options.run), {
    name_prefix: options.name,
    filter_subjects: [...options.subjects],
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: options.from,
  });
  const reading: { messages?: ConsumerMessages } = {};
  const fail = (error: unknown): void => {
    if (stopped) return;
    stopped = true;
    reading.messages?.stop();
    options.onError(error instanceof Error ? error : new Error(String(error)));
  };
  const messages = await consumer.consume({
    max_messages: PREFETCH_MESSAGES,
    idle_heartbeat: HEARTBEAT_MS,
    callback: (message) => {
      if (stopped || message.seq <= seq) return;
      seq = message.seq;
      try {
        options.onMessage(message);
      } catch (error) {
        fail(error);
      }
    },
  });
  reading.messages = messages;
  void messages.closed().then((error) => {
    if (error instanceof Error) fail(error);
  });
  return {
    seq: () => seq,
    stop: async () => {
      stopped = true;
      await messages.close();
    },
  };
}
