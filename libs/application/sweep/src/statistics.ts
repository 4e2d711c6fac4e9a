import {
  backtestOverfitting,
  deflatedSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
  returnsOf,
  sampleVariance,
  sharpeEstimateOf,
  sharpeRatiosOf,
  superiorityTests,
  type TrialReturns,
} from '@aitrader/core-metrics';
import { read } from '@aitrader/model';

/*
 * How far results can be believed of which one is going to be chosen. Returns are by trade date, Sharpe ratios per date unless they say per year;
 * the benchmark is cash, which earns nothing here. What too few dates or trials say nothing of is null.
 */

/** Trade dates of a year. */
export const DATES_PER_YEAR = 252;
/** How sure the least length of a track record is to be. */
export const TRACK_RECORD_CONFIDENCE = 0.95;
const PERIODS_MIN = 9;
/** As many as the paper cuts the periods into, where there are two for each. */
const BLOCKS_MAX = 16;
const BLOCK_PERIODS_MIN = 2;
const BLOCKS_MIN = 2;
const SPLIT_PERIODS_MIN = 4;
const SAMPLES = 2_000;
const SEED = 74;

/** How far one trial's returns can be believed. */
export interface SharpeFigures {
  /** per year */
  readonly sharpe: number;
  /** P(the true one is above 0); null where returns do not vary */
  readonly probabilistic: number | null;
  /** P(the true one is above what luck alone gives the best of all these trials); null as well */
  readonly deflated: number | null;
  /** trade dates until the probabilistic one reaches 95 %; null where it never does */
  readonly trackRecordMin: number | null;
}

/** How far choosing among the trials can be believed. */
export interface ChoiceFigures {
  /** by combinatorially symmetric cross-validation */
  readonly overfitting: {
    readonly probability: number;
    readonly lossProbability: number;
    /** null where the best in sample is as good in every split */
    readonly slope: number | null;
    readonly splits: number;
    readonly blocks: number;
  } | null;
  /** of the stationary bootstrap; a p-value of 0 is one below 1 / samples */
  readonly superiority: {
    readonly realityCheck: number;
    readonly superiorAbility: { readonly lower: number; readonly consistent: number; readonly upper: number };
    readonly meanBlock: number;
    readonly samples: number;
  } | null;
}

/** The returns of trials as one table. @throws RangeError for rows of different lengths */
export function tableOf(rows: readonly (readonly number[])[]): TrialReturns {
  const periods = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== periods)) throw new RangeError('trials have the same trade dates');
  return { trials: rows.length, periods, returns: Float64Array.from(rows.flat()) };
}

/** Figures of every trial, each deflated by all of them. */
export function sharpeFiguresOf(table: TrialReturns): readonly SharpeFigures[] {
  const variance = sharpeVarianceOf(table);
  if (variance === null) return Array.from({ length: table.trials }, () => NOTHING_KNOWN);
  const ratios = sharpeRatiosOf(table);
  return Array.from(ratios, (ratio, trial) => {
    const returns = returnsOf(table, trial);
    const sharpe = ratio * Math.sqrt(DATES_PER_YEAR);
    if (!(sampleVariance(returns) > 0)) return { ...NOTHING_KNOWN, sharpe };
    const estimate = sharpeEstimateOf(returns, 0);
    const record = minimumTrackRecord(estimate, 0, TRACK_RECORD_CONFIDENCE);
    return {
      sharpe,
      probabilistic: probabilisticSharpe(estimate, 0),
      deflated: deflatedSharpe(estimate, table.trials, variance),
      trackRecordMin: Number.isFinite(record) ? record : null,
    };
  });
}

/** Sample variance of the trials' Sharpe ratios by trade date, 0 of a single one; null of too few dates to have ratios. */
export function sharpeVarianceOf(table: TrialReturns): number | null {
  if (table.periods < 2) return null;
  return table.trials > 1 ? sampleVariance(sharpeRatiosOf(table)) : 0;
}

const NOTHING_KNOWN: SharpeFigures = { sharpe: 0, probabilistic: null, deflated: null, trackRecordMin: null };

/** What the table says of choosing among its trials. */
export const choiceFiguresOf = (table: TrialReturns): ChoiceFigures => ({
  overfitting: overfittingOf(table),
  superiority: superiorityOf(table),
});

function overfittingOf(table: TrialReturns): ChoiceFigures['overfitting'] {
  if (table.trials < 2 || table.periods < SPLIT_PERIODS_MIN || !isVaried(table)) return null;
  const even = 2 * Math.floor(table.periods / BLOCK_PERIODS_MIN / 2);
  const blocks = Math.max(BLOCKS_MIN, Math.min(BLOCKS_MAX, even));
  const { probability, lossProbability, slope, logits } = backtestOverfitting(table, blocks);
  return { probability, lossProbability, slope: Number.isFinite(slope) ? slope : null, splits: logits.length, blocks };
}

function superiorityOf(table: TrialReturns): ChoiceFigures['superiority'] {
  if (table.periods < PERIODS_MIN || !isVaried(table)) return null;
  const { realityCheck, superiorAbility, meanBlock } = superiorityTests(table, {
    meanBlock: 'by-returns',
    samples: SAMPLES,
    seed: SEED,
  });
  const { lower, consistent, upper } = superiorAbility;
  return { realityCheck: realityCheck.pValue, superiorAbility: { lower, consistent, upper }, meanBlock, samples: SAMPLES };
}

/** Where nothing was ever earned or lost there is nothing to test. */
const isVaried = ({ returns }: TrialReturns): boolean => returns.some((_, at) => read(returns, at) !== 0);
