import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addTerm, newCompensatedSums, sumAt } from './compensated-sum.ts';

const sumOf = (terms: readonly number[]): number => {
  const sums = newCompensatedSums(2);
  for (const term of terms) addTerm(sums, 1, term);
  expect(sumAt(sums, 0)).toBe(0);
  return sumAt(sums, 1);
};

/** Exact: multiples of 2⁻⁶⁰ as whole numbers. */
const exactSum = (terms: readonly number[]): number =>
  Number(terms.reduce((sum, term) => sum + BigInt(term * 2 ** 60), 0n)) / 2 ** 60;

describe('a compensated sum', () => {
  it('is within two roundings of the exact one, relative to the sizes added, however many they are', () => {
    const term = fc.integer({ min: -(2 ** 40), max: 2 ** 40 }).map((k) => k / 2 ** 33);
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 2000, size: 'max' }), (terms) => {
        const size = terms.reduce((sum, x) => sum + Math.abs(x), 0);
        expect(Math.abs(sumOf(terms) - exactSum(terms))).toBeLessThanOrEqual(2 * Number.EPSILON * size);
      }),
    );
  });

  it('does not lose what a plain sum of many terms loses', () => {
    const terms = Array.from({ length: 200_000 }, (_, i) => 3.7 + Math.sin(i) / 7);
    const exact = exactSum(terms);
    const plain = terms.reduce((sum, x) => sum + x, 0);
    expect(Math.abs(sumOf(terms) - exact)).toBeLessThanOrEqual(exact * Number.EPSILON);
    expect(Math.abs(plain - exact)).toBeGreaterThan(20 * exact * Number.EPSILON);
  });
});
