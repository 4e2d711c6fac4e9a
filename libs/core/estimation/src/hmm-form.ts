import { EstimationError } from './estimation-error.ts';
import {
  lawOf,
  ONE_COLUMN,
  requireKnown,
  required,
  transitionFrom,
  transitionNames,
  type ParameterRecord,
} from './fittable-model.ts';
import { stationaryLaw } from './hmm-chain.ts';
import { PLAIN_STEP } from './hmm-em.ts';
import { type Emission } from './hmm-emission.ts';
import { hmmName, HMM_FIT_SETTINGS, type HmmFitSettings } from './hmm-fit.ts';
import type { HiddenMarkovModel } from './hmm-model.ts';

/*
 * What a hidden Markov model is made of, and what its parameters are called.
 *
 * 1. Parameters are named in the order in which a fit estimates them: regime by regime what each column emits, p_ij, start_k.
 */

/** Which hidden Markov model: nothing here has a default. */
export interface HmmForm {
  readonly regimes: number;
  /**
   * `one-column`, or rows of an innovation and a log variance, which are independent given the regime: what the filter of regimes in
   * the probability stage sees
   */
  readonly observed: 'one-column' | 'innovation-and-variance';
  /** of the (first) column; `discrete` are the symbols 0, 1, … of one column: it can be evaluated and not fitted */
  readonly emissions: 'gaussian' | 'student' | 'discrete';
  readonly startsAt: HiddenMarkovModel['startsAt'];
  /** maximum likelihood alone, without prior and floors */
  readonly isPlain: boolean;
}

/** Expectation maximisation crawls where the likelihood is flat: a plain fit goes on until a step gains less than can be seen. */
const PLAIN_GAIN_MIN = 1e-10;
const PLAIN_STEPS_MAX = 20_000;
const SYMBOLS_MIN = 2;
/** The columns of the joint form: an innovation in sd of the long past, and ln of the variance of the last bars over its usual one. */
const JOINT_COLUMNS = ['innovation', 'variance'] as const;
const VARIANCE_COLUMN = 1;

const isJoint = ({ observed }: HmmForm): boolean => observed === 'innovation-and-variance';
export const columnsOf = (form: HmmForm): readonly string[] => (isJoint(form) ? JOINT_COLUMNS : ONE_COLUMN);

/** What a fit calls the model: the joint one does not go by the name of the other. */
export const nameOf = (form: HmmForm): string => `${hmmName(form.regimes)}${isJoint(form) ? ' of innovation and variance' : ''}`;

/** @throws EstimationError for a form that no model has */
export function requireForm(form: HmmForm): void {
  if (!(Number.isInteger(form.regimes) && form.regimes >= 1))
    throw new EstimationError(`a model needs at least one regime, got ${form.regimes}`);
  if (isJoint(form) && form.emissions === 'discrete')
    throw new EstimationError('an innovation and a variance are numbers: discrete emissions are of one column of symbols');
}

/** How a form is fitted. @throws EstimationError for one that can only be evaluated */
export function settingsOf(form: HmmForm, iterationsMax?: number): HmmFitSettings {
  const { regimes, emissions, isPlain } = form;
  if (emissions === 'discrete') throw new EstimationError('discrete emissions can be evaluated at given parameters, not fitted');
  const { dofMin, dofMax } = PLAIN_STEP.emissions;
  const plain = { stickiness: 0, transitionFloor: 0, startFloor: 0, sdFloorShare: 0, dofMin, dofMax, gainMin: PLAIN_GAIN_MIN };
  const settings = { ...HMM_FIT_SETTINGS, ...(isPlain ? { ...plain, stepsMax: PLAIN_STEPS_MAX } : {}) };
  return {
    ...settings,
    regimes,
    families: isJoint(form) ? [emissions, 'gaussian'] : [emissions],
    // the mean of a log variance is known far better than a scale, and means the same whatever the tails are
    orderedByMeanOf: isJoint(form) ? VARIANCE_COLUMN : null,
    stepsMax: iterationsMax ?? settings.stepsMax,
  };
}

export const startNames = (regimes: number): string[] => Array.from({ length: regimes }, (_, k) => `start_${k}`);

/** Names of what regime k emits; as many symbols as the observations and the record tell of. */
function emissionNames(form: HmmForm, k: number, symbols: number): string[] {
  if (form.emissions === 'discrete') return Array.from({ length: symbols }, (_, symbol) => `b${symbol}_${k}`);
  const first = form.emissions === 'gaussian' ? [`mu_${k}`, `sd_${k}`] : [`mu_${k}`, `sd_${k}`, `nu_${k}`];
  return isJoint(form) ? [...first, `muVariance_${k}`, `sdVariance_${k}`] : first;
}

/** How many symbols a record tells of. */
const symbolsOf = (record: ParameterRecord): number =>
  Object.keys(record).reduce((most, name) => Math.max(most, Number(/^b(\d+)_/.exec(name)?.[1] ?? 0) + 1), SYMBOLS_MIN);

/** The names of all parameters, of as many symbols as a record tells of. */
export function namesOf(form: HmmForm, record: ParameterRecord = {}): string[] {
  const symbols = symbolsOf(record);
  const emitted = Array.from({ length: form.regimes }, (_, k) => emissionNames(form, k, symbols)).flat();
  return [...emitted, ...transitionNames(form.regimes).flat(), ...startNames(form.regimes)];
}

/** How many cells of laws are the rest of the others. */
export const restCount = ({ regimes, emissions }: HmmForm): number => regimes + 1 + (emissions === 'discrete' ? regimes : 0);

function positive(record: ParameterRecord, name: string): number {
  const value = required(record, name);
  if (!(value > 0)) throw new EstimationError(`${name} is ${value}: it must be positive`);
  return value;
}

function emissionsFrom(form: HmmForm, record: ParameterRecord, k: number): Emission[] {
  if (form.emissions === 'discrete') {
    const named = emissionNames(form, k, symbolsOf(record));
    return [{ family: 'discrete', probabilities: lawOf(record, named, `the law of the symbols of regime ${k}`) }];
  }
  const [centre, spread] = [required(record, `mu_${k}`), positive(record, `sd_${k}`)];
  const first: Emission =
    form.emissions === 'gaussian'
      ? { family: 'gaussian', mean: centre, sd: spread }
      : { family: 'student', location: centre, scale: spread, dof: positive(record, `nu_${k}`) };
  if (!isJoint(form)) return [first];
  const variance: Emission = {
    family: 'gaussian',
    mean: required(record, `muVariance_${k}`),
    sd: positive(record, `sdVariance_${k}`),
  };
  return [first, variance];
}

/**
 * The model of these parameters; without start_k the chain starts from the stationary law of its transitions.
 * @throws EstimationError for unknown, missing or impossible ones
 */
export function hmmFrom(form: HmmForm, record: ParameterRecord): HiddenMarkovModel {
  const { regimes, startsAt } = form;
  requireForm(form);
  requireKnown(nameOf(form), namesOf(form, record), record);
  const transition = transitionFrom(record, regimes);
  const isAtRest = startNames(regimes).every((name) => record[name] === undefined);
  return {
    start: isAtRest ? stationaryLaw(transition) : lawOf(record, startNames(regimes), 'the start law'),
    startsAt,
    transition,
    emissions: Array.from({ length: regimes }, (_, k) => emissionsFrom(form, record, k)),
  };
}
