import { read } from '@aitrader/model';

/*
 * Dense square matrices of a few rows: those of states and of parameters.
 *
 * 1. What has no answer (a singular matrix, an indefinite one, a NaN) gives `undefined`, never numbers.
 * 2. m · inverse(m) is the identity within rounding; an inverse of a symmetric matrix is symmetric to the last bit.
 */

/** Rows of `size` numbers, one after the other. */
export interface SquareMatrix {
  readonly size: number;
  readonly entries: Float64Array;
}

/** Pivots smaller than this part of a row of ones are taken for rounding: the matrix is singular. */
const PIVOT_MIN = 1e-14;

export const newMatrix = (size: number): SquareMatrix => ({ size, entries: new Float64Array(size * size) });

/** Matrix of the given rows. @throws RangeError when they do not make a square */
export function matrixOf(rows: readonly (readonly number[])[]): SquareMatrix {
  if (rows.some((row) => row.length !== rows.length)) throw new RangeError(`${rows.length} rows of other lengths are no square`);
  return { size: rows.length, entries: Float64Array.from(rows.flat()) };
}

/** The entry of row i and column j, from 0 on. */
export const entry = (m: SquareMatrix, i: number, j: number): number => read(m.entries, i * m.size + j);

export const setEntry = (m: SquareMatrix, i: number, j: number, value: number): void => {
  m.entries[i * m.size + j] = value;
};

export function identity(size: number): SquareMatrix {
  const result = newMatrix(size);
  for (let i = 0; i < size; i++) setEntry(result, i, i, 1);
  return result;
}

/** The matrix whose entry (i, j) is `value(i, j)`. */
export function tabulated(size: number, value: (i: number, j: number) => number): SquareMatrix {
  const result = newMatrix(size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) setEntry(result, i, j, value(i, j));
  return result;
}

/** a · b */
export function product(a: SquareMatrix, b: SquareMatrix): SquareMatrix {
  return tabulated(a.size, (i, j) => {
    let sum = 0;
    for (let k = 0; k < a.size; k++) sum += entry(a, i, k) * entry(b, k, j);
    return sum;
  });
}

export const transposed = (m: SquareMatrix): SquareMatrix => tabulated(m.size, (i, j) => entry(m, j, i));

/** Σ weightₖ · matrixₖ */
export function combination(...terms: readonly (readonly [weight: number, matrix: SquareMatrix])[]): SquareMatrix {
  const size = terms[0]?.[1].size ?? 0;
  const result = newMatrix(size);
  for (const [weight, { entries }] of terms)
    for (let k = 0; k < size * size; k++) result.entries[k] = read(result.entries, k) + weight * read(entries, k);
  return result;
}

/** m · v */
export function applied(m: SquareMatrix, v: Float64Array): Float64Array {
  return v.map((_, i) => {
    let sum = 0;
    for (let k = 0; k < m.size; k++) sum += entry(m, i, k) * read(v, k);
    return sum;
  });
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += read(a, k) * read(b, k);
  return sum;
}

/** The lower triangular C with C Cᵀ = m, from the lower half of m; undefined when m is not positive definite. */
export function cholesky(m: SquareMatrix): SquareMatrix | undefined {
  const factor = newMatrix(m.size);
  for (let j = 0; j < m.size; j++) {
    for (let i = j; i < m.size; i++) {
      let rest = entry(m, i, j);
      for (let k = 0; k < j; k++) rest -= entry(factor, i, k) * entry(factor, j, k);
      if (i > j) setEntry(factor, i, j, rest / entry(factor, j, j));
      else if (rest > PIVOT_MIN * entry(m, j, j) && rest < Infinity) setEntry(factor, j, j, Math.sqrt(rest));
      else return undefined;
    }
  }
  return factor.entries.every(Number.isFinite) ? factor : undefined;
}

/** The inverse of a lower triangular matrix. */
function lowerInverse(c: SquareMatrix): SquareMatrix {
  const result = newMatrix(c.size);
  for (let j = 0; j < c.size; j++)
    for (let i = j; i < c.size; i++) {
      let rest = i === j ? 1 : 0;
      for (let k = j; k < i; k++) rest -= entry(c, i, k) * entry(result, k, j);
      setEntry(result, i, j, rest / entry(c, i, i));
    }
  return result;
}

/**
 * The inverse of a symmetric positive definite matrix, which is first scaled to a diagonal of ones so that the parameters' units
 * do not matter; undefined when it is not positive definite within rounding.
 */
export function inversePositive(m: SquareMatrix): SquareMatrix | undefined {
  const scale = Array.from({ length: m.size }, (_, i) => 1 / Math.sqrt(entry(m, i, i)));
  const scaleOf = (i: number): number => scale[i] ?? NaN;
  const factor = cholesky(tabulated(m.size, (i, j) => entry(m, i, j) * scaleOf(i) * scaleOf(j)));
  if (!factor) return undefined;
  const half = lowerInverse(factor);
  const result = product(transposed(half), half);
  return tabulated(m.size, (i, j) => entry(result, Math.max(i, j), Math.min(i, j)) * (scaleOf(i) * scaleOf(j)));
}

function swapRows(m: SquareMatrix, a: number, b: number): void {
  for (let j = 0; j < m.size; j++) {
    const kept = entry(m, a, j);
    setEntry(m, a, j, entry(m, b, j));
    setEntry(m, b, j, kept);
  }
}

/** The row from `j` on whose entry in column j is the largest. */
function pivotRow(m: SquareMatrix, j: number): number {
  let best = j;
  for (let i = j + 1; i < m.size; i++) if (Math.abs(entry(m, i, j)) > Math.abs(entry(m, best, j))) best = i;
  return best;
}

const rowNorm = (m: SquareMatrix, i: number): number => {
  const row = m.entries.subarray(i * m.size, (i + 1) * m.size);
  return Math.sqrt(dot(row, row));
};

/** Steps of Newton's after elimination: each squares what is left of the error. */
const REFINEMENTS = 2;

/**
 * The inverse of any square matrix; undefined when it is singular within rounding. Elimination loses small entries where columns differ
 * in scale by many powers of ten, and Newton's iteration x ← x + x (1 − m x) finds them. Source: Schulz (1933), "Iterative Berechnung
 * der reziproken Matrix".
 */
export function inverse(m: SquareMatrix): SquareMatrix | undefined {
  let result = eliminated(m);
  for (let step = 0; step < REFINEMENTS && result; step++) {
    const error = combination([1, identity(m.size)], [-1, product(m, result)]);
    result = combination([1, result], [1, product(result, error)]);
  }
  return result?.entries.every(Number.isFinite) === true ? result : undefined;
}

/** The inverse by Gauss and Jordan, with rows scaled and exchanged. */
function eliminated(m: SquareMatrix): SquareMatrix | undefined {
  const scale = Array.from({ length: m.size }, (_, i) => 1 / rowNorm(m, i));
  const rest = tabulated(m.size, (i, j) => entry(m, i, j) * (scale[i] ?? NaN));
  const result = tabulated(m.size, (i, j) => (i === j ? (scale[i] ?? NaN) : 0));
  for (let j = 0; j < m.size; j++) {
    const from = pivotRow(rest, j);
    const pivot = entry(rest, from, j);
    if (!(Math.abs(pivot) > PIVOT_MIN)) return undefined;
    for (const one of [rest, result]) {
      swapRows(one, j, from);
      for (let k = 0; k < m.size; k++) setEntry(one, j, k, entry(one, j, k) / pivot);
    }
    for (let i = 0; i < m.size; i++) {
      const factor = entry(rest, i, j);
      if (i === j || factor === 0) continue;
      for (const one of [rest, result])
        for (let k = 0; k < m.size; k++) setEntry(one, i, k, entry(one, i, k) - factor * entry(one, j, k));
    }
  }
  return result;
}

/** The x with m · x = v; undefined when m is singular within rounding. */
export function solved(m: SquareMatrix, v: Float64Array): Float64Array | undefined {
  const inverted = inverse(m);
  return inverted && applied(inverted, v);
}
