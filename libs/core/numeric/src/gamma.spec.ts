import { describe, expect, it } from '@jest/globals';
import { digamma, ln, lnGamma, lnGammaHalfStep, trigamma } from './index.ts';

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

describe('digamma and trigamma', () => {
  const EULER = 0.57721566490153286;

  it('have their closed forms at 1 and one half', () => {
    expect(digamma(1)).toBeCloseTo(-EULER, 14);
    expect(digamma(0.5)).toBeCloseTo(-EULER - 2 * Math.LN2, 14);
    expect(trigamma(1)).toBeCloseTo(Math.PI ** 2 / 6, 14);
    expect(trigamma(0.5)).toBeCloseTo(Math.PI ** 2 / 2, 14);
  });

  // DLMF 5.5.2, 5.5.8 and their derivatives
  it('hold the recurrence and the duplication formula', () => {
    for (let x = 0.05; x < 40; x += 0.173) {
      expect(Math.abs(digamma(x + 1) - digamma(x) - 1 / x)).toBeLessThan(1e-14 * (3 + 1 / x));
      expect(Math.abs(trigamma(x) - trigamma(x + 1) - 1 / (x * x))).toBeLessThan(1e-14 * (1 + 1 / (x * x)));
      expect(Math.abs((digamma(x) + digamma(x + 0.5)) / 2 + Math.LN2 - digamma(2 * x))).toBeLessThan(1e-14 * (4 + 1 / x));
      expect(Math.abs((trigamma(x) + trigamma(x + 0.5)) / 4 / trigamma(2 * x) - 1)).toBeLessThan(3e-14);
    }
  });

  it('refuse x ≤ 0', () => {
    for (const x of [0, -1, NaN]) {
      expect(() => digamma(x)).toThrow(RangeError);
      expect(() => trigamma(x)).toThrow(RangeError);
    }
    expect([digamma(Infinity), trigamma(Infinity)]).toEqual([Infinity, 0]);
  });
});
