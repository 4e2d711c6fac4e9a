import { describe, expect, it } from '@jest/globals';
import { ln, lnGamma } from './index.ts';
import { lnGammaHalfStep } from './gamma.ts';

const HALF_LN_PI = Math.log(Math.PI) / 2;

// 18-digit values from mpmath (loggamma at 40 digits)
const TABLE: readonly (readonly [x: number, lnGamma: number])[] = [
  [0.1, 2.25271265173420596],
  [1.5, -0.120782237635245222],
  [7.25, 7.05218545073853944],
  [9.999, 12.7995757800774125],
  [10, 12.8018274800814696],
  [123.4, 469.336097442190558],
  [1e6, 12815504.5691476117],
];

describe('lnGamma', () => {
  it.each(TABLE)('of %d', (x, expected) => {
    expect(Math.abs(lnGamma(x) - expected)).toBeLessThan(1e-14 + 1e-15 * expected);
  });

  it('is the logarithm of a factorial, of the square root of pi at one half, and 0 at 1 and 2', () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n++) {
      expect(Math.abs(lnGamma(n) - ln(factorial))).toBeLessThan(1e-13);
      factorial *= n;
    }
    expect(lnGamma(0.5)).toBeCloseTo(HALF_LN_PI, 14);
  });

  it('differs by ln x from one x to the next', () => {
    for (let x = 0.05; x < 40; x += 0.173) expect(Math.abs(lnGamma(x + 1) - lnGamma(x) - ln(x))).toBeLessThan(1e-13);
  });

  it('refuses what has no logarithm of a gamma', () => {
    for (const x of [0, -1, NaN]) expect(() => lnGamma(x)).toThrow(RangeError);
    expect(lnGamma(Infinity)).toBe(Infinity);
  });
});

describe('lnGammaHalfStep', () => {
  it('is the difference of two logarithms of gamma', () => {
    for (let x = 0.05; x < 60; x += 0.371)
      expect(Math.abs(lnGammaHalfStep(x) - (lnGamma(x + 0.5) - lnGamma(x)))).toBeLessThan(3e-13);
  });

  it('keeps its digits where the logarithms are large: two half steps are ln x', () => {
    for (const x of [1e3, 1e5, 1e7]) expect(Math.abs(lnGammaHalfStep(x) + lnGammaHalfStep(x + 0.5) - ln(x))).toBeLessThan(1e-14);
  });

  it('refuses x ≤ 0', () => {
    expect(() => lnGammaHalfStep(0)).toThrow(RangeError);
  });
});
