import {
  BAR_FLAG,
  type BarSlice,
  type Control,
  findSlot,
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
import { momentAt, SESSION_MINUTES } from '@aitrader/core-sessions';
import { ln } from '@aitrader/core-numeric';
import { type BarSteps, beginBar, takeBars } from './bar-steps.ts';
import { BAR, BAR_WIDTH, BATCH_BARS, type Batch } from './batch.ts';
import { bucketAt, daypartOf } from './bucket.ts';
import { SCORED_AS } from './calibration.ts';
import { emitBars } from './emission.ts';
import { followActions } from './corporate-actions.ts';
import { admit, isTakenUp } from './fitted-parameters.ts';
import { tickVariance } from './noise.ts';
import { goOnWithSymbols, newProbabilityState, newSlot, type ProbabilityState } from './probability-state.ts';

/*
 * 1. A covariance stays positive definite after any sequence of bars.
 * 2. How a gap is divided does not matter to what is predicted across it.
 * 3. A symbol's rows depend on its own bars and their times alone, not on the other symbols of the shard.
 * 4. A state that was stored and restored goes on bit for bit.
 * 5. Every value emitted is a safe integer and not −0, quantiles never fall, and the regimes add up to one million.
 * 6. A bar far from all expectation gets in when the next bar confirms it, and only then.
 * 7. A split or a dividend is no return, and a company knows nothing of another one that had its symbol.
 * 8. Fitted parameters change nothing of what came before them, and none counts that was fitted to a bar not seen yet.
 */

/**
 * Written into every state slice: any change of the figures that a recording without fitted parameters would show is a new version. What fits
 * come to be is of the code that the manifest names, and of the fits, which are recorded.
 */
export const PROBABILITY_MODEL = 'kalman-tbank-hmm3/4';

/** Units of the filter per unit of ln(USD). */
const BP = 10_000;
/** A bar printed outside the sessions is late or early, not wrong: that flag alone does not make it suspect. */
const SUSPECT_BAR_FLAGS = ~(BAR_FLAG.OFF_SESSION | BAR_FLAG.BACKFILLED);

function logPriceBp(symbol: Ticker, close: number): number {
  if (!(close > 0 && close < Infinity)) throw new RangeError(`close of ${symbol} must be a positive number, got ${close}`);
  return BP * ln(close);
}

/** Takes fitted parameters up: at once where the symbol was seen, else after its first bar, be it the first one anew. */
function hear(state: ProbabilityState, control: readonly Control[], bars: BarSlice): void {
  for (const { parameters } of control) {
    for (const fitted of parameters) {
      if (!isTakenUp(fitted.model)) continue;
      const slot = state.index.slots.get(fitted.symbol);
      if (slot === undefined || state.beginning.has(fitted.symbol)) keepForLater(state, fitted);
      else admit(state.memory, slot, fitted, bars.timeframe, bars.t);
    }
  }
}

function keepForLater({ fitted: waiting }: ProbabilityState, fitted: ModelParameters): void {
  const others = (waiting.get(fitted.symbol) ?? []).filter(({ model }) => model !== fitted.model);
  waiting.set(fitted.symbol, [...others, fitted]);
}

/** Takes up what waited for the first bar of a symbol. */
function admitWaiting({ fitted: waiting, memory, index }: ProbabilityState, bars: BarSlice): void {
  for (let i = 0; i < bars.count; i++) {
    const symbol = item(bars.symbols, i);
    const fits = waiting.get(symbol);
    const slot = index.slots.get(symbol);
    if (fits === undefined || slot === undefined) continue;
    for (const fitted of fits) admit(memory, slot, fitted, bars.timeframe, bars.t);
    waiting.delete(symbol);
  }
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

/** Notes what the bars of a slice share. */
function enterMoment({ cursor, moment: shared }: ProbabilityState, bars: BarSlice): void {
  const moment = momentAt(cursor, bars.t);
  const isDaily = bars.timeframe === '1d';
  shared.minute = moment.tradingMinute;
  shared.session = moment.sessionIndex;
  shared.bucket = bucketAt(moment, bars.t, bars.timeframe);
  shared.daypart = daypartOf(shared.bucket);
  shared.scoredAs = isDaily ? SCORED_AS.RTH : SCORED_AS[moment.phase];
  shared.stepMinutes = isDaily ? NaN : MINUTES_OF[bars.timeframe];
  shared.minutesPerStep = isDaily ? SESSION_MINUTES : MINUTES_OF[bars.timeframe];
}

/** Puts row `i` of a slice into a batch. */
function addBar(batch: Batch, bars: BarSlice, i: number, slot: number): void {
  const at = batch.count++;
  const close = read(bars.close, i);
  batch.slot[at] = slot;
  batch.row[at] = i;
  batch.bars[at * BAR_WIDTH + BAR.closeBp] = logPriceBp(item(bars.symbols, i), close);
  batch.bars[at * BAR_WIDTH + BAR.tick] = tickVariance(close);
  batch.flags[at] = (readUint32(bars.flags, i) & SUSPECT_BAR_FLAGS) === 0 ? 0 : STATE_FLAG.SUSPECT;
}

/** Takes in the bars of a batch and writes their states. */
function passBatch({ parameters, moment, memory, batch }: ProbabilityState, emit: StateSlice, take: BarSteps): void {
  if (batch.count === 0) return;
  take(parameters, moment, memory, batch);
  emitBars(emit.rows, moment, memory, batch);
  batch.count = 0;
}

/** The same for the first bar of a symbol, row `i` of a slice. */
function passFirst(
  { parameters, moment, memory, first }: ProbabilityState,
  bars: BarSlice,
  i: number,
  slot: number,
  emit: StateSlice,
): void {
  first.count = 0;
  addBar(first, bars, i, slot);
  beginBar(parameters, moment, memory, first);
  emitBars(emit.rows, moment, memory, first);
}

/** As the stage, with `take` in the place of its way of a bar, which must do the same and may look at the memory in between. */
export function applyBy(take: BarSteps, state: ProbabilityState, { bars, control }: ProbabilityInput, emit: StateSlice): void {
  const { batch } = state;
  beginSlice(state, bars, emit);
  followActions(state, control, bars.t);
  if (control.length > 0) hear(state, control, bars);
  if (bars.count === 0) return;
  enterMoment(state, bars);
  let slot = -1;
  batch.count = 0;
  for (let i = 0; i < bars.count; i++) {
    const symbol = item(bars.symbols, i);
    emit.symbols[i] = symbol;
    const known = findSlot(state.index, symbol, slot + 1);
    slot = known < 0 ? newSlot(state, symbol) : known;
    if (known < 0 || (state.beginning.size > 0 && state.beginning.delete(symbol))) passFirst(state, bars, i, slot, emit);
    else addBar(batch, bars, i, slot);
    if (batch.count === BATCH_BARS) passBatch(state, emit, take);
  }
  passBatch(state, emit, take);
  if (state.fitted.size > 0) admitWaiting(state, bars);
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
  apply: (state: ProbabilityState, input: ProbabilityInput, emit: StateSlice): void => applyBy(takeBars, state, input, emit),
  layout: 'probability/4',
  goOn: goOnWithSymbols,
} as const satisfies Stage<ProbabilityConfig, ProbabilityState, ProbabilityInput, StateSlice>;
