import { read } from '@aitrader/model';
import { SLOT } from './slot.ts';
import { TRANSITION } from './transition.ts';

/*
 * The Kalman filter of one symbol: x = [log price in bp, velocity in bp per step] with covariance P, in the slot at `at`.
 *
 * 1. P is positive definite after any sequence of steps: both variances are at least VARIANCE_FLOOR, and the correlation lies
 *    strictly inside ±1.
 * 2. Predicting over a gap in two steps gives what one step gives, within rounding.
 * 3. One observation moves the level by at most `softZ` standard deviations of the innovation, and never by nothing.
 */

/** bp²: one unit of the covariance columns of a state, far below any tick. */
export const VARIANCE_FLOOR = 1e-6;
/** The largest squared correlation of level and velocity. */
const SQUARED_CORRELATION_MAX = 1 - 1e-9;

/** Places the filter at rest at a close that was seen with variance `noise`; the velocity has its stationary variance. */
export function start(slots: Float64Array, at: number, closeBp: number, noise: number, velocityVariance: number): void {
  slots[at + SLOT.level] = closeBp;
  slots[at + SLOT.velocity] = 0;
  settle(slots, at, noise, 0, velocityVariance);
}

/** The level in bp expected after the transition at `row` of `transitions`. */
export function predictedLevel(slots: Float64Array, at: number, transitions: Float64Array, row: number): number {
  return read(slots, at + SLOT.level) + read(transitions, row + TRANSITION.drift) * read(slots, at + SLOT.velocity);
}

/**
 * Variance in bp² of the level after the transition at `row` of `transitions`, when the price's variance per step is `variance` and
 * `noiseSteps` steps' worth of it fall on the level.
 */
export function predictedVariance(
  slots: Float64Array,
  at: number,
  transitions: Float64Array,
  row: number,
  variance: number,
  noiseSteps: number,
): number {
  const drift = read(transitions, row + TRANSITION.drift);
  const carried =
    read(slots, at + SLOT.levelVariance) +
    drift * (2 * read(slots, at + SLOT.covariance) + drift * read(slots, at + SLOT.velocityVariance));
  return carried + variance * (read(transitions, row + TRANSITION.levelNoise) + noiseSteps);
}

/** Moves a filter over the transition at `row` of `transitions`, with the variance per step and the noise's steps in the slot. */
export function predict(slots: Float64Array, at: number, transitions: Float64Array, row: number): void {
  const variance = read(slots, at + SLOT.variance);
  const noiseSteps = read(slots, at + SLOT.noiseSteps);
  const drift = read(transitions, row + TRANSITION.drift);
  const decay = read(transitions, row + TRANSITION.decay);
  const velocity = read(slots, at + SLOT.velocity);
  const covariance = read(slots, at + SLOT.covariance);
  const velocityVariance = read(slots, at + SLOT.velocityVariance);
  const levelVariance = predictedVariance(slots, at, transitions, row, variance, noiseSteps);
  slots[at + SLOT.level] = read(slots, at + SLOT.level) + drift * velocity;
  slots[at + SLOT.velocity] = decay * velocity;
  const crossed = decay * (covariance + drift * velocityVariance) + variance * read(transitions, row + TRANSITION.crossNoise);
  const spread = decay * decay * velocityVariance + variance * read(transitions, row + TRANSITION.velocityNoise);
  settle(slots, at, levelVariance, crossed, spread);
}

/** Stores a covariance, kept away from the edge of the positive definite ones. */
function settle(slots: Float64Array, at: number, level: number, covariance: number, velocity: number): void {
  const levelVariance = Math.max(level, VARIANCE_FLOOR);
  const velocityVariance = Math.max(velocity, VARIANCE_FLOOR);
  const limit = SQUARED_CORRELATION_MAX * levelVariance * velocityVariance;
  slots[at + SLOT.levelVariance] = levelVariance;
  slots[at + SLOT.velocityVariance] = velocityVariance;
  slots[at + SLOT.covariance] = covariance * covariance <= limit ? covariance : Math.sign(covariance) * Math.sqrt(limit);
}

export interface Robustness {
  /** standard deviations of an innovation up to which a close is believed in full */
  readonly softZ: number;
}

/**
 * Takes in the close in the slot, seen with the variance that stands there. Beyond `softZ` standard deviations of its innovation the observation is believed less the further out it is, weight w = softZ / |z|, as if its noise were S / w − P₁₁ instead; it is never shut out.
 * Joseph's form with a scalar innovation: P = (I − K H) P (I − K H)ᵀ + K R Kᵀ.
 */
export function observe(slots: Float64Array, at: number, { softZ }: Robustness): void {
  const closeBp = read(slots, at + SLOT.close);
  const noise = read(slots, at + SLOT.noise);
  const levelVariance = read(slots, at + SLOT.levelVariance);
  const covariance = read(slots, at + SLOT.covariance);
  const innovation = closeBp - read(slots, at + SLOT.level);
  const plain = levelVariance + noise;
  const z = innovation / Math.sqrt(plain);
  const total = Math.abs(z) <= softZ ? plain : (plain * Math.abs(z)) / softZ;
  const levelGain = levelVariance / total;
  const velocityGain = covariance / total;
  const rest = 1 - levelGain;
  const seen = total - levelVariance;
  slots[at + SLOT.level] = read(slots, at + SLOT.level) + levelGain * innovation;
  slots[at + SLOT.velocity] = read(slots, at + SLOT.velocity) + velocityGain * innovation;
  settle(
    slots,
    at,
    rest * rest * levelVariance + levelGain * levelGain * seen,
    rest * (covariance - velocityGain * levelVariance) + levelGain * velocityGain * seen,
    read(slots, at + SLOT.velocityVariance) - velocityGain * (2 * covariance - velocityGain * total),
  );
}
