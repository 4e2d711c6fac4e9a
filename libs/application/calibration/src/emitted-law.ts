import { AT, QUANTILE_LEVELS, read } from '@aitrader/model';
import { studentTCdf, studentTQuantile } from '@aitrader/core-numeric';

/*
 * 1. The distribution function passes through every emitted quantile: F(q_p) = p, where the quantiles differ.
 * 2. It never falls, and lies in 0 … 1.
 */

/** The law that quantiles are interpolated in: its tails are about those of returns. */
const DOF = 4;
const KNOTS = Float64Array.from(QUANTILE_LEVELS, (level) => studentTQuantile(level, DOF));
const LAST = KNOTS.length - 1;
const MEDIAN = LAST / 2;
/** Quantiles that rounding made equal leave no slope between them: a unit of 1e-8 per unit of t is the finest that is told apart. */
const SLOPE_MIN = 1;

/**
 * Probability that the law emitted with a state gives to log returns up to `y`, in e8: F(y) = T(τ(y)) with T Student's t of four
 * degrees of freedom, τ linear between the raw quantiles and their places in T, and beyond the outermost ones with the slope from
 * the median to them. So it is known from the emitted integers alone.
 */
export function emittedCdf(row: Float64Array, y: number): number {
  const quantile = (k: number): number => read(row, AT.q005 + k);
  let k = 0;
  while (k <= LAST && y > quantile(k)) k++;
  const [from, to] = k === 0 ? [0, MEDIAN] : k > LAST ? [MEDIAN, LAST] : [k - 1, k];
  const slope = Math.max(SLOPE_MIN, (quantile(to) - quantile(from)) / (knot(to) - knot(from)));
  const base = Math.min(k, LAST);
  return studentTCdf(knot(base) + (y - quantile(base)) / slope, DOF);
}

const knot = (k: number): number => read(KNOTS, k);
