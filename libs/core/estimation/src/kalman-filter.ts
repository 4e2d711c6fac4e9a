import { item, read } from '@aitrader/model';
import { EstimationError } from './estimation-error.ts';
import { newJetSpace, constant, valueOf, type Jet, type JetSpace } from './jet.ts';
import { runKalman, type DiffuseConstant, type Belief } from './kalman-recursion.ts';
import { applied, combination, dot, product, transposed, type SquareMatrix } from './square-matrix.ts';
import { requireSteps, type StateSpaceModel, type TimedSeries } from './state-space-model.ts';

/*
 * 1. Predicted moments depend on earlier observations only, filtered ones also on the present one.
 * 2. A missing observation leaves the predicted moments as they are and adds nothing to ln L.
 */

/** Mean and covariance of the states at one time; `diffuse` is the part of the covariance that an infinite factor multiplies. */
export interface StateMoments {
  readonly mean: Float64Array;
  readonly covariance: SquareMatrix;
  readonly diffuse: SquareMatrix;
}

/** What the filter says of a series of n observations. */
export interface FilteredSeries {
  /** before each observation */
  readonly predicted: readonly StateMoments[];
  /** after it */
  readonly filtered: readonly StateMoments[];
  /** one-step errors; NaN where the observation is missing or its variance infinite */
  readonly innovations: Float64Array;
  /** variances of what is observed, missing or not; NaN where infinite */
  readonly innovationVariances: Float64Array;
  /** each observation's part of ln L; 0 for a missing one */
  readonly logLikelihoods: Float64Array;
  readonly logLikelihood: number;
}

/** A forecast of the observation `index` steps after the last one, 1 for the next. */
export interface StateForecast {
  readonly mean: Float64Array;
  readonly covariance: SquareMatrix;
  readonly observationMean: number;
  readonly observationVariance: number;
}

const matrix = (size: number, jets: readonly Jet[]): SquareMatrix => ({ size, entries: Float64Array.from(jets, valueOf) });

const momentsOf = (size: number, { mean, covariance, diffuse }: Belief): StateMoments => ({
  mean: Float64Array.from(mean, valueOf),
  covariance: matrix(size, covariance),
  diffuse: matrix(size, diffuse),
});

/** Jets without derivatives for the given parameter values. */
function plainParameters(
  model: StateSpaceModel,
  values: Float64Array,
): { readonly space: JetSpace; readonly parameters: readonly Jet[] } {
  if (values.length !== model.parameters.length)
    throw new EstimationError(`${model.name} has ${model.parameters.length} parameters, not ${values.length}`);
  const bad = values.findIndex((value) => !(value >= 0 && value < Infinity));
  if (bad >= 0) throw new EstimationError(`${item(model.parameters, bad)} is ${read(values, bad)}, which is no variance or rate`);
  const space = newJetSpace(0, 0);
  return { space, parameters: Array.from(values, (value) => constant(space, value)) };
}

function requireObservations(series: TimedSeries): void {
  requireSteps(series);
  const bad = series.values.findIndex((value) => Math.abs(value) === Infinity);
  if (bad >= 0) throw new EstimationError(`observations[${bad}] is ${read(series.values, bad)}`);
}

/**
 * Filters a series with known parameters (variances 0 are allowed). `convention` says what observations of infinite variance add
 * to ln L. @throws EstimationError for an infinite observation, a wrong step or a wrong parameter
 */
export function kalmanFilter(
  model: StateSpaceModel,
  values: Float64Array,
  series: TimedSeries,
  convention: DiffuseConstant,
): FilteredSeries {
  requireObservations(series);
  const { space, parameters } = plainParameters(model, values);
  const n = series.values.length;
  const predicted: StateMoments[] = [];
  const filtered: StateMoments[] = [];
  const innovations = new Float64Array(n).fill(NaN);
  const innovationVariances = new Float64Array(n).fill(NaN);
  const logLikelihoods = new Float64Array(n);
  let logLikelihood = 0;
  runKalman(space, model, parameters, series, convention, {
    before: (belief) => predicted.push(momentsOf(model.size, belief)),
    after: (belief, update, { variance, diffuseVariance }, index) => {
      filtered.push(momentsOf(model.size, belief));
      if (!diffuseVariance) innovationVariances[index] = valueOf(variance);
      if (!update) return;
      logLikelihoods[index] = valueOf(update.logLikelihood);
      logLikelihood += valueOf(update.logLikelihood);
      if (!diffuseVariance) innovations[index] = valueOf(update.innovation);
    },
  });
  return { predicted, filtered, innovations, innovationVariances, logLikelihoods, logLikelihood };
}

/** One-step errors over their standard deviations, without those that are missing or of infinite variance. */
export function standardisedErrors({ innovations, innovationVariances }: FilteredSeries): Float64Array {
  return innovations.map((error, i) => error / Math.sqrt(read(innovationVariances, i))).filter((error) => !Number.isNaN(error));
}

/** T and Q over one step, as numbers. */
export function transitionOf(
  model: StateSpaceModel,
  values: Float64Array,
  step: number,
): { readonly matrix: SquareMatrix; readonly noise: SquareMatrix } {
  const { space, parameters } = plainParameters(model, values);
  const transition = model.transition(space, parameters, step);
  return { matrix: matrix(model.size, transition.matrix), noise: matrix(model.size, transition.noise) };
}

/** H as a number. */
export function observationNoise(model: StateSpaceModel, values: Float64Array): number {
  return valueOf(model.noise(plainParameters(model, values).parameters));
}

/**
 * Forecasts after each of the given steps, one after the other, from the last filtered moments. @throws EstimationError when too
 * few observations have been seen for the states' variances to be finite
 */
export function kalmanForecast(
  model: StateSpaceModel,
  values: Float64Array,
  { filtered }: FilteredSeries,
  steps: Float64Array,
): StateForecast[] {
  let { mean, covariance } = item(filtered, filtered.length - 1);
  if (item(filtered, filtered.length - 1).diffuse.entries.some((entry) => entry !== 0))
    throw new EstimationError(`${filtered.length} observations are too few to forecast from: a state's variance is infinite`);
  const noise = observationNoise(model, values);
  return Array.from(steps, (step) => {
    const transition = transitionOf(model, values, step);
    mean = applied(transition.matrix, mean);
    const carried = product(product(transition.matrix, covariance), transposed(transition.matrix));
    covariance = combination([1, carried], [1, transition.noise]);
    const observationVariance = dot(model.observed, applied(covariance, model.observed)) + noise;
    return { mean, covariance, observationMean: dot(model.observed, mean), observationVariance };
  });
}
