import { item } from '@aitrader/model';
import { baumWelchStep, lnPrior, type HmmPrior } from './hmm-em.ts';
import { EstimationError } from './estimation-error.ts';
import type { FitResult } from './fit-result.ts';
import { filterHmm, sortedByColumnMean, sortedByVariance, type HiddenMarkovModel } from './hmm-model.ts';
import { hmmEstimates } from './hmm-standard-errors.ts';
import { hmmStarts, type FittedFamily } from './hmm-starts.ts';
import { requireSeries } from './maximum-likelihood.ts';

/*
 * The fit that runs every night: regimes that are stable from one night to the next.
 *
 * 1. The result has no likelihood below that of the model it started warm from: then the old model is kept.
 * 2. The same observations, settings and old model give the same result, bit for bit.
 * 3. Regimes come out calmest first: by the variance of their first column, or by the mean of a column that is a log variance.
 * 4. No sd, transition or start probability lies below its floor.
 */

/** What to fit and how far. */
export interface HmmFitSettings {
  readonly regimes: number;
  /** of each column of an observation */
  readonly families: readonly FittedFamily[];
  /** column whose mean orders the regimes, lowest first; null: the variance of the first one does */
  readonly orderedByMeanOf: number | null;
  /** Dirichlet pseudo-counts on each regime's staying, in transitions */
  readonly stickiness: number;
  /** smallest probability of a transition */
  readonly transitionFloor: number;
  /** smallest probability to start in a regime */
  readonly startFloor: number;
  /** smallest sd of a regime, as a share of the column's */
  readonly sdFloorShare: number;
  /** bounds of Student's degrees of freedom */
  readonly dofMin: number;
  readonly dofMax: number;
  /** steps of expectation maximisation that every start gets; the best of them goes on */
  readonly trialSteps: number;
  readonly stepsMax: number;
  /** converged when a step gains less than this in ln likelihood + ln prior */
  readonly gainMin: number;
}

/**
 * Settings that suit 500 to 2000 daily bars: a little stickier than the data, floors far below what a few years can tell, tails
 * from those of a variance that just exists to those of a normal law.
 */
export const HMM_FIT_SETTINGS: Omit<HmmFitSettings, 'regimes' | 'families'> = {
  orderedByMeanOf: null,
  stickiness: 5,
  transitionFloor: 1e-4,
  startFloor: 1e-3,
  sdFloorShare: 0.03,
  dofMin: 2.1,
  dofMax: 200,
  trialSteps: 20,
  stepsMax: 2000,
  gainMin: 1e-8,
};

/** A fitted model. Standard errors are null for what stands at a floor or a bound. */
export interface HmmFit extends FitResult {
  readonly hmm: HiddenMarkovModel;
  /** whether the old model was kept because the likelihood fell */
  readonly isOldModel: boolean;
}

/** Fewer observations than this for each regime say nothing of it. */
const OBSERVATIONS_PER_REGIME_MIN = 10;

/** The fewest observations that a model of so many regimes can be fitted to. */
export const observationsMinOf = (regimes: number): number => OBSERVATIONS_PER_REGIME_MIN * regimes;

/** A climb in progress. */
interface Climb {
  readonly model: HiddenMarkovModel;
  /** ln likelihood + ln prior of the model before the last step */
  readonly objective: number;
  readonly steps: number;
  readonly converged: boolean;
}

function climb(
  from: HiddenMarkovModel,
  observations: Float64Array,
  prior: HmmPrior,
  { stepsMax, gainMin }: Pick<HmmFitSettings, 'stepsMax' | 'gainMin'>,
  onStep?: () => void,
): Climb {
  let model = from;
  let objective = -Infinity;
  for (let steps = 0; steps < stepsMax; steps++) {
    const { next, logLikelihood } = baumWelchStep(model, observations, prior);
    onStep?.();
    const reached = logLikelihood + lnPrior(model, prior);
    // the first step may lead down, when the start lies beyond a floor
    if (steps > 1 && reached - objective < gainMin) return { model, objective: reached, steps, converged: true };
    objective = reached;
    model = next;
  }
  return { model, objective, steps: stepsMax, converged: false };
}

function sdOf(observations: Float64Array, columns: number, column: number): number {
  const values = observations.filter((_, i) => i % columns === column);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length);
}

/** The prior that the settings make for these observations. */
export function hmmPrior(observations: Float64Array, settings: HmmFitSettings): HmmPrior {
  const { families, sdFloorShare, stickiness, transitionFloor, startFloor, dofMin, dofMax } = settings;
  const sdMin = families.map((_, column) => sdFloorShare * sdOf(observations, families.length, column));
  return { stickiness, transitionFloor, startFloor, emissions: { sdMin, dofMin, dofMax } };
}

function requireFittable(observations: Float64Array, settings: HmmFitSettings): void {
  const { regimes, families, stickiness, transitionFloor, startFloor, sdFloorShare, dofMin, dofMax } = settings;
  if (!(Number.isInteger(regimes) && regimes >= 1))
    throw new EstimationError(`a fit needs a whole number of regimes, got ${regimes}`);
  const requireIn = (name: string, value: number, end: number): void => {
    if (!(value >= 0 && value < end)) throw new EstimationError(`${name} must lie in 0 … ${end}: ${value}`);
  };
  requireIn('stickiness', stickiness, Infinity);
  requireIn('transitionFloor', transitionFloor, 1 / regimes);
  requireIn('startFloor', startFloor, 1 / regimes);
  requireIn('sdFloorShare', sdFloorShare, 1);
  if (!(dofMin > 0 && dofMin <= dofMax && dofMax < Infinity))
    throw new EstimationError(`degrees of freedom cannot lie between ${dofMin} and ${dofMax}`);
  if (families.length === 0) throw new EstimationError('a fit needs at least one column, got 0');
  if (observations.length % families.length !== 0)
    throw new EstimationError(`${observations.length} values are no rows of ${families.length} columns`);
  families.forEach((_, column) => {
    const values = observations.filter((_, i) => i % families.length === column);
    requireSeries(families.length > 1 ? `column ${column}` : 'observations', values, observationsMinOf(regimes));
  });
}

/** Whether an old model can be gone on from: as many regimes, the same families. */
const fitsSettings = ({ emissions }: HiddenMarkovModel, { regimes, families }: HmmFitSettings): boolean =>
  emissions.length === regimes &&
  emissions.every((row) => row.length === families.length && row.every(({ family }, c) => family === item(families, c)));

const inOrder = (model: HiddenMarkovModel, { orderedByMeanOf }: HmmFitSettings): HiddenMarkovModel =>
  orderedByMeanOf === null ? sortedByVariance(model) : sortedByColumnMean(model, orderedByMeanOf);

/** The end of a climb as a fit, its regimes in order. */
function fitOf(
  { model, steps, converged }: Climb,
  observations: Float64Array,
  settings: HmmFitSettings,
  prior: HmmPrior,
): HmmFit {
  const hmm = inOrder(model, settings);
  return {
    model: hmmName(settings.regimes),
    n: observations.length / settings.families.length,
    parameters: hmmEstimates(hmm, observations, prior),
    logLikelihood: filterHmm(hmm, observations).logLikelihood,
    converged,
    iterations: steps,
    hmm,
    isOldModel: false,
  };
}

export const hmmName = (regimes: number): string => `hidden Markov model of ${regimes} regime${regimes === 1 ? '' : 's'}`;

/** The best climb from several models: each for the trial steps, and the highest to its end. */
function bestClimb(
  starts: readonly HiddenMarkovModel[],
  observations: Float64Array,
  prior: HmmPrior,
  { trialSteps, stepsMax, gainMin }: HmmFitSettings,
  onStep?: () => void,
): Climb {
  const tried = starts.map((start) =>
    climb(start, observations, prior, { stepsMax: Math.min(trialSteps, stepsMax), gainMin }, onStep),
  );
  const best = tried.reduce((most, one) => (one.objective > most.objective ? one : most), item(tried, 0));
  const end = climb(best.model, observations, prior, { stepsMax, gainMin }, onStep);
  return { ...end, steps: best.steps + end.steps };
}

/** The models that a fit starts from when it is given none. */
export const ownStarts = (observations: Float64Array, settings: HmmFitSettings): HiddenMarkovModel[] =>
  hmmStarts(observations, settings.families, settings.regimes, hmmPrior(observations, settings));

/**
 * Fits a hidden Markov model to rows of columns, by expectation maximisation from the given models alone: all start their chain in
 * the same place, and so does the result. `onStep` is called after every step. @throws EstimationError as `fitHmm`
 */
export function fitHmmFrom(
  starts: readonly HiddenMarkovModel[],
  observations: Float64Array,
  settings: HmmFitSettings,
  onStep?: () => void,
): HmmFit {
  requireFittable(observations, settings);
  for (const start of starts) requireShape(start, settings);
  const prior = hmmPrior(observations, settings);
  return fitOf(bestClimb(starts, observations, prior, settings, onStep), observations, settings, prior);
}

function requireShape(model: HiddenMarkovModel, settings: HmmFitSettings): void {
  if (!fitsSettings(model, settings))
    throw new EstimationError(`the old model has ${model.emissions.length} regimes or other families than are asked for`);
}

/**
 * Fits a hidden Markov model to rows of columns, by expectation maximisation from several starts and from `before`, the model of
 * the night before, if there is one. @throws EstimationError for settings that make no sense, an old model of another shape, or
 * observations that are too few, constant or not finite
 */
export function fitHmm(observations: Float64Array, settings: HmmFitSettings, before?: HiddenMarkovModel): HmmFit {
  requireFittable(observations, settings);
  if (before) requireShape(before, settings);
  const starts = ownStarts(observations, settings);
  const fit = fitHmmFrom(before ? [before, ...starts] : starts, observations, settings);
  const oldLikelihood = before ? filterHmm(before, observations).logLikelihood : -Infinity;
  if (before === undefined || oldLikelihood <= fit.logLikelihood) return fit;
  const parameters = hmmEstimates(before, observations, hmmPrior(observations, settings));
  return { ...fit, parameters, logLikelihood: oldLikelihood, hmm: before, isOldModel: true };
}
