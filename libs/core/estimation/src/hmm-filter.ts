import { exp, ln } from '@aitrader/core-numeric';
import { read, readInt32 } from '@aitrader/model';
import type { Chain } from './hmm-chain.ts';
import { EstimationError } from './estimation-error.ts';

/*
 * What a chain's observations say about its state: the filter, the smoother and the best path, for any chain and densities.
 *
 * 1. Densities come as logarithms and are scaled by the largest of the step, so that no observation is too far out.
 * 2. Every row of filtered, predicted and smoothed probabilities sums to one within rounding.
 * 3. A probability that is below 1e-300 of its neighbours counts as zero; a transition of positive probability revives it.
 *
 * Sources: Hamilton (1994), Time Series Analysis, 22.4 (filter); Kim (1994), J. Econometrics 60 (smoother); Viterbi (1967).
 */

/** A chain with its probabilities, and what was observed of it. */
export interface ObservedChain {
  readonly chain: Chain;
  /** regimes² cells of the transition matrix */
  readonly transition: Float64Array;
  /** the law of the state at the first step, before it is observed */
  readonly start: Float64Array;
  readonly steps: number;
  /** ln density of each step's observation in each state, steps × states; zeros where nothing was observed */
  readonly lnDensities: Float64Array;
}

/** Probabilities given the observations before the step (predicted) and up to it (filtered): steps × states. */
export interface FilteredChain {
  readonly predicted: Float64Array;
  readonly filtered: Float64Array;
  /** ln density of each step's observation given those before */
  readonly logLikelihoods: Float64Array;
  readonly logLikelihood: number;
}

/** The law of the next state, from row `at` of `law` into row `into` of `next`. */
function advance(chain: Chain, transition: Float64Array, law: Float64Array, at: number, next: Float64Array, into: number): void {
  const { from, to, cell } = chain;
  for (let e = 0; e < to.length; e++) {
    const target = into + readInt32(to, e);
    next[target] = read(next, target) + read(law, at + readInt32(from, e)) * read(transition, readInt32(cell, e));
  }
}

/** Bayes' rule from a row of predicted to one of filtered probabilities: returns ln density of the observation. */
function condition(
  predicted: Float64Array,
  lnDensities: Float64Array,
  filtered: Float64Array,
  at: number,
  states: number,
): number {
  let largest = -Infinity;
  for (let s = at; s < at + states; s++)
    if (read(predicted, s) > 0 && read(lnDensities, s) > largest) largest = read(lnDensities, s);
  if (!Number.isFinite(largest)) return largest;
  let total = 0;
  for (let s = at; s < at + states; s++) {
    const prior = read(predicted, s);
    const joint = prior > 0 ? prior * exp(read(lnDensities, s) - largest) : 0;
    filtered[s] = joint;
    total += joint;
  }
  for (let s = at; s < at + states; s++) filtered[s] = read(filtered, s) / total;
  return largest + ln(total);
}

/**
 * The forward filter. @throws EstimationError with the index of the step whose observation no state that is possible there could
 * give, or one gives with infinite density
 */
export function filterChain({ chain, transition, start, steps, lnDensities }: ObservedChain): FilteredChain {
  const { states } = chain;
  const predicted = new Float64Array(steps * states);
  const filtered = new Float64Array(steps * states);
  const logLikelihoods = new Float64Array(steps);
  predicted.set(start);
  let logLikelihood = 0;
  for (let t = 0; t < steps; t++) {
    const at = t * states;
    if (t > 0) advance(chain, transition, filtered, at - states, predicted, at);
    const likelihood = condition(predicted, lnDensities, filtered, at, states);
    if (!Number.isFinite(likelihood)) throw new EstimationError(`the log-likelihood of step ${t} is ${likelihood}`);
    logLikelihoods[t] = likelihood;
    logLikelihood += likelihood;
  }
  return { predicted, filtered, logLikelihoods, logLikelihood };
}

/** Of the probability of the edge's target, the share that came along the edge at the step that leads to row `target`. */
const shareOf = (filtered: FilteredChain, source: number, p: number, target: number): number =>
  (read(filtered.filtered, source) * p) / read(filtered.predicted, target);

/** Probabilities of the states given all observations, steps × states. */
export function smoothChain({ chain, transition, steps }: ObservedChain, filtered: FilteredChain): Float64Array {
  const { states, from, to, cell } = chain;
  const smoothed = new Float64Array(steps * states);
  const end = (steps - 1) * states;
  smoothed.set(filtered.filtered.subarray(end), end);
  for (let at = end - states; at >= 0; at -= states) {
    for (let e = 0; e < to.length; e++) {
      const target = at + states + readInt32(to, e);
      const weight = read(smoothed, target);
      if (weight === 0) continue;
      const source = at + readInt32(from, e);
      smoothed[source] =
        read(smoothed, source) + weight * shareOf(filtered, source, read(transition, readInt32(cell, e)), target);
    }
  }
  return smoothed;
}

/**
 * Probabilities, given all observations, of each transition from the step before: (steps − 1) × regimes², summed over the states
 * with the same regimes.
 */
export function pairsOfChain(observed: ObservedChain, filtered: FilteredChain, smoothed: Float64Array): Float64Array {
  const { chain, transition, steps } = observed;
  const { states, regimes, from, to, cell } = chain;
  const cells = regimes * regimes;
  const pairs = new Float64Array((steps - 1) * cells);
  for (let t = 1; t < steps; t++)
    for (let e = 0; e < to.length; e++) {
      const target = t * states + readInt32(to, e);
      const weight = read(smoothed, target);
      if (weight === 0) continue;
      const source = (t - 1) * states + readInt32(from, e);
      const into = (t - 1) * cells + readInt32(cell, e);
      pairs[into] = read(pairs, into) + weight * shareOf(filtered, source, read(transition, readInt32(cell, e)), target);
    }
  return pairs;
}

/** The likeliest sequence of states and ln of its joint density with the observations; among equals the lower state wins. */
export function bestPathOfChain(observed: ObservedChain): { readonly path: Int32Array; readonly logDensity: number } {
  const { chain, transition, start, steps, lnDensities } = observed;
  const { states, from, to, cell } = chain;
  const lnTransition = transition.map((p) => ln(p));
  const before = new Int32Array(steps * states);
  let best = start.map((p, s) => ln(p) + read(lnDensities, s));
  for (let t = 1; t < steps; t++) {
    const next = new Float64Array(states).fill(-Infinity);
    for (let e = 0; e < to.length; e++) {
      const target = readInt32(to, e);
      const lnPath = read(best, readInt32(from, e)) + read(lnTransition, readInt32(cell, e));
      if (!(lnPath > read(next, target))) continue;
      next[target] = lnPath;
      before[t * states + target] = readInt32(from, e);
    }
    best = next.map((x, s) => x + read(lnDensities, t * states + s));
  }
  const path = new Int32Array(steps);
  let last = 0;
  for (let s = 1; s < states; s++) if (read(best, s) > read(best, last)) last = s;
  const logDensity = steps > 0 ? read(best, last) : 0;
  if (!Number.isFinite(logDensity)) throw new EstimationError(`no path has a finite density: ${logDensity}`);
  for (let t = steps - 1; t >= 0; t--) {
    path[t] = last;
    last = readInt32(before, t * states + last);
  }
  return { path, logDensity };
}
