import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  applied,
  cholesky,
  combination,
  entry,
  identity,
  inverse,
  inversePositive,
  matrixOf,
  product,
  solved,
  tabulated,
  transposed,
} from './index.ts';
import { type SquareMatrix } from './index.ts';

const entries = fc.double({ noNaN: true, min: -2, max: 2 });
const matrices = fc
  .integer({ min: 1, max: 8 })
  .chain((size) => fc.array(fc.array(entries, { minLength: size, maxLength: size }), { minLength: size, maxLength: size }))
  .map(matrixOf);
/** Positive definite matrices whose rows differ in scale, as covariances of parameters do. */
const positive = fc
  .tuple(matrices, fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 8, maxLength: 8 }))
  .map(([m, powers]) => {
    const sum = combination([1, product(m, transposed(m))], [0.1, identity(m.size)]);
    const scale = (i: number) => 10 ** (powers[i] ?? 0);
    return tabulated(m.size, (i, j) => entry(sum, i, j) * scale(i) * scale(j));
  });

const expectClose = (a: SquareMatrix, b: SquareMatrix, tolerance: number) => {
  for (let i = 0; i < a.size; i++)
    for (let j = 0; j < a.size; j++) {
      const scale = Math.sqrt(Math.abs(entry(b, i, i) * entry(b, j, j))) || 1;
      expect(Math.abs(entry(a, i, j) - entry(b, i, j)) / scale).toBeLessThan(tolerance);
    }
};

describe('square matrices', () => {
  it('have a Cholesky factor when they are positive definite', () => {
    fc.assert(
      fc.property(positive, (m) => {
        const factor = cholesky(m);
        if (!factor) throw new Error('no factor');
        expectClose(product(factor, transposed(factor)), m, 1e-13);
      }),
    );
  });

  it('times their inverse are the identity, and an inverse of a symmetric one is symmetric', () => {
    fc.assert(
      fc.property(positive, (m) => {
        const inverted = inversePositive(m);
        if (!inverted) throw new Error('no inverse');
        expect(transposed(inverted)).toEqual(inverted);
        expectClose(product(inverted, product(m, inverted)), inverted, 1e-9);
        const general = inverse(m);
        if (!general) throw new Error('no inverse');
        expectClose(general, inverted, 1e-9);
      }),
    );
  });

  it('solve a system whose pivots have to be exchanged', () => {
    const m = matrixOf([
      [0, 2, 1],
      [1, 0, 0],
      [3, 0, -1],
    ]);
    expect(solved(m, applied(m, Float64Array.of(4, -5, 6)))).toEqual(Float64Array.of(4, -5, 6));
  });

  it('say so when there is no answer', () => {
    const singular = matrixOf([
      [1, 2],
      [2, 4],
    ]);
    const indefinite = matrixOf([
      [1, 2],
      [2, 1],
    ]);
    const unknown = matrixOf([
      [1, NaN],
      [NaN, 1],
    ]);
    for (const m of [singular, indefinite, unknown, matrixOf([[0]]), matrixOf([[-1]]), matrixOf([[Infinity]])]) {
      expect(cholesky(m)).toBeUndefined();
      expect(inversePositive(m)).toBeUndefined();
    }
    for (const m of [singular, unknown, matrixOf([[0]])]) expect(inverse(m)).toBeUndefined();
    expect(() => matrixOf([[1, 2]])).toThrow(RangeError);
  });
});
