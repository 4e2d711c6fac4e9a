import { read, readInt32 } from '@aitrader/model';
import { BAR, BAR_WIDTH, type Batch } from './batch.ts';
import {
  BANK,
  BANK_WIDTH,
  FILTER,
  FILTER_WIDTH,
  FORECAST,
  FORECAST_WIDTH,
  type Memory,
  PAST,
  PAST_WIDTH,
  SEASON,
  SEASON_WIDTH,
} from './memory.ts';
import { TRANSITION, transitionOver, type VelocityModel } from './transition.ts';

/*
 * The Kalman filter of one symbol: x = [log price in bp, velocity in bp per step] with covariance P, in the memory.
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

export interface Robustness {
  /** standard deviations of an innovation up to which a close is believed in full */
  readonly softZ: number;
}

/** What moves a filter, and how a close is seen by it. */
export interface FilterModel extends Robustness {
  readonly velocity: VelocityModel;
  /** transitions over the common times between bars */
  readonly transitions: Float64Array;
  /** variance with which a close is seen, as a share of the price's own per step, beside that of the tick */
  readonly observationNoise: number;
}

/** Places a symbol's filter at rest at a close that was seen with variance `noise`; the velocity has its stationary variance. */
export function start({ filter }: Memory, slot: number, closeBp: number, noise: number, velocityVariance: number): void {
  const f = slot * FILTER_WIDTH;
  filter[f + FILTER.level] = closeBp;
  filter[f + FILTER.velocity] = 0;
  filter[f + FILTER.levelVariance] = floored(noise);
  filter[f + FILTER.covariance] = 0;
  filter[f + FILTER.velocityVariance] = floored(velocityVariance);
}

const { closeBp: CLOSE, tick: TICK, steps: STEPS } = BAR;
const PER_BAR = BAR_WIDTH;
const { variance: VARIANCE } = BANK;
const PER_BANK = BANK_WIDTH;
const { level: LEVEL, velocity: VELOCITY, levelVariance: P11, covariance: P12, velocityVariance: P22 } = FILTER;
const PER_FILTER = FILTER_WIDTH;
const { bucket: BUCKET } = FORECAST;
const PER_FORECAST = FORECAST_WIDTH;
const { factors: FACTORS } = SEASON;
const PER_SEASON = SEASON_WIDTH;
const { held: HELD } = PAST;
const PER_PAST = PAST_WIDTH;
const {
  drift: DRIFT,
  decay: DECAY,
  levelNoise: LEVEL_NOISE,
  crossNoise: CROSS_NOISE,
  velocityNoise: VELOCITY_NOISE,
} = TRANSITION;

/** Moves the filters of a batch's symbols over the time since their last bars, and lets them take in the closes that are not held. */
export function filterBars(model: FilterModel, memory: Memory, batch: Batch): void {
  const { transitions, velocity: motion, observationNoise } = model;
  const { bank, filter, forecasts, past, season } = memory;
  const { count, slot, bars } = batch;
  for (let i = 0; i < count; i++) {
    const s = readInt32(slot, i);
    const bar = i * PER_BAR;
    const steps = read(bars, bar + STEPS);
    const variance = read(bank, s * PER_BANK + VARIANCE);
    const factor = read(season, s * PER_SEASON + FACTORS + read(forecasts, s * PER_FORECAST + BUCKET));
    predict(filter, s * PER_FILTER, transitions, transitionOver(transitions, motion, steps), variance, factor * steps);
    if (read(past, s * PER_PAST + HELD) !== 0) continue;
    observe(filter, s * PER_FILTER, model, read(bars, bar + CLOSE), observationNoise * variance + read(bars, bar + TICK));
  }
}

/**
 * Moves the filter at `f` over the transition at `row` of `transitions`, when the price's variance per step is `variance` and
 * `noiseSteps` steps' worth of it fall on the level.
 */
export function predict(
  filter: Float64Array,
  f: number,
  transitions: Float64Array,
  row: number,
  variance: number,
  noiseSteps: number,
): void {
  const drift = read(transitions, row + DRIFT);
  const decay = read(transitions, row + DECAY);
  const velocity = read(filter, f + VELOCITY);
  const p12 = read(filter, f + P12);
  const p22 = read(filter, f + P22);
  const carried = read(filter, f + P11) + drift * (2 * p12 + drift * p22);
  const level = floored(carried + variance * (read(transitions, row + LEVEL_NOISE) + noiseSteps));
  const spread = floored(decay * decay * p22 + variance * read(transitions, row + VELOCITY_NOISE));
  const crossed = decay * (p12 + drift * p22) + variance * read(transitions, row + CROSS_NOISE);
  filter[f + LEVEL] = read(filter, f + LEVEL) + drift * velocity;
  filter[f + VELOCITY] = decay * velocity;
  filter[f + P11] = level;
  filter[f + P12] = limited(crossed, level, spread);
  filter[f + P22] = spread;
}

/**
 * Takes a close into the filter at `f`, seen with variance `noise`. Beyond `softZ` standard deviations of its innovation it is believed
 * less the further out it is, weight w = softZ / |z|, as if its noise were S / w − P₁₁ instead; it is never shut out.
 * Joseph's form with a scalar innovation: P = (I − K H) P (I − K H)ᵀ + K R Kᵀ.
 */
export function observe(filter: Float64Array, f: number, { softZ }: Robustness, closeBp: number, noise: number): void {
  const p11 = read(filter, f + P11);
  const p12 = read(filter, f + P12);
  const innovation = closeBp - read(filter, f + LEVEL);
  const plain = p11 + noise;
  const isFar = innovation * innovation > softZ * softZ * plain;
  const total = isFar ? (Math.abs(innovation) * Math.sqrt(plain)) / softZ : plain;
  const perTotal = 1 / total;
  const levelGain = p11 * perTotal;
  const velocityGain = p12 * perTotal;
  const rest = 1 - levelGain;
  const seen = total - p11;
  const level = floored(rest * rest * p11 + levelGain * levelGain * seen);
  const spread = floored(read(filter, f + P22) - velocityGain * (2 * p12 - velocityGain * total));
  filter[f + LEVEL] = read(filter, f + LEVEL) + levelGain * innovation;
  filter[f + VELOCITY] = read(filter, f + VELOCITY) + velocityGain * innovation;
  filter[f + P11] = level;
  filter[f + P12] = limited(rest * (p12 - velocityGain * p11) + levelGain * velocityGain * seen, level, spread);
  filter[f + P22] = spread;
}

/** A variance kept off the edge of the positive definite covariances; NaN stays what it is. */
const floored = (variance: number): number => (variance < VARIANCE_FLOOR ? VARIANCE_FLOOR : variance);

/** A covariance kept off it. */
function limited(covariance: number, level: number, velocity: number): number {
  const limit = SQUARED_CORRELATION_MAX * level * velocity;
  return covariance * covariance > limit ? Math.sign(covariance) * Math.sqrt(limit) : covariance;
}
