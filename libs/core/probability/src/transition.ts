import { levelSpread, meanDecay } from '@aitrader/core-numeric';

/*
 * The motion of x = [log price, velocity] over dt minutes when the velocity is an Ornstein–Uhlenbeck process: exact, so that any
 * dt may be used, with all noise in units of the price's variance per minute.
 *
 * 1. Two transitions in a row are one transition over the sum of their times, within rounding.
 * 2. The noise covariance is positive semidefinite, and the velocity's part never exceeds its stationary variance.
 *
 * With φ = exp(−θ dt): F = [[1, (1 − φ)/θ], [0, φ]] and
 * Q = [[dt, 0], [0, 0]] + 2 θ κ² [[(2 θ dt − 3 + 4 φ − φ²)/(2 θ³), (1 − φ)²/(2 θ²)], [same, (1 − φ²)/(2 θ)]].
 * Source: the integral of exp(As) B Bᵀ exp(As)ᵀ, Van Loan (1978), IEEE Trans. Automatic Control 23, for A = [[0, 1], [0, −θ]].
 */

/** Offsets inside one transition of a table. */
export const TRANSITION = {
  /** F₁₂, minutes: how far a unit of velocity carries the level */
  drift: 0,
  /** F₂₂: what is left of the velocity */
  decay: 1,
  /** Q₁₁, Q₁₂ and Q₂₂ over the variance per minute */
  levelNoise: 2,
  crossNoise: 3,
  velocityNoise: 4,
} as const;

export const TRANSITION_WIDTH = 5;

/** Whole minutes up to here have a transition of their own in the table: longer gaps are rare and cost one `exp`. */
const TABLE_MINUTES_MAX = 64;
/** From close to close of two full sessions: the step of daily bars. */
export const SESSION_MINUTES = 960;
const SESSION_ROW = TABLE_MINUTES_MAX + 1;
/** Row 0 belongs to any other dt. */
const OTHER_ROW = 0;

/** Parameters of the velocity: how fast it forgets (θ, per minute) and its stationary sd over the price's sd per minute (κ). */
export interface VelocityModel {
  readonly reversionPerMinute: number;
  readonly gain: number;
}

/** Writes the transition over `minutes` > 0 into a table, from offset `at` on. */
export function writeTransition(table: Float64Array, at: number, model: VelocityModel, minutes: number): void {
  const x = model.reversionPerMinute * minutes;
  const forgotten = x * meanDecay(x);
  const stationary = model.gain * model.gain;
  table[at + TRANSITION.drift] = minutes * meanDecay(x);
  table[at + TRANSITION.decay] = 1 - forgotten;
  table[at + TRANSITION.levelNoise] = minutes + stationary * 2 * x * minutes * minutes * levelSpread(x);
  table[at + TRANSITION.crossNoise] = stationary * forgotten * minutes * meanDecay(x);
  table[at + TRANSITION.velocityNoise] = stationary * forgotten * (2 - forgotten);
}

/** A table with the transitions over 1 … 64 minutes and over a session; plain data. */
export function newTransitions(model: VelocityModel): Float64Array {
  const table = new Float64Array((SESSION_ROW + 1) * TRANSITION_WIDTH);
  for (let minutes = 1; minutes <= TABLE_MINUTES_MAX; minutes++)
    writeTransition(table, minutes * TRANSITION_WIDTH, model, minutes);
  writeTransition(table, SESSION_ROW * TRANSITION_WIDTH, model, SESSION_MINUTES);
  return table;
}

/** Offset of the transition over `minutes` > 0; one that the table lacks is computed and stays valid until the next such call. */
export function transitionOver(table: Float64Array, model: VelocityModel, minutes: number): number {
  if (minutes <= TABLE_MINUTES_MAX && minutes === Math.floor(minutes)) return minutes * TRANSITION_WIDTH;
  if (minutes === SESSION_MINUTES) return SESSION_ROW * TRANSITION_WIDTH;
  writeTransition(table, OTHER_ROW, model, minutes);
  return OTHER_ROW;
}
