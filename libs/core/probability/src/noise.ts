/*
 * How noisy a price is, and how far from its close a print may lie.
 *
 * 1. The variance stays inside VOLATILITY_MIN … VOLATILITY_MAX, whatever is observed.
 * 2. One observation changes it by a bounded factor, however far out it lies.
 */

/** bp² per minute: a hundredth of a basis point, and a factor of e. */
export const VOLATILITY_MIN = 1e-4;
export const VOLATILITY_MAX = 1e8;

/** Smallest price increments in dollars, below and from one dollar on. Source: SEC Rule 612 of Regulation NMS. */
const TICK_BELOW_DOLLAR = 0.0001;
const TICK = 0.01;
const BP = 10_000;

/**
 * Variance in bp² that a tick adds to a close, which is rounded to it: that of a uniform error, tick² / 12. It keeps a price that
 * stood still for hours from making its next tick a miracle. `close` > 0 in dollars.
 */
export function tickVariance(close: number): number {
  const tick = close >= 1 ? TICK : Math.min(TICK_BELOW_DOLLAR, close);
  const bp = (BP * tick) / close;
  return (bp * bp) / 12;
}

/** A variance in bp² per minute, cut to what the filter works with. */
export const boundedVolatility = (variance: number): number => Math.min(VOLATILITY_MAX, Math.max(VOLATILITY_MIN, variance));

/**
 * The exponentially weighted variance after an innovation of `z` standard deviations, with weight `gain` in 0 … 1 and the
 * Student-t score in place of z²: (ν + 1) z² / (ν − 2 + z²), whose mean is 1 as well, and which no outlier drives above ν + 1.
 * Source: Lucas and Zhang (2016), "Score-driven exponentially weighted moving averages", Int. J. Forecasting 32; dof > 2.
 */
export function volatilityAfter(volatility: number, z: number, gain: number, dof: number): number {
  const squared = z * z;
  const score = ((dof + 1) * squared) / (dof - 2 + squared);
  return boundedVolatility(volatility * (1 + gain * (score - 1)));
}
