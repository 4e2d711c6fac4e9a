import { exp, ln } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import { cellsOf } from './hmm-chain.ts';
import { densityTable, writeLnDensities, type DensityTable } from './hmm-emission.ts';
import { EstimationError } from './estimation-error.ts';
import { hiddenSteps, requireHmm, type HiddenMarkovModel } from './hmm-model.ts';

/*
 * The forward filter one observation at a time, for streams.
 *
 * 1. The probabilities after n steps are those of the filter over the n observations.
 * 2. A step allocates nothing.
 */

/** A model made ready for steps. The scratch space is overwritten by each; nothing is remembered in it. */
export interface HmmStepParameters {
  readonly table: DensityTable;
  readonly start: Float64Array;
  readonly transition: Float64Array;
  /** whether the chain moves before the first observation */
  readonly movesFirst: boolean;
  readonly scratch: Float64Array;
}

/** @throws EstimationError for a model that is none */
export function hmmStepParameters(model: HiddenMarkovModel): HmmStepParameters {
  requireHmm(model);
  return {
    table: densityTable(model.emissions),
    start: Float64Array.from(model.start),
    transition: cellsOf(model.transition),
    movesFirst: hiddenSteps(model) > 0,
    scratch: new Float64Array(2 * model.emissions.length),
  };
}

/** Bayes' rule: scratch holds the predicted law, and behind it room for the densities. */
function conditioned({ table, scratch }: HmmStepParameters, probabilities: Float64Array, observation: Float64Array): number {
  const { regimes } = table;
  writeLnDensities(table, observation, 0, scratch, regimes);
  let largest = -Infinity;
  for (let j = 0; j < regimes; j++) {
    const lnDensity = read(scratch, regimes + j);
    if (read(scratch, j) > 0 && lnDensity > largest) largest = lnDensity;
  }
  if (!(Math.abs(largest) < Infinity))
    throw new EstimationError(`the log-likelihood of the observation ${observation.join(', ')} is ${largest}`);
  let total = 0;
  for (let j = 0; j < regimes; j++) {
    const prior = read(scratch, j);
    const joint = prior > 0 ? prior * exp(read(scratch, regimes + j) - largest) : 0;
    scratch[j] = joint;
    total += joint;
  }
  for (let j = 0; j < regimes; j++) probabilities[j] = read(scratch, j) / total;
  return largest + ln(total);
}

/**
 * The first observation of a stream (one row; NaN is missing): writes P(regime | observation) into `probabilities` and returns ln
 * of the observation's density. @throws EstimationError when no regime can give it; the probabilities are then as they were
 */
export function hmmFirstStep(parameters: HmmStepParameters, probabilities: Float64Array, observation: Float64Array): number {
  const { start, scratch, movesFirst } = parameters;
  if (movesFirst) predictInto(parameters, start);
  else scratch.set(start);
  return conditioned(parameters, probabilities, observation);
}

/** The law of the next regime, into the scratch space. */
function predictInto({ table, transition, scratch }: HmmStepParameters, law: Float64Array): void {
  const { regimes } = table;
  for (let j = 0; j < regimes; j++) {
    let sum = 0;
    for (let i = 0; i < regimes; i++) sum += read(law, i) * read(transition, i * regimes + j);
    scratch[j] = sum;
  }
}

/**
 * The next observation of a stream (one row; NaN is missing): replaces the P(regime | observations so far) in `probabilities` and
 * returns ln of the observation's density given those before. @throws EstimationError when no regime can give it; the
 * probabilities are then as they were
 */
export function hmmStep(parameters: HmmStepParameters, probabilities: Float64Array, observation: Float64Array): number {
  predictInto(parameters, probabilities);
  return conditioned(parameters, probabilities, observation);
}
