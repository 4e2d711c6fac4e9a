import type { FitResult, ParameterEstimate } from './fit-result.ts';
import { EstimationError } from './estimation-error.ts';
import { type TimedSeries } from './state-space-model.ts';

/*
 * Every family of models behind the same three verbs, with its parameters as a record of names.
 *
 * 1. Evaluating a model at the parameters of its own fit gives the fit's ln L and standard errors.
 * 2. A record that is no model is refused by name, never completed in silence but for the rest of a law.
 */

/** The column of a series of plain numbers. */
export const ONE_COLUMN = ['y'] as const;

/** Parameters by their names. */
export type ParameterRecord = Readonly<Record<string, number>>;

/** What a series says of a model at given parameters. */
export type EvaluatedModel = Omit<FitResult, 'converged' | 'iterations'>;

/** How a fit searches, where it is not left to the model. */
export interface FitSearch {
  /** start here instead of at the model's own starts */
  readonly init?: ParameterRecord | undefined;
  readonly iterationsMax?: number | undefined;
  /** called after every pass over the series */
  readonly onStep?: (() => void) | undefined;
}

/** One number for each observation; NaN where there is none. */
export interface PathColumn {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

/**
 * A model that is fixed but for its parameters. A series holds its observations one after the other, each a row of as many values as
 * the model has columns. All functions throw EstimationError for a series or record that will not do.
 */
export interface FittableModel {
  /** what an observation consists of */
  readonly columns: readonly string[];
  /** fewest observations that it can be fitted to */
  readonly observationsMin: number;
  /** in the order of a fit */
  readonly parameterNames: readonly string[];
  /** how many of these parameters are free: the cells of a law sum to one */
  readonly freeCount: (parameters: ParameterRecord) => number;
  /** when observations may be missing (NaN) */
  readonly gaps: 'always' | 'when evaluated' | 'never';
  readonly fit: (series: TimedSeries, search: FitSearch) => FitResult;
  readonly evaluate: (series: TimedSeries, parameters: ParameterRecord) => EvaluatedModel;
  /** what the model says of every observation, each column as long as the series */
  readonly paths: (series: TimedSeries, parameters: ParameterRecord) => readonly PathColumn[];
}

/** The values of estimates by their names. */
export const recordOf = (parameters: readonly ParameterEstimate[]): ParameterRecord =>
  Object.fromEntries(parameters.map(({ name, value }) => [name, value]));

/** Checks that all names are known and all values finite. @throws EstimationError that names the first one that is not */
export function requireKnown(model: string, names: readonly string[], record: ParameterRecord): void {
  for (const [name, value] of Object.entries(record)) {
    if (!names.includes(name))
      throw new EstimationError(`there is no parameter ${JSON.stringify(name)}: ${model} has ${names.join(', ')}`);
    if (!Number.isFinite(value)) throw new EstimationError(`${name} is ${value}, which is no finite number`);
  }
}

/** @throws EstimationError when the record lacks it */
export function required(record: ParameterRecord, name: string): number {
  const value = record[name];
  if (value === undefined) throw new EstimationError(`parameter ${name} is missing`);
  return value;
}

/** A law by the names of its cells; one that is missing is the rest. @throws EstimationError when they make no law */
export function lawOf(record: ParameterRecord, names: readonly string[], what: string): number[] {
  const missing = names.filter((name) => record[name] === undefined);
  if (missing.length > 1)
    throw new EstimationError(`${missing.join(' and ')} are missing: ${what} may leave out one of its cells`);
  const known = names.reduce((sum, name) => sum + (record[name] ?? 0), 0);
  const law = names.map((name) => record[name] ?? 1 - known);
  const wrong = law.findIndex((p) => !(p >= 0 && p <= 1));
  if (wrong >= 0) throw new EstimationError(`${names[wrong] ?? ''} of ${what} is ${law[wrong] ?? NaN}, which is no probability`);
  if (missing.length === 0 && Math.abs(known - 1) > LAW_TOLERANCE)
    throw new EstimationError(
      `${what} sums to ${known} instead of 1: ${names.map((name) => `${name} = ${record[name] ?? 0}`).join(', ')}`,
    );
  return law;
}

/** How far the sum of a law may be from one. */
const LAW_TOLERANCE = 1e-9;

/** Names p_ij of a transition matrix, row by row. */
export const transitionNames = (regimes: number): string[][] =>
  Array.from({ length: regimes }, (_, i) => Array.from({ length: regimes }, (_, j) => `p_${i}${j}`));

/** A transition matrix by its names. @throws EstimationError when a row is no law */
export const transitionFrom = (record: ParameterRecord, regimes: number): number[][] =>
  transitionNames(regimes).map((row, i) => lawOf(record, row, `the row of transitions from regime ${i}`));

/** Columns of rows of K probabilities, `prefix`_k; `skipped` observations before the first row have none. */
export const regimeColumns = (prefix: string, rows: Float64Array, regimes: number, skipped = 0): PathColumn[] =>
  Array.from({ length: regimes }, (_, k) => ({
    name: `${prefix}_${k}`,
    values: shifted(
      rows.filter((_, i) => i % regimes === k),
      skipped,
    ),
  }));

/** The values after `skipped` observations that have none. */
export function shifted(values: ArrayLike<number>, skipped: number): Float64Array {
  const result = new Float64Array(values.length + skipped).fill(NaN);
  result.set(values, skipped);
  return result;
}
