/*
 * Invariants
 * 1. The result is a safe integer and never −0.
 * 2. Inside the safe integers it is within half a unit of x · scale.
 * 3. It never falls as x grows (for a positive scale).
 */

/** Below this size, adding and subtracting 1.5 · 2^52 leaves the nearest integer: the doubles there are one apart. */
const EXACT_BELOW = 2 ** 51;
const ROUNDER = 1.5 * 2 ** 52;

/** Whether `nearestInteger` may be trusted with a number of this size; not for NaN. */
export const isRoundable = (size: number): boolean => size < EXACT_BELOW;

/** The integer nearest to an x with |x| < 2^51, never −0; a tie goes to the even one. What is larger comes out wrong. */
export const nearestInteger = (x: number): number => x + ROUNDER - ROUNDER;

/**
 * The safe integer nearest to `x` · `scale`, never −0; a tie below 2^51 goes to the even one. What lies beyond the safe integers,
 * infinities included, is cut to ±(2^53 − 1). @throws RangeError when the product is NaN
 */
export function toFixedPoint(x: number, scale: number): number {
  const units = x * scale;
  if (units > -EXACT_BELOW && units < EXACT_BELOW) return nearestInteger(units);
  return largeInteger(units);
}

function largeInteger(units: number): number {
  if (units !== units) throw new RangeError('NaN has no nearest integer');
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(-Number.MAX_SAFE_INTEGER, Math.round(units)));
}
