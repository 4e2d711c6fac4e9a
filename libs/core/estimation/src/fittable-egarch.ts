import { read } from '@aitrader/model';
import { fitEgarch } from './egarch-fit.ts';
import { egarchLikelihood, unboundedEgarch } from './egarch-likelihood.ts';
import { egarchName, egarchParameterNames, egarchVariances, type EgarchForm, type EgarchParameters } from './egarch-model.ts';
import { EstimationError } from './estimation-error.ts';
import { ONE_COLUMN, requireKnown, required, type FittableModel, type ParameterRecord } from './fittable-model.ts';
import { RETURNS_MIN } from './garch-likelihood.ts';
import { evaluated, termsAt } from './maximum-likelihood.ts';

/** The parameters of a form by their names. @throws EstimationError for unknown, missing or impossible ones */
export function egarchFrom(form: EgarchForm, record: ParameterRecord): EgarchParameters {
  const names = egarchParameterNames(form);
  requireKnown(egarchName(form), names, record);
  const value = (name: string, otherwise: number): number => (names.includes(name) ? required(record, name) : otherwise);
  const parameters: EgarchParameters = {
    mu: value('mu', 0),
    omega: value('omega', 0),
    alpha: value('alpha', 0),
    gamma: value('gamma', 0),
    beta: value('beta', 0),
    nu: value('nu', Infinity),
  };
  const { beta, nu } = parameters;
  if (!(Math.abs(beta) < 1)) throw new EstimationError(`beta is ${beta}: the variance is stationary between −1 and 1 only`);
  if (!(nu > 2)) throw new EstimationError(`nu is ${nu}: the variance is finite above 2 only`);
  return parameters;
}

/** EGARCH: parameters [mu] omega alpha gamma beta [nu]. */
export function fittableEgarch(form: EgarchForm): FittableModel {
  const names = egarchParameterNames(form);
  const inOrder = (record: ParameterRecord): Float64Array => {
    egarchFrom(form, record);
    return Float64Array.from(names, (name) => required(record, name));
  };
  return {
    columns: ONE_COLUMN,
    observationsMin: RETURNS_MIN,
    parameterNames: names,
    freeCount: () => names.length,
    gaps: 'never',
    fit: ({ values }, { init, ...search }) => {
      const from = init && unboundedEgarch(form, values, egarchFrom(form, init));
      return fitEgarch(form, values, { ...search, from });
    },
    evaluate: ({ values }, record) => evaluated(egarchLikelihood(form, values), inOrder(record)),
    paths: ({ values }, record) => {
      const parameters = egarchFrom(form, record);
      const variances = egarchVariances(form, parameters, values).subarray(0, values.length);
      const residuals = values.map((value) => value - parameters.mu);
      return [
        { name: 'residual', values: residuals },
        { name: 'variance', values: variances },
        { name: 'standardised', values: residuals.map((error, i) => error / Math.sqrt(read(variances, i))) },
        { name: 'loglik', values: termsAt(egarchLikelihood(form, values), inOrder(record)) },
      ];
    },
  };
}
