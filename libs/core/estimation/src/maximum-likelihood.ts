import { item, read } from '@aitrader/model';
import { addTerm, newCompensatedSums, sumAt } from './compensated-sum.ts';
import { EstimationError } from './estimation-error.ts';
import { type FitResult } from './fit-result.ts';
import { curvatureOf, newJetSpace, release, slopeOf, valueOf, variable, type Jet, type JetSpace } from './jet.ts';
import { type Objective } from './line-search.ts';
import { minimise, minimiseFromBest } from './minimise.ts';
import { covariances, outerProducts, standardErrorsOf, type StandardErrors } from './standard-errors.ts';
import { entry, newMatrix, tabulated, type SquareMatrix } from './square-matrix.ts';

/*
 * 1. Estimates lie inside the bounds of their parameters: the search runs over unbounded ones that the model maps to them.
 * 2. Scores and Hessian are those of the model's own parameters, taken at the estimate, and exact to rounding.
 */

/** A likelihood, written once in jets. */
export interface LikelihoodModel {
  readonly name: string;
  /** of the model's own parameters, in order */
  readonly parameters: readonly string[];
  /** observations that contribute */
  readonly n: number;
  /** The model's own parameters from as many unbounded ones. */
  readonly bounded: (space: JetSpace, unbounded: readonly Jet[]) => readonly Jet[];
  /**
   * Calls `term` with ln L of one observation after the other. It may release its jets in between, back to what was in use when
   * it was called.
   */
  readonly terms: (space: JetSpace, parameters: readonly Jet[], term: (logLikelihood: Jet) => void) => void;
  /** Unbounded points to start from. */
  readonly starts: readonly Float64Array[];
}

/** A parameter whose change by its own size moves ln L by less than about this is at the edge of its range or has no effect. */
const SENSITIVITY_MIN = 1e-4;
/**
 * When ln L has risen by more than this for every observation, it has no maximum but where the search was stopped: the density of each
 * has grown five hundred million times.
 */
const MEAN_GAIN_MAX = 20;
const NO_STANDARD_ERRORS: StandardErrors = { seHessian: null, seOpg: null, seSandwich: null };

/** ln L and its derivatives by the model's own parameters. */
export interface LikelihoodDerivatives {
  readonly logLikelihood: number;
  /** ∂ ln Lₜ: a row of as many numbers as parameters for each term */
  readonly scores: Float64Array;
  /** −∂² ln L */
  readonly information: SquareMatrix;
}

const variables = (space: JetSpace, values: Float64Array): Jet[] =>
  Array.from(values, (value, index) => variable(space, value, index));

/** ln L, per-observation scores and −∂² ln L at `values` of the model's own parameters. */
export function likelihoodDerivatives(model: LikelihoodModel, values: Float64Array): LikelihoodDerivatives {
  const size = values.length;
  const space = newJetSpace(size, 2);
  const information = newMatrix(size);
  const scores: number[] = [];
  let logLikelihood = 0;
  model.terms(space, variables(space, values), (term) => {
    logLikelihood += valueOf(term);
    for (let i = 0; i < size; i++) {
      scores.push(slopeOf(term, i));
      for (let j = 0; j < size; j++) {
        const k = i * size + j;
        information.entries[k] = read(information.entries, k) - curvatureOf(space, term, i, j);
      }
    }
  });
  return { logLikelihood, scores: Float64Array.from(scores), information };
}

/** ln L of one observation after the other at `values` of the model's own parameters. */
export function termsAt(model: LikelihoodModel, values: Float64Array): Float64Array {
  const space = newJetSpace(values.length, 0);
  const terms: number[] = [];
  model.terms(space, variables(space, values), (term) => terms.push(valueOf(term)));
  return Float64Array.from(terms);
}

/**
 * −ln L / n over the unbounded parameters. Its sums are compensated: over fifty thousand observations a plain sum rounds by more than
 * two points near the minimum differ, and line searches would try eighty points in vain.
 */
function meanLoss(model: LikelihoodModel, onStep?: () => void): Objective {
  const size = model.parameters.length;
  const space = newJetSpace(size, 1);
  return (point) => {
    release(space, 0);
    const sums = newCompensatedSums(size + 1);
    model.terms(space, model.bounded(space, variables(space, point)), (term) => {
      addTerm(sums, size, valueOf(term));
      for (let i = 0; i < size; i++) addTerm(sums, i, slopeOf(term, i));
    });
    onStep?.();
    return { value: -sumAt(sums, size) / model.n, gradient: point.map((_, i) => -sumAt(sums, i) / model.n) };
  };
}

/** The model's own parameters at a point of unbounded ones. */
export function boundedValues(model: LikelihoodModel, point: Float64Array): Float64Array {
  const space = newJetSpace(point.length, 0);
  return Float64Array.from(model.bounded(space, variables(space, point)), valueOf);
}

/** Where a likelihood is largest, as far as the search came. */
export interface Likeliest {
  /** of the model's own parameters */
  readonly values: Float64Array;
  /** the unbounded ones, and the inverse Hessian of −ln L / n over them as far as the search has learned it */
  readonly point: Float64Array;
  readonly inverseHessian: SquareMatrix;
  /** false when the search ended before the gradient vanished */
  readonly converged: boolean;
  readonly iterations: number;
}

/** How to look for the largest likelihood, where it is not left to the model. */
export interface Search {
  /** unbounded point to start from, instead of the model's starts */
  readonly from?: Float64Array | undefined;
  /** with `from`: the inverse Hessian that another search ended with near by */
  readonly inverseHessian?: SquareMatrix | undefined;
  /** iterations of one descent, at most */
  readonly iterationsMax?: number | undefined;
  /** called whenever ln L of the whole series was computed */
  readonly onStep?: (() => void) | undefined;
}

const namedValues = (model: LikelihoodModel, values: Float64Array): string =>
  model.parameters.map((name, i) => `${name} = ${read(values, i).toPrecision(3)}`).join(', ');

/**
 * The model's own parameters where the likelihood is largest.
 * @throws EstimationError when it is finite at no start, or has no bound
 */
export function likeliest(
  model: LikelihoodModel,
  { from, inverseHessian: known, iterationsMax, onStep }: Search = {},
): Likeliest {
  const loss = meanLoss(model, onStep);
  const minimum = from ? minimise(loss, from, iterationsMax, known) : minimiseFromBest(loss, model.starts, iterationsMax);
  const values = boundedValues(model, minimum.point);
  const gain = Math.min(...model.starts.map((start) => loss(start).value).filter(Number.isFinite)) - minimum.value;
  if (gain > MEAN_GAIN_MAX)
    throw new EstimationError(`ln L of ${model.name} grows without bound: ${namedValues(model, values)} fit the series too well`);
  const { point, inverseHessian, converged, iterations } = minimum;
  return { values, point, inverseHessian, converged, iterations };
}

/** The parameters whose own size is not lost in what a change of them does to ln L. */
function movingParameters(values: Float64Array, scores: Float64Array): number[] {
  const outer = outerProducts(scores, values.length);
  const moves = (i: number): boolean => Math.abs(read(values, i)) * Math.sqrt(entry(outer, i, i)) > SENSITIVITY_MIN;
  return Array.from(values, (_, i) => i).filter(moves);
}

/**
 * The three standard errors of every parameter. When the information cannot be inverted, parameters that ln L does not depend on, or
 * that the data drove to 0, are held fixed: they have none, and the others have those of the model without them.
 */
function standardErrors(values: Float64Array, information: SquareMatrix, scores: Float64Array): readonly StandardErrors[] {
  const size = values.length;
  const full = covariances(information, scores);
  if (full.hessian) return Array.from(values, (_, i) => standardErrorsOf(full, i));
  const free = movingParameters(values, scores);
  const part = covariances(
    tabulated(free.length, (i, j) => entry(information, item(free, i), item(free, j))),
    scores.filter((_, k) => free.includes(k % size)),
  );
  return Array.from(values, (_, i) => (free.includes(i) ? standardErrorsOf(part, free.indexOf(i)) : NO_STANDARD_ERRORS));
}

/**
 * The maximum likelihood estimate with its three standard errors, in the model's own parameters. `converged` false says that the
 * search ended before the gradient vanished. @throws EstimationError when the likelihood is finite at no start, or has no bound
 */
export function maximumLikelihood(model: LikelihoodModel, search?: Search): FitResult {
  const { values, converged, iterations } = likeliest(model, search);
  return { ...evaluated(model, values), converged, iterations };
}

/**
 * ln L and the three standard errors at `values` of the model's own parameters, wherever they come from.
 * @throws EstimationError when ln L is not finite there
 */
export function evaluated(model: LikelihoodModel, values: Float64Array): Omit<FitResult, 'converged' | 'iterations'> {
  const { logLikelihood, scores, information } = likelihoodDerivatives(model, values);
  if (!Number.isFinite(logLikelihood))
    throw new EstimationError(`ln L of ${model.name} is ${logLikelihood} at ${namedValues(model, values)}`);
  const errors = standardErrors(values, information, scores);
  return {
    model: model.name,
    n: model.n,
    parameters: Array.from(values, (value, i) => ({ name: item(model.parameters, i), value, ...item(errors, i) })),
    logLikelihood,
  };
}

/**
 * Checks a series before a fit: every value finite, or NaN where `gaps` are allowed; enough of them; not all the same.
 * @throws EstimationError that names the value and its index
 */
export function requireSeries(what: string, values: Float64Array, countMin: number, gaps: 'gaps' | 'no gaps' = 'no gaps'): void {
  const isGap = (value: number): boolean => gaps === 'gaps' && Number.isNaN(value);
  const bad = values.findIndex((value) => !Number.isFinite(value) && !isGap(value));
  if (bad >= 0) throw new EstimationError(`${what}[${bad}] is ${read(values, bad)}`);
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length < countMin)
    throw new EstimationError(`${what} has ${known.length} values, fewer than the ${countMin} it takes`);
  if (known.every((value) => value === read(known, 0)))
    throw new EstimationError(`${what} is ${read(known, 0)} at every index: a constant has no variance to estimate`);
}
