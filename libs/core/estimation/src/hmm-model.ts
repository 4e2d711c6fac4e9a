import { item, read } from '@aitrader/model';
import { cellsOf, chainOf, regimeOf, requireLaw } from './hmm-chain.ts';
import { centreOf, densityTable, requireEmission, varianceOf, writeLnDensities, type Emission } from './hmm-emission.ts';
import { bestPathOfChain, filterChain, pairsOfChain, smoothChain, type FilteredChain, type ObservedChain } from './hmm-filter.ts';
import { EstimationError } from './estimation-error.ts';

/*
 * The hidden Markov model of K regimes: a chain that is not seen, and observations that depend on its present regime alone.
 *
 * 1. A model is plain data; what it says of a series follows from the two alone.
 * 2. Renaming the regimes renames the answers and changes no number.
 * 3. A missing value (NaN) says nothing: where a whole observation is missing the filter predicts over it.
 */

/** A hidden Markov model. Regimes and columns count from 0. */
export interface HiddenMarkovModel {
  /** law of the regime where the chain starts */
  readonly start: readonly number[];
  /** whether the chain starts with the first observation, or one transition before it */
  readonly startsAt: 'first-observation' | 'step-before';
  /** row i: law of the regime that follows regime i */
  readonly transition: readonly (readonly number[])[];
  /** for each regime the law of each column */
  readonly emissions: readonly (readonly Emission[])[];
}

/** What the filter says, rows of K probabilities for each of `n` observations. */
export interface HmmFiltered {
  readonly n: number;
  /** given the observations before */
  readonly predicted: Float64Array;
  /** given the observations so far */
  readonly filtered: Float64Array;
  /** ln density of each observation given those before */
  readonly logLikelihoods: Float64Array;
  readonly logLikelihood: number;
}

/** What all observations say. */
export interface HmmSmoothed extends HmmFiltered {
  /** rows of K probabilities for each observation */
  readonly smoothed: Float64Array;
  /** for each observation but the first K² probabilities: row i, column j for regime i at the one before and j at this one */
  readonly pairs: Float64Array;
}

/** The likeliest path as a whole. */
export interface HmmPath {
  readonly path: Int32Array;
  /** ln joint density of path and observations */
  readonly logDensity: number;
}

/** Checks a model. @throws EstimationError that names the wrong value and where it stands */
export function requireHmm({ start, transition, emissions }: HiddenMarkovModel): void {
  const regimes = emissions.length;
  if (regimes < 1) throw new EstimationError('a hidden Markov model has at least one regime, got 0');
  if (start.length !== regimes) throw new EstimationError(`the start law has ${start.length} cells for ${regimes} regimes`);
  if (transition.length !== regimes)
    throw new EstimationError(`the transition matrix has ${transition.length} rows for ${regimes} regimes`);
  requireLaw(start, 'the start law');
  cellsOf(transition);
  const first = item(emissions, 0);
  if (first.length < 1) throw new EstimationError('an observation has at least one column, got 0');
  emissions.forEach((columns, regime) => {
    if (columns.length !== first.length)
      throw new EstimationError(`regime ${regime} emits ${columns.length} columns, regime 0 ${first.length}`);
    columns.forEach((emission, column) => {
      requireEmission(emission, `of regime ${regime}, column ${column}`);
      if (emission.family !== item(first, column).family)
        throw new EstimationError(`column ${column} is ${emission.family} in regime ${regime}, not in regime 0`);
    });
  });
}

/** How many observations there are. @throws EstimationError for none, an infinite value or an incomplete last row */
function requireObservations(observations: Float64Array, columns: number): number {
  if (observations.length === 0) throw new EstimationError('there are 0 observations');
  if (observations.length % columns !== 0)
    throw new EstimationError(`${observations.length} values are no rows of ${columns} columns`);
  const wrong = observations.findIndex((y) => Math.abs(y) === Infinity);
  if (wrong >= 0)
    throw new EstimationError(`observation ${Math.floor(wrong / columns)} is not finite: ${read(observations, wrong)}`);
  return observations.length / columns;
}

/** The model's chain as observed; where it starts a step before, that step comes first, with nothing observed at it. */
export function observedChain(model: HiddenMarkovModel, observations: Float64Array): ObservedChain {
  requireHmm(model);
  const regimes = model.emissions.length;
  const columns = item(model.emissions, 0).length;
  const n = requireObservations(observations, columns);
  const hidden = hiddenSteps(model);
  const table = densityTable(model.emissions);
  const lnDensities = new Float64Array((n + hidden) * regimes);
  for (let t = 0; t < n; t++) {
    const into = (t + hidden) * regimes;
    writeLnDensities(table, observations, t * columns, lnDensities, into);
    if (lnDensities.subarray(into, into + regimes).some(Number.isFinite)) continue;
    const row = observations.subarray(t * columns, (t + 1) * columns);
    throw new EstimationError(`observation ${t} is ${row.join(', ')}, which no regime can give`);
  }
  return {
    chain: chainOf(regimes, 0),
    transition: cellsOf(model.transition),
    start: Float64Array.from(model.start),
    steps: n + hidden,
    lnDensities,
  };
}

/** How many steps of the chain come before the first observation. */
export const hiddenSteps = ({ startsAt }: HiddenMarkovModel): number => (startsAt === 'step-before' ? 1 : 0);

function filteredOf(model: HiddenMarkovModel, observed: ObservedChain, filtered: FilteredChain): HmmFiltered {
  const hidden = hiddenSteps(model);
  const rows = hidden * observed.chain.states;
  return {
    n: observed.steps - hidden,
    predicted: filtered.predicted.slice(rows),
    filtered: filtered.filtered.slice(rows),
    logLikelihoods: filtered.logLikelihoods.slice(hidden),
    logLikelihood: filtered.logLikelihood,
  };
}

/**
 * The forward filter over `observations`, rows of as many columns as the model emits; NaN is a missing value.
 * @throws EstimationError for a model that is none, or an observation that no regime can give
 */
export function filterHmm(model: HiddenMarkovModel, observations: Float64Array): HmmFiltered {
  const observed = observedChain(model, observations);
  return filteredOf(model, observed, filterChain(observed));
}

/** The filter and the smoother. @throws EstimationError as the filter */
export function smoothHmm(model: HiddenMarkovModel, observations: Float64Array): HmmSmoothed {
  const observed = observedChain(model, observations);
  const filtered = filterChain(observed);
  const smoothed = smoothChain(observed, filtered);
  const pairs = pairsOfChain(observed, filtered, smoothed);
  const hidden = hiddenSteps(model);
  const { regimes } = observed.chain;
  return {
    ...filteredOf(model, observed, filtered),
    smoothed: smoothed.slice(hidden * regimes),
    pairs: pairs.slice(hidden * regimes * regimes),
  };
}

/** The likeliest path of regimes (Viterbi); among equals the lower regime. @throws EstimationError as the filter */
export function decodeHmm(model: HiddenMarkovModel, observations: Float64Array): HmmPath {
  const observed = observedChain(model, observations);
  const { path, logDensity } = bestPathOfChain(observed);
  return { path: path.slice(hiddenSteps(model)).map((state) => regimeOf(state, 1)), logDensity };
}

/** The same model with its regimes in the order of the variance of their first column, the calmest first. */
export const sortedByVariance = (model: HiddenMarkovModel): HiddenMarkovModel =>
  sortedBy(model, (regime) => varianceOf(item(item(model.emissions, regime), 0)));

/** The same model with its regimes in the order of the mean of a column, the lowest first. */
export const sortedByColumnMean = (model: HiddenMarkovModel, column: number): HiddenMarkovModel =>
  sortedBy(model, (regime) => centreOf(item(item(model.emissions, regime), column)));

function sortedBy(model: HiddenMarkovModel, figure: (regime: number) => number): HiddenMarkovModel {
  const order = model.emissions.map((_, regime) => regime).sort((a, b) => figure(a) - figure(b) || a - b);
  return {
    ...model,
    start: order.map((i) => item(model.start, i)),
    transition: order.map((i) => order.map((j) => item(item(model.transition, i), j))),
    emissions: order.map((i) => item(model.emissions, i)),
  };
}
