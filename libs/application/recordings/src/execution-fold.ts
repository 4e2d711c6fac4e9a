import { addressOf, decodeBars, decodeControl, decodeOrders, decodeReports, upcast, type Fact } from '@aitrader/contracts';
import {
  atBrokerLayout,
  goOnAtBroker,
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
import { goOnFrom } from '@aitrader/runtime-engine';
import { SequenceJoin, readingMessage, required, type LoggedMessage, type SequencedMessage } from '@aitrader/runtime-bus';
import { executionAtBroker } from '@aitrader/application-pipeline';
import { OpenedRun } from './opened-run.ts';

const HEARD: ReadonlySet<Fact> = new Set<Fact>(['bars', 'orders', 'reports', 'control']);

/** Execution of a run with a broker, folded anew from all that it heard, in the order of the recording. */
export class ExecutionFold {
  #state: SequencedExecutionState;
  readonly #join: SequenceJoin;
  readonly #word: SequencedWord = newSequencedWord();
  readonly #bars: BarSlice[];
  readonly #opened: OpenedRun;
  /** what the state is made of */
  readonly layout: string;

  /** @throws Error for a run with the simulated broker */
  constructor(manifest: Manifest) {
    const { shards, timeframe, universe } = manifest;
    this.#opened = new OpenedRun(manifest);
    this.layout = layoutOf(manifest);
    this.#join = new SequenceJoin(shards);
    this.#state = executionAtBroker(manifest);
    this.#bars = Array.from({ length: shards }, (_, shard) => newBarSlice(shard, timeframe, universe.length));
  }

  get state(): SequencedExecutionState {
    return this.#state;
  }

  /** Messages that wait for what comes before them. */
  get waiting(): number {
    return this.#join.waiting;
  }

  /**
   * Takes in the next message of the recording, as it was stored. `onHeard` is told what follows from each message that was heard now, by that
   * one's sequence; the word is used again. Whether execution hears such messages at all is returned.
   */
  offer(message: LoggedMessage, onHeard: (seq: number, word: SequencedWord) => void = () => undefined): boolean {
    const { fact, version } = addressOf(message.subject);
    if (fact === 'opening') this.#open(message);
    if (!HEARD.has(fact)) return false;
    this.#join.offer({ ...message, data: upcast(fact, version, message.data) });
    for (let heard = this.#join.release(); heard !== undefined; heard = this.#join.release()) {
      this.#hear(heard, message);
      onHeard(heard.seq, this.#word);
      this.#word.requests.length = 0;
      this.#word.report = null;
      this.#word.breaks.length = 0;
    }
    return true;
  }

  /** @throws CarriedStateError where something of the account would be lost */
  #open({ data }: LoggedMessage): void {
    if (!this.#opened.offer(data)) return;
    const goOn = ([ended]: readonly unknown[]): void => {
      this.#state = goOnAtBroker(this.#state, ended as SequencedExecutionState);
    };
    goOnFrom(this.#opened.closing(), [{ stage: 'execution', shard: -1, layout: this.layout, goOn }], 1);
  }

  #hear(heard: SequencedMessage, message: LoggedMessage): void {
    const [state, word] = [this.state, this.#word];
    readingMessage(message, () => {
      if (heard.fact === 'orders') hearDecision(state, { ...decodeOrders(heard.data), denials: [], forecast: null }, word);
      else if (heard.fact === 'control') hearCommand(state, decodeControl(heard.data), word);
      else if (heard.fact === 'reports') hearWords(state, decodeReports(heard.data).words, word);
    });
    const interval = mayBegin(state) ? heard.takeInterval() : undefined;
    if (interval !== undefined) {
      for (const slice of this.#bars) decodeBars(required(interval, 'bars', slice.shard), slice);
      hearBars(state, interval.t, this.#bars, word);
    }
  }
}

function layoutOf({ run, config: { broker } }: Manifest): string {
  if (broker === null) throw new Error(`${run} trades with the simulated broker`);
  return atBrokerLayout(broker);
}
