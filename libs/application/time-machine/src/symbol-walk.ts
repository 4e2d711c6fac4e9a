import { followRecorded, riskStage, wouldSay, type RiskState } from '@aitrader/core-risk';
import { findingsAt, strategiesStage, type StrategiesState, type StrategyFindings } from '@aitrader/core-strategies';
import {
  indexOfSymbol,
  item,
  newSignalSlice,
  read,
  readUint32,
  riskRulesOf,
  shardOf,
  type AccountDoubt,
  type AccountForecast,
  type Closing,
  type Denial,
  type EpochMs,
  type ExitSignal,
  type GapCause,
  type GateFigure,
  type Manifest,
  type Order,
  type OrderExit,
  type RunId,
  type Signal,
  type SignalSlice,
  type Ticker,
  type Trip,
} from '@aitrader/model';
import { bindStage, goOnFrom, newInterval, newRiskDecision, signalsInOrder, type Interval } from '@aitrader/runtime-engine';
import { doubtIn } from './symbol-doubt.ts';

/** A bar that the answer rests on, prices in dollars. */
export interface WhyBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** shares */
  readonly volume: number;
  /** bits of BAR_FLAG */
  readonly flags: number;
}

/** Everything that there is to say of a symbol in an interval. */
export interface Why {
  readonly run: RunId;
  readonly symbol: Ticker;
  readonly t: EpochMs;
  /** null where the symbol has none in the interval, which `gap` says the cause of */
  readonly bar: WhyBar | null;
  readonly gap: GapCause | null;
  /** what each strategy made of the bar; null without one */
  readonly strategies: readonly StrategyFindings[] | null;
  readonly signals: readonly Signal[];
  /** what strategies believed in no longer, and the orders that were to be left for it */
  readonly exits: readonly ExitSignal[];
  readonly left: readonly OrderExit[];
  /** what risk answered, as it was recorded: to the signal, and to operators; none where nothing was asked */
  readonly orders: readonly Order[];
  readonly denials: readonly Denial[];
  /** where it was asked nothing: what its gates would have said of an entry on the side of `wouldBe` */
  readonly wouldSay: readonly GateFigure[] | null;
  readonly wouldBe: 1 | -1;
  /** what the account forecast of itself last, as it was recorded; null where it told nothing before */
  readonly forecast: AccountForecast | null;
  /** the halts that stood; none are told in recordings of before they had ids */
  readonly trips: readonly Trip[];
  /** what execution doubted of the account, of what concerns the symbol; null: nothing */
  readonly doubt: AccountDoubt | null;
  /** whether the stages of today decide what was recorded, up to this interval */
  readonly isAsRecorded: boolean;
}

/** The intervals of a run up to the one that is asked about, folded by what the answer needs of the stages. */
export class SymbolWalk {
  /** what is passed: whoever walks fills it */
  readonly interval: Interval;
  readonly at: EpochMs;
  /** once the interval that is asked about was passed */
  why: Why | undefined;
  readonly #symbol: Ticker;
  readonly #shard: number;
  readonly #run: RunId;
  readonly #strategy;
  readonly #risk;
  readonly #said = newRiskDecision();
  #isAsRecorded = true;
  #forecast: AccountForecast | null = null;

  /** `opening`: what strategy and risk go on from, if the run does; it is used up */
  constructor(
    manifest: Pick<Manifest, 'run' | 'shards' | 'timeframe' | 'config'>,
    symbol: Ticker,
    at: EpochMs,
    opening: Closing | undefined,
  ) {
    const { shards, timeframe, config, run } = manifest;
    [this.#symbol, this.#shard, this.#run, this.at] = [symbol, shardOf(symbol, shards), run, at];
    this.interval = newInterval(shards, timeframe);
    this.#strategy = bindStage(strategiesStage, config.strategies);
    this.#risk = bindStage(riskStage, riskRulesOf(config));
    if (opening === undefined) return;
    const parts = [
      { ...this.#strategy, stage: 'strategy', shard: this.#shard },
      { ...this.#risk, stage: 'risk', shard: -1 },
    ] as const;
    goOnFrom(opening, parts, shards);
  }

  /** Goes on by the interval as it stands. */
  pass(): void {
    const { t, bars, states, signals, report, watchlist, control, decision } = this.interval;
    const own = { bars: item(bars, this.#shard), states: item(states, this.#shard), control };
    const isAsked = t === this.at;
    const before = isAsked ? structuredClone(this.#strategy.snapshot()) : undefined;
    const raised = newSignalSlice(this.#shard);
    this.#strategy.apply(own, raised);
    this.#risk.apply({ t, bars, states, signals, report, watchlist, control }, this.#said);
    followRecorded(this.#risk.snapshot() as RiskState, this.#said, decision);
    this.#forecast = decision.forecast ?? this.#forecast;
    const recorded = item(signals, this.#shard);
    this.#isAsRecorded &&= namesOf(raised) === namesOf(recorded) && answersOf(this.#said) === answersOf(decision);
    if (before === undefined) return;
    this.why = this.#answer(findingsAt(before as StrategiesState, own, this.#symbol) ?? null);
  }

  #answer(strategies: readonly StrategyFindings[] | null): Why {
    const { t, bars, decision, report } = this.interval;
    const symbol = this.#symbol;
    const isOf = (one: { readonly symbol: string }): boolean => one.symbol === symbol;
    const [orders, denials] = [decision.orders.filter(isOf), decision.denials.filter(isOf)];
    // of the strategy that is nearest to a signal
    const nearest = strategies?.toSorted((a, b) => refusalsOf(a) - refusalsOf(b))[0];
    const wouldBe = nearest?.direction ?? 1;
    const isAnswered = orders.length + denials.length > 0;
    const risk = structuredClone(this.#risk.snapshot()) as RiskState;
    return {
      ...{ run: this.#run, symbol, t, ...barOf(item(bars, this.#shard), symbol), strategies },
      signals: signalsInOrder(this.interval).filter(isOf),
      exits: item(this.interval.signals, this.#shard).exits.filter(isOf),
      left: decision.exits.filter(isOf),
      ...{ orders, denials, wouldBe, trips: decision.trips, forecast: this.#forecast, isAsRecorded: this.#isAsRecorded },
      doubt: report.doubt === null ? null : doubtIn(report.doubt, symbol),
      wouldSay: isAnswered ? null : wouldSay(risk, symbol, wouldBe, nearest?.strategy ?? ''),
    };
  }
}

const refusalsOf = ({ hasLeft, gates }: StrategyFindings): number =>
  (hasLeft ? 0 : gates.length + 1) + gates.filter(({ passes }) => !passes).length;

const namesOf = ({ signals, exits }: SignalSlice): string =>
  JSON.stringify([signals.map(({ id }) => id), exits.map(({ symbol, strategy, direction }) => [symbol, strategy, direction])]);

const answersOf = ({ orders, exits, denials }: Interval['decision']): string =>
  JSON.stringify([
    orders.map(({ id, quantity }) => [id, quantity]),
    exits.map(({ orderId }) => orderId),
    denials.map(({ signalId, gate }) => [signalId, gate]),
  ]);

/** A symbol's bar, or why it has none. */
function barOf(slice: Interval['bars'][number], symbol: Ticker): Pick<Why, 'bar' | 'gap'> {
  const { symbols, count, open, high, low, close, volume, flags, gaps, absent } = slice;
  if (!symbols.slice(0, count).includes(symbol))
    return { bar: null, gap: gaps.find((gap) => gap.symbol === symbol)?.cause ?? absent };
  const i = indexOfSymbol(slice, symbol);
  const [o, h, l, c, v] = [read(open, i), read(high, i), read(low, i), read(close, i), read(volume, i)];
  return { bar: { open: o, high: h, low: l, close: c, volume: v, flags: readUint32(flags, i) }, gap: null };
}
