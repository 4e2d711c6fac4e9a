import { requireCount, requireFinite } from './series.ts';

/*
 * Folds of samples whose labels reach ahead in time, for fitting on some and testing on the others.
 *
 * 1. Every sample is in exactly one test; none is in a test and its training.
 * 2. No label of a training shares an instant with the time from the first sample of its test to the end of the last label in it.
 * 3. What follows a test in training begins later than the embargo after that end.
 * 4. Nothing else is left out.
 *
 * Source: López de Prado (2018), "Advances in Financial Machine Learning", chapter 7: purging (snippet 7.1) and embargo (7.2) of
 * contiguous folds.
 */

/** Samples in order of time: what each is known from, and when its label is known. Any unit of time, one for all. */
export interface LabelledTimes {
  /** never falling; samples of several symbols may share an instant */
  readonly starts: ArrayLike<number>;
  /** none before its own start */
  readonly ends: ArrayLike<number>;
}

/** Samples from the index `from` up to, but not with, `to`. */
export interface IndexRange {
  readonly from: number;
  readonly to: number;
}

/** One test, and what may be fitted for it: ranges that do not touch, in order. Those that end by `test.from` lie before it. */
export interface PurgedFold {
  readonly test: IndexRange;
  readonly train: readonly IndexRange[];
}

/**
 * `folds` contiguous tests of as equal sizes as can be, the larger ones first, each with the samples that may be fitted for it.
 * `embargo` is how long after the last label of a test no training begins, in the unit of the times: for what labels do not show, such
 * as features that look back. A training may be empty, where labels reach over all of the rest. For a walk that only ever fits what came
 * before take the ranges before the test. O(samples · folds). @throws RangeError for fewer than two folds or more than samples, a
 * negative embargo, times that are not finite or fall, or a label that ends before it begins
 */
export function purgedFolds({ starts, ends }: LabelledTimes, folds: number, embargo: number): PurgedFold[] {
  const count = starts.length;
  requireCount('number of folds', folds, 2);
  if (folds > count) throw new RangeError(`${count} samples make no ${folds} folds`);
  if (!(embargo >= 0 && embargo < Infinity)) throw new RangeError(`the embargo must be a time of at least 0, got ${embargo}`);
  requireTimes(starts, ends);
  return Array.from({ length: folds }, (_, fold) => {
    const test = { from: boundary(count, folds, fold), to: boundary(count, folds, fold + 1) };
    const begins = timeAt(starts, test.from);
    let over = begins;
    for (let i = test.from; i < test.to; i++) over = Math.max(over, timeAt(ends, i));
    const isFree = (i: number): boolean => timeAt(ends, i) < begins || timeAt(starts, i) > over + embargo;
    return { test, train: [...rangesOf(0, test.from, isFree), ...rangesOf(test.to, count, isFree)] };
  });
}

const timeAt = (times: ArrayLike<number>, i: number): number => times[i] ?? NaN;

/** Where a fold begins; the first `count` mod `folds` have one sample more. */
const boundary = (count: number, folds: number, fold: number): number =>
  fold * Math.floor(count / folds) + Math.min(fold, count % folds);

function requireTimes(starts: ArrayLike<number>, ends: ArrayLike<number>): void {
  if (starts.length !== ends.length) throw new RangeError(`${starts.length} samples have ${ends.length} ends of their labels`);
  let last = -Infinity;
  for (let i = 0; i < starts.length; i++) {
    const [start, end] = [timeAt(starts, i), timeAt(ends, i)];
    requireFinite(`start of sample ${i}`, start);
    requireFinite(`end of the label of sample ${i}`, end);
    if (start < last) throw new RangeError(`sample ${i} starts at ${start}, before the one at ${last} that it follows`);
    if (end < start) throw new RangeError(`the label of sample ${i} ends at ${end}, before it begins at ${start}`);
    last = start;
  }
}

/** The longest ranges within `from` … `to` − 1 of indices that are wanted. */
function rangesOf(from: number, to: number, isWanted: (index: number) => boolean): IndexRange[] {
  const ranges: IndexRange[] = [];
  for (let i = from; i < to; i++) {
    if (!isWanted(i)) continue;
    const begins = i;
    while (i < to && isWanted(i)) i++;
    ranges.push({ from: begins, to: i });
  }
  return ranges;
}
