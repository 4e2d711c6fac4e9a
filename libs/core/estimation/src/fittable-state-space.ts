import { ln } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import { EstimationError } from './estimation-error.ts';
import {
  ONE_COLUMN,
  requireKnown,
  required,
  type FittableModel,
  type ParameterRecord,
  type PathColumn,
} from './fittable-model.ts';
import { kalmanFilter, type StateMoments } from './kalman-filter.ts';
import type { DiffuseConstant } from './kalman-recursion.ts';
import { kalmanSmoother, type SmoothedMoments } from './kalman-smoother.ts';
import { boundedValues, evaluated, type LikelihoodModel } from './maximum-likelihood.ts';
import { fitStateSpace, observationsMinOf, stateSpaceLikelihood } from './state-space-fit.ts';
import { requireSteps, type StateSpaceModel, type TimedSeries } from './state-space-model.ts';
import { entry, newMatrix } from './square-matrix.ts';

/** A start gives a parameter at least this part of its guess, so that its logarithm is finite. */
const PART_MIN = 1e-8;

/** The parameters of a model in its order. @throws EstimationError for unknown, missing or negative ones */
function inOrder(model: StateSpaceModel, record: ParameterRecord): Float64Array {
  requireKnown(model.name, model.parameters, record);
  return Float64Array.from(model.parameters, (name) => {
    const value = required(record, name);
    if (value < 0) throw new EstimationError(`${name} is ${value}, which is no variance or rate`);
    return value;
  });
}

/** The logarithms that `stateSpaceLikelihood` takes, which are relative to its values at zeros. */
function unboundedPoint(likelihood: LikelihoodModel, values: Float64Array): Float64Array {
  const scale = boundedValues(likelihood, new Float64Array(values.length));
  return values.map((value, i) => ln(Math.max(value / read(scale, i), PART_MIN)));
}

/** Means, variances and covariances of the states, named `prefix`_state, `prefix`_var_state and `prefix`_cov_state_state. */
function momentColumns(
  prefix: string,
  states: readonly string[],
  moments: readonly (SmoothedMoments & Partial<StateMoments>)[],
): PathColumn[] {
  const none = newMatrix(states.length);
  const cell = ({ covariance, diffuse = none }: SmoothedMoments & Partial<StateMoments>, i: number, j: number): number =>
    entry(diffuse, i, j) === 0 ? entry(covariance, i, j) : Infinity * Math.sign(entry(diffuse, i, j));
  const column = (name: string, of: (moment: SmoothedMoments & Partial<StateMoments>) => number): PathColumn => ({
    name: `${prefix}_${name}`,
    values: Float64Array.from(moments, of),
  });
  return [
    ...states.map((state, i) => column(state, ({ mean }) => read(mean, i))),
    ...states.map((state, i) => column(`var_${state}`, (moment) => cell(moment, i, i))),
    ...states.flatMap((first, i) =>
      states.slice(i + 1).map((second, j) => column(`cov_${first}_${second}`, (moment) => cell(moment, i, i + 1 + j))),
    ),
  ];
}

/** A linear Gaussian model of one series; `convention` says what observations of infinite variance add to ln L. */
export function fittableStateSpace(model: StateSpaceModel, convention: DiffuseConstant): FittableModel {
  const likelihood = (series: TimedSeries): LikelihoodModel => stateSpaceLikelihood(model, series, convention);
  return {
    columns: ONE_COLUMN,
    observationsMin: observationsMinOf(model),
    parameterNames: model.parameters,
    freeCount: () => model.parameters.length,
    gaps: 'always',
    fit: (series, { init, ...search }) => {
      const from = init && unboundedPoint(likelihood(series), inOrder(model, init));
      return fitStateSpace(model, series, convention, { ...search, from });
    },
    evaluate: (series, record) => {
      requireSteps(series);
      return evaluated(likelihood(series), inOrder(model, record));
    },
    paths: (series, record) => {
      const values = inOrder(model, record);
      const filter = kalmanFilter(model, values, series, convention);
      const smoothed = kalmanSmoother(model, values, series, filter);
      return [
        ...momentColumns('pred', model.states, filter.predicted),
        { name: 'innovation', values: filter.innovations },
        { name: 'innovation_var', values: filter.innovationVariances },
        ...momentColumns('filt', model.states, filter.filtered),
        ...momentColumns('smooth', model.states, smoothed),
        { name: 'loglik', values: filter.logLikelihoods },
      ];
    },
  };
}
