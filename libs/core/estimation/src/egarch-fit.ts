import { read } from '@aitrader/model';
import { egarchLikelihood } from './egarch-likelihood.ts';
import { type EgarchForm } from './egarch-model.ts';
import { type FitResult } from './fit-result.ts';
import { RETURNS_MIN } from './garch-likelihood.ts';
import { constant, newJetSpace, slopeOf, variable } from './jet.ts';
import { evaluated, likeliest, requireSeries, type Likeliest, type LikelihoodModel, type Search } from './maximum-likelihood.ts';
import { entry, tabulated, type SquareMatrix } from './square-matrix.ts';

/*
 * |z| has a kink at 0, so ln L has one in μ at every return, where no gradient vanishes, and often its summit is one of them. The search
 * goes over rounded kinks first. From there on it takes one stretch between two returns after the other, on which ln L is smooth, until the
 * summit of one lies inside it, or on a kink at its end from which ln L falls to both sides.
 *
 * 1. A fit lies inside α ≥ 0, |β| < 1, 2 < ν ≤ 10 002. Where larger shocks calm, h hangs on every digit of what was before it: ln L is all
 *    spikes there, and what it says of one h means nothing to the next.
 * 2. Returns in another unit give the same fit in that unit.
 * 3. `converged` is true only where no parameter can be moved to gain anything: on a kink the gradient of all but μ vanishes, and ln L
 *    falls on both sides.
 */

/** How long a stride may be in looking for the summit from where the rounded search ended, in returns; after how many stretches to give up. */
const REACH = 64;
const STRETCHES_MAX = 16;

/** −ln L over the others with μ held at a value. */
function withMeanAt(whole: LikelihoodModel, mu: number, from: Float64Array): LikelihoodModel {
  return {
    ...whole,
    parameters: whole.parameters.slice(1),
    bounded: (space, unbounded) => whole.bounded(space, [constant(space, 0), ...unbounded]).slice(1),
    terms: (space, parameters, term) => whole.terms(space, [constant(space, mu), ...parameters], term),
    starts: [from],
  };
}

/** The inverse of a Hessian without its first row and column, from the inverse of the whole. */
const withoutFirst = (inverse: SquareMatrix): SquareMatrix =>
  tabulated(
    inverse.size - 1,
    (i, j) => entry(inverse, i + 1, j + 1) - (entry(inverse, i + 1, 0) * entry(inverse, 0, j + 1)) / entry(inverse, 0, 0),
  );

/** What a search for a fit with a mean works on. */
interface Ground {
  readonly form: EgarchForm;
  readonly returns: Float64Array;
  /** the returns in ascending order, each once */
  readonly kinks: Float64Array;
  readonly search: Search | undefined;
}

const withMean = (values: Float64Array, mu: number): Float64Array => Float64Array.of(mu, ...values.subarray(1));

/** ∂ ln L / ∂ μ where μ is the return `kinks[k]`, from below or from above. */
function slopeAt({ form, returns, kinks }: Ground, values: Float64Array, k: number, from: 'below' | 'above'): number {
  const last = from === 'above' ? k : k - 1;
  const model = egarchLikelihood(form, returns, { above: last < 0 ? -Infinity : read(kinks, last) });
  const space = newJetSpace(values.length, 1);
  const at = withMean(values, read(kinks, k));
  let slope = 0;
  model.terms(
    space,
    Array.from(at, (value, index) => variable(space, value, index)),
    (term) => {
      slope += slopeOf(term, 0);
    },
  );
  return slope;
}

/**
 * The stretch in which ln L stops rising in μ with the other parameters held, by the number of the kink that it begins with: looked for from
 * that of `values` outwards, in strides that double, and then in halves.
 */
function stretchOfSummit(ground: Ground, values: Float64Array): number {
  const { kinks } = ground;
  const rises = (k: number): boolean => slopeAt(ground, values, k, 'above') > 0;
  const here = kinks.filter((value) => value <= read(values, 0)).length - 1;
  let [left, right] = [here, here + 1];
  for (let stride = 1; left >= 0 && stride <= REACH && !rises(left); stride *= 2) [left, right] = [left - stride, left];
  if (right > here)
    for (let stride = 1; right < kinks.length && stride <= REACH && rises(right); stride *= 2)
      [left, right] = [right, right + stride];
  if (left < 0 || right >= kinks.length) return here;
  while (right - left > 1) {
    const middle = (left + right) >> 1;
    if (rises(middle)) left = middle;
    else right = middle;
  }
  return left;
}

/** The likeliest with a mean. */
function likeliestWithMean(ground: Ground): Likeliest {
  const { form, returns, kinks, search } = ground;
  const rounded = likeliest(egarchLikelihood(form, returns, 'rounded'), search);
  if (!rounded.converged) return rounded;
  let here = rounded;
  let { iterations } = rounded;
  let left = stretchOfSummit(ground, rounded.values);
  for (let n = 0; n < STRETCHES_MAX && left >= 0 && left + 1 < kinks.length; n++) {
    const { point: from, inverseHessian } = here;
    const smooth = { ...egarchLikelihood(form, returns, { above: read(kinks, left) }), starts: [from] };
    const inside = likeliest(smooth, { ...search, from, inverseHessian });
    iterations += inside.iterations;
    const mu = read(inside.values, 0);
    const end = mu < read(kinks, left) ? left : left + 1;
    if (!inside.converged || (mu >= read(kinks, left) && mu <= read(kinks, left + 1))) return { ...inside, iterations };
    const held = onKink(ground, inside, read(kinks, end));
    iterations += held.iterations;
    const below = slopeAt(ground, held.values, end, 'below');
    const above = slopeAt(ground, held.values, end, 'above');
    if (!held.converged || (below >= 0 && above <= 0)) return { ...held, iterations };
    left = above > 0 ? end : end - 1;
    here = inside;
  }
  return { ...here, iterations, converged: false };
}

/** The likeliest with μ held at a return. */
function onKink({ form, returns, search }: Ground, near: Likeliest, kink: number): Likeliest {
  const from = near.point.subarray(1);
  const inverseHessian = withoutFirst(near.inverseHessian);
  const held = likeliest(withMeanAt(egarchLikelihood(form, returns), kink, from), { ...search, from, inverseHessian });
  return { ...held, values: Float64Array.of(kink, ...held.values) };
}

/**
 * Maximum likelihood fit of an EGARCH model. Parameters: [mu] omega alpha gamma beta [nu].
 * @throws EstimationError for returns that are too few, constant or not finite
 */
export function fitEgarch(form: EgarchForm, returns: Float64Array, search?: Search): FitResult {
  requireSeries('returns', returns, RETURNS_MIN);
  const model = egarchLikelihood(form, returns);
  const kinks = Float64Array.from(new Set(returns)).sort();
  const { values, converged, iterations } =
    form.mean === 'zero' ? likeliest(model, search) : likeliestWithMean({ form, returns, kinks, search });
  return { ...evaluated(model, values), converged, iterations };
}
