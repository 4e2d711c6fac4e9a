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
import { exitFigureRule, hasComeBack, holdMinutesRule } from '../leaving.ts';
import { figure, type Sight } from '../sight.ts';
import { stopByRange, STOPS_BY_RANGE, targetByRange } from '../stops-by-range.ts';
import {
  aCount,
  aNumber,
  aWindow,
  parameterOf,
  type Condition,
  type Considered,
  type StrategyKind,
  type Trigger,
} from '../strategy-kind.ts';

interface MomentumMemory {
  readonly atr: Atr;
  /** minutes in which returns fade, from the fastest on, and what is kept of each over one minute */
  readonly lives: readonly number[];
  readonly kept: readonly number[];
  /** sd of the sum of three velocities, as lives as long as theirs correlate */
  readonly sdOfSum: number;
  /** index of the session of the last bar of regular hours, plus 1 */
  session: Float64Array;
  /** minute of regular hours of its close */
  minute: Float64Array;
  close: Float64Array;
  /** sums of returns that fade, three to a slot, and the share of a long random walk's variance that each has by now */
  sums: Float64Array;
  shares: Float64Array;
}

const LIVES = 3;

const PARAMETERS = {
  fastMinutes: aWindow('minutes in which the fastest of three velocities fades', 5, 1, 100_000),
  middleMinutes: aWindow('minutes in which the second fades', 15, 1, 100_000),
  slowMinutes: aWindow('minutes in which the slowest fades', 60, 1, 100_000),
  scoreMin: aNumber('standard deviations that the velocities together are from 0', 2, 0, 100),
  ...STOPS_BY_RANGE,
  velocityUpMin: aNumber('least P(velocity > 0) of a long signal, and of the mirrored short one', 0.55, 0.5, 1),
  turbulentMax: aNumber('greatest P(regime is turbulent)', 0.9, 0, 1),
  horizonMinutes: aCount('minutes that a signal speaks of', 60, 1, 100_000),
  holdMinutes: holdMinutesRule(60),
  scoreExit: exitFigureRule(0),
  warmUpBars: aCount('bars of a symbol before its first signal', 120, 0, 100_000),
};

/** Correlation of score and outcome that is claimed, per standard deviation of the score. */
const INFORMATION_COEFFICIENT = 0.03;
const SCORE_MAX = 3;

/** A velocity in standard deviations of a random walk's; NaN before the second bar of a session. */
function zOf({ lives, sums, shares }: MomentumMemory, sight: Sight, which: number): number {
  const at = sight.slot * LIVES + which;
  const sd = figure(sight, 'volatility') * Math.sqrt((item(lives, which) / 2) * read(shares, at));
  return sd > 0 ? (E8 * read(sums, at)) / sd : NaN;
}

const correlation = (a: number, b: number): number => (2 * Math.sqrt(a * b)) / (a + b);

function scoreOf(memory: MomentumMemory, sight: Sight): number {
  // bars of regular hours alone were taken in
  if (sight.timeframe === '1d' || sight.moment.phase !== 'RTH') return NaN;
  return (zOf(memory, sight, 0) + zOf(memory, sight, 1) + zOf(memory, sight, 2)) / memory.sdOfSum;
}

/** The least of the three, on the side considered. */
function leastOf({ memory }: Considered<MomentumMemory>, sight: Sight): number {
  const { direction } = sight;
  return Math.min(direction * zOf(memory, sight, 0), direction * zOf(memory, sight, 1), direction * zOf(memory, sight, 2));
}

const VELOCITIES_AGREE: Condition<MomentumMemory> = {
  ...{ gate: 'VELOCITIES_AGREE', unit: 'sd' },
  isMet: (of, sight) => leastOf(of, sight) > 0,
  measure: (of, sight) => [leastOf(of, sight), 0],
};

function beginSession({ sums, shares }: MomentumMemory, slot: number): void {
  sums.fill(0, slot * LIVES, (slot + 1) * LIVES);
  shares.fill(0, slot * LIVES, (slot + 1) * LIVES);
}

function takeReturn({ lives, kept, sums, shares }: MomentumMemory, slot: number, change: number, minutes: number): void {
  for (let which = 0; which < LIVES; which++) {
    const at = slot * LIVES + which;
    const keeps = minutes === 1 ? item(kept, which) : exp(-minutes / item(lives, which));
    sums[at] = read(sums, at) * keeps + change;
    shares[at] = 1 - (1 - read(shares, at)) * keeps * keeps;
  }
}

const TRIGGER: Trigger<MomentumMemory> = {
  ...{ what: 'velocity', band: 'band', unit: 'sd', sense: 'with' },
  find: (of, sight, into) => {
    into.value = scoreOf(of.memory, sight);
    into.high = parameterOf(of, 'scoreMin');
    into.low = -into.high;
  },
};

export const MOMENTUM: StrategyKind<keyof typeof PARAMETERS, MomentumMemory> = {
  parameters: PARAMETERS,
  columns: ['velocityUp', 'volatility', 'turbulent', 'flags'],
  newMemory: ({ atrBars, fastMinutes, middleMinutes, slowMinutes }) => ({
    atr: newAtr(atrBars),
    lives: [fastMinutes, middleMinutes, slowMinutes],
    kept: [exp(-1 / fastMinutes), exp(-1 / middleMinutes), exp(-1 / slowMinutes)],
    sdOfSum: Math.sqrt(
      3 +
        2 *
          (correlation(fastMinutes, middleMinutes) +
            correlation(middleMinutes, slowMinutes) +
            correlation(fastMinutes, slowMinutes)),
    ),
    ...{ session: new Float64Array(0), minute: new Float64Array(0), close: new Float64Array(0) },
    ...{ sums: new Float64Array(0), shares: new Float64Array(0) },
  }),
  grow: (memory, slots) => {
    growAtr(memory.atr, slots);
    for (const name of ['session', 'minute', 'close'] as const) memory[name] = grownFloats(memory[name], slots, 0);
    for (const name of ['sums', 'shares'] as const) memory[name] = grownFloats(memory[name], slots * LIVES, 0);
  },

  fold: ({ memory }, { slot, high, low, close, isQuarantined, moment: { phase, sessionIndex, regularMinute }, timeframe }) => {
    if (isQuarantined) return;
    updateAtr(memory.atr, slot, high, low, close);
    if (phase !== 'RTH' || timeframe === '1d') return;
    if (read(memory.session, slot) === sessionIndex + 1)
      takeReturn(memory, slot, ln(close / read(memory.close, slot)), regularMinute - read(memory.minute, slot));
    else {
      memory.session[slot] = sessionIndex + 1;
      beginSession(memory, slot);
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

  trigger: TRIGGER,
  conditions: [
    ...[MINUTE_BARS, WARMED_UP, REGULAR_HOURS, BAR_FLAGS, STATE_SOUND],
    ...[VELOCITIES_AGREE, VELOCITY, CALM, TRUE_RANGE, ARMED],
  ],

  horizonMinutes: ({ horizonMinutes }) => horizonMinutes,
  holdMinutes: ({ holdMinutes }) => holdMinutes,
  leaves: (of, sight) => (hasComeBack(TRIGGER, of, sight, 'scoreExit') ? 'velocity gone' : undefined),
  claim: (of, sight, { sd }) =>
    INFORMATION_COEFFICIENT * Math.max(-SCORE_MAX, Math.min(SCORE_MAX, scoreOf(of.memory, sight))) * sd,
  stopDistance: stopByRange,
  targetDistance: targetByRange,
  rearmBars: () => Infinity,
};
