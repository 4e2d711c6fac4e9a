import {
  BAR_FLAG,
  type BarSlice,
  item,
  MINUTES_OF,
  type ProbabilityConfig,
  type ProbabilityInput,
  read,
  readUint32,
  reserveStates,
  type Stage,
  STATE_FLAG,
  type StateSlice,
  type Ticker,
  type Timeframe,
} from '@aitrader/model';
import { type Moment, momentAt } from '@aitrader/core-sessions';
import { ln } from '@aitrader/core-numeric';
import { emitRow } from './emission.ts';
import { FILTER, FILTER_WIDTH, observe, predict, predictedLevel, predictedVariance, start } from './filter.ts';
import { tickVariance, volatilityAfter } from './noise.ts';
import { newProbabilityState, type ProbabilityState, slotOf } from './probability-state.ts';
import { calmAfter } from './regime.ts';
import { SESSION_MINUTES, transitionOver } from './transition.ts';

/*
 * 1. A covariance stays positive definite after any sequence of bars.
 * 2. How a gap is divided does not matter to what is predicted across it.
 * 3. A symbol's rows depend on its own bars and their times alone, not on the other symbols of the shard.
 * 4. A state that was stored and restored goes on bit for bit.
 * 5. Every value emitted is a safe integer and not −0, quantiles never fall, and the regimes add up to one million.
 * 6. A bar far from all expectation gets in: at once in part, and wholly when the next bar confirms it.
 */

/** Written into every state slice: any change of the figures that a recording would show is a new version. */
export const PROBABILITY_MODEL = 'kalman-ewma-2regime/1';

/** Units of the filter per unit of ln(USD). */
const BP = 10_000;
/** A bar printed outside the sessions is late or early, not wrong: that flag alone does not make it suspect. */
const SUSPECT_BAR_FLAGS = ~BAR_FLAG.OFF_SESSION;

/** Trading minutes from one close to the next when nothing is missing. */
const stepMinutes = (timeframe: Timeframe): number => (timeframe === '1d' ? SESSION_MINUTES : MINUTES_OF[timeframe]);

function logPriceBp(symbol: Ticker, close: number): number {
  if (!(close > 0 && close < Infinity)) throw new RangeError(`close of ${symbol} must be a positive number, got ${close}`);
  return BP * ln(close);
}

/** Variance of a close around its level: a share of the price's own per minute, and the tick it is rounded to. */
const closeNoise = (state: ProbabilityState, at: number, tick: number): number =>
  state.parameters.observationNoise * read(state.filters, at + FILTER.volatility) + tick;

/** First sight of a symbol. */
function begin(state: ProbabilityState, at: number, closeBp: number, tick: number): void {
  const { parameters, filters } = state;
  filters[at + FILTER.volatility] = parameters.volatilityPrior;
  filters[at + FILTER.calm] = parameters.regime.calmAtRest;
  start(filters, at, closeBp, closeNoise(state, at, tick), parameters.velocity.gain);
}

/**
 * A bar beyond suspectZ was believed only in part: the next one decides. When it lies nearer to the outlier than to the level,
 * the price has moved for good, and the filter starts anew at the outlier; else the outlier is forgotten.
 */
function settleHeld(state: ProbabilityState, at: number, closeBp: number, tick: number): void {
  const { filters, parameters } = state;
  const heldBp = read(filters, at + FILTER.heldClose);
  filters[at + FILTER.held] = 0;
  if (Math.abs(closeBp - heldBp) >= Math.abs(closeBp - read(filters, at + FILTER.level))) return;
  start(filters, at, heldBp, closeNoise(state, at, tick), parameters.velocity.gain);
}

/** Learns from an innovation of `z` standard deviations how noisy the price is, and which regime it is in. */
function learn(state: ProbabilityState, at: number, z: number): void {
  const { filters, parameters } = state;
  // the first bars weigh like a plain mean, so that the prior is soon forgotten
  const gain = Math.max(parameters.volatilityGain, 1 / (read(filters, at + FILTER.bars) + 1));
  const volatility = read(filters, at + FILTER.volatility);
  filters[at + FILTER.volatility] = volatilityAfter(volatility, z, gain, parameters.degreesOfFreedom);
  filters[at + FILTER.calm] = calmAfter(parameters.regime, read(filters, at + FILTER.calm), z);
}

/** Predicts up to the bar, takes its close in and learns from the surprise. Returns whether that was beyond suspectZ. */
function advance(state: ProbabilityState, at: number, closeBp: number, tick: number, moment: Moment): boolean {
  const { filters, parameters, transitions } = state;
  if (read(filters, at + FILTER.held) !== 0) settleHeld(state, at, closeBp, tick);
  const minutes = Math.max(1, moment.tradingMinute - read(filters, at + FILTER.minute));
  const nights = Math.max(0, moment.sessionIndex - read(filters, at + FILTER.session));
  const row = transitionOver(transitions, parameters.velocity, minutes);
  predict(filters, at, transitions, row, nights * parameters.overnightMinutes);
  const z = observe(filters, at, closeBp, closeNoise(state, at, tick), parameters.suspectZ);
  learn(state, at, z);
  if (Math.abs(z) <= parameters.suspectZ) return false;
  filters[at + FILTER.held] = 1;
  filters[at + FILTER.heldClose] = closeBp;
  return true;
}

/** Whether bars are missing between a filter's last one and this moment. */
function hasGap(filters: Float64Array, at: number, moment: Moment, timeframe: Timeframe): boolean {
  if (timeframe === '1d') return moment.sessionIndex - read(filters, at + FILTER.session) > 1;
  return moment.tradingMinute - read(filters, at + FILTER.minute) > MINUTES_OF[timeframe];
}

/** Folds a bar into the filter at `at` and returns the flags of its state. */
function foldBar(
  state: ProbabilityState,
  at: number,
  closeBp: number,
  tick: number,
  timeframe: Timeframe,
  moment: Moment,
): number {
  const { filters, parameters } = state;
  const seen = read(filters, at + FILTER.bars) + 1;
  let flags = seen < parameters.warmUpBars ? STATE_FLAG.WARMING_UP : 0;
  if (seen > 1) {
    if (hasGap(filters, at, moment, timeframe)) flags |= STATE_FLAG.GAP;
    if (advance(state, at, closeBp, tick, moment)) flags |= STATE_FLAG.SUSPECT;
  } else begin(state, at, closeBp, tick);
  filters[at + FILTER.bars] = seen;
  filters[at + FILTER.minute] = moment.tradingMinute;
  filters[at + FILTER.session] = moment.sessionIndex;
  return flags;
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

function apply(state: ProbabilityState, { bars }: ProbabilityInput, emit: StateSlice): void {
  const { parameters, transitions, cursor } = state;
  const moment = momentAt(cursor, bars.t);
  beginSlice(state, bars, emit);
  const { timeframe } = bars;
  const step = transitionOver(transitions, parameters.velocity, stepMinutes(timeframe));
  const nightMinutes = timeframe === '1d' ? parameters.overnightMinutes : 0;
  let slot = -1;
  for (let i = 0; i < bars.count; i++) {
    const symbol = item(bars.symbols, i);
    const close = read(bars.close, i);
    const closeBp = logPriceBp(symbol, close);
    const tick = tickVariance(close);
    slot = slotOf(state, symbol, slot + 1);
    const at = slot * FILTER_WIDTH;
    const barFlags = (readUint32(bars.flags, i) & SUSPECT_BAR_FLAGS) === 0 ? 0 : STATE_FLAG.SUSPECT;
    const flags = barFlags | foldBar(state, at, closeBp, tick, timeframe, moment);
    const { filters } = state;
    const variance = predictedVariance(filters, at, transitions, step, nightMinutes, closeNoise(state, at, tick));
    const mean = predictedLevel(filters, at, transitions, step) - closeBp;
    emit.symbols[i] = symbol;
    emitRow(emit.rows, i, filters, at, mean, Math.sqrt(variance), parameters, flags);
  }
}

/**
 * Bars to states: a Kalman filter of price and velocity per symbol, a variance that follows the market, two regimes, and the
 * distribution of the next close. A daily bar's next close is a session and a night away, any other's one timeframe. Flags a gap
 * when more than one step of the timeframe passed, in trading minutes, or in sessions for daily bars.
 * @throws RangeError for a close that is not a positive number, for time that goes back, and outside the trading calendar; the
 * state is then of no further use
 */
export const probabilityStage = {
  initial: (config: ProbabilityConfig): ProbabilityState => newProbabilityState(config),
  apply,
} as const satisfies Stage<ProbabilityConfig, ProbabilityState, ProbabilityInput, StateSlice>;
