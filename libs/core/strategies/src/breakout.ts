/*
 * Breakout: a close beyond both the Donchian channel and the day's opening range, in the direction that the state's velocity
 * takes, in a calm market.
 *
 * Invariants
 * 1. A symbol's first `warmUpBars` bars raise no signal.
 * 2. The channel is that of the bars before: the bar that breaks it is never part of it.
 * 3. A symbol's signals depend on the bars and states of that symbol only.
 * 4. A state restored from a snapshot goes on exactly as the one that was stored.
 * 5. A long's stop lies below the reference and its target above, a short's the other way round, all of them positive.
 * 6. Bars to come never change a signal raised.
 * 7. After a signal, no other of the same direction until an unflagged bar has closed inside the channel or another day began.
 * 8. Corporate actions restate the features before the first bar that they are in force in: none makes a signal of its own.
 * 9. It reads no column of a state but BREAKOUT_COLUMNS.
 */
import { updateAtr, updateDonchian, updateOpeningRange } from '@aitrader/core-features';
import { followBar, lawOver } from '@aitrader/core-horizon';
import { momentAt } from '@aitrader/core-sessions';
import {
  type BarSlice,
  type Direction,
  isQuarantined,
  item,
  MINUTES_OF,
  PPM,
  priceFromDollars,
  read,
  readUint32,
  type Signal,
  signalId,
  type SignalSlice,
  type Stage,
  STATE_WIDTH,
  type StateColumn,
  type StateSlice,
  type StrategyConfig,
  type StrategyInput,
  type Ticker,
} from '@aitrader/model';
import { bracketAround } from './stop-and-target.ts';
import { type BreakoutFinding, type Candidate, figure, findingsOf, passesGates, spentBit } from './breakout-gates.ts';
import { type BreakoutState, goOnWithSymbols, newBreakoutState, outlookFor, requireLaws, slotOf } from './breakout-state.ts';
import { followActions } from './corporate-actions.ts';
import { forwardReturn } from './forward-return.ts';

/** The strategy's name in its signals and their ids. */
export const BREAKOUT_STRATEGY = 'breakout';

/** The columns of a state that the strategy reads: a host need not decode the others. */
export const BREAKOUT_COLUMNS: readonly StateColumn[] = [
  ...(['velocity', 'velocityUp', 'volatility', 'calm', 'turbulent', 'regime', 'coverage95', 'scored', 'flags'] as const),
];

const MS_PER_MINUTE = 60_000;

/**
 * The breakout strategy over one shard. `initial` throws RangeError on parameters that make no sense; `apply` throws RangeError
 * when the states do not belong to the bars, and CalendarRangeError outside the exchange calendar.
 */
export const breakoutStage: Stage<StrategyConfig, BreakoutState, StrategyInput, SignalSlice> = {
  initial: newBreakoutState,
  apply: applySlice,
  layout: 'breakout/2',
  goOn: goOnWithSymbols,
};

function applySlice(state: BreakoutState, { bars, states, control }: StrategyInput, emit: SignalSlice): void {
  assertAligned(bars, states);
  followActions(state, control, bars.t);
  emit.t = bars.t;
  emit.shard = bars.shard;
  emit.signals.length = 0;
  if (bars.count === 0) return;
  requireLaws(state, bars.timeframe);
  const interval = intervalOf(state, bars);
  const candidate: Candidate = { state, bars, states, phase: state.cursor.moment.phase, row: 0, slot: -1, direction: 1 };
  for (let row = 0; row < bars.count; row++) {
    if (!isPriced(bars, row)) continue;
    candidate.row = row;
    candidate.slot = slotOf(state, item(bars.symbols, row), candidate.slot + 1);
    foldBar(candidate, interval);
    const signal = considerClose(candidate);
    if (signal !== undefined) emit.signals.push(signal);
  }
}

/** Times that all bars of a slice share; epoch ms, `openAt` NaN when the bars' day has no opening range. */
interface Interval {
  readonly session: number;
  readonly openAt: number;
  readonly startAt: number;
}

function intervalOf(state: BreakoutState, bars: BarSlice): Interval {
  const moment = momentAt(state.cursor, bars.t);
  return {
    session: moment.sessionIndex + 1,
    openAt: bars.timeframe === '1d' ? NaN : (moment.session?.open ?? NaN),
    startAt: bars.t - MINUTES_OF[bars.timeframe] * MS_PER_MINUTE,
  };
}

/** A bar without positive finite prices is no bar: the symbol's features pass over it. */
function isPriced(bars: BarSlice, row: number): boolean {
  return isPositive(read(bars.high, row)) && isPositive(read(bars.low, row)) && isPositive(read(bars.close, row));
}

const isPositive = (dollars: number): boolean => dollars > 0 && dollars < Infinity;

/**
 * Folds a bar of any phase into its symbol's features. A flagged one too: an outlier widens the channel, which holds signals back until it
 * has left the window, where leaving it out would make the next honest bar look like a breakout. The average true range and the law are
 * spared a quarantined one, which would put later stops far away; where the price is real, the true range of the next bar reaches over it.
 */
function foldBar(candidate: Candidate, interval: Interval): void {
  const { state, bars, row, slot } = candidate;
  const high = read(bars.high, row);
  const low = read(bars.low, row);
  if (!isQuarantined(readUint32(bars.flags, row))) {
    const close = read(bars.close, row);
    updateAtr(state.atr, slot, high, low, close);
    const volatility = figure(candidate, 'volatility');
    const { timeframe, t } = bars;
    followBar(state.laws, slot, { timeframe, t, moment: state.cursor.moment, close, variance: volatility * volatility });
  }
  updateDonchian(state.donchian, slot, high, low);
  updateOpeningRange(state.openingRange, slot, interval.openAt, interval.startAt, bars.t, high, low);
  state.seen[slot] = readUint32(state.seen, slot) + 1;
  if (readUint32(state.session, slot) === interval.session) return;
  state.session[slot] = interval.session;
  // every daily bar is a new day; there, only a close inside the channel re-arms
  if (bars.timeframe !== '1d') state.spent[slot] = 0;
}

function considerClose(candidate: Candidate): Signal | undefined {
  const { state, bars, row, slot } = candidate;
  const close = read(bars.close, row);
  if (close > read(state.donchian.high, slot)) candidate.direction = 1;
  else if (close < read(state.donchian.low, slot)) candidate.direction = -1;
  else {
    if (readUint32(bars.flags, row) === 0) state.spent[slot] = 0;
    return undefined;
  }
  if (!passesGates(candidate)) return undefined;
  const signal = signalFrom(candidate);
  if (signal !== undefined) state.spent[slot] = readUint32(state.spent, slot) | spentBit(candidate.direction);
  return signal;
}

/** What the strategy makes of one bar of a symbol, whether that becomes a signal or not. Prices in dollars; NaN before the channel is whole. */
export interface BreakoutFindings {
  readonly close: number;
  readonly channelLow: number;
  readonly channelHigh: number;
  /** whether the close lies outside the channel, on the side of `direction`; inside of it that is the nearer side */
  readonly hasLeft: boolean;
  readonly direction: Direction;
  /** of a bar on the side of `direction`, whether it has left the channel or not */
  readonly gates: readonly BreakoutFinding[];
}

/**
 * What the strategy makes of a symbol in an interval, from its state before that; undefined where the symbol has no bar of it. The state is used
 * up: only that symbol has gone on. @throws as `apply` of the stage
 */
export function findBreakout(
  state: BreakoutState,
  { bars, states, control }: StrategyInput,
  symbol: Ticker,
): BreakoutFindings | undefined {
  assertAligned(bars, states);
  followActions(state, control, bars.t);
  const row = bars.symbols.indexOf(symbol);
  if (row < 0 || row >= bars.count || !isPriced(bars, row)) return undefined;
  requireLaws(state, bars.timeframe);
  const interval = intervalOf(state, bars);
  const slot = slotOf(state, symbol, 0);
  const candidate: Candidate = { state, bars, states, phase: state.cursor.moment.phase, row, slot, direction: 1 };
  foldBar(candidate, interval);
  const [close, low, high] = [read(bars.close, row), read(state.donchian.low, slot), read(state.donchian.high, slot)];
  if (close < low || (close <= high && close - low < high - close)) candidate.direction = -1;
  const { direction } = candidate;
  const hasLeft = close > high || close < low;
  return { close, channelLow: low, channelHigh: high, hasLeft, direction, gates: findingsOf(candidate) };
}

function signalFrom(candidate: Candidate): Signal | undefined {
  const { state, bars, states, row, slot, direction } = candidate;
  const { stopAtr, targetAtr } = state.config;
  const outlook = outlookFor(state, bars.timeframe);
  const where = { timeframe: bars.timeframe, moment: state.cursor.moment, t: bars.t };
  if (!lawOver(state.laws, slot, 0, where, state.law)) return undefined;
  const reference = priceFromDollars(read(bars.close, row));
  const atr = read(state.atr.value, slot);
  const bracket = bracketAround(reference, direction, stopAtr * atr, targetAtr * atr);
  const forward = forwardReturn(outlook, state.law, states.rows, row * STATE_WIDTH);
  if (bracket === undefined || forward === undefined) return undefined;
  const symbol = item(bars.symbols, row);
  const [calm, turbulent] = [figure(candidate, 'calm'), figure(candidate, 'turbulent')];
  return {
    id: signalId(bars.t, symbol, BREAKOUT_STRATEGY),
    t: bars.t,
    symbol,
    strategy: BREAKOUT_STRATEGY,
    direction,
    reference,
    stop: bracket.stop,
    target: bracket.target,
    horizonMinutes: outlook.horizonMinutes,
    forward,
    velocityUpPpm: figure(candidate, 'velocityUp'),
    volatilityE8: figure(candidate, 'volatility'),
    regimePpm: [calm, PPM - calm - turbulent, turbulent],
    regime: figure(candidate, 'regime'),
    coverage95Ppm: figure(candidate, 'coverage95'),
    scored: figure(candidate, 'scored'),
    model: states.model,
    stateFlags: figure(candidate, 'flags'),
  };
}

/** States that are not those of the bars are a defect of the host: nothing may be concluded from them. */
function assertAligned(bars: BarSlice, states: StateSlice): void {
  let aligned = bars.t === states.t && bars.count === states.count;
  for (let row = 0; aligned && row < bars.count; row++) aligned = bars.symbols[row] === states.symbols[row];
  if (!aligned) throw new RangeError(`the states of ${states.t} do not belong to the bars of ${bars.t}, shard ${bars.shard}`);
}
