/*
 * Momentum within a session: a price that has gone one way over minutes, a quarter of an hour and an hour alike goes on.
 *
 *   M_τ = Σ r_i exp(−age_i / τ)          z_τ = M_τ / √(σ² τ/2 (1 − exp(−2 m/τ)))          score = Σ z_τ / sd(Σ z_τ)
 *
 * with r the log returns of the session so far, of m minutes, and σ² the state's variance per minute: z_τ is a velocity over τ in standard
 * deviations of what a random walk would have, its uncertainty. The z of three lives are correlated by 2 √(τ₁ τ₂) / (τ₁ + τ₂), which the sd of
 * their sum takes in. The sum of exponentially faded returns is the velocity of a local linear trend in its steady state.
 *
 * Sources: trends of futures over minutes to a day in Lemperiere et al., "Two centuries of trend following" (2014), and velocities against their
 * uncertainty in Harvey, "Forecasting, Structural Time Series Models and the Kalman Filter" (1989), 2.3.
 *
 * 1. Nights are no part of it: it begins anew with each session.
 */
import { clearAtr, growAtr, grownFloats, newAtr, restateAtr, updateAtr, type Atr } from '@aitrader/core-features';
import { exp, ln } from '@aitrader/core-numeric';
import { E8, item, read } from '@aitrader/model';
import {
  ARMED,
  BAR_FLAGS,
  CALM,
  MINUTE_BARS,
  REGULAR_HOURS,
  STATE_SOUND,
  TRUE_RANGE,
  VELOCITY,
  WARMED_UP,
} from '../conditions.ts';
import { figure, type Sight } from '../sight.ts';
import { stopByRange, STOPS_BY_RANGE, targetByRange } from '../stops-by-range.ts';
import { aCount, aNumber, aWindow, parameterOf, type Condition, type Considered, type StrategyKind } from '../strategy-kind.ts';

interface MomentumMemory {
  readonly atr: Atr;
  /** minutes in which returns fade, from the fastest on, and what is kept of them over one minute */
  readonly fast: number;
  readonly middle: number;
  readonly slow: number;
  /** index of the session of the last bar of regular hours, plus 1 */
  session: Float64Array;
  /** minute of regular hours of its close, and of the session's first one */
  minute: Float64Array;
  firstMinute: Float64Array;
  close: Float64Array;
  /** sums of returns that fade */
  fastSum: Float64Array;
  middleSum: Float64Array;
  slowSum: Float64Array;
}

const COLUMNS = ['session', 'minute', 'firstMinute', 'close', 'fastSum', 'middleSum', 'slowSum'] as const;
const SUMS = ['fastSum', 'middleSum', 'slowSum'] as const;
const LIVES = ['fast', 'middle', 'slow'] as const;

const PARAMETERS = {
  fastMinutes: aWindow('minutes in which the fastest of three velocities fades', 5, 1, 100_000),
  middleMinutes: aWindow('minutes in which the second fades', 15, 1, 100_000),
  slowMinutes: aWindow('minutes in which the slowest fades', 60, 1, 100_000),
  scoreMin: aNumber('standard deviations that the velocities together are from 0', 2, 0, 100),
  ...STOPS_BY_RANGE,
  velocityUpMin: aNumber('least P(velocity > 0) of a long signal, and of the mirrored short one', 0.55, 0.5, 1),
  turbulentMax: aNumber('greatest P(regime is turbulent)', 0.9, 0, 1),
  horizonMinutes: aCount('minutes that a signal speaks of', 60, 1, 100_000),
  warmUpBars: aCount('bars of a symbol before its first signal', 120, 0, 100_000),
};

/** Correlation of score and outcome that is claimed, per standard deviation of the score. */
const INFORMATION_COEFFICIENT = 0.03;
const SCORE_MAX = 3;

/** A velocity in standard deviations of a random walk's; NaN before the second bar of a session. */
function zOf({ memory }: Considered<MomentumMemory>, sight: Sight, which: number): number {
  const { slot } = sight;
  const life = memory[item(LIVES, which)];
  const minutes = read(memory.minute, slot) - read(memory.firstMinute, slot);
  const sd = figure(sight, 'volatility') * Math.sqrt((life / 2) * (1 - exp((-2 * minutes) / life)));
  return sd > 0 ? (E8 * read(memory[item(SUMS, which)], slot)) / sd : NaN;
}

/** The sd of the sum of the three, as lives as long as theirs correlate. */
function sdOfSum({ fast, middle, slow }: MomentumMemory): number {
  const correlation = (a: number, b: number): number => (2 * Math.sqrt(a * b)) / (a + b);
  return Math.sqrt(3 + 2 * (correlation(fast, middle) + correlation(middle, slow) + correlation(fast, slow)));
}

function scoreOf(of: Considered<MomentumMemory>, sight: Sight): number {
  const { memory } = of;
  const { timeframe, moment, slot } = sight;
  // a bar of regular hours alone was taken in, and after the session's first one there is a return
  if (timeframe === '1d' || moment.phase !== 'RTH' || !(read(memory.minute, slot) > read(memory.firstMinute, slot))) return NaN;
  return (zOf(of, sight, 0) + zOf(of, sight, 1) + zOf(of, sight, 2)) / sdOfSum(memory);
}

/** The least of the three, on the side considered. */
function leastOf(of: Considered<MomentumMemory>, sight: Sight): number {
  const { direction } = sight;
  return Math.min(direction * zOf(of, sight, 0), direction * zOf(of, sight, 1), direction * zOf(of, sight, 2));
}

const VELOCITIES_AGREE: Condition<MomentumMemory> = {
  ...{ gate: 'VELOCITIES_AGREE', unit: 'sd' },
  isMet: (of, sight) => leastOf(of, sight) > 0,
  measure: (of, sight) => [leastOf(of, sight), 0],
};

function beginSession(memory: MomentumMemory, slot: number, minute: number): void {
  memory.firstMinute[slot] = minute;
  for (const name of SUMS) memory[name][slot] = 0;
}

export const MOMENTUM: StrategyKind<keyof typeof PARAMETERS, MomentumMemory> = {
  parameters: PARAMETERS,
  columns: ['velocityUp', 'volatility', 'turbulent', 'flags'],
  newMemory: ({ atrBars, fastMinutes: fast, middleMinutes: middle, slowMinutes: slow }) => ({
    ...{ atr: newAtr(atrBars), fast, middle, slow },
    ...{
      session: new Float64Array(0),
      minute: new Float64Array(0),
      firstMinute: new Float64Array(0),
      close: new Float64Array(0),
    },
    ...{ fastSum: new Float64Array(0), middleSum: new Float64Array(0), slowSum: new Float64Array(0) },
  }),
  grow: (memory, slots) => {
    growAtr(memory.atr, slots);
    for (const name of COLUMNS) memory[name] = grownFloats(memory[name], slots, 0);
  },

  fold: ({ memory }, { slot, high, low, close, isQuarantined, moment: { phase, sessionIndex, regularMinute }, timeframe }) => {
    if (isQuarantined) return;
    updateAtr(memory.atr, slot, high, low, close);
    if (phase !== 'RTH' || timeframe === '1d') return;
    if (read(memory.session, slot) !== sessionIndex + 1) {
      memory.session[slot] = sessionIndex + 1;
      beginSession(memory, slot, regularMinute);
    } else {
      const change = ln(close / read(memory.close, slot));
      const minutes = regularMinute - read(memory.minute, slot);
      memory.fastSum[slot] = read(memory.fastSum, slot) * exp(-minutes / memory.fast) + change;
      memory.middleSum[slot] = read(memory.middleSum, slot) * exp(-minutes / memory.middle) + change;
      memory.slowSum[slot] = read(memory.slowSum, slot) * exp(-minutes / memory.slow) + change;
    }
    memory.minute[slot] = regularMinute;
    memory.close[slot] = close;
  },
  // an action is in force between sessions, where velocities begin anew
  restate: (memory, slot, { less, times }) => {
    restateAtr(memory.atr, slot, less, times);
    memory.session[slot] = 0;
  },
  forget: (memory, slot) => {
    clearAtr(memory.atr, slot);
    memory.session[slot] = 0;
  },

  trigger: {
    ...{ what: 'velocity', band: 'band', unit: 'sd', sense: 'with' },
    find: (of, sight, into) => {
      into.value = scoreOf(of, sight);
      into.high = parameterOf(of, 'scoreMin');
      into.low = -into.high;
    },
  },
  conditions: [
    ...[MINUTE_BARS, WARMED_UP, REGULAR_HOURS, BAR_FLAGS, STATE_SOUND],
    ...[VELOCITIES_AGREE, VELOCITY, CALM, TRUE_RANGE, ARMED],
  ],

  horizonMinutes: ({ horizonMinutes }) => horizonMinutes,
  claim: (of, sight, { sd }) => INFORMATION_COEFFICIENT * Math.max(-SCORE_MAX, Math.min(SCORE_MAX, scoreOf(of, sight))) * sd,
  stopDistance: stopByRange,
  targetDistance: targetByRange,
  rearmBars: () => Infinity,
};
