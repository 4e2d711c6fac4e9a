import { atan, studentTQuantile } from '@aitrader/core-numeric';
import { QUANTILE_LEVELS, read } from '@aitrader/model';
import { MEDIAN, QUANTILES } from './sizes.ts';

/*
 * Student's t with four degrees of freedom, unit scale: density f = 3/8 (1 + t²/4)^(−5/2), and everything that a score needs of it
 * is algebraic but for one arc tangent.
 *
 * 1. The distribution function never falls, lies in 0 … 1, and is ½ at 0 by symmetry.
 */

export const T4_NORM = 3 / 8;
/** Variance over squared scale. */
export const T4_VARIANCE = 2;

/** P(T ≤ t) = ½ + 3/4 s (1 − s²/3), s = t / √(4 + t²). */
export function t4Cdf(t: number): number {
  const s = t / Math.sqrt(4 + t * t);
  return 0.5 + 0.75 * s * (1 - (s * s) / 3);
}

/** The density. */
export function t4Pdf(t: number): number {
  const a = 1 + (t * t) / 4;
  return T4_NORM / (a * a * Math.sqrt(a));
}

/** P(|T| < t) of a law of unit variance, by the square of t: 3/2 s (1 − s²/3), s² = t² / (2 + t²). */
export function t4CoverOf(square: number): number {
  const s2 = square / (2 + square);
  return 1.5 * Math.sqrt(s2) * (1 - s2 / 3);
}

/** ∫ x f from −∞ to t. */
export function t4FirstMoment(t: number): number {
  const a = 1 + (t * t) / 4;
  return (-4 * T4_NORM) / (3 * a * Math.sqrt(a));
}

/** ∫ x² f from −∞ to t: 1 + s³ with s as above. */
export function t4SecondMoment(t: number): number {
  const s = t / Math.sqrt(4 + t * t);
  return 1 + s * s * s;
}

/** ∫ x F f from −∞ to t, where `cdf` is F(t): F g − ∫ g f with g = −(4 + x²) f / 3. */
export function t4CrossMoment(t: number, cdf: number): number {
  const u = t / 2;
  return t4FirstMoment(t) * cdf + t4CrossArea(u, 1 / (1 + u * u));
}

/** The −∫ g f of the above, where u is t / 2 and b is 1 / (1 + u²). */
export function t4CrossArea(u: number, b: number): number {
  const area = u * b * (5 / 16 + b * (5 / 24 + b / 6)) + (5 / 16) * atan(u) + (5 / 32) * Math.PI;
  return (8 / 3) * T4_NORM * T4_NORM * area;
}

/** Quantiles at QUANTILE_LEVELS; the upper half mirrors the lower one exactly. */
export const T4_QUANTILES: Float64Array = mirrored((level) => studentTQuantile(level, 4));

/** One figure per level below the median, its negative above, 0 at the median. */
export function mirrored(lower: (level: number) => number): Float64Array {
  const values = new Float64Array(QUANTILES);
  QUANTILE_LEVELS.forEach((level, i) => {
    if (i >= MEDIAN) return;
    const value = lower(level);
    values[i] = value;
    values[QUANTILES - 1 - i] = -value;
  });
  return values;
}

/** What is known at the ends of the segments between −∞, the quantiles and ∞: the integrals above, QUANTILES + 2 of each. */
const ends = (first: number, at: (t: number, level: number) => number, last: number): Float64Array =>
  Float64Array.from([first, ...QUANTILE_LEVELS.map((level, i) => at(read(T4_QUANTILES, i), level)), last]);

export const KNOT_CDF = ends(0, (_, level) => level, 1);
export const KNOT_FIRST = ends(0, (t) => t4FirstMoment(t), 0);
export const KNOT_SECOND = ends(0, (t) => t4SecondMoment(t), T4_VARIANCE);
export const KNOT_CROSS = ends(0, (t, level) => t4CrossMoment(t, level), (8 / 3) * T4_NORM * T4_NORM * (5 / 16) * Math.PI);
