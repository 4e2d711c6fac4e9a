import { ln } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import { requireCount, requireSeries, type Series } from './series.ts';

/*
 * How far what comes now is from what was learned on.
 *
 * 1. It is 0 when both have the same shares of values in every bin, and above 0 otherwise.
 * 2. Values that are scaled or shifted together, in both, change nothing.
 */

/**
 * Population stability index of `actual` against `expected`: Σ (a − e) ln(a / e) over `bins` bins that hold equal shares of the expected values;
 * a share is at least half a value's. By the rule of thumb below 0.1 nothing has changed, above 0.25 something has. Of equal values in
 * `expected` those on a border count to the bin above. @throws RangeError for series without values, those that are no numbers, and fewer than two bins
 */
export function populationStability(expected: Series, actual: Series, bins = 10): number {
  requireSeries('expected values', expected, 1);
  requireSeries('actual values', actual, 1);
  requireCount('number of bins', bins, 2);
  const sorted = Float64Array.from(expected).sort();
  const borders = Array.from({ length: bins - 1 }, (_, i) => read(sorted, Math.floor(((i + 1) * sorted.length) / bins)));
  const [was, is] = [sharesIn(expected, borders), sharesIn(actual, borders)];
  return was.reduce((sum, e, i) => {
    const a = read(is, i);
    return sum + (a - e) * ln(a / e);
  }, 0);
}

function sharesIn(values: Series, borders: readonly number[]): Float64Array {
  const counts = new Float64Array(borders.length + 1);
  for (const value of values) {
    let bin = 0;
    while (bin < borders.length && value >= (borders[bin] ?? Infinity)) bin++;
    counts[bin] = read(counts, bin) + 1;
  }
  return counts.map((count) => Math.max(count, 1 / 2) / values.length);
}
