import { levelSpread, meanDecay } from '@aitrader/core-numeric';

/*
 * The motion of x = [log price, velocity] over dt steps when the velocity is an Ornstein–Uhlenbeck process: exact, so that any dt
 * may be used. A step is one bar's length: with a half-life in minutes, the velocity of a daily bar would be forgotten within it,
 * and half-lives of 20, 40 and 80 bars score alike on daily and on minute bars.
 *
 * 1. Two transitions in a row are one transition over the sum of their times, within rounding.
 * 2. The noise covariance is positive semidefinite, and the velocity's part never exceeds its stationary variance.
 *
 * With φ = exp(−θ dt): F = [[1, (1 − φ)/θ], [0, φ]] and the velocity's part of the noise, over the price's variance per step,
 * Q = 2 θ κ² [[(2 θ dt − 3 + 4 φ − φ²)/(2 θ³), (1 − φ)²/(2 θ²)], [same, (1 − φ²)/(2 θ)]]. The level's own is added by the filter.
 * Source: the integral of exp(As) B Bᵀ exp(As)ᵀ, Van Loan (1978), IEEE Trans. Automatic Control 23, for A = [[0, 1], [0, −θ]].
 */

/** Offsets inside one transition of a table. */
export const TRANSITION = {
  /** F₁₂, steps: how far a unit of velocity carries the level */
  drift: 0,
  /** F₂₂: what is left of the velocity */
  decay: 1,
  /** Q₁₁, Q₁₂ and Q₂₂ over the variance per step */
  levelNoise: 2,
  crossNoise: 3,
  velocityNoise: 4,
} as const;

export const TRANSITION_WIDTH = 5;

/** Whole steps up to here have a transition of their own in the table: longer gaps are rare and cost one `exp`. */
const TABLE_STEPS_MAX = 64;
/** Row 0 belongs to any other dt. */
const OTHER_ROW = 0;
/** Offset of the transition over one step. */
export const ONE_STEP = TRANSITION_WIDTH;

/** Parameters of the velocity: how fast it forgets (θ, per step) and its stationary sd over the price's sd per step (κ). */
export interface VelocityModel {
  readonly reversionPerStep: number;
  readonly gain: number;
}

/** Writes the transition over `steps` > 0 into a table, from offset `at` on. */
export function writeTransition(table: Float64Array, at: number, model: VelocityModel, steps: number): void {
  const x = model.reversionPerStep * steps;
  const forgotten = x * meanDecay(x);
  const stationary = model.gain * model.gain;
  table[at + TRANSITION.drift] = steps * meanDecay(x);
  table[at + TRANSITION.decay] = 1 - forgotten;
  table[at + TRANSITION.levelNoise] = stationary * 2 * x * steps * steps * levelSpread(x);
  table[at + TRANSITION.crossNoise] = stationary * forgotten * steps * meanDecay(x);
  table[at + TRANSITION.velocityNoise] = stationary * forgotten * (2 - forgotten);
}

/** A table with the transitions over 1 … 64 steps; plain data. */
export function newTransitions(model: VelocityModel): Float64Array {
  const table = new Float64Array((TABLE_STEPS_MAX + 1) * TRANSITION_WIDTH);
  for (let steps = 1; steps <= TABLE_STEPS_MAX; steps++) writeTransition(table, steps * TRANSITION_WIDTH, model, steps);
  return table;
}

/** Offset of the transition over `steps` > 0; one that the table lacks is computed and stays valid until the next such call. */
export function transitionOver(table: Float64Array, model: VelocityModel, steps: number): number {
  if (steps >= 1 && steps <= TABLE_STEPS_MAX && steps === Math.floor(steps)) return steps * TRANSITION_WIDTH;
  writeTransition(table, OTHER_ROW, model, steps);
  return OTHER_ROW;
}
