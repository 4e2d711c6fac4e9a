import { digamma, exp, ln, lnGammaHalfStep, log1p, trigamma } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';

/*
 * Numbers that carry their derivatives: a likelihood written with them gives its gradient and its Hessian, exact to rounding.
 *
 * 1. Every operation follows the chain rule to second order; nothing is a difference of nearby values.
 * 2. Once the pool of a space has grown to what one step of a recursion needs, no operation allocates.
 *
 * Source: Griewank and Walther (2008), Evaluating Derivatives, 2nd ed., chapters 3 and 13 (forward mode, univariate composition).
 */

/** A value, its gradient, and when the order is 2 the lower half of its Hessian row by row. */
export type Jet = Float64Array;

/** The jets of one computation: `parameters` derivatives each, up to order 0, 1 or 2. */
export interface JetSpace {
  readonly parameters: number;
  readonly order: 0 | 1 | 2;
  readonly width: number;
  readonly pool: Jet[];
  /** How many of the pool are in use: the results of operations are valid until `release` goes back before them. */
  used: number;
}

export function newJetSpace(parameters: number, order: 0 | 1 | 2): JetSpace {
  const first = order > 0 ? parameters : 0;
  const second = order > 1 ? (parameters * (parameters + 1)) / 2 : 0;
  return { parameters: first, order, width: 1 + first + second, pool: [], used: 0 };
}

/** A jet of its own, outside the pool, to keep a state in: zero. */
export const newJet = (space: JetSpace): Jet => new Float64Array(space.width);

/** Copies a jet to where it is kept. */
export const keep = (kept: Jet, jet: Jet): void => {
  for (let k = 0; k < kept.length; k++) kept[k] = read(jet, k);
};

/** Gives back all results since the space had `used` of them in use. */
export const release = (space: JetSpace, used: number): void => {
  space.used = used;
};

/** Sets a kept jet to 0. A loop: for so few numbers `fill` and `set` cost several times as much. */
export const clear = (kept: Jet): void => {
  for (let k = 0; k < kept.length; k++) kept[k] = 0;
};

function next(space: JetSpace): Jet {
  const known = space.pool[space.used];
  space.used++;
  if (known) return known;
  const added = newJet(space);
  space.pool.push(added);
  return added;
}

/** The value without its derivatives. */
export const valueOf = (jet: Jet): number => read(jet, 0);

/** The derivative by parameter i. */
export const slopeOf = (jet: Jet, i: number): number => read(jet, 1 + i);

/** The second derivative by the parameters i and j. */
export function curvatureOf(space: JetSpace, jet: Jet, i: number, j: number): number {
  const row = Math.max(i, j);
  return read(jet, 1 + space.parameters + (row * (row + 1)) / 2 + Math.min(i, j));
}

export function constant(space: JetSpace, value: number): Jet {
  const result = next(space);
  clear(result);
  result[0] = value;
  return result;
}

/** The parameter `index` itself. */
export function variable(space: JetSpace, value: number, index: number): Jet {
  const result = constant(space, value);
  if (space.order > 0) result[1 + index] = 1;
  return result;
}

/** p · a + q · b for plain numbers p and q */
export function blend(space: JetSpace, p: number, a: Jet, q: number, b: Jet): Jet {
  const result = next(space);
  for (let k = 0; k < space.width; k++) result[k] = p * read(a, k) + q * read(b, k);
  return result;
}

export const plus = (space: JetSpace, a: Jet, b: Jet): Jet => blend(space, 1, a, 1, b);
export const minus = (space: JetSpace, a: Jet, b: Jet): Jet => blend(space, 1, a, -1, b);

/** a · factor + shift for plain numbers */
export function affine(space: JetSpace, a: Jet, factor: number, shift = 0): Jet {
  const result = next(space);
  for (let k = 0; k < space.width; k++) result[k] = factor * read(a, k);
  result[0] = read(result, 0) + shift;
  return result;
}

/** Adds factor · a to a kept jet, for a plain number. */
export function addMultiple(space: JetSpace, kept: Jet, factor: number, a: Jet): void {
  for (let k = 0; k < space.width; k++) kept[k] = read(kept, k) + factor * read(a, k);
}

/** Adds a · b to a kept jet, which must be neither of them. */
export function addProduct(space: JetSpace, kept: Jet, a: Jet, b: Jet): void {
  const x = read(a, 0);
  const y = read(b, 0);
  kept[0] = read(kept, 0) + x * y;
  const { parameters, order } = space;
  for (let i = 1; i <= parameters; i++) kept[i] = read(kept, i) + x * read(b, i) + y * read(a, i);
  if (order < 2) return;
  let k = 1 + parameters;
  for (let i = 1; i <= parameters; i++) {
    const slopeA = read(a, i);
    const slopeB = read(b, i);
    for (let j = 1; j <= i; j++, k++)
      kept[k] = read(kept, k) + x * read(b, k) + y * read(a, k) + slopeA * read(b, j) + slopeB * read(a, j);
  }
}

/** a · b */
export function times(space: JetSpace, a: Jet, b: Jet): Jet {
  const result = next(space);
  clear(result);
  addProduct(space, result, a, b);
  return result;
}

/** f(a), given f and its first two derivatives at the value of a. */
export function composed(space: JetSpace, a: Jet, f: number, slope: number, curvature: number): Jet {
  const result = next(space);
  result[0] = f;
  const { parameters, order } = space;
  for (let i = 1; i <= parameters; i++) result[i] = slope * read(a, i);
  if (order < 2) return result;
  let k = 1 + parameters;
  for (let i = 1; i <= parameters; i++) {
    const bent = curvature * read(a, i);
    for (let j = 1; j <= i; j++, k++) result[k] = slope * read(a, k) + bent * read(a, j);
  }
  return result;
}

/** 1 / a */
export function reciprocal(space: JetSpace, a: Jet): Jet {
  const inverted = 1 / read(a, 0);
  const square = inverted * inverted;
  return composed(space, a, inverted, -square, 2 * square * inverted);
}

export const ratio = (space: JetSpace, a: Jet, b: Jet): Jet => times(space, a, reciprocal(space, b));

export const squared = (space: JetSpace, a: Jet): Jet => composed(space, a, read(a, 0) * read(a, 0), 2 * read(a, 0), 2);

export function lnOf(space: JetSpace, a: Jet): Jet {
  const inverted = 1 / read(a, 0);
  return composed(space, a, ln(read(a, 0)), inverted, -inverted * inverted);
}

/** ln(1 + a) */
export function log1pOf(space: JetSpace, a: Jet): Jet {
  const inverted = 1 / (1 + read(a, 0));
  return composed(space, a, log1p(read(a, 0)), inverted, -inverted * inverted);
}

export function expOf(space: JetSpace, a: Jet): Jet {
  const value = exp(read(a, 0));
  return composed(space, a, value, value, value);
}

/** 1 / (1 + e^−a), in the form that does not overflow. */
export function logisticOf(space: JetSpace, a: Jet): Jet {
  const small = exp(-Math.abs(read(a, 0)));
  const value = (read(a, 0) < 0 ? small : 1) / (1 + small);
  const slope = small / ((1 + small) * (1 + small));
  return composed(space, a, value, slope, slope * (1 - 2 * value));
}

/** ln(Γ((a + 1) / 2) / Γ(a / 2)), of the factor before Student's density with a degrees of freedom. */
export function lnGammaRatioOf(space: JetSpace, a: Jet): Jet {
  const half = read(a, 0) / 2;
  const slope = (digamma(half + 0.5) - digamma(half)) / 2;
  return composed(space, a, lnGammaHalfStep(half), slope, (trigamma(half + 0.5) - trigamma(half)) / 4);
}
