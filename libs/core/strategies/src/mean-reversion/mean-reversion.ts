/*
 * Mean reversion within a session: a price that is far from its level, by its own measure, comes back to it.
 *
 *   e' = k (e + r)          k = exp(−minutes / life)          z = e / √(mean square of e)
 *
 * e is the residual of a log price against its exponential moving average, which is the level of a local level model in its steady state (Durbin
 * and Koopman, "Time Series Analysis by State Space Methods", 2012, 2.2); its own scale is what it was over the last sessions, so that a market that
 * wanders has a wide one. Returns of minutes reverse where liquidity is provided: Nagel, "Evaporating liquidity", Review of Financial Studies 25
 * (2012). Half of the spread is what is paid for it, so that costs decide.
 *
 * 1. Nights are no part of it: a session begins at its level.
 * 2. The target is the level itself.
 */
import { clearAtr, growAtr, grownFloats, newAtr, restateAtr, updateAtr, type Atr } from '@aitrader/core-features';
import { exp, ln } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import { ARMED, BAR_FLAGS, CALM, MINUTE_BARS, REGULAR_HOURS, STATE_SOUND, TRUE_RANGE, WARMED_UP } from '../conditions.ts';
import { exitFigureRule, hasComeBack, holdMinutesRule } from '../leaving.ts';
import { stopByRange, STOPS_BY_RANGE } from '../stops-by-range.ts';
import { aCount, aNumber, aWindow, parameterOf, type StrategyKind, type Trigger } from '../strategy-kind.ts';

interface ReversionMemory {
  readonly atr: Atr;
  readonly life: number;
  /** what a residual keeps over one minute */
  readonly kept: number;
  readonly gain: number;
  /** index of the session of the last bar of regular hours, plus 1; minute and close of that bar */
  session: Float64Array;
  minute: Float64Array;
  close: Float64Array;
  /** log price less its level, the mean square of that, and bars that it is over */
  residual: Float64Array;
  square: Float64Array;
  bars: Float64Array;
}

const COLUMNS = ['session', 'minute', 'close', 'residual', 'square', 'bars'] as const;

const PARAMETERS = {
  levelMinutes: aWindow('minutes in which the level forgets', 60, 1, 100_000),
  scaleBars: aWindow("bars of the residual's own scale", 1950, 1, 1_000_000),
  zMin: aNumber('standard deviations that the price is from its level', 2.5, 0, 100),
  atrBars: STOPS_BY_RANGE.atrBars,
  stopAtr: { ...STOPS_BY_RANGE.stopAtr, usual: 6 },
  turbulentMax: aNumber('greatest P(regime is turbulent)', 0.3, 0, 1),
  horizonMinutes: aCount('minutes that a signal speaks of', 60, 1, 100_000),
  holdMinutes: holdMinutesRule(60),
  zExit: exitFigureRule(0),
  warmUpBars: aCount('bars of a symbol before its first signal', 390, 0, 100_000),
};

/** Correlation of score and outcome that is claimed, per standard deviation of the residual. */
const INFORMATION_COEFFICIENT = 0.03;
const SCORE_MAX = 4;

const zOf = ({ residual, square }: ReversionMemory, slot: number): number => read(residual, slot) / Math.sqrt(read(square, slot));

function takeClose(memory: ReversionMemory, slot: number, regularMinute: number, close: number): void {
  const minutes = regularMinute - read(memory.minute, slot);
  const change = ln(close / read(memory.close, slot));
  const residual = (read(memory.residual, slot) + change) * (minutes === 1 ? memory.kept : exp(-minutes / memory.life));
  const bars = read(memory.bars, slot) + 1;
  const square = read(memory.square, slot);
  memory.residual[slot] = residual;
  memory.bars[slot] = bars;
  memory.square[slot] = square + Math.max(memory.gain, 1 / bars) * (residual * residual - square);
}

const TRIGGER: Trigger<ReversionMemory> = {
  ...{ what: 'residual', band: 'band', unit: 'sd', sense: 'against' },
  find: (of, { slot, timeframe, moment }, into) => {
    into.value = timeframe === '1d' || moment.phase !== 'RTH' ? NaN : zOf(of.memory, slot);
    into.high = parameterOf(of, 'zMin');
    into.low = -into.high;
  },
};

export const MEAN_REVERSION: StrategyKind<keyof typeof PARAMETERS, ReversionMemory> = {
  parameters: PARAMETERS,
  columns: ['turbulent', 'flags'],
  newMemory: ({ atrBars, levelMinutes, scaleBars }) => ({
    ...{ atr: newAtr(atrBars), life: levelMinutes, kept: exp(-1 / levelMinutes), gain: 1 / scaleBars },
    ...{ session: new Float64Array(0), minute: new Float64Array(0), close: new Float64Array(0) },
    ...{ residual: new Float64Array(0), square: new Float64Array(0), bars: new Float64Array(0) },
  }),
  grow: (memory, slots) => {
    growAtr(memory.atr, slots);
    for (const name of COLUMNS) memory[name] = grownFloats(memory[name], slots, 0);
  },

  fold: ({ memory }, { slot, high, low, close, isQuarantined, timeframe, moment: { phase, sessionIndex, regularMinute } }) => {
    if (isQuarantined) return;
    updateAtr(memory.atr, slot, high, low, close);
    if (phase !== 'RTH' || timeframe === '1d') return;
    if (read(memory.session, slot) === sessionIndex + 1) takeClose(memory, slot, regularMinute, close);
    else {
      memory.session[slot] = sessionIndex + 1;
      memory.residual[slot] = 0;
    }
    memory.minute[slot] = regularMinute;
    memory.close[slot] = close;
  },
  // an action is in force between sessions; the scale is of returns, which stay what they were
  restate: (memory, slot, { less, times }) => restateAtr(memory.atr, slot, less, times),
  forget: (memory, slot) => {
    clearAtr(memory.atr, slot);
    for (const name of COLUMNS) memory[name][slot] = 0;
  },

  trigger: TRIGGER,
  conditions: [MINUTE_BARS, WARMED_UP, REGULAR_HOURS, BAR_FLAGS, STATE_SOUND, CALM, TRUE_RANGE, ARMED],

  horizonMinutes: ({ horizonMinutes }) => horizonMinutes,
  holdMinutes: ({ holdMinutes }) => holdMinutes,
  leaves: (of, sight) => (hasComeBack(TRIGGER, of, sight, 'zExit') ? 'back at its level' : undefined),
  claim: ({ memory }, { slot }, { sd }) =>
    -INFORMATION_COEFFICIENT * Math.max(-SCORE_MAX, Math.min(SCORE_MAX, zOf(memory, slot))) * sd,
  stopDistance: stopByRange,
  targetDistance: ({ memory }, { slot, close }) => close * (1 - exp(-Math.abs(read(memory.residual, slot)))),
  rearmBars: () => Infinity,
};
