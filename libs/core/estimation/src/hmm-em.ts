import { ln } from '@aitrader/core-numeric';
import { item, read } from '@aitrader/model';
import { pairsOfChain, filterChain, smoothChain } from './hmm-filter.ts';
import { reestimated, type EmissionFloors } from './hmm-emission-fit.ts';
import { hiddenSteps, observedChain, type HiddenMarkovModel } from './hmm-model.ts';

/*
 * Baum and Welch's expectation maximisation, with what keeps it off the edges.
 *
 * 1. With no prior a step never lowers the likelihood, and with no floors it is the textbook's step.
 * 2. With the prior a step never lowers the likelihood times the prior.
 * 3. Laws of the result are laws, and no cell lies below its floor.
 *
 * Source: Rabiner (1989), Proc. IEEE 77, (40) and (53); prior and floors after Fox et al. (2011), Ann. Appl. Stat. 5 (sticky).
 */

/** What a step adds to the data. */
export interface HmmPrior {
  /** Dirichlet pseudo-counts on each diagonal cell of the transition matrix, transitions; 0 for none */
  readonly stickiness: number;
  /** no transition that the model allows is thought rarer than this */
  readonly transitionFloor: number;
  readonly startFloor: number;
  readonly emissions: EmissionFloors;
}

/** The textbook's step: data alone. */
export const PLAIN_STEP: HmmPrior = {
  stickiness: 0,
  transitionFloor: 0,
  startFloor: 0,
  emissions: { sdMin: [], dofMin: 0.1, dofMax: 1e4 },
};

/** What the data and a model say of its hidden path. */
interface Expectations {
  readonly logLikelihood: number;
  /** smoothed probabilities of the regimes, a row for each observation */
  readonly weights: Float64Array;
  /** smoothed law of where the chain starts */
  readonly start: Float64Array;
  /** expected number of each transition, K² */
  readonly transitions: Float64Array;
}

function expectations(model: HiddenMarkovModel, observations: Float64Array): Expectations {
  const observed = observedChain(model, observations);
  const filtered = filterChain(observed);
  const smoothed = smoothChain(observed, filtered);
  const pairs = pairsOfChain(observed, filtered, smoothed);
  const { regimes } = observed.chain;
  const transitions = new Float64Array(regimes * regimes);
  for (let k = 0; k < pairs.length; k++) {
    const cell = k % transitions.length;
    transitions[cell] = read(transitions, cell) + read(pairs, k);
  }
  return {
    logLikelihood: filtered.logLikelihood,
    weights: smoothed.subarray(hiddenSteps(model) * regimes),
    start: smoothed.slice(0, regimes),
    transitions,
  };
}

/**
 * The law proportional to `counts` among those whose cells are at least `floor`: where counts fall short the cell is at its floor,
 * and the others share the rest. Cells that `allowed` shuts stay 0. Undefined when nothing was counted.
 */
export function lawFrom(counts: readonly number[], floor: number, allowed: readonly boolean[]): number[] | undefined {
  const isFloored = counts.map(() => false);
  const isFree = (i: number): boolean => item(allowed, i) && !item(isFloored, i);
  for (;;) {
    const total = counts.reduce((sum, count, i) => sum + (isFree(i) ? count : 0), 0);
    const share = 1 - floor * isFloored.filter(Boolean).length;
    if (!(total > 0)) return undefined;
    const law = counts.map((count, i) => (isFree(i) ? share * (count / total) : item(allowed, i) ? floor : 0));
    const short = law.findIndex((p, i) => isFree(i) && p < floor);
    if (short < 0) return law;
    isFloored[short] = true;
  }
}

/** The logarithm of the prior density of a model, up to a constant. */
export function lnPrior({ transition }: HiddenMarkovModel, { stickiness }: HmmPrior): number {
  if (stickiness === 0) return 0;
  return transition.reduce((sum, row, i) => sum + stickiness * ln(item(row, i)), 0);
}

/** A model and how it was before a step, so that a step costs one pass over the data. */
export interface BaumWelchStep {
  readonly next: HiddenMarkovModel;
  /** of the model that the step began with */
  readonly logLikelihood: number;
}

/**
 * One step of expectation maximisation from `model`: variances are those of a population (divided by the sum of the weights).
 * @throws EstimationError for a model that is none, for an observation that no regime can give, or when a regime shrinks to a
 * single value, where the likelihood is infinite
 */
export function baumWelchStep(model: HiddenMarkovModel, observations: Float64Array, prior: HmmPrior = PLAIN_STEP): BaumWelchStep {
  const { logLikelihood, weights, start, transitions } = expectations(model, observations);
  const regimes = model.emissions.length;
  const transition = model.transition.map((row, i) => {
    const counts = row.map((_, j) => read(transitions, i * regimes + j) + (i === j ? prior.stickiness : 0));
    const allowed = row.map((p, j) => p > 0 || (i === j && prior.stickiness > 0));
    return lawFrom(counts, prior.transitionFloor, allowed) ?? row;
  });
  const everywhere = model.start.map((p) => p > 0 || prior.startFloor > 0);
  const next = {
    ...model,
    start: lawFrom([...start], prior.startFloor, everywhere) ?? model.start,
    transition,
    emissions: reestimated(model.emissions, observations, weights, prior.emissions),
  };
  return { next, logLikelihood };
}
