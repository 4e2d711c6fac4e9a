import {
  BAR_FLAG,
  type BarSlice,
  type Control,
  item,
  MINUTES_OF,
  type ModelParameters,
  type ProbabilityConfig,
  type ProbabilityInput,
  read,
  readUint32,
  reserveStates,
  type Stage,
  STATE_FLAG,
  type StateSlice,
  type Ticker,
} from '@aitrader/model';
import { type Moment, momentAt } from '@aitrader/core-sessions';
import { ln } from '@aitrader/core-numeric';
import { boundedVariance } from './bank.ts';
import { bucketAt } from './bucket.ts';
import { SCORED_AS } from './calibration.ts';
import { emitRow, type RowContext } from './emission.ts';
import { admit, isTakenUp } from './fitted-parameters.ts';
import { tickVariance } from './noise.ts';
import { newProbabilityState, type ProbabilityState, slotOf } from './probability-state.ts';
import { SLOT, SLOT_WIDTH } from './slot.ts';
import { advance, type BarMoment, begin } from './symbol.ts';

/*
 * 1. A covariance stays positive definite after any sequence of bars.
 * 2. How a gap is divided does not matter to what is predicted across it.
 * 3. A symbol's rows depend on its own bars and their times alone, not on the other symbols of the shard.
 * 4. A state that was stored and restored goes on bit for bit.
 * 5. Every value emitted is a safe integer and not −0, quantiles never fall, and the regimes add up to one million.
 * 6. A bar far from all expectation gets in when the next bar confirms it, and only then.
 * 7. Fitted parameters change nothing of what came before them, and none counts that was fitted to a bar not seen yet.
 */

/** Written into every state slice: any change of the figures that a recording would show is a new version. */
export const PROBABILITY_MODEL = 'kalman-tbank-hmm3/2';

/** Units of the filter per unit of ln(USD). */
const BP = 10_000;
/** Trading minutes from close to close of two full sessions: what a daily bar stands for. */
const SESSION_MINUTES = 960;
/** A bar printed outside the sessions is late or early, not wrong: that flag alone does not make it suspect. */
const SUSPECT_BAR_FLAGS = ~BAR_FLAG.OFF_SESSION;

function logPriceBp(symbol: Ticker, close: number): number {
  if (!(close > 0 && close < Infinity)) throw new RangeError(`close of ${symbol} must be a positive number, got ${close}`);
  return BP * ln(close);
}

/** Whether bars are missing between a symbol's last one and this moment. */
function hasGap(slots: Float64Array, at: number, { stepMinutes, minute, session }: BarMoment): boolean {
  if (stepMinutes > 0) return minute - read(slots, at + SLOT.minute) > stepMinutes;
  return session - read(slots, at + SLOT.session) > 1;
}

/** Folds a bar into the slot at `at` and returns the flags of its state. */
function foldBar(state: ProbabilityState, at: number, bar: BarMoment, sessionMinutes: number): number {
  const { slots, parameters } = state;
  const seen = read(slots, at + SLOT.bars) + 1;
  const warming = seen < parameters.warmUpBars ? STATE_FLAG.WARMING_UP : 0;
  if (seen === 1) {
    begin(parameters, slots, at, bar, boundedVariance(parameters.priorVariance * sessionMinutes));
    return warming | STATE_FLAG.UNSCORED;
  }
  const gap = hasGap(slots, at, bar) ? STATE_FLAG.GAP : 0;
  advance(parameters, slots, at, bar);
  const refused = read(slots, at + SLOT.refused) === 0 ? 0 : STATE_FLAG.REFUSED_FIT;
  return warming | gap | refused | (read(slots, at + SLOT.held) === 0 ? 0 : STATE_FLAG.SUSPECT);
}

/** Takes fitted parameters up: at once where the symbol was seen, else after its first bar. */
function hear(state: ProbabilityState, control: readonly Control[], bars: BarSlice): void {
  for (const { parameters } of control) {
    for (const fitted of parameters) {
      if (!isTakenUp(fitted.model)) continue;
      const slot = state.index.get(fitted.symbol);
      if (slot === undefined) keepForLater(state, fitted);
      else admit(state.slots, slot * SLOT_WIDTH, fitted, bars.timeframe, bars.t);
    }
  }
}

function keepForLater({ fitted: waiting }: ProbabilityState, fitted: ModelParameters): void {
  const others = (waiting.get(fitted.symbol) ?? []).filter(({ model }) => model !== fitted.model);
  waiting.set(fitted.symbol, [...others, fitted]);
}

function admitWaiting({ fitted: waiting, slots }: ProbabilityState, at: number, symbol: Ticker, bars: BarSlice): void {
  for (const fitted of waiting.get(symbol) ?? []) admit(slots, at, fitted, bars.timeframe, bars.t);
  waiting.delete(symbol);
}

/** Opens the slice that is written and checks that time goes on. */
function beginSlice(state: ProbabilityState, bars: BarSlice, emit: StateSlice): void {
  if (bars.t < state.lastT) throw new RangeError(`slice at ${bars.t} comes after the one at ${state.lastT}`);
  state.lastT = bars.t;
  reserveStates(emit, bars.count);
  emit.t = bars.t;
  emit.shard = bars.shard;
  emit.model = PROBABILITY_MODEL;
  emit.count = bars.count;
  if (emit.symbols.length > bars.count) emit.symbols.length = bars.count;
}

/** What the bars of a slice share. */
function barMoment(bars: BarSlice, moment: Moment): BarMoment {
  const isDaily = bars.timeframe === '1d';
  return {
    closeBp: NaN,
    tick: NaN,
    minute: moment.tradingMinute,
    session: moment.sessionIndex,
    bucket: bucketAt(moment, bars.t, bars.timeframe),
    scoredAs: isDaily ? SCORED_AS.RTH : SCORED_AS[moment.phase],
    stepMinutes: isDaily ? NaN : MINUTES_OF[bars.timeframe],
  };
}

function apply(state: ProbabilityState, { bars, control }: ProbabilityInput, emit: StateSlice): void {
  const bar = barMoment(bars, momentAt(state.cursor, bars.t));
  const stepMinutes = bars.timeframe === '1d' ? SESSION_MINUTES : bar.stepMinutes;
  const context: RowContext = { flags: 0, stepMinutes, scoredAs: bar.scoredAs };
  beginSlice(state, bars, emit);
  hear(state, control, bars);
  let slot = -1;
  for (let i = 0; i < bars.count; i++) {
    const symbol = item(bars.symbols, i);
    const close = read(bars.close, i);
    bar.closeBp = logPriceBp(symbol, close);
    bar.tick = tickVariance(close);
    slot = slotOf(state, symbol, slot + 1);
    const at = slot * SLOT_WIDTH;
    const barFlags = (readUint32(bars.flags, i) & SUSPECT_BAR_FLAGS) === 0 ? 0 : STATE_FLAG.SUSPECT;
    context.flags = barFlags | foldBar(state, at, bar, stepMinutes);
    emit.symbols[i] = symbol;
    emitRow(emit.rows, i, state.slots, at, context);
    if (state.fitted.size > 0) admitWaiting(state, at, symbol, bars);
  }
}

/**
 * Bars to states: the distribution of each symbol's next close, by a Kalman filter of price and velocity, a bank of variances with
 * Student tails, learned seasons, and quantiles that keep their promise; three regimes; and how the last forecast fared. A daily bar's
 * next close is a session and a night away, any other's is the next bar, whenever it comes. Flags a gap when more than one step of the
 * timeframe passed, in trading minutes, or in sessions for daily bars.
 * @throws RangeError for a close that is not a positive number, for time that goes back, and outside the trading calendar; the
 * state is then of no further use
 */
export const probabilityStage = {
  initial: (config: ProbabilityConfig): ProbabilityState => newProbabilityState(config),
  apply,
} as const satisfies Stage<ProbabilityConfig, ProbabilityState, ProbabilityInput, StateSlice>;
