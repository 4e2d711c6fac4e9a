import { maxDrawdown, purgedFolds, returnsOf, sharpeRatiosOf, totalReturn, type TrialReturns } from '@aitrader/core-metrics';
import { item, read } from '@aitrader/model';
import { DATES_PER_YEAR, sharpeFiguresOf, tableOf, type SharpeFigures } from './statistics.ts';
import type { SweepReport, TrialReport } from './run-sweep.ts';

/*
 * What choosing by the past would have earned: the time is cut into one part that is only learned from and as many tests as are asked for; in
 * each test the trial is followed that did best in all of the time before it, less an embargo.
 *
 * 1. A choice depends on nothing from the first date of its test on, nor on the dates of the embargo before it.
 * 2. Every date from the first test on is in one test.
 *
 * Trials are followed as they ran from the start, with what they had learned and what they held by then: going over from one to another costs
 * nothing here.
 */

/** What a walk forward is kept as, beside its sweep. */
export const WALK_FORWARD_FILE = 'walk-forward.json';

export const CHOSEN_BY = ['sharpe', 'return'] as const;
/** The Sharpe ratio of daily returns, or what they come to. */
export type ChosenBy = (typeof CHOSEN_BY)[number];

export interface WalkForwardPlan {
  /** tests, 1 or more */
  readonly folds: number;
  /** trade dates before each test that nothing is chosen by */
  readonly embargo: number;
  readonly by: ChosenBy;
}

/** Dates from the first to the last, both included. */
export interface DateRange {
  readonly first: string;
  readonly last: string;
  readonly dates: number;
}

export interface WalkForwardFold {
  readonly chosenOn: DateRange;
  readonly test: DateRange;
  readonly trial: number;
  readonly sets: TrialReport['sets'];
  /** what it was chosen by: the Sharpe ratio per year, or the return, of the time before */
  readonly score: number;
  /** in the test */
  readonly totalReturn: number;
  readonly sharpe: number;
  /** its place there by what it was chosen by, 1 the best; of equal ones the best place */
  readonly rank: number;
}

export interface WalkForwardReport {
  readonly plan: WalkForwardPlan;
  readonly trials: number;
  readonly folds: readonly WalkForwardFold[];
  /** the tests one after the other: returns by trade date, and the equity after each, dollars */
  readonly dates: readonly string[];
  readonly returns: readonly number[];
  readonly equity: readonly number[];
  readonly totalReturn: number;
  /** at the closes of trade dates, as a fraction of the peak */
  readonly maxDrawdown: number;
  readonly sharpe: number;
  readonly probabilistic: number | null;
  readonly trackRecordMin: number | null;
  /** the trial that did best over all tests, as is known only afterwards */
  readonly hindsight: { readonly trial: number; readonly totalReturn: number; readonly sharpe: number };
  /** of the sweep */
  readonly digest: string;
}

/** Thrown for a plan that the dates of a sweep have no room for. */
export class WalkForwardError extends Error {
  override readonly name = 'WalkForwardError';
}

const CHOSEN_DATES_MIN = 2;

/** Walks forward through a sweep. @throws WalkForwardError where a test would have nothing before it to choose by */
export function walkForward(sweep: SweepReport, plan: WalkForwardPlan): WalkForwardReport {
  const { trials, dates, digest } = sweep;
  const table = tableOf(trials.map(({ returns }) => returns));
  const ranges = rangesOf(table.periods, plan);
  const folds = ranges.map(([train, test]) => foldOf(sweep, table, plan.by, train, test));
  const returns = ranges.flatMap(([, test], at) => [...returnsOf(between(table, test), item(folds, at).trial - 1)]);
  const [, [from]] = item(ranges, 0);
  const tested = between(table, [from, table.periods]);
  const { sharpe, probabilistic, trackRecordMin } = figuresOf(returns);
  const best = firstBest(scoresOf(tested, plan.by));
  let equity = item(trials, 0).equity.start;
  return {
    ...{ plan, trials: trials.length, folds, dates: dates.slice(from), returns },
    equity: returns.map((each) => (equity *= 1 + each)),
    totalReturn: totalReturn(returns),
    maxDrawdown: Math.abs(maxDrawdown(returns).depth),
    ...{ sharpe, probabilistic, trackRecordMin },
    hindsight: {
      trial: best + 1,
      totalReturn: totalReturn(returnsOf(tested, best)),
      sharpe: figuresOf([...returnsOf(tested, best)]).sharpe,
    },
    digest,
  };
}

/** Periods from the first up to, but not with, the second. */
type Range = readonly [from: number, to: number];

/** For each test what is chosen on, and the test. */
function rangesOf(periods: number, { folds, embargo }: WalkForwardPlan): readonly (readonly [Range, Range])[] {
  const room = `${folds} folds with an embargo of ${embargo} dates`;
  if (periods < folds + 1) throw new WalkForwardError(`${room} need at least ${folds + 1} trade dates, and there are ${periods}`);
  const starts = Array.from({ length: periods }, (_, i) => i);
  // a return that counts until the embargo is over is one that nothing in it is chosen by
  const ends = starts.map((start) => start + embargo);
  return purgedFolds({ starts, ends }, folds + 1, embargo)
    .slice(1)
    .map(({ test, train }) => {
      const before = train.find(({ to }) => to <= test.from);
      if (before === undefined || before.to - before.from < CHOSEN_DATES_MIN)
        throw new WalkForwardError(
          `${room} leave fewer than ${CHOSEN_DATES_MIN} of ${periods} trade dates before the first test to choose by`,
        );
      return [
        [before.from, before.to],
        [test.from, test.to],
      ];
    });
}

function foldOf({ trials, dates }: SweepReport, table: TrialReturns, by: ChosenBy, train: Range, test: Range): WalkForwardFold {
  const before = scoresOf(between(table, train), by);
  const chosen = firstBest(before);
  const tested = between(table, test);
  const after = scoresOf(tested, by);
  const returns = returnsOf(tested, chosen);
  return {
    chosenOn: dateRange(dates, train),
    test: dateRange(dates, test),
    trial: chosen + 1,
    sets: item(trials, chosen).sets,
    score: read(before, chosen),
    totalReturn: totalReturn(returns),
    sharpe: figuresOf([...returns]).sharpe,
    rank: 1 + after.filter((score) => score > read(after, chosen)).length,
  };
}

function between({ trials, periods, returns }: TrialReturns, [from, to]: Range): TrialReturns {
  const rows = Array.from({ length: trials }, (_, k) => returns.subarray(k * periods + from, k * periods + to));
  return { trials, periods: to - from, returns: Float64Array.from(rows.flatMap((row) => [...row])) };
}

/** A test of a single date has no Sharpe ratio: there what was earned counts. */
function scoresOf(table: TrialReturns, by: ChosenBy): Float64Array {
  if (by === 'sharpe' && table.periods >= CHOSEN_DATES_MIN) return sharpeRatiosOf(table).map((ratio) => ratio * PER_YEAR);
  return Float64Array.from({ length: table.trials }, (_, k) => totalReturn(returnsOf(table, k)));
}

const PER_YEAR = Math.sqrt(DATES_PER_YEAR);

const firstBest = (scores: Float64Array): number =>
  scores.reduce((best, score, at) => (score > read(scores, best) ? at : best), 0);

const figuresOf = (returns: readonly number[]): SharpeFigures => item(sharpeFiguresOf(tableOf([returns])), 0);

const dateRange = (dates: readonly string[], [from, to]: Range): DateRange => ({
  first: item(dates, from),
  last: item(dates, to - 1),
  dates: to - from,
});
