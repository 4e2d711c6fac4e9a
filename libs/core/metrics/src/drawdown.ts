import { item } from '@aitrader/model';
import { annualGrowth, wealthOf } from './growth.ts';
import { meanOf } from './moments.ts';
import type { Series } from './series.ts';

/*
 * Invariants
 * 1. A drawdown lies in −1 … 0, and the largest is at least as deep as every other.
 * 2. Scaling the capital changes none of the figures.
 */

/** The deepest fall below an earlier peak. Places count returns: 0 is the start, i is after the i-th return. */
export interface Drawdown {
  /** trough over peak − 1, in −1 … 0 */
  readonly depth: number;
  readonly peak: number;
  readonly trough: number;
  /** the first place at which the peak is reached again, or null when it never is */
  readonly recovery: number | null;
}

/** How far below its highest so far, start included, the wealth is after every return: 0 at a new high. @throws RangeError as wealthOf */
export function drawdownsOf(returns: Series): Float64Array {
  let highest = 1;
  return wealthOf(returns).map((wealth) => {
    highest = Math.max(highest, wealth);
    return wealth / highest - 1;
  });
}

/** The deepest drawdown, the first of several as deep; all places 0 when there is none. @throws RangeError as wealthOf does */
export function maxDrawdown(returns: Series): Drawdown {
  const wealth = [1, ...wealthOf(returns)];
  let peak = 0;
  let deepest: Drawdown = { depth: 0, peak: 0, trough: 0, recovery: 0 };
  wealth.forEach((value, place) => {
    if (value > item(wealth, peak)) peak = place;
    const depth = value / item(wealth, peak) - 1;
    if (depth < deepest.depth) deepest = { depth, peak, trough: place, recovery: null };
  });
  const recovery = wealth.findIndex((value, place) => place >= deepest.trough && value >= item(wealth, deepest.peak));
  return { ...deepest, recovery: recovery < 0 ? null : recovery };
}

/** The longest stretch of returns that end below an earlier peak, counted in returns. @throws RangeError as wealthOf does */
export function longestUnderwater(returns: Series): number {
  let longest = 0;
  let current = 0;
  for (const drawdown of drawdownsOf(returns)) {
    current = drawdown < 0 ? current + 1 : 0;
    longest = Math.max(longest, current);
  }
  return longest;
}

/** Root mean square of the drawdowns after every return. Source: Martin and McCann (1989). @throws RangeError as wealthOf does */
export const ulcerIndex = (returns: Series): number => Math.sqrt(meanOf(drawdownsOf(returns), (value) => value * value));

/** Mean depth of the drawdowns after every return, ≥ 0. Source: Becker (2006). @throws RangeError as wealthOf does */
export const painIndex = (returns: Series): number => meanOf(drawdownsOf(returns), Math.abs);

/** Yearly growth over the depth of the deepest drawdown; ±Infinity without one, NaN when nothing moved. @throws RangeError */
export function calmarRatio(returns: Series, periodsPerYear: number): number {
  return annualGrowth(returns, periodsPerYear) / Math.abs(maxDrawdown(returns).depth);
}
