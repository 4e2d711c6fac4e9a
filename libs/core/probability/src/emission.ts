import { AT, PPM, read, STATE_FLAG, STATE_WIDTH } from '@aitrader/model';
import { normalCdf, toFixedPoint } from '@aitrader/core-numeric';
import { FILTER } from './filter.ts';

/*
 * Where the floats of a filter become the integers of a state.
 *
 * 1. Every figure is a safe integer, never −0; one that had to be cut says SATURATED.
 * 2. Quantiles never fall from one level to the next.
 * 3. The regimes add up to exactly one million.
 */

/** `e8` units per basis point, `1e-6 bp²` units per squared one, and units per degree of freedom. */
const E8_PER_BP = 10_000;
const VARIANCE_UNITS = 1e6;
const DOF_UNITS = 1000;

/** What all predictive distributions of a shard share. */
export interface PredictiveShape {
  readonly degreesOfFreedom: number;
  /** of the standard deviation, one per quantile level */
  readonly quantileMultiples: Float64Array;
}

/**
 * Writes row `index` of a state slice from the filter at `at` and from the predictive Student t of the given mean and sd in bp.
 * `flags` are bits of STATE_FLAG; SATURATED is added when a figure had to be cut.
 */
export function emitRow(
  rows: Float64Array,
  index: number,
  filters: Float64Array,
  at: number,
  mean: number,
  sd: number,
  shape: PredictiveShape,
  flags: number,
): void {
  const row = index * STATE_WIDTH;
  putFilter(rows, row, filters, at);
  putPredictive(rows, row, mean * E8_PER_BP, sd * E8_PER_BP, shape);
  const cut = roundFigures(rows, row, row + AT.flags);
  rows[row + AT.turbulent] = PPM - read(rows, row + AT.calm);
  rows[row + AT.flags] = flags | cut;
}

function putFilter(rows: Float64Array, row: number, filters: Float64Array, at: number): void {
  const velocity = read(filters, at + FILTER.velocity);
  const velocityVariance = read(filters, at + FILTER.velocityVariance);
  rows[row + AT.level] = read(filters, at + FILTER.level) * E8_PER_BP;
  rows[row + AT.velocity] = velocity * E8_PER_BP;
  rows[row + AT.levelVariance] = read(filters, at + FILTER.levelVariance) * VARIANCE_UNITS;
  rows[row + AT.levelVelocityCovariance] = read(filters, at + FILTER.covariance) * VARIANCE_UNITS;
  rows[row + AT.velocityVariance] = velocityVariance * VARIANCE_UNITS;
  rows[row + AT.velocityUp] = normalCdf(velocity / Math.sqrt(velocityVariance)) * PPM;
  rows[row + AT.volatility] = Math.sqrt(read(filters, at + FILTER.volatility)) * E8_PER_BP;
  rows[row + AT.calm] = read(filters, at + FILTER.calm) * PPM;
  rows[row + AT.turbulent] = 0;
}

function putPredictive(rows: Float64Array, row: number, mean: number, sd: number, shape: PredictiveShape): void {
  const { degreesOfFreedom, quantileMultiples } = shape;
  rows[row + AT.predictiveMean] = mean;
  rows[row + AT.predictiveSd] = sd;
  rows[row + AT.predictiveDof] = degreesOfFreedom * DOF_UNITS;
  for (let i = 0; i < quantileMultiples.length; i++) rows[row + AT.q010 + i] = mean + sd * read(quantileMultiples, i);
}

/** Turns the scaled figures of a row into integers, in one loop that a compiler keeps in registers. Returns the flag raised. */
function roundFigures(rows: Float64Array, from: number, to: number): number {
  let furthest = 0;
  for (let i = from; i < to; i++) {
    const units = toFixedPoint(read(rows, i), 1);
    rows[i] = units;
    furthest = Math.max(furthest, Math.abs(units));
  }
  return furthest === Number.MAX_SAFE_INTEGER ? STATE_FLAG.SATURATED : 0;
}
