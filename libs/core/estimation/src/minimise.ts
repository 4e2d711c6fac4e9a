import { item, read } from '@aitrader/model';
import { EstimationError } from './estimation-error.ts';
import { lineSearch, type Evaluation, type Objective } from './line-search.ts';
import { applied, combination, dot, identity, tabulated, type SquareMatrix } from './square-matrix.ts';

/*
 * Minimum of a smooth function of a few parameters, by Broyden, Fletcher, Goldfarb and Shanno's (BFGS) quasi-Newton method.
 *
 * 1. The value never rises from one iteration to the next by more than rounding.
 * 2. The same function and start give the same steps, bit for bit.
 * 3. `converged` is true only where the scaled gradient is as small as rounding lets it be seen.
 *
 * Source: Nocedal and Wright (2006), Numerical Optimization, 2nd ed., algorithm 6.1 with the initial scaling (6.20).
 */

/** Where the search ended. The gradient norm is max |gᵢ| max(1, |xᵢ|) / max(1, |value|): relative change for a relative step. */
export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  readonly gradientNorm: number;
  /** as far as the search has learned it */
  readonly inverseHessian: SquareMatrix;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Fits take 30 to 120; what takes more has no minimum to find. */
const ITERATIONS_MAX = 400;
/** Every start is followed this far before the best are chosen, and so many of those to their end. */
const TRIAL_ITERATIONS = 8;
const FINALISTS = 3;
/** Stop here: below it, a value of the size of 1000 has no digits left to gain. */
const GRADIENT_NORM_GOAL = 1e-11;
/** Where rounding of the value hides any further descent, this small a gradient still counts as a minimum. */
const GRADIENT_NORM_MAX = 1e-6;
/** The first trial step changes no parameter by more than its size or 1, so that a transformed scale is not left in one leap. */
const RELATIVE_STEP_MAX = 1;

const isFinite = ({ value, gradient }: Evaluation): boolean => Number.isFinite(value) && gradient.every(Number.isFinite);

function gradientNorm(point: Float64Array, { value, gradient }: Evaluation): number {
  let largest = 0;
  for (let i = 0; i < point.length; i++)
    largest = Math.max(largest, Math.abs(read(gradient, i)) * Math.max(1, Math.abs(read(point, i))));
  return largest / Math.max(1, Math.abs(value));
}

/** The part of a step that RELATIVE_STEP_MAX allows. */
function firstTrial(point: Float64Array, direction: Float64Array): number {
  let part = 1;
  for (let i = 0; i < point.length; i++) {
    const limit = RELATIVE_STEP_MAX * Math.max(1, Math.abs(read(point, i)));
    if (Math.abs(read(direction, i)) * part > limit) part = limit / Math.abs(read(direction, i));
  }
  return part;
}

const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((x, i) => x - read(b, i));

/** The BFGS update of the inverse Hessian by a step and the change of the gradient over it. */
function updated(inverseHessian: SquareMatrix, step: Float64Array, change: Float64Array): SquareMatrix {
  const along = dot(step, change);
  if (!(along > 0)) return inverseHessian;
  const bent = applied(inverseHessian, change);
  const weight = (1 + dot(change, bent) / along) / along;
  const delta = tabulated(
    step.length,
    (i, j) => weight * read(step, i) * read(step, j) - (read(bent, i) * read(step, j) + read(step, i) * read(bent, j)) / along,
  );
  return combination([1, inverseHessian], [1, delta]);
}

/**
 * The minimum that descent from `start` leads to. Where `objective` is not finite it counts as outside its domain, and steps that
 * end there are shortened. `known` is the inverse Hessian that another search ended with near by. @throws EstimationError when it is not
 * finite at the start
 */
export function minimise(
  objective: Objective,
  start: Float64Array,
  iterationsMax = ITERATIONS_MAX,
  known?: SquareMatrix,
): Minimum {
  let point: Float64Array = Float64Array.from(start);
  let here = objective(point);
  if (!isFinite(here)) throw new EstimationError(`the function is ${here.value} at its start [${point.join(', ')}]`);
  let inverseHessian = known ?? identity(point.length);
  let isFresh = known === undefined;
  let iterations = 0;
  for (; iterations < iterationsMax && gradientNorm(point, here) > GRADIENT_NORM_GOAL; iterations++) {
    const direction = applied(inverseHessian, here.gradient).map((x) => -x);
    const found = lineSearch(objective, point, here, direction, firstTrial(point, direction));
    if (!found) {
      if (isFresh) break;
      inverseHessian = identity(point.length);
      isFresh = true;
      continue;
    }
    const step = difference(found.point, point);
    const change = difference(found.evaluation.gradient, here.gradient);
    const curvature = dot(step, change);
    if (isFresh && curvature > 0) inverseHessian = combination([curvature / dot(change, change), identity(point.length)]);
    inverseHessian = updated(inverseHessian, step, change);
    isFresh = false;
    point = found.point;
    here = found.evaluation;
  }
  const norm = gradientNorm(point, here);
  const { value, gradient } = here;
  return { point, value, gradient, gradientNorm: norm, inverseHessian, iterations, converged: norm <= GRADIENT_NORM_MAX };
}

/**
 * The lowest of the minima that descent from several starts leads to: from every one for a few iterations, then from the best. Starts
 * where the function is not finite are passed over. @throws EstimationError when it is finite at none of them
 */
export function minimiseFromBest(objective: Objective, starts: readonly Float64Array[], iterationsMax = ITERATIONS_MAX): Minimum {
  const valid = starts.filter((start) => isFinite(objective(start)));
  if (valid.length === 0) throw new EstimationError(`the function is finite at none of ${starts.length} starts`);
  const finalists = valid
    .map((start) => minimise(objective, start, Math.min(TRIAL_ITERATIONS, iterationsMax)))
    .sort((a, b) => a.value - b.value)
    .slice(0, FINALISTS);
  const minima = finalists.map(({ point, iterations }) => {
    const end = minimise(objective, point, iterationsMax);
    return { ...end, iterations: end.iterations + iterations };
  });
  return minima.reduce((best, one) => (one.value < best.value ? one : best), item(minima, 0));
}
