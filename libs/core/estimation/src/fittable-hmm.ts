import { item, read } from '@aitrader/model';
import { EstimationError } from './estimation-error.ts';
import { regimeColumns, type EvaluatedModel, type FittableModel } from './fittable-model.ts';
import type { ParameterEstimate } from './fit-result.ts';
import { PLAIN_STEP } from './hmm-em.ts';
import { fitHmmFrom, hmmPrior, observationsMinOf, ownStarts } from './hmm-fit.ts';
import { columnsOf, hmmFrom, nameOf, namesOf, requireForm, restCount, settingsOf, type HmmForm } from './hmm-form.ts';
import { decodeHmm, filterHmm, smoothHmm, type HiddenMarkovModel } from './hmm-model.ts';
import { hmmEstimates } from './hmm-standard-errors.ts';
import { requireSeries } from './maximum-likelihood.ts';

/** The start law counts as known: a series tells of it once. */
const startEstimates = ({ start }: HiddenMarkovModel): ParameterEstimate[] =>
  start.map((value, k) => ({ name: `start_${k}`, value, seHessian: null, seOpg: null, seSandwich: null }));

/** The estimates of a model and of its start law by the names of the form. */
const named = (form: HmmForm, estimates: readonly ParameterEstimate[], model: HiddenMarkovModel): ParameterEstimate[] => {
  const names = namesOf(form, Object.fromEntries(estimates.map(({ name, value }) => [name, value])));
  return [...estimates, ...startEstimates(model)].map((estimate, i) => ({ ...estimate, name: item(names, i) }));
};

const columnAt = (values: Float64Array, columns: number, column: number): Float64Array =>
  values.filter((_, i) => i % columns === column);

/** @throws EstimationError that names the column which is too short, constant or not finite */
function requireColumns(form: HmmForm, values: Float64Array): void {
  const columns = columnsOf(form);
  if (columns.length > 1)
    columns.forEach((name, c) => requireSeries(name, columnAt(values, columns.length, c), observationsMinOf(form.regimes)));
}

function requireFinite(values: Float64Array): void {
  if (values.every(Number.isNaN)) throw new EstimationError('every value is missing');
  const wrong = values.findIndex((value) => Math.abs(value) === Infinity);
  if (wrong >= 0) throw new EstimationError(`values[${wrong}] is ${read(values, wrong)}`);
}

/** Observations of which anything is known. */
function knownCount(values: Float64Array, columns: number): number {
  let count = 0;
  for (let at = 0; at < values.length; at += columns) if (!values.subarray(at, at + columns).every(Number.isNaN)) count++;
  return count;
}

/** A hidden Markov model: parameters of the emissions, p_ij, and start_k, the law of the first regime. @throws EstimationError */
export function fittableHmm(form: HmmForm): FittableModel {
  requireForm(form);
  const { regimes } = form;
  const evaluate = (values: Float64Array, model: HiddenMarkovModel): EvaluatedModel => {
    requireFinite(values);
    const prior = form.emissions === 'discrete' ? PLAIN_STEP : hmmPrior(values, settingsOf(form));
    const { logLikelihood } = filterHmm(model, values);
    if (!Number.isFinite(logLikelihood)) throw new EstimationError(`ln L is ${logLikelihood} at these parameters`);
    const parameters = named(form, hmmEstimates(model, values, prior), model);
    return { model: nameOf(form), n: knownCount(values, columnsOf(form).length), parameters, logLikelihood };
  };
  return {
    columns: columnsOf(form),
    observationsMin: observationsMinOf(regimes),
    parameterNames: namesOf(form),
    freeCount: (record) => namesOf(form, record).length - restCount(form),
    gaps: 'when evaluated',
    fit: ({ values }, { init, iterationsMax, onStep }) => {
      const settings = settingsOf(form, iterationsMax);
      requireColumns(form, values);
      const starts = init ? [hmmFrom(form, init)] : ownStarts(values, settings);
      const fit = fitHmmFrom(
        starts.map((start) => ({ ...start, startsAt: form.startsAt })),
        values,
        settings,
        onStep,
      );
      const { n, logLikelihood, converged, iterations } = fit;
      return { model: nameOf(form), n, parameters: named(form, fit.parameters, fit.hmm), logLikelihood, converged, iterations };
    },
    evaluate: ({ values }, record) => evaluate(values, hmmFrom(form, record)),
    paths: ({ values }, record) => {
      const model = hmmFrom(form, record);
      const { predicted, filtered, smoothed, logLikelihoods } = smoothHmm(model, values);
      return [
        ...regimeColumns('pred', predicted, regimes),
        ...regimeColumns('filt', filtered, regimes),
        ...regimeColumns('smooth', smoothed, regimes),
        { name: 'viterbi', values: decodeHmm(model, values).path },
        { name: 'loglik', values: logLikelihoods },
      ];
    },
  };
}
