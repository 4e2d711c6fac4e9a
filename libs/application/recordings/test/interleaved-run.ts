import { deserialize, serialize } from 'node:v8';
import { encodeInterval, runInMemory, stagesOf } from '@aitrader/application-pipeline';
import {
  TOPOLOGY,
  addressOf,
  decodeBars,
  decodeControl,
  decodeFills,
  decodeOrderEvents,
  decodeOrders,
  decodeSignals,
  decodeStates,
  encodeControl,
  encodeDenials,
  encodeForecast,
  encodeFills,
  encodeOrderEvents,
  encodeOrders,
  subjectOf,
  type Fact,
} from '@aitrader/contracts';
import type { BarTable } from '@aitrader/core-market';
import {
  epochMs,
  item,
  newBarSlice,
  newControl,
  newExecutionReport,
  newStateSlice,
  type Control,
  type EpochMs,
  type ExecutionReport,
  type Manifest,
  type RunConfig,
  type RunId,
} from '@aitrader/model';
import { IntervalJoin, required, type IntervalMessages, type LoggedMessage, type Payload } from '@aitrader/runtime-bus';
import { newRiskDecision } from '@aitrader/runtime-engine';

interface Spoken {
  readonly fact: Fact;
  readonly shard: number;
  readonly payload: Payload;
}

/** What ingest and the stages of the shards say of a market, interval by interval: it does not depend on the account. */
export interface SpokenMarket {
  readonly shards: number;
  readonly intervals: readonly { readonly t: EpochMs; readonly spoken: readonly Spoken[] }[];
}

export async function speak(table: BarTable, config: RunConfig, shards: number): Promise<SpokenMarket> {
  const intervals: { t: EpochMs; spoken: Spoken[] }[] = [];
  await runInMemory({
    ...{ table, config, shards },
    watchers: [
      (interval) => intervals.push({ t: interval.t, spoken: encodeInterval(interval).filter(({ shard }) => shard >= 0) }),
    ],
  });
  return { shards, intervals };
}

/** A stage of the account as the bus drives it: it reads the log through its barrier, from a place of its own. */
class AccountStage {
  readonly #stage: 'execution' | 'risk';
  readonly #shards: number;
  readonly #log: LoggedMessage[];
  readonly #apply: (messages: IntervalMessages) => readonly Spoken[];
  readonly #state: { snapshot: () => unknown; restore: (state: unknown) => void };
  #join: IntervalJoin;
  #next = 0;
  #checkpoint: { readonly state: Buffer; readonly done: number; readonly completedBy: number; readonly from: number };

  constructor(
    stage: 'execution' | 'risk',
    shards: number,
    log: LoggedMessage[],
    state: { snapshot: () => unknown; restore: (state: unknown) => void },
    apply: (messages: IntervalMessages) => readonly Spoken[],
  ) {
    this.#stage = stage;
    this.#shards = shards;
    this.#log = log;
    this.#state = state;
    this.#apply = apply;
    this.#join = this.#newJoin(-1, 0);
    this.#checkpoint = { state: serialize(state.snapshot()), done: -1, completedBy: 0, from: 1 };
  }

  get done(): number {
    return this.#join.done;
  }

  #newJoin(done: number, completedBy: number): IntervalJoin {
    return new IntervalJoin(TOPOLOGY[this.#stage].reads, -1, this.#shards, () => false, done, completedBy);
  }

  /** Reads on until an interval is complete, and returns what is said of it; nothing where there is nothing more to read. */
  pass(): { readonly messages: IntervalMessages; readonly spoken: readonly Spoken[] } | undefined {
    const facts = TOPOLOGY[this.#stage].reads.map(({ fact }) => fact);
    for (;;) {
      const messages = this.#join.release();
      if (messages !== undefined) return { messages, spoken: this.#apply(messages) };
      const message = this.#log[this.#next++];
      if (message === undefined) {
        this.#next -= 1;
        return undefined;
      }
      if (facts.includes(addressOf(message.subject).fact)) this.#join.offer(message);
    }
  }

  checkpoint(): void {
    const { done, completedBy, resumeFrom } = this.#join;
    this.#checkpoint = { state: serialize(this.#state.snapshot()), done, completedBy, from: resumeFrom };
  }

  /** Begins again where it was kept last. */
  restart(): void {
    const { state, done, completedBy, from } = this.#checkpoint;
    this.#state.restore(deserialize(state));
    this.#join = this.#newJoin(done, completedBy);
    this.#next = this.#log.findIndex(({ seq }) => seq >= from);
    if (this.#next < 0) this.#next = this.#log.length;
  }
}

/** What execution said of an interval, and the commands that it heard with it. */
export interface Executed {
  readonly control: readonly Control[];
  readonly report: ExecutionReport;
}

/** A run over a bus in memory: its stages read and write one log, and whoever is asked goes on next. */
export class InterleavedRun {
  /** all but the manifest */
  readonly log: LoggedMessage[] = [];
  /** how many commands execution heard an interval later than risk, and how many reports were said again after a restart */
  later = 0;
  repeated = 0;
  /** interval by interval */
  readonly executed: Executed[] = [];
  readonly #run: RunId;
  readonly #market: SpokenMarket;
  readonly #execution: AccountStage;
  readonly #risk: AccountStage;
  readonly #heard = new Map<string, Record<'execution' | 'risk', number>>();
  readonly #saidTo = { execution: -1, risk: -1 };
  #played = 0;

  constructor({ run, config, shards }: Pick<Manifest, 'run' | 'config' | 'shards'>, market: SpokenMarket) {
    this.#run = run;
    this.#market = market;
    const stages = stagesOf(config);
    const bars = Array.from({ length: shards }, (_, shard) => newBarSlice(shard, '1m', 64));
    const states = Array.from({ length: shards }, (_, shard) => newStateSlice(shard, 64));
    const read = (messages: IntervalMessages): void => {
      for (const slice of bars) decodeBars(required(messages, 'bars', slice.shard), slice);
    };
    const execution = stages.execution();
    const report = newExecutionReport();
    this.#execution = new AccountStage('execution', shards, this.log, execution, (messages) => {
      read(messages);
      const payload = messages.payload('orders', -1);
      const decision = payload === undefined ? undefined : { ...decodeOrders(payload), denials: [], forecast: null };
      const control = messages.control.map(decodeControl);
      execution.apply({ t: messages.t, bars, decision, control }, report);
      if (messages.t > this.#saidTo.execution) this.executed.push({ control, report: structuredClone(report) });
      return wordOn(report);
    });
    const risk = stages.risk();
    const decision = newRiskDecision();
    this.#risk = new AccountStage('risk', shards, this.log, risk, (messages) => {
      read(messages);
      for (const slice of states) decodeStates(required(messages, 'states', slice.shard), slice);
      const signals = bars.map(({ shard }) => decodeSignals(required(messages, 'signals', shard)));
      const control = messages.control.map(decodeControl);
      risk.apply({ t: messages.t, bars, states, signals, report: reportIn(messages), control, watchlist: null }, decision);
      const { denials, forecast } = decision;
      const said: Spoken[] = denials.length === 0 ? [] : [{ fact: 'denials', shard: -1, payload: encodeDenials(decision) }];
      if (forecast !== null) said.push({ fact: 'forecasts', shard: -1, payload: encodeForecast(forecast) });
      return [...said, { fact: 'orders', shard: -1, payload: encodeOrders(decision) }];
    });
  }

  get isOver(): boolean {
    return this.#risk.done === this.#market.intervals.at(-1)?.t;
  }

  #record(fact: Fact, shard: number, payload: Payload): void {
    const subject = shard < 0 ? subjectOf(this.#run, fact) : subjectOf(this.#run, fact, shard);
    this.log.push({ seq: this.log.length + 2, subject, data: Buffer.from(payload) });
  }

  /** Ingest, and the stages of the shards, go on by an interval: at most so many ahead of execution. */
  play(lead: number): void {
    const next = this.#market.intervals[this.#played];
    const handled = this.#market.intervals.findIndex(({ t }) => t === this.#execution.done);
    if (next === undefined || this.#played - handled > lead) return;
    for (const { fact, shard, payload } of next.spoken) this.#record(fact, shard, payload);
    this.#played += 1;
  }

  command(kind: Control['kind'], actor: string, about: Partial<Pick<Control, 'symbols' | 'manual'>>): void {
    const t = this.#market.intervals[this.#played]?.t ?? epochMs(0);
    this.#record('control', -1, encodeControl(newControl(kind, t, actor, 'to see', about)));
  }

  end(): void {
    const last = item(this.#market.intervals, this.#market.intervals.length - 1).t;
    this.#record('control', -1, encodeControl(newControl('end-of-bars', last, 'ingest', '')));
  }

  /** A stage of the account goes on by an interval, if it can. */
  pass(stage: 'execution' | 'risk'): boolean {
    const passed = (stage === 'execution' ? this.#execution : this.#risk).pass();
    if (passed === undefined) return false;
    const { messages, spoken } = passed;
    if (messages.t <= this.#saidTo[stage]) {
      this.#compare(messages.t, spoken);
      return true;
    }
    this.#saidTo[stage] = messages.t;
    for (const { fact, shard, payload } of spoken) this.#record(fact, shard, payload);
    this.#note(stage, messages);
    return true;
  }

  /** What is said again after a restart is what was recorded. */
  #compare(t: EpochMs, spoken: readonly Spoken[]): void {
    for (const { fact, payload } of spoken) {
      const of = subjectOf(this.#run, fact);
      const text = Buffer.from(payload).toString();
      if (!this.log.some(({ subject, data }) => subject === of && data.toString() === text))
        throw new Error(`another ${fact} of ${t} after a restart: ${text}`);
    }
    this.repeated += 1;
  }

  #note(stage: 'execution' | 'risk', { t, control }: IntervalMessages): void {
    for (const { actor } of control.map(decodeControl)) {
      const heard = this.#heard.get(actor) ?? { execution: 0, risk: 0 };
      this.#heard.set(actor, heard);
      heard[stage] = t;
      if (stage === 'execution' && heard.risk > 0 && heard.risk < t) this.later += 1;
    }
  }

  checkpoint(): void {
    this.#execution.checkpoint();
  }

  restart(): void {
    this.#execution.restart();
  }
}

function wordOn(report: ExecutionReport): readonly Spoken[] {
  const word: Spoken = { fact: 'order-events', shard: -1, payload: encodeOrderEvents(report) };
  return report.fills.length === 0 ? [word] : [{ fact: 'fills', shard: -1, payload: encodeFills(report) }, word];
}

function reportIn(messages: IntervalMessages): ExecutionReport {
  const { t, events, doubt } = decodeOrderEvents(required(messages, 'order-events', -1));
  const fills = messages.payload('fills', -1);
  return { t, events: [...events], doubt, fills: fills === undefined ? [] : [...decodeFills(fills).fills] };
}
