import { ln } from '@aitrader/core-numeric';
import { item, read } from '@aitrader/model';
import { EstimationError } from './estimation-error.ts';
import { cellsOf, chainOf, powerOf, regimeOf, stationaryLaw, type Chain } from './hmm-chain.ts';
import { bestPathOfChain, filterChain, smoothChain, type ObservedChain } from './hmm-filter.ts';

/*
 * Autoregression around a mean that switches with a hidden chain of K regimes:
 * yₜ − μ(sₜ) = φ₁ (yₜ₋₁ − μ(sₜ₋₁)) + … + φₚ (yₜ₋ₚ − μ(sₜ₋ₚ)) + σ(sₜ) εₜ, with normal εₜ.
 *
 * 1. The filter runs over the Kᵖ⁺¹ states (sₜ, …, sₜ₋ₚ) and starts from their ergodic law.
 * 2. The likelihood is that of all observations but the first p, given those.
 *
 * Source: Hamilton (1989), Econometrica 57, 357–384; Kim (1994), J. Econometrics 60, for the smoother.
 */

/** A Markov-switching autoregression. Regimes count from 0. */
export interface MarkovSwitchingModel {
  /** μ of each regime */
  readonly means: readonly number[];
  /** φ₁ … φₚ; none for a switching mean alone */
  readonly coefficients: readonly number[];
  /** σ: one for all regimes, or one for each */
  readonly sds: readonly number[];
  /** row i: law of the regime that follows regime i */
  readonly transition: readonly (readonly number[])[];
}

/** Regime probabilities, rows of K for each observation from the (p + 1)st on. */
export interface MsarSmoothed {
  /** observations that contribute to the likelihood: all but the first p */
  readonly n: number;
  /** given the observations before */
  readonly predicted: Float64Array;
  /** given the observations so far */
  readonly filtered: Float64Array;
  /** given all observations */
  readonly smoothed: Float64Array;
  /** ln density of each observation given those before */
  readonly logLikelihoods: Float64Array;
  readonly logLikelihood: number;
}

const HALF_LN_2PI = 0.9189385332046727;
/** States of the chain, at most: beyond it a filter takes longer than a fit is worth. */
export const STATES_MAX = 4096;

/** Checks regimes and order. @throws EstimationError when they make no chain, or one of too many states */
export function requireShape(regimes: number, order: number): void {
  if (!(Number.isInteger(regimes) && regimes >= 1))
    throw new EstimationError(`there must be a whole number of regimes, got ${regimes}`);
  if (!(Number.isInteger(order) && order >= 0))
    throw new EstimationError(`the order must be a whole number from 0 on, got ${order}`);
  const states = powerOf(regimes, order + 1);
  if (!(states <= STATES_MAX))
    throw new EstimationError(`${regimes} regimes of order ${order} make ${states} states, above ${STATES_MAX}`);
}

/** Checks a model. @throws EstimationError that names the wrong value and where it stands */
export function requireMsar({ means, coefficients, sds, transition }: MarkovSwitchingModel): void {
  const regimes = means.length;
  requireShape(regimes, coefficients.length);
  if (sds.length !== 1 && sds.length !== regimes) throw new EstimationError(`there are ${sds.length} sds for ${regimes} regimes`);
  if (transition.length !== regimes)
    throw new EstimationError(`the transition matrix has ${transition.length} rows for ${regimes} regimes`);
  cellsOf(transition);
  const requireFinite = (name: string, values: readonly number[]): void =>
    values.forEach((value, i) => {
      if (!Number.isFinite(value)) throw new EstimationError(`${name} ${i} is ${value}`);
    });
  requireFinite('mean', means);
  requireFinite('coefficient', coefficients);
  sds.forEach((sd, i) => {
    if (!(sd > 0 && sd < Infinity)) throw new EstimationError(`sd ${i} must be positive and finite: ${sd}`);
  });
}

/** The regimes of a state: the current one first. */
export const digitsOf = (state: number, regimes: number, order: number): number[] =>
  Array.from({ length: order + 1 }, (_, lag) => regimeOf(state, powerOf(regimes, order - lag)) % regimes);

/** The ergodic law of the states: the oldest regime at rest, and the chain from there on. */
function ergodicStates(transition: readonly (readonly number[])[], order: number): Float64Array {
  const regimes = transition.length;
  const atRest = stationaryLaw(transition);
  return new Float64Array(powerOf(regimes, order + 1)).map((_, state) => {
    const digits = digitsOf(state, regimes, order);
    let p = item(atRest, item(digits, order));
    for (let lag = order; lag > 0; lag--) p *= item(item(transition, item(digits, lag)), item(digits, lag - 1));
    return p;
  });
}

/** ln density of each value from the (p + 1)st on in each state. */
function lnDensities({ means, coefficients, sds }: MarkovSwitchingModel, values: Float64Array, chain: Chain): Float64Array {
  const order = coefficients.length;
  const result = new Float64Array((values.length - order) * chain.states);
  for (let state = 0; state < chain.states; state++) {
    const digits = digitsOf(state, chain.regimes, order);
    const sd = item(sds, sds.length > 1 ? item(digits, 0) : 0);
    const level = (lag: number): number => item(means, item(digits, lag));
    const intercept = coefficients.reduce((sum, phi, i) => sum - phi * level(i + 1), level(0));
    for (let t = order; t < values.length; t++) {
      let error = read(values, t) - intercept;
      for (let lag = 1; lag <= order; lag++) error -= item(coefficients, lag - 1) * read(values, t - lag);
      const z = error / sd;
      result[(t - order) * chain.states + state] = -HALF_LN_2PI - ln(sd) - 0.5 * z * z;
    }
  }
  return result;
}

function observedChain(model: MarkovSwitchingModel, values: Float64Array): ObservedChain {
  requireMsar(model);
  const order = model.coefficients.length;
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new EstimationError(`value ${wrong} is ${read(values, wrong)}`);
  if (values.length <= order) throw new EstimationError(`${values.length} values leave none to explain after the first ${order}`);
  const chain = chainOf(model.means.length, order);
  return {
    chain,
    transition: cellsOf(model.transition),
    start: ergodicStates(model.transition, order),
    steps: values.length - order,
    lnDensities: lnDensities(model, values, chain),
  };
}

/** Rows of the regimes' probabilities from rows of the states'. */
function byRegime(rows: Float64Array, { states, regimes }: Chain): Float64Array {
  const result = new Float64Array((rows.length / states) * regimes);
  const pasts = states / regimes;
  rows.forEach((p, i) => {
    const into = Math.floor(i / states) * regimes + regimeOf(i % states, pasts);
    result[into] = read(result, into) + p;
  });
  return result;
}

/**
 * Likelihood, filter and smoother of a model on a series without gaps.
 * @throws EstimationError for a model that is none, for a value that is not finite, or for too few values
 */
export function smoothMsar(model: MarkovSwitchingModel, values: Float64Array): MsarSmoothed {
  const observed = observedChain(model, values);
  const { chain } = observed;
  const filtered = filterChain(observed);
  return {
    n: observed.steps,
    predicted: byRegime(filtered.predicted, chain),
    filtered: byRegime(filtered.filtered, chain),
    smoothed: byRegime(smoothChain(observed, filtered), chain),
    logLikelihoods: filtered.logLikelihoods,
    logLikelihood: filtered.logLikelihood,
  };
}

/** The regime of each observation from the (p + 1)st on, on the likeliest path as a whole (Viterbi). @throws as `smoothMsar` */
export function decodeMsar(model: MarkovSwitchingModel, values: Float64Array): Int32Array {
  const observed = observedChain(model, values);
  const { states, regimes } = observed.chain;
  return bestPathOfChain(observed).path.map((state) => regimeOf(state, states / regimes));
}

/** The same model with its regimes in the order of their means, the lowest first. */
export function sortedByMean(model: MarkovSwitchingModel): MarkovSwitchingModel {
  const order = model.means.map((_, i) => i).sort((a, b) => item(model.means, a) - item(model.means, b) || a - b);
  return {
    ...model,
    means: order.map((i) => item(model.means, i)),
    sds: model.sds.length > 1 ? order.map((i) => item(model.sds, i)) : model.sds,
    transition: order.map((i) => order.map((j) => item(item(model.transition, i), j))),
  };
}
