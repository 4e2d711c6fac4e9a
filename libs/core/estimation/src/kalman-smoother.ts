import { item, read } from '@aitrader/model';
import { EstimationError } from './estimation-error.ts';
import { observationNoise, transitionOf, type FilteredSeries, type StateMoments } from './kalman-filter.ts';
import {
  applied,
  combination,
  dot,
  identity,
  newMatrix,
  product,
  tabulated,
  transposed,
  type SquareMatrix,
} from './square-matrix.ts';
import { type StateSpaceModel, type TimedSeries } from './state-space-model.ts';

/*
 * The fixed-interval smoother: the same states and variances as Rauch, Tung and Striebel's, without inverting a covariance.
 *
 * 1. Smoothed variances are at most the filtered ones, and at the last observation equal to them.
 * 2. After an exact diffuse start, all moments are exact too.
 *
 * While the start is diffuse, P = κ P∞ + P, so that r and N, the weighted sums of later errors and their variances, are series in
 * 1/κ: of r the first two terms are needed, of N the first three. Source: Koopman (1997), JASA 92; Durbin and Koopman (2012),
 * sections 4.4 and 5.3. (Terms of N that only meet P∞ through a product that is 0 are left out.)
 */

/** Mean and covariance of the states at one time, given all observations. */
export interface SmoothedMoments {
  readonly mean: Float64Array;
  readonly covariance: SquareMatrix;
}

/** r and N, by powers of 1/κ. */
interface Later {
  readonly r: readonly [Float64Array, Float64Array];
  readonly n: readonly [SquareMatrix, SquareMatrix, SquareMatrix];
}

/** The gain, I − K Z in two powers of 1/κ, and 1/F in three. */
interface UpdateSeries {
  readonly rest: SquareMatrix;
  readonly restByKappa: SquareMatrix;
  readonly inverse: readonly [number, number, number];
}

const scaled = (v: Float64Array, factor: number): Float64Array => v.map((x) => x * factor);
const added = (a: Float64Array, ...others: readonly Float64Array[]): Float64Array =>
  a.map((x, i) => others.reduce((sum, other) => sum + read(other, i), x));
/** Aᵀ N B */
const between = (a: SquareMatrix, n: SquareMatrix, b: SquareMatrix): SquareMatrix => product(product(transposed(a), n), b);
const outer = (a: Float64Array, b: Float64Array): SquareMatrix => tabulated(a.length, (i, j) => read(a, i) * read(b, j));

function updateSeries(observed: Float64Array, noise: number, predicted: StateMoments, isDiffuse: boolean): UpdateSeries {
  const { size } = predicted.covariance;
  const reach = applied(predicted.covariance, observed);
  const variance = dot(observed, reach) + noise;
  const rest = (gain: Float64Array): SquareMatrix => combination([1, identity(size)], [-1, outer(gain, observed)]);
  if (!isDiffuse) return { rest: rest(scaled(reach, 1 / variance)), restByKappa: newMatrix(size), inverse: [1 / variance, 0, 0] };
  const diffuseReach = applied(predicted.diffuse, observed);
  const first = 1 / dot(observed, diffuseReach);
  const second = -variance * first * first;
  const byKappa = added(scaled(reach, first), scaled(diffuseReach, second));
  return {
    rest: rest(scaled(diffuseReach, first)),
    restByKappa: combination([-1, outer(byKappa, observed)]),
    inverse: [0, first, second],
  };
}

/** r and N before an observation's update from those after it. */
function beforeUpdate(
  observed: Float64Array,
  error: number,
  { rest, restByKappa, inverse }: UpdateSeries,
  { r, n }: Later,
): Later {
  const back = transposed(rest);
  const backByKappa = transposed(restByKappa);
  const square = outer(observed, observed);
  const cross = between(restByKappa, n[1], rest);
  return {
    r: [
      added(scaled(observed, error * inverse[0]), applied(back, r[0])),
      added(scaled(observed, error * inverse[1]), applied(back, r[1]), applied(backByKappa, r[0])),
    ],
    n: [
      combination([inverse[0], square], [1, between(rest, n[0], rest)]),
      combination(
        [inverse[1], square],
        [1, between(rest, n[1], rest)],
        [1, between(restByKappa, n[0], rest)],
        [1, between(rest, n[0], restByKappa)],
      ),
      combination(
        [inverse[2], square],
        [1, between(rest, n[2], rest)],
        [1, cross],
        [1, transposed(cross)],
        [1, between(restByKappa, n[0], restByKappa)],
      ),
    ],
  };
}

const throughTransition = (matrix: SquareMatrix, { r, n }: Later): Later => ({
  r: [applied(transposed(matrix), r[0]), applied(transposed(matrix), r[1])],
  n: [between(matrix, n[0], matrix), between(matrix, n[1], matrix), between(matrix, n[2], matrix)],
});

function smoothed({ mean, covariance, diffuse }: StateMoments, { r, n }: Later): SmoothedMoments {
  const cross = between(diffuse, n[1], covariance);
  const lost = combination(
    [1, between(covariance, n[0], covariance)],
    [1, cross],
    [1, transposed(cross)],
    [1, between(diffuse, n[2], diffuse)],
  );
  const rest = combination([1, covariance], [-1, lost]);
  return {
    mean: added(mean, applied(covariance, r[0]), applied(diffuse, r[1])),
    covariance: tabulated(
      rest.size,
      (i, j) => (read(rest.entries, i * rest.size + j) + read(rest.entries, j * rest.size + i)) / 2,
    ),
  };
}

/**
 * Smooths what `kalmanFilter` made of the same model, parameters and series. @throws EstimationError when there are too few
 * observations for the states' variances to be finite
 */
export function kalmanSmoother(
  model: StateSpaceModel,
  values: Float64Array,
  series: TimedSeries,
  { predicted, filtered, innovations }: FilteredSeries,
): SmoothedMoments[] {
  const { size, observed } = model;
  const n = filtered.length;
  if (n > 0 && item(filtered, n - 1).diffuse.entries.some((entry) => entry !== 0))
    throw new EstimationError(`${n} observations are too few to smooth: a state's variance is infinite`);
  const noise = observationNoise(model, values);
  const none = new Float64Array(size);
  const zero = newMatrix(size);
  const result: SmoothedMoments[] = [];
  let later: Later = { r: [none, none], n: [zero, zero, zero] };
  for (let t = n - 1; t >= 0; t--) {
    if (t < n - 1) later = throughTransition(transitionOf(model, values, read(series.steps, t)).matrix, later);
    result.push(smoothed(item(filtered, t), later));
    const value = read(series.values, t);
    if (Number.isNaN(value)) continue;
    const before = item(predicted, t);
    const update = updateSeries(observed, noise, before, Number.isNaN(read(innovations, t)));
    later = beforeUpdate(observed, value - dot(observed, before.mean), update, later);
  }
  return result.reverse();
}
