import { read } from '@aitrader/model';
import { EstimationError } from './estimation-error.ts';
import {
  lawOf,
  regimeColumns,
  requireKnown,
  required,
  transitionFrom,
  transitionNames,
  type EvaluatedModel,
  type FittableModel,
  type ParameterRecord,
} from './fittable-model.ts';
import type { ParameterEstimate } from './fit-result.ts';
import { stationaryLaw } from './hmm-chain.ts';
import { PLAIN_STEP } from './hmm-em.ts';
import { type Emission } from './hmm-emission.ts';
import { fitHmmFrom, hmmName, hmmPrior, ownStarts, HMM_FIT_SETTINGS, type HmmFitSettings } from './hmm-fit.ts';
import { decodeHmm, filterHmm, smoothHmm, type HiddenMarkovModel } from './hmm-model.ts';
import { hmmEstimates } from './hmm-standard-errors.ts';

/** Which hidden Markov model of one column: nothing here has a default. */
export interface HmmForm {
  readonly regimes: number;
  /** `discrete` are the symbols 0, 1, …: it can be evaluated and not fitted */
  readonly emissions: 'gaussian' | 'student' | 'discrete';
  readonly startsAt: HiddenMarkovModel['startsAt'];
  /** maximum likelihood alone, without prior and floors */
  readonly isPlain: boolean;
}

/** Expectation maximisation crawls where the likelihood is flat: a plain fit goes on until a step gains less than can be seen. */
const PLAIN_GAIN_MIN = 1e-10;
const PLAIN_STEPS_MAX = 20_000;
const SYMBOLS_MIN = 2;

function settingsOf({ regimes, emissions, isPlain }: HmmForm, iterationsMax?: number): HmmFitSettings {
  if (emissions === 'discrete') throw new EstimationError('discrete emissions can be evaluated at given parameters, not fitted');
  const { dofMin, dofMax } = PLAIN_STEP.emissions;
  const plain = { stickiness: 0, transitionFloor: 0, startFloor: 0, sdFloorShare: 0, dofMin, dofMax, gainMin: PLAIN_GAIN_MIN };
  const settings = { ...HMM_FIT_SETTINGS, ...(isPlain ? { ...plain, stepsMax: PLAIN_STEPS_MAX } : {}) };
  return { ...settings, regimes, families: [emissions], stepsMax: iterationsMax ?? settings.stepsMax };
}

const startNames = (regimes: number): string[] => Array.from({ length: regimes }, (_, k) => `start_${k}`);

/** Names of what regime k emits; as many symbols as the observations and the record tell of. */
function emissionNames(form: HmmForm, k: number, symbols: number): string[] {
  if (form.emissions === 'discrete') return Array.from({ length: symbols }, (_, symbol) => `b${symbol}_${k}`);
  return form.emissions === 'gaussian' ? [`mu_${k}`, `sd_${k}`] : [`mu_${k}`, `sd_${k}`, `nu_${k}`];
}

/** How many symbols a record tells of. */
const symbolsOf = (record: ParameterRecord): number =>
  Object.keys(record).reduce((most, name) => Math.max(most, Number(/^b(\d+)_/.exec(name)?.[1] ?? 0) + 1), SYMBOLS_MIN);

function namesOf(form: HmmForm, symbols: number): string[] {
  const emitted = Array.from({ length: form.regimes }, (_, k) => emissionNames(form, k, symbols)).flat();
  return [...emitted, ...transitionNames(form.regimes).flat(), ...startNames(form.regimes)];
}

function emissionFrom(form: HmmForm, record: ParameterRecord, k: number, symbols: number): Emission {
  const named = emissionNames(form, k, symbols);
  if (form.emissions === 'discrete')
    return { family: 'discrete', probabilities: lawOf(record, named, `the law of the symbols of regime ${k}`) };
  const [centre, spread] = [required(record, `mu_${k}`), required(record, `sd_${k}`)];
  if (!(spread > 0)) throw new EstimationError(`sd_${k} is ${spread}: it must be positive`);
  if (form.emissions === 'gaussian') return { family: 'gaussian', mean: centre, sd: spread };
  const dof = required(record, `nu_${k}`);
  if (!(dof > 0)) throw new EstimationError(`nu_${k} is ${dof}: it must be positive`);
  return { family: 'student', location: centre, scale: spread, dof };
}

/**
 * The model of these parameters; without start_k the chain starts from the stationary law of its transitions.
 * @throws EstimationError for unknown, missing or impossible ones
 */
export function hmmFrom(form: HmmForm, record: ParameterRecord): HiddenMarkovModel {
  const { regimes, startsAt } = form;
  if (!(Number.isInteger(regimes) && regimes >= 1))
    throw new EstimationError(`a model needs at least one regime, got ${regimes}`);
  const symbols = symbolsOf(record);
  requireKnown(hmmName(regimes), namesOf(form, symbols), record);
  const transition = transitionFrom(record, regimes);
  const isAtRest = startNames(regimes).every((name) => record[name] === undefined);
  return {
    start: isAtRest ? stationaryLaw(transition) : lawOf(record, startNames(regimes), 'the start law'),
    startsAt,
    transition,
    emissions: Array.from({ length: regimes }, (_, k) => [emissionFrom(form, record, k, symbols)]),
  };
}

/** The start law counts as known: a series tells of it once. */
const startEstimates = ({ start }: HiddenMarkovModel): ParameterEstimate[] =>
  start.map((value, k) => ({ name: `start_${k}`, value, seHessian: null, seOpg: null, seSandwich: null }));

function requireFinite(values: Float64Array): void {
  if (values.every(Number.isNaN)) throw new EstimationError('every value is missing');
  const wrong = values.findIndex((value) => Math.abs(value) === Infinity);
  if (wrong >= 0) throw new EstimationError(`values[${wrong}] is ${read(values, wrong)}`);
}

/** A hidden Markov model of one column: parameters of the emissions, p_ij, and start_k, the law of the first regime. */
export function fittableHmm(form: HmmForm): FittableModel {
  const { regimes } = form;
  const names = namesOf(form, SYMBOLS_MIN);
  const lawCount = regimes + 1 + (form.emissions === 'discrete' ? regimes : 0);
  const evaluate = (values: Float64Array, model: HiddenMarkovModel): EvaluatedModel => {
    requireFinite(values);
    const prior = form.emissions === 'discrete' ? PLAIN_STEP : hmmPrior(values, settingsOf(form));
    const { logLikelihood } = filterHmm(model, values);
    const n = values.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0);
    if (!Number.isFinite(logLikelihood)) throw new EstimationError(`ln L is ${logLikelihood} at these parameters`);
    const parameters = [...hmmEstimates(model, values, prior), ...startEstimates(model)];
    return { model: hmmName(regimes), n, parameters, logLikelihood };
  };
  return {
    parameterNames: names,
    freeCount: (record) => namesOf(form, symbolsOf(record)).length - lawCount,
    gaps: 'when evaluated',
    fit: ({ values }, { init, iterationsMax, onStep }) => {
      const settings = settingsOf(form, iterationsMax);
      const starts = init ? [hmmFrom(form, init)] : ownStarts(values, settings);
      const fit = fitHmmFrom(
        starts.map((start) => ({ ...start, startsAt: form.startsAt })),
        values,
        settings,
        onStep,
      );
      const { model, n, logLikelihood, converged, iterations } = fit;
      return { model, n, parameters: [...fit.parameters, ...startEstimates(fit.hmm)], logLikelihood, converged, iterations };
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
