/*
 * Invariants
 * 1. This module is the only one of the core that calls an approximate function of `Math`: engines may round these
 *    differently in the last bit, so that there is one place to pin them.
 */

/** e to the power x; Infinity above about 709.78, 0 below about −745.1, NaN for NaN. */
export const exp = (x: number): number => Math.exp(x);

/** Natural logarithm of x; −Infinity at 0, NaN below 0. */
export const ln = (x: number): number => Math.log(x);

/** ln(1 + x), exact to the last bits for small x; −Infinity at −1, NaN below. */
export const log1p = (x: number): number => Math.log1p(x);

/** x to the power y, with the special cases of ECMAScript. */
export const pow = (x: number, y: number): number => Math.pow(x, y);

/** Angle whose tangent is x, in (−π/2, π/2). */
export const atan = (x: number): number => Math.atan(x);
