import { decodeInterval, encodeInterval, stagesOf } from '@aitrader/application-pipeline';
import { heardBefore, RECORDED_EXECUTION } from '@aitrader/application-recordings';
import type { Fact } from '@aitrader/contracts';
import { simulatedExecutionStage } from '@aitrader/core-execution';
import { followRecorded, type RiskState } from '@aitrader/core-risk';
import {
  cash,
  freshWriteOff,
  ids,
  item,
  quantity,
  type BarSlice,
  type Closing,
  type Control,
  type EpochMs,
  type Fill,
  type Manifest,
  type OrderId,
  type RiskDecision,
  type RunConfig,
  type WriteOff,
} from '@aitrader/model';
import type { LoggedMessage, Payload, RecordedInterval } from '@aitrader/runtime-bus';
import { decisionBefore, newInterval, newPipeline, openInterval, type Interval } from '@aitrader/runtime-engine';
import { ReplayedSide, type AccountSide, type SideBeginning } from './account-side.ts';
import { otherAnswers, type OtherAnswer } from './answers.ts';
import { FillBook } from './fill-book.ts';
import { OtherRules, withoutOperators } from './other-rules-pass.ts';
import type { RevisedBars } from './revised-bars.ts';

/** Answers that differ, each with the interval of its decision. */
export type AnswerAt = OtherAnswer & { readonly t: EpochMs };

/** A fact that reads otherwise today by itself: in how many intervals, and the first of them. */
export interface OtherFact {
  count: number;
  readonly t: EpochMs;
}

/** A way for the account to go on: what is decided there, and what that comes to. */
interface Way {
  readonly side: ReplayedSide;
  /** on the interval before */
  decision: RiskDecision | undefined;
  readonly answers: AnswerAt[];
}

type OtherWay = Way & { readonly rules: OtherRules };

/** Orders and denials are told one by one, and bars, fills and events are inputs. */
const TOLD_ASIDE: ReadonlySet<Fact> = new Set<Fact>(['bars', 'fills', 'order-events', 'orders', 'denials']);

/** What a recording is held against beside today's program as it is. */
export interface HeldAgainst {
  /** the rules of the replay, and what it is simulated by */
  readonly config: RunConfig;
  /** whether these differ from the recorded ones, or operators have commanded anything */
  readonly isRuled: boolean;
  /** whether other rules hear operators, too, as a shadow does; a backtest does not */
  readonly hearsOperators?: boolean;
  readonly revised: RevisedBars | undefined;
}

/**
 * A recording, walked one interval after the other, beside what today's program makes of it.
 *
 * 1. Every decision is made from what was recorded up to there: the stages hear the recorded bars, commands and fills, whatever they would have
 *    done themselves. So a difference shows where it arises, and nowhere else.
 * 2. Each way trades its own decisions with the simulated broker, from the account that the run began with.
 */
export class ParityWalk {
  readonly recorded: { readonly book: FillBook };
  readonly simulated: Way;
  /** by the decisions of today's program, from the first one on that differs */
  today: Way | undefined;
  /** by other rules, without operators; and the same with the bars as they are known now */
  readonly ruled: OtherWay | undefined;
  readonly revised: OtherWay | undefined;
  readonly facts = new Map<Fact, OtherFact>();
  intervals = 0;
  /** fills of orders from before the run */
  takenAsRecorded = 0;
  readonly #against: HeldAgainst;
  readonly #read: Interval;
  readonly #own: Interval;
  readonly #pipeline;
  readonly #unheard: { readonly execution: LoggedMessage[]; readonly shards: readonly LoggedMessage[][] };
  readonly #knownOrders = new Set<OrderId>();
  readonly #writtenOff = new Set<string>();
  readonly #times: EpochMs[] = [];
  #decidedAt = 0;
  /** what was decided otherwise, which is traded in the next interval */
  #next: { readonly ruled: RiskDecision | undefined; readonly revised: RiskDecision | undefined } = {
    ...{ ruled: undefined, revised: undefined },
  };

  constructor({ shards, timeframe, config }: Manifest, opening: (() => Closing) | undefined, against: HeldAgainst) {
    this.#against = against;
    [this.#read, this.#own] = [newInterval(shards, timeframe), newInterval(shards, timeframe)];
    this.#unheard = { execution: [], shards: this.#own.shardControl.map(() => []) };
    this.#pipeline = newPipeline(
      stagesOf(config, () => RECORDED_EXECUTION),
      shards,
    );
    const closing = opening?.();
    if (closing !== undefined)
      openInterval(
        this.#own,
        closing,
        this.#pipeline.parts.filter(({ stage }) => stage !== 'execution'),
      );
    const beginning = this.#beginningOf(opening?.());
    const decision = opening === undefined ? undefined : decisionBefore(opening());
    const wayOf = (simulation: RunConfig['simulation']): Way => ({
      side: new ReplayedSide(simulation, beginning, this.#intervalOf),
      ...{ decision, answers: [] },
    });
    const known = (): RiskState => this.risk;
    const otherWay = (): OtherWay => ({
      ...wayOf(against.config.simulation),
      rules: new OtherRules(against.config, this.#own, known, opening?.(), against.hearsOperators === true),
    });
    this.recorded = { book: new FillBook() };
    this.simulated = wayOf(config.simulation);
    this.ruled = against.isRuled ? otherWay() : undefined;
    this.revised = against.revised === undefined ? undefined : otherWay();
  }

  /** Risk as it hears the recording. */
  get risk(): RiskState {
    return this.#pipeline.parts.find(({ stage }) => stage === 'risk')?.snapshot() as RiskState;
  }
  /** The account as it was recorded. */
  get side(): AccountSide {
    return { book: this.recorded.book, ledger: this.risk.ledger };
  }
  get t(): EpochMs {
    return this.#read.t;
  }
  /** how much the last interval decided */
  get decided(): number {
    const { orders, denials, exits } = this.#read.decision;
    return orders.length + denials.length + exits.length;
  }
  get account(): RiskDecision['account'] {
    return this.#read.decision.account;
  }

  /** What is copied of the account before the first interval. A broker of its own keeps its orders: their fills are taken as they were recorded. */
  #beginningOf(closing: Closing | undefined): SideBeginning {
    const { ledger, agenda } = this.risk;
    const execution = closing?.states.find(({ of }) => of === 'execution');
    const isSimulated = execution?.layout === simulatedExecutionStage.layout;
    const decided = closing === undefined ? [] : decisionBefore(closing).orders;
    for (const { id } of decided) this.#knownOrders.add(id);
    if (isSimulated) for (const order of closing?.orders ?? []) this.#knownOrders.add(order.orderId);
    return { ledger, agenda, execution: isSimulated ? execution.state : undefined };
  }

  readonly #intervalOf = (at: EpochMs, told: EpochMs): EpochMs => {
    let index = this.#times.length - 1;
    while (index > 0 && at <= item(this.#times, index - 1)) index -= 1;
    return this.#times[index] ?? told;
  };

  /** Walks over the next interval. */
  pass(recorded: RecordedInterval): void {
    const [read, own] = [this.#read, this.#own];
    decodeInterval(recorded, read);
    this.#times.push(read.t);
    this.intervals += 1;
    this.#hear(recorded);
    const taken = read.report.fills.filter(({ orderId: id }) => !this.#knownOrders.has(id));
    this.takenAsRecorded += taken.length;
    const bars = this.#against.revised?.now(read.t, read.bars);
    this.#decideOtherwise(bars);
    this.#trade(taken, bars);
    Object.assign(own, { t: read.t, bars: read.bars, report: read.report, control: read.control });
    this.#pipeline.pass(own);
    this.#note(read);
    this.#compare();
    for (const way of [this.simulated, this.today, this.ruled]) way?.side.mark(this.risk);
    this.revised?.side.mark(this.revised.rules.risk);
    this.#goOn();
  }

  /** Each stage has heard the commands that stand before what completed its interval. */
  #hear({ control, message }: RecordedInterval): void {
    const { execution, shards } = this.#unheard;
    for (const unheard of [execution, ...shards]) unheard.push(...control);
    const seqs = shards.map((_, shard) => message('bars', shard)?.seq ?? 0);
    this.#own.shardControl = shards.map((unheard, shard) => heardBefore(unheard, item(seqs, shard)));
    this.#read.executionControl = heardBefore(execution, Math.max(this.#decidedAt, ...seqs));
    this.#decidedAt = message('orders', -1)?.seq ?? 0;
  }

  /** Before risk hears the interval, so that it knows as much as it did then. */
  #decideOtherwise(bars: readonly BarSlice[] | undefined): void {
    const of = { ...this.#read, shardControl: this.#own.shardControl };
    this.#next = {
      ruled: this.ruled?.rules.decide(of, this.#read.bars),
      revised: bars === undefined ? undefined : this.revised?.rules.decide(of, bars),
    };
  }

  #trade(taken: readonly Fill[], revised: readonly BarSlice[] | undefined): void {
    const { t, bars, control, executionControl } = this.#read;
    const trade = (
      way: Way | undefined,
      with_: readonly BarSlice[],
      heard: (all: readonly Control[]) => readonly Control[],
    ): void =>
      way?.side.trade({
        ...{ t, bars: with_, decision: way.decision, taken },
        ...{ executionControl: heard(executionControl), control: heard(control) },
      });
    trade(this.simulated, bars, (all) => all);
    trade(this.today, bars, (all) => all);
    trade(this.ruled, bars, withoutOperators);
    if (revised !== undefined) trade(this.revised, revised, withoutOperators);
  }

  /** The recorded fills, and what an operator wrote off, which no broker sold. */
  #note({ t, report, control }: Interval): void {
    for (const fill of report.fills) this.recorded.book.add(fill, this.#intervalOf(fill.t, t));
    for (const command of control) {
      const off = freshWriteOff(this.#writtenOff, command);
      if (off === undefined) continue;
      this.recorded.book.add(writtenOff(command.about, t, off), t);
    }
  }

  #compare(): void {
    const [read, own] = [this.#read, this.#own];
    const payloads = new Map<string, Payload>(
      encodeInterval(own).map(({ fact, shard, payload }) => [`${fact}.${shard}`, payload] as const),
    );
    for (const { fact, shard, payload } of encodeInterval(read)) {
      const key = `${fact}.${shard}`;
      if (!TOLD_ASIDE.has(fact) && !isSamePayload(payloads.get(key), payload)) this.#noteFact(fact, read.t);
      payloads.delete(key);
    }
    for (const key of payloads.keys()) {
      const fact = key.slice(0, key.indexOf('.')) as Fact;
      if (!TOLD_ASIDE.has(fact)) this.#noteFact(fact, read.t);
    }
    const answers = otherAnswers(read.decision, own.decision);
    if (answers.length === 0) return;
    this.today ??= { side: this.simulated.side.fork(), decision: undefined, answers: [] };
    this.today.answers.push(...answers.map((answer) => ({ ...answer, t: read.t })));
    followRecorded(this.risk, own.decision, read.decision);
  }

  #noteFact(fact: Fact, t: EpochMs): void {
    const before = this.facts.get(fact);
    if (before === undefined) this.facts.set(fact, { count: 1, t });
    else before.count += 1;
  }

  #goOn(): void {
    const [recorded, today] = [{ ...this.#read.decision }, { ...this.#own.decision }];
    for (const { id } of recorded.orders) this.#knownOrders.add(id);
    this.simulated.decision = recorded;
    if (this.today !== undefined) this.today.decision = today;
    const { ruled, revised } = this.#next;
    goOnWith(this.ruled, today, ruled);
    goOnWith(this.revised, ruled ?? today, revised);
  }
}

/** Lets a way go on with its decision, and notes where it differs from the one that it is held against. */
function goOnWith(way: Way | undefined, than: RiskDecision, decision: RiskDecision | undefined): void {
  if (way === undefined || decision === undefined) return;
  way.answers.push(...otherAnswers(than, decision).map((answer) => ({ ...answer, t: decision.t })));
  way.decision = decision;
}

const isSamePayload = (one: Payload | undefined, other: Payload): boolean =>
  one === other || (one !== undefined && Buffer.from(one).equals(Buffer.from(other)));

/** A write-off as if it were a trade, told of under the break in place of an order. */
function writtenOff(about: string, t: EpochMs, { symbol, quantity: units, price }: WriteOff): Fill {
  const id = `${WRITTEN_OFF}${about}`;
  return {
    ...{ id: ids.fill(id), t, orderId: ids.order(id), symbol, leg: 'time', side: units > 0 ? 'sell' : 'buy' },
    ...{ quantity: quantity(Math.abs(units)), price, fee: cash(0), kind: 'execution', amends: null, pessimistic: false },
  };
}
export const WRITTEN_OFF = 'write-off ';
