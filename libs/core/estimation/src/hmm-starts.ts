import { item, read } from '@aitrader/model';
import type { HmmPrior } from './hmm-em.ts';
import type { Emission } from './hmm-emission.ts';
import { reestimated } from './hmm-emission-fit.ts';
import type { HiddenMarkovModel } from './hmm-model.ts';

/*
 * Models to start a fit from: guesses at which observations belong together.
 *
 * 1. The same observations give the same starts.
 */

export type FittedFamily = 'gaussian' | 'student';

/** How likely regimes stay, in a start. */
const STAY = 0.95;
/** What a start knows of Student's tails. */
const DOF = 8;
/** Weight of an observation in the group it is put into; the others share the rest. */
const MEMBER = 0.9;
/** Bars on both sides that local averages reach over: a week and a month of days. */
const REACHES = [5, 20] as const;

/** For each value its group 0 … K − 1, all about as large, by rank; among equals the earlier is the smaller. */
function rankGroups(values: Float64Array, regimes: number): Int32Array {
  const order = Array.from(values.keys()).sort((a, b) => read(values, a) - read(values, b) || a - b);
  const groups = new Int32Array(values.length);
  order.forEach((t, rank) => {
    groups[t] = Math.floor((rank * regimes) / values.length);
  });
  return groups;
}

function columnOf(observations: Float64Array, columns: number, column: number): Float64Array {
  return observations.filter((_, i) => i % columns === column);
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Squares of the distance from the mean, averaged over `reach` neighbours on each side. */
function localVariance(values: Float64Array, reach: number): Float64Array {
  const mean = meanOf(values);
  const sums = new Float64Array(values.length + 1);
  values.forEach((value, t) => {
    sums[t + 1] = read(sums, t) + (value - mean) * (value - mean);
  });
  return values.map((_, t) => {
    const first = Math.max(0, t - reach);
    const end = Math.min(values.length, t + reach + 1);
    return (read(sums, end) - read(sums, first)) / (end - first);
  });
}

/** Several ways to sort the observations into groups: by how wild they are and what is around them, by level, by time. */
function groupings(observations: Float64Array, columns: number, regimes: number): Int32Array[] {
  const first = columnOf(observations, columns, 0);
  const byColumn = Array.from({ length: columns }, (_, column) => columnOf(observations, columns, column));
  return [
    ...REACHES.map((reach) => localVariance(first, reach)),
    localVariance(first, 0),
    ...byColumn,
    first.map((_, t) => t),
  ].map((values) => rankGroups(values, regimes));
}

/** The model whose regimes look as the groups do. */
function startFrom(
  groups: Int32Array,
  observations: Float64Array,
  families: readonly FittedFamily[],
  regimes: number,
  prior: HmmPrior,
): HiddenMarkovModel {
  const others = regimes > 1 ? (1 - MEMBER) / (regimes - 1) : 0;
  const weights = new Float64Array(groups.length * regimes).fill(others);
  groups.forEach((group, t) => {
    weights[t * regimes + group] = 1 - others * (regimes - 1);
  });
  const gaussians = Array.from({ length: regimes }, () => families.map((): Emission => ({ family: 'gaussian', mean: 0, sd: 1 })));
  const emissions = reestimated(gaussians, observations, weights, prior.emissions).map((row) =>
    row.map((emission, column) => withFamily(emission, item(families, column))),
  );
  const leave = regimes > 1 ? (1 - STAY) / (regimes - 1) : 0;
  return {
    start: Array.from({ length: regimes }, () => 1 / regimes),
    startsAt: 'first-observation',
    transition: Array.from({ length: regimes }, (_, i) =>
      Array.from({ length: regimes }, (_, j) => (i === j ? 1 - leave * (regimes - 1) : leave)),
    ),
    emissions,
  };
}

/** The emission of the family with the same mean and variance. */
function withFamily(emission: Emission, family: FittedFamily): Emission {
  if (emission.family !== 'gaussian' || family === 'gaussian') return emission;
  return { family, location: emission.mean, scale: emission.sd * Math.sqrt((DOF - 2) / DOF), dof: DOF };
}

/** Models to start from, in a fixed order. The observations are rows of as many columns as there are families, none missing. */
export const hmmStarts = (
  observations: Float64Array,
  families: readonly FittedFamily[],
  regimes: number,
  prior: HmmPrior,
): HiddenMarkovModel[] =>
  groupings(observations, families.length, regimes).map((groups) => startFrom(groups, observations, families, regimes, prior));
