import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalCdf, normalPdf, normalQuantile } from './index.ts';

// Abramowitz and Stegun, table 26.1, 15 decimals
const TABLE_26_1: readonly (readonly [z: number, p: number])[] = [
  [0, 0.5],
  [0.5, 0.691462461274013],
  [1, 0.841344746068543],
  [2, 0.977249868051821],
  [3, 0.99865010196837],
];

// lower tails, 20-digit values from mpmath (ncdf at 30 digits)
const TAILS: readonly (readonly [z: number, p: number])[] = [
  [-0.5, 0.30853753872598689636],
  [-1.96, 0.024997895148220436213],
  [-4, 0.000031671241833119921254],
  [-5.6, 1.071759025831092932e-8],
  [-5.7, 5.9903714010635281878e-9],
  [-10, 7.619853024160526066e-24],
  [-20, 2.7536241186062336951e-89],
  [-37, 5.7255712225245768227e-300],
];

// 18-digit values from mpmath (root of ln ncdf at 40 digits)
const QUANTILES: readonly (readonly [p: number, z: number])[] = [
  [0.42, -0.201893479141850851],
  [0.1, -1.28155156554460047],
  [0.025, -1.95996398454005424],
  [0.001, -3.09023230616781354],
  [1e-8, -5.61200124417478873],
  [1e-20, -9.26234008979840757],
  [1e-300, -37.0470962993611992],
];

describe('normalCdf', () => {
  it.each(TABLE_26_1)('agrees with the printed table at %d', (z, p) => {
    expect(Math.abs(normalCdf(z) - p)).toBeLessThan(1e-15);
  });

  it.each(TAILS)('is relatively exact in the tail at %d', (z, p) => {
    expect(Math.abs(normalCdf(z) / p - 1)).toBeLessThan(1e-14);
  });

  it('never falls, and the two tails add up to 1', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -45, max: 45 }), fc.double({ noNaN: true, min: 1e-9, max: 1 }), (z, more) => {
        expect(normalCdf(z + more)).toBeGreaterThanOrEqual(normalCdf(z));
        expect(Math.abs(normalCdf(z) + normalCdf(-z) - 1)).toBeLessThan(1e-15);
      }),
    );
  });

  it('ends at 0 and 1 and refuses NaN', () => {
    expect(normalCdf(-Infinity)).toBe(0);
    expect(normalCdf(Infinity)).toBe(1);
    expect(() => normalCdf(NaN)).toThrow(RangeError);
  });
});

describe('normalPdf', () => {
  it('is relatively exact, also far out', () => {
    expect(normalPdf(0)).toBe(1 / Math.sqrt(2 * Math.PI));
    // exp(−1200.5) / √(2π) would underflow; exp(−684.5) / √(2π) from mpmath
    expect(Math.abs(normalPdf(-37) / 2.1200065515246082e-298 - 1)).toBeLessThan(1e-14);
    expect([normalPdf(49), normalPdf(Infinity)]).toEqual([0, 0]);
    expect(() => normalPdf(NaN)).toThrow(RangeError);
  });
});

describe('normalQuantile', () => {
  it.each(QUANTILES)('of %d', (p, z) => {
    expect(Math.abs(normalQuantile(p) / z - 1)).toBeLessThan(1e-14);
  });

  it('inverts the distribution function', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -36, max: 3 }), (z) => {
        expect(Math.abs(normalQuantile(normalCdf(z)) - z)).toBeLessThan(1e-13);
      }),
    );
  });

  it('is infinite at 0 and 1, 0 at one half, and refuses what is no probability', () => {
    expect([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)]).toEqual([-Infinity, 0, Infinity]);
    for (const p of [-0.1, 1.1, NaN]) expect(() => normalQuantile(p)).toThrow(RangeError);
  });
});
