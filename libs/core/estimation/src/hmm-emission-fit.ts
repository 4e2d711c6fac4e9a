import { item, read } from '@aitrader/model';
import { EstimationError } from './estimation-error.ts';
import type { Emission, GaussianEmission, StudentEmission } from './hmm-emission.ts';
import { dofOfScatter } from './hmm-dof.ts';

/*
 * The emissions that weighted observations make likeliest.
 *
 * 1. Missing values (NaN) have no weight.
 * 2. The weighted ln density of the result is at least that of the emission before it, unless a floor keeps it from it.
 */

/** What keeps a regime from shrinking to a single value, and tails from leaving what can be told. */
export interface EmissionFloors {
  /** smallest sd (Gaussian) or scale (Student) of each column; 0 where the list ends */
  readonly sdMin: readonly number[];
  /** bounds of Student's degrees of freedom */
  readonly dofMin: number;
  readonly dofMax: number;
}

/** One column of the observations and the weights of one regime. */
interface WeightedColumn {
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

/** What a regime's weight must at least come to, in observations, to move its emissions; below it they stay. */
const WEIGHT_MIN = 1e-8;

/** The values that are there of column `column` of `columns`, weighted by `regime` of `regimes`. */
function columnOf(
  observations: Float64Array,
  columns: number,
  column: number,
  smoothed: Float64Array,
  regimes: number,
  regime: number,
): WeightedColumn {
  const n = observations.length / columns;
  const values = new Float64Array(n);
  const weights = new Float64Array(n);
  let count = 0;
  for (let t = 0; t < n; t++) {
    const value = read(observations, t * columns + column);
    if (Number.isNaN(value)) continue;
    values[count] = value;
    weights[count] = read(smoothed, t * regimes + regime);
    count++;
  }
  return { values: values.subarray(0, count), weights: weights.subarray(0, count) };
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let t = 0; t < values.length; t++) total += read(values, t);
  return total;
}

function weightedMean(values: Float64Array, weights: Float64Array): number {
  let total = 0;
  for (let t = 0; t < values.length; t++) total += read(weights, t) * read(values, t);
  return total / sum(weights);
}

/** Σ weight (value − centre)² */
function scatter(values: Float64Array, weights: Float64Array, centre: number): number {
  let total = 0;
  for (let t = 0; t < values.length; t++) {
    const off = read(values, t) - centre;
    total += read(weights, t) * off * off;
  }
  return total;
}

/** The root of a variance, kept above its floor. @throws EstimationError when it is 0 and nothing keeps it off */
function floored(variance: number, sdMin: number, where: string): number {
  const sd = Math.max(Math.sqrt(variance), sdMin);
  if (sd > 0) return sd;
  throw new EstimationError(`sd ${where} is ${sd}: the regime has shrunk to one value, where the likelihood is infinite`);
}

function gaussian({ values, weights }: WeightedColumn, sdMin: number, where: string): GaussianEmission {
  const mean = weightedMean(values, weights);
  return { family: 'gaussian', mean, sd: floored(scatter(values, weights, mean) / sum(weights), sdMin, where) };
}

/**
 * One conditional maximisation of location and scale given the weights (ν + 1) / (ν + z²) of the values, then of ν given both.
 * Source: Liu and Rubin (1995), Statistica Sinica 5, algorithm ECME.
 */
function student(
  before: StudentEmission,
  { values, weights }: WeightedColumn,
  { dofMin, dofMax }: EmissionFloors,
  sdMin: number,
  where: string,
): StudentEmission {
  const { location, scale, dof } = before;
  const trusted = weights.map((weight, t) => {
    const z = (read(values, t) - location) / scale;
    return (weight * (dof + 1)) / (dof + z * z);
  });
  const centre = weightedMean(values, trusted);
  const spread = floored(scatter(values, trusted, centre) / sum(weights), sdMin, where);
  const squares = values.map((value) => {
    const z = (value - centre) / spread;
    return z * z;
  });
  return { family: 'student', location: centre, scale: spread, dof: dofOfScatter(squares, weights, dof, dofMin, dofMax) };
}

function frequencies(symbols: number, { values, weights }: WeightedColumn): number[] {
  const counts = new Array<number>(symbols).fill(0);
  values.forEach((symbol, t) => {
    counts[symbol] = item(counts, symbol) + read(weights, t);
  });
  const total = sum(weights);
  return counts.map((count) => count / total);
}

function reestimatedOne(
  before: Emission,
  column: WeightedColumn,
  floors: EmissionFloors,
  sdMin: number,
  where: string,
): Emission {
  if (!(sum(column.weights) > WEIGHT_MIN)) return before;
  switch (before.family) {
    case 'gaussian':
      return gaussian(column, sdMin, where);
    case 'student':
      return student(before, column, floors, sdMin, where);
    case 'discrete':
      return { family: 'discrete', probabilities: frequencies(before.probabilities.length, column) };
  }
}

/**
 * The emissions after one maximisation step; `smoothed` holds a row of the regimes' probabilities for each observation.
 * @throws EstimationError when a regime shrinks to a single value and no floor keeps it off
 */
export function reestimated(
  emissions: readonly (readonly Emission[])[],
  observations: Float64Array,
  smoothed: Float64Array,
  floors: EmissionFloors,
): Emission[][] {
  const regimes = emissions.length;
  return emissions.map((columns, regime) =>
    columns.map((before, column) => {
      const weighted = columnOf(observations, columns.length, column, smoothed, regimes, regime);
      return reestimatedOne(before, weighted, floors, floors.sdMin[column] ?? 0, `of regime ${regime}, column ${column}`);
    }),
  );
}
