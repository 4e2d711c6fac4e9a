import {
  addressOf,
  decodeBars,
  decodeControl,
  decodeOrders,
  decodeReports,
  encodeFills,
  encodeOrderEvents,
  encodeRequests,
  upcast,
  type Fact,
} from '@aitrader/contracts';
import {
  hearBars,
  hearCommand,
  hearDecision,
  hearWords,
  mayBegin,
  newSequencedWord,
  type SequencedExecutionState,
  type SequencedWord,
} from '@aitrader/core-execution';
import { newBarSlice, type BarSlice, type Manifest } from '@aitrader/model';
import {
  SequenceJoin,
  readingMessage,
  required,
  type LoggedMessage,
  type Payload,
  type SequencedMessage,
} from '@aitrader/runtime-bus';
import { executionAtBroker } from '@aitrader/application-pipeline';

const SPOKEN = ['requests', 'fills', 'order-events'] as const satisfies readonly Fact[];
type Spoken = (typeof SPOKEN)[number];

/** Something that execution says, and what it was that it follows from. */
interface Expected {
  readonly payload: Payload;
  readonly cause: LoggedMessage;
}

/** Told of each thing that execution said, or should have said. */
export interface ExecutionListener {
  readonly same: () => void;
  readonly differs: (recorded: LoggedMessage, expected: Payload) => void;
  /** `after`: what it should have followed from */
  readonly missing: (fact: Fact, after: LoggedMessage) => void;
  readonly unmade: (recorded: LoggedMessage) => void;
}

/**
 * What execution says in a run with a broker, recomputed from all that it heard, in the order of the recording: requests, fills and order
 * events follow from orders, reports, commands and bars alone.
 */
export class ExecutionCheck {
  readonly #listener: ExecutionListener;
  readonly #join: SequenceJoin;
  readonly #state: SequencedExecutionState;
  readonly #word: SequencedWord = newSequencedWord();
  readonly #bars: BarSlice[];
  readonly #expected: Readonly<Record<Spoken, Expected[]>> = { requests: [], fills: [], 'order-events': [] };
  readonly #recorded: Readonly<Record<Spoken, LoggedMessage[]>> = { requests: [], fills: [], 'order-events': [] };
  #last: LoggedMessage | undefined;

  constructor(manifest: Manifest, listener: ExecutionListener) {
    const { shards, timeframe, universe } = manifest;
    this.#listener = listener;
    this.#join = new SequenceJoin(shards);
    this.#state = executionAtBroker(manifest);
    this.#bars = Array.from({ length: shards }, (_, shard) => newBarSlice(shard, timeframe, universe.length));
  }

  /** Takes in the next message of the recording, as it was stored. */
  offer(message: LoggedMessage): void {
    const { fact, version } = addressOf(message.subject);
    const spoken = SPOKEN.find((one) => one === fact);
    if (spoken !== undefined) {
      this.#recorded[spoken].push(message);
      this.#compare(spoken);
      return;
    }
    if (!HEARD.has(fact)) return;
    this.#join.offer({ ...message, data: upcast(fact, version, message.data) });
    this.#last = message;
    for (let heard = this.#join.release(); heard !== undefined; heard = this.#join.release()) this.#hear(heard, message);
  }

  #hear(heard: SequencedMessage, message: LoggedMessage): void {
    const [state, word] = [this.#state, this.#word];
    readingMessage(message, () => {
      if (heard.fact === 'orders') hearDecision(state, { ...decodeOrders(heard.data), denials: [] }, word);
      else if (heard.fact === 'control') hearCommand(state, decodeControl(heard.data), word);
      else if (heard.fact === 'reports') hearWords(state, decodeReports(heard.data).words, word);
    });
    const interval = mayBegin(state) ? heard.takeInterval() : undefined;
    if (interval !== undefined) {
      for (const slice of this.#bars) decodeBars(required(interval, 'bars', slice.shard), slice);
      hearBars(state, interval.t, this.#bars, word);
    }
    this.#expect(heard.seq, message);
  }

  #expect(seq: number, cause: LoggedMessage): void {
    const requests = this.#word.requests.splice(0);
    const { report } = this.#word;
    this.#word.report = null;
    this.#word.breaks.length = 0;
    const expect = (fact: Spoken, payload: Payload): void => void this.#expected[fact].push({ payload, cause });
    if (requests.length > 0) expect('requests', encodeRequests({ cause: seq, t: this.#state.manager.now, requests }));
    if (report !== null && report.fills.length > 0) expect('fills', encodeFills(report));
    if (report !== null) expect('order-events', encodeOrderEvents(report));
    for (const fact of SPOKEN) this.#compare(fact);
  }

  #compare(fact: Spoken): void {
    const [expected, recorded] = [this.#expected[fact], this.#recorded[fact]];
    while (expected[0] !== undefined && recorded[0] !== undefined) {
      const [wanted, found] = [expected[0], recorded[0]];
      expected.shift();
      recorded.shift();
      if (Buffer.from(wanted.payload).equals(found.data)) this.#listener.same();
      else this.#listener.differs(found, wanted.payload);
    }
  }

  /** Tells what was not said, of a run that came to its end, and what was said without a reason. */
  finish(isComplete: boolean): void {
    for (const fact of SPOKEN) {
      for (const found of this.#recorded[fact]) this.#listener.unmade(found);
      if (isComplete) for (const { cause } of this.#expected[fact]) this.#listener.missing(fact, cause);
    }
    if (isComplete && this.#join.waiting > 0 && this.#last !== undefined) this.#listener.missing('order-events', this.#last);
  }
}

const HEARD: ReadonlySet<Fact> = new Set<Fact>(['bars', 'orders', 'reports', 'control']);
