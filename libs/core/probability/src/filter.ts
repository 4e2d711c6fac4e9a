import { read } from '@aitrader/model';
import { TRANSITION } from './transition.ts';

/*
 * The Kalman filter of one symbol: x = [log price in bp, velocity in bp per minute] with covariance P. The filters of a shard
 * lie one after the other in one Float64Array; `at` is where a symbol's begins.
 *
 * 1. P is positive definite after any sequence of steps: both variances are at least VARIANCE_FLOOR, and the correlation lies
 *    strictly inside ±1.
 * 2. Predicting over a gap in two steps gives what one step gives, within rounding.
 * 3. One observation moves the level by at most `softZ` standard deviations of the innovation, and never by nothing.
 */

/** Offsets inside a symbol's filter. */
export const FILTER = {
  /** bp of ln(USD) */
  level: 0,
  /** bp per trading minute */
  velocity: 1,
  levelVariance: 2,
  covariance: 3,
  velocityVariance: 4,
  /** bp² per trading minute: the noise that drives the price */
  volatility: 5,
  /** P(regime is calm) */
  calm: 6,
  /** trading minute and session of the last bar */
  minute: 7,
  session: 8,
  /** bars seen */
  bars: 9,
  /** 1 when the last bar was an outlier that the next one has to confirm; its close in bp */
  held: 10,
  heldClose: 11,
} as const;

export const FILTER_WIDTH = 12;

/** bp²: one unit of the covariance columns of a state, far below any tick. */
export const VARIANCE_FLOOR = 1e-6;
/** The largest squared correlation of level and velocity. */
const SQUARED_CORRELATION_MAX = 1 - 1e-9;
/** Level variance of the prior, in variances per minute. Source: P0 = diag(25 σ², κ² σ²), wide but not so wide as to cancel. */
const PRIOR_LEVEL_MINUTES = 25;

/** Places a filter at its first close: the prior, seen through that one observation of variance `noise`, at rest. */
export function start(filters: Float64Array, at: number, closeBp: number, noise: number, velocityGain: number): void {
  const volatility = read(filters, at + FILTER.volatility);
  filters[at + FILTER.level] = closeBp;
  filters[at + FILTER.velocity] = 0;
  filters[at + FILTER.levelVariance] = PRIOR_LEVEL_MINUTES * volatility;
  filters[at + FILTER.covariance] = 0;
  filters[at + FILTER.velocityVariance] = velocityGain * velocityGain * volatility;
  observe(filters, at, closeBp, noise, 1);
}

/** The level in bp expected after the transition at `row` of `transitions`. */
export function predictedLevel(filters: Float64Array, at: number, transitions: Float64Array, row: number): number {
  return read(filters, at + FILTER.level) + read(transitions, row + TRANSITION.drift) * read(filters, at + FILTER.velocity);
}

/**
 * Variance in bp² of the next observed close, over the transition at `row` of `transitions` and `nightMinutes` more minutes of
 * noise, seen with variance `noise`.
 */
export function predictedVariance(
  filters: Float64Array,
  at: number,
  transitions: Float64Array,
  row: number,
  nightMinutes: number,
  noise: number,
): number {
  const drift = read(transitions, row + TRANSITION.drift);
  const minutes = read(transitions, row + TRANSITION.levelNoise) + nightMinutes;
  const carried =
    read(filters, at + FILTER.levelVariance) +
    drift * (2 * read(filters, at + FILTER.covariance) + drift * read(filters, at + FILTER.velocityVariance));
  return carried + read(filters, at + FILTER.volatility) * minutes + noise;
}

/** Moves a filter over the transition at `row` of `transitions`; a night adds its noise to the level alone. */
export function predict(filters: Float64Array, at: number, transitions: Float64Array, row: number, nightMinutes: number): void {
  const drift = read(transitions, row + TRANSITION.drift);
  const decay = read(transitions, row + TRANSITION.decay);
  const volatility = read(filters, at + FILTER.volatility);
  const velocity = read(filters, at + FILTER.velocity);
  const covariance = read(filters, at + FILTER.covariance);
  const velocityVariance = read(filters, at + FILTER.velocityVariance);
  const levelVariance = predictedVariance(filters, at, transitions, row, nightMinutes, 0);
  filters[at + FILTER.level] = read(filters, at + FILTER.level) + drift * velocity;
  filters[at + FILTER.velocity] = decay * velocity;
  const crossed = decay * (covariance + drift * velocityVariance) + volatility * read(transitions, row + TRANSITION.crossNoise);
  const spread = decay * decay * velocityVariance + volatility * read(transitions, row + TRANSITION.velocityNoise);
  settle(filters, at, levelVariance, crossed, spread);
}

/** Stores a covariance, kept away from the edge of the positive definite ones. */
function settle(filters: Float64Array, at: number, level: number, covariance: number, velocity: number): void {
  const levelVariance = Math.max(level, VARIANCE_FLOOR);
  const velocityVariance = Math.max(velocity, VARIANCE_FLOOR);
  const limit = SQUARED_CORRELATION_MAX * levelVariance * velocityVariance;
  filters[at + FILTER.levelVariance] = levelVariance;
  filters[at + FILTER.velocityVariance] = velocityVariance;
  filters[at + FILTER.covariance] = covariance * covariance <= limit ? covariance : Math.sign(covariance) * Math.sqrt(limit);
}

/**
 * Takes in a close seen with variance `noise` and returns its innovation in standard deviations. Beyond `softZ` the observation
 * is believed less the further out it is, weight w = softZ / |z|, as if its noise were S / w − P₁₁ instead; it is never shut out.
 * Joseph's form with a scalar innovation: P = (I − K H) P (I − K H)ᵀ + K R Kᵀ.
 */
export function observe(filters: Float64Array, at: number, closeBp: number, noise: number, softZ: number): number {
  const levelVariance = read(filters, at + FILTER.levelVariance);
  const covariance = read(filters, at + FILTER.covariance);
  const innovation = closeBp - read(filters, at + FILTER.level);
  const plain = levelVariance + noise;
  const z = innovation / Math.sqrt(plain);
  const total = Math.abs(z) <= softZ ? plain : (plain * Math.abs(z)) / softZ;
  const levelGain = levelVariance / total;
  const velocityGain = covariance / total;
  const rest = 1 - levelGain;
  const seen = total - levelVariance;
  filters[at + FILTER.level] = read(filters, at + FILTER.level) + levelGain * innovation;
  filters[at + FILTER.velocity] = read(filters, at + FILTER.velocity) + velocityGain * innovation;
  settle(
    filters,
    at,
    rest * rest * levelVariance + levelGain * levelGain * seen,
    rest * (covariance - velocityGain * levelVariance) + levelGain * velocityGain * seen,
    read(filters, at + FILTER.velocityVariance) - velocityGain * (2 * covariance - velocityGain * total),
  );
  return z;
}
