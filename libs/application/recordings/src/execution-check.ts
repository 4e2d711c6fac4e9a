import { addressOf, encodeFills, encodeOrderEvents, encodeRequests, type Fact } from '@aitrader/contracts';
import type { SequencedExecutionState, SequencedWord } from '@aitrader/core-execution';
import type { Manifest } from '@aitrader/model';
import type { LoggedMessage, Payload } from '@aitrader/runtime-bus';
import { ExecutionFold } from './execution-fold.ts';

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
  readonly #fold: ExecutionFold;
  readonly #expected: Readonly<Record<Spoken, Expected[]>> = { requests: [], fills: [], 'order-events': [] };
  readonly #recorded: Readonly<Record<Spoken, LoggedMessage[]>> = { requests: [], fills: [], 'order-events': [] };
  #last: LoggedMessage | undefined;

  constructor(manifest: Manifest, listener: ExecutionListener) {
    this.#listener = listener;
    this.#fold = new ExecutionFold(manifest);
  }

  /** What its state is made of. */
  get layout(): string {
    return this.#fold.layout;
  }

  /** What it knows now. */
  get state(): SequencedExecutionState {
    return this.#fold.state;
  }

  /** Takes in the next message of the recording, as it was stored. */
  offer(message: LoggedMessage): void {
    const { fact } = addressOf(message.subject);
    const spoken = SPOKEN.find((one) => one === fact);
    if (spoken !== undefined) {
      this.#recorded[spoken].push(message);
      this.#compare(spoken);
      return;
    }
    if (this.#fold.offer(message, (seq, word) => this.#expect(seq, word, message))) this.#last = message;
  }

  #expect(seq: number, { requests, report }: SequencedWord, cause: LoggedMessage): void {
    const expect = (fact: Spoken, payload: Payload): void => void this.#expected[fact].push({ payload, cause });
    if (requests.length > 0) expect('requests', encodeRequests({ cause: seq, t: this.#fold.state.manager.now, requests }));
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
    if (isComplete && this.#fold.waiting > 0 && this.#last !== undefined) this.#listener.missing('order-events', this.#last);
  }
}
