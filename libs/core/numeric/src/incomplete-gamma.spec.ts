import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chiSquareCdf, chiSquareSurvival, gammaLower, gammaUpper, normalCdf } from './index.ts';

// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4, upper critical values of chi-square, three decimals
const HANDBOOK: readonly (readonly [dof: number, q: number, x: number])[] = [
  [1, 0.05, 3.841],
  [2, 0.01, 9.21],
  [5, 0.1, 9.236],
  [10, 0.001, 29.588],
  [30, 0.05, 43.773],
  [100, 0.025, 129.561],
];

// 18-digit values from mpmath (gammainc at 40 digits)
const BOTH_TAILS: readonly (readonly [dof: number, x: number, lower: number, upper: number])[] = [
  [1, 3.841458820694124, 0.949999999999999943, 0.0500000000000000574],
  [1, 0.001, 0.0252271206300396117, 0.974772879369960388],
  [2, 9.21, 0.989998297995294522, 0.0100017020047054777],
  [5, 0.01, 5.30027004268651724e-7, 0.999999469972995731],
  [9, 71.8288288288288, 0.999999999993338991, 6.6610089402475424e-12],
  [10, 300, 1, 1.55467475438031811e-58],
  [99, 150.5, 0.999344023161586527, 0.000655976838413473091],
  [1000, 700, 2.89035993956119556e-14, 0.999999999999971096],
  [1000, 1500, 1, 1.04546403859796573e-22],
];

const shapes = fc.double({ noNaN: true, min: 0.01, max: 1e4 });
/** Distances from the mean in standard deviations, so that both tails are met. */
const deviations = fc.double({ noNaN: true, min: -6, max: 12 });
const at = (a: number, z: number): number => Math.max(a + z * Math.sqrt(a), a * 1e-6);

describe('chi-square', () => {
  it.each(HANDBOOK)('agrees with the printed table: %d degrees of freedom, upper %d', (dof, q, x) => {
    expect(chiSquareSurvival(x - 0.0005, dof)).toBeGreaterThanOrEqual(q);
    expect(chiSquareSurvival(x + 0.0005, dof)).toBeLessThanOrEqual(q);
  });

  it.each(BOTH_TAILS)('is relatively exact in both tails: %d degrees of freedom at %d', (dof, x, lower, upper) => {
    expect(Math.abs(chiSquareCdf(x, dof) / lower - 1)).toBeLessThan(2e-13);
    expect(Math.abs(chiSquareSurvival(x, dof) / upper - 1)).toBeLessThan(2e-13);
  });

  it('with one degree of freedom is a squared normal, with two an exponential', () => {
    for (const z of [0.1, 1, 2.5, 8, 20]) {
      expect(Math.abs(chiSquareSurvival(z * z, 1) / (2 * normalCdf(-z)) - 1)).toBeLessThan(1e-13);
      expect(Math.abs(chiSquareSurvival(2 * z, 2) / Math.exp(-z) - 1)).toBeLessThan(1e-13);
    }
  });
});

describe('the incomplete gamma function', () => {
  it('has two tails that add up to 1, the lower one rising with x', () => {
    fc.assert(
      fc.property(shapes, deviations, fc.double({ noNaN: true, min: 1e-3, max: 1 }), (a, z, more) => {
        const x = at(a, z);
        expect(Math.abs(gammaLower(a, x) + gammaUpper(a, x) - 1)).toBeLessThan(1e-12);
        expect(gammaLower(a, x + more)).toBeGreaterThanOrEqual(gammaLower(a, x) - 1e-15);
        expect(gammaUpper(a, x + more)).toBeLessThanOrEqual(gammaUpper(a, x) + 1e-15);
      }),
    );
  });

  it('obeys the recurrence P(a + 1, x) = P(a, x) − x^a e^(−x) / Γ(a + 1)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), deviations, (a, z) => {
        const x = at(a, z);
        let density = Math.exp(-x);
        for (let n = 1; n <= a; n++) density *= x / n;
        expect(Math.abs(gammaLower(a, x) - gammaLower(a + 1, x) - density)).toBeLessThan(1e-13);
      }),
    );
  });

  it('has its ends and refuses the rest', () => {
    expect([gammaLower(2, 0), gammaLower(2, Infinity), gammaUpper(2, 0), gammaUpper(2, Infinity)]).toEqual([0, 1, 1, 0]);
    for (const a of [0, -1, NaN, 2e6]) expect(() => gammaLower(a, 1)).toThrow(`${a}`);
    for (const x of [-1, NaN]) expect(() => gammaUpper(1, x)).toThrow(`${x}`);
  });
});
