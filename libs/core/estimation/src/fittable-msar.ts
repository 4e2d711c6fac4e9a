import { EstimationError } from './estimation-error.ts';
import {
  ONE_COLUMN,
  regimeColumns,
  requireKnown,
  required,
  shifted,
  transitionFrom,
  transitionNames,
  type FittableModel,
  type ParameterRecord,
} from './fittable-model.ts';
import { requireSeries } from './maximum-likelihood.ts';
import { fitMsar, msarEstimates, valuesMinOf } from './msar-fit.ts';
import { msarName, type MsarShape } from './msar-likelihood.ts';
import { decodeMsar, requireMsar, requireShape, smoothMsar, type MarkovSwitchingModel } from './msar-model.ts';

const counted = (prefix: string, count: number, first = 0): string[] =>
  Array.from({ length: count }, (_, k) => `${prefix}_${k + first}`);
const levelNames = ({ regimes }: MsarShape): string[] => counted('mu', regimes);
const lagNames = ({ order }: MsarShape): string[] => counted('phi', order, 1);
const spreadNames = ({ regimes, variance }: MsarShape): string[] =>
  variance === 'switching' && regimes > 1 ? counted('sigma', regimes) : ['sigma'];

/** The model of these parameters. @throws EstimationError for unknown, missing or impossible ones */
export function msarFrom(shape: MsarShape, record: ParameterRecord): MarkovSwitchingModel {
  requireKnown(msarName(shape), namesOf(shape), record);
  const values = (names: readonly string[]): number[] => names.map((name) => required(record, name));
  const wrong = spreadNames(shape).find((name) => !(required(record, name) > 0));
  if (wrong !== undefined) throw new EstimationError(`${wrong} is ${required(record, wrong)}: it must be positive`);
  const model = {
    means: values(levelNames(shape)),
    coefficients: values(lagNames(shape)),
    sds: values(spreadNames(shape)),
    transition: transitionFrom(record, shape.regimes),
  };
  requireMsar(model);
  return model;
}

const namesOf = (shape: MsarShape): string[] => [
  ...levelNames(shape),
  ...lagNames(shape),
  ...spreadNames(shape),
  ...transitionNames(shape.regimes).flat(),
];

/** Hamilton's Markov-switching autoregression: parameters mu_k, phi_i, sigma or sigma_k, p_ij. */
export function fittableMsar(shape: MsarShape): FittableModel {
  const { regimes, order } = shape;
  requireShape(regimes, order);
  const names = namesOf(shape);
  return {
    columns: ONE_COLUMN,
    observationsMin: valuesMinOf(shape),
    parameterNames: names,
    freeCount: () => names.length - regimes,
    gaps: 'never',
    fit: ({ values }, { init, ...search }) => {
      const { model, n, parameters, logLikelihood, converged, iterations } = fitMsar(values, shape, {
        ...search,
        from: init && msarFrom(shape, init),
      });
      return { model, n, parameters, logLikelihood, converged, iterations };
    },
    evaluate: ({ values }, record) => {
      const msar = msarFrom(shape, record);
      requireSeries('values', values, order + 1);
      const { n, logLikelihood } = smoothMsar(msar, values);
      if (!Number.isFinite(logLikelihood)) throw new EstimationError(`ln L is ${logLikelihood} at these parameters`);
      return { model: msarName(shape), n, parameters: msarEstimates(msar, values), logLikelihood };
    },
    paths: ({ values }, record) => {
      const msar = msarFrom(shape, record);
      const { predicted, filtered, smoothed, logLikelihoods } = smoothMsar(msar, values);
      return [
        ...regimeColumns('pred', predicted, regimes, order),
        ...regimeColumns('filt', filtered, regimes, order),
        ...regimeColumns('smooth', smoothed, regimes, order),
        { name: 'viterbi', values: shifted(decodeMsar(msar, values), order) },
        { name: 'loglik', values: shifted(logLikelihoods, order) },
      ];
    },
  };
}
