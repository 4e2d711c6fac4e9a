/*
 * Quantiles that keep their promise, of a forecast that comes true much later than the next one is made.
 *
 * Each has a factor of its own that grows when the outcome lies beyond it and shrinks otherwise, so that it stands still when that is as
 * frequent as its level says (decision 14, for states); the median is moved instead. What came true together counts as one.
 *
 * 1. A quantile rests on outcomes of before it was asked for.
 * 2. Quantiles never fall from one level to the next.
 */
import { exp } from '@aitrader/core-numeric';
import { FORECAST_LEVELS, item } from '@aitrader/model';
import { UNIT_QUANTILES } from './account-law.ts';

/** Step of ln(factor) at a miss, of all that came true together, is about this over √(tail probability). */
const GAIN = 0.05;
const LN_FACTOR_MAX = 3;

/** ln of the factor of each level; of the median its place, in standard deviations. Plain data. */
export type Bends = number[];
export const newBends = (): Bends => FORECAST_LEVELS.map(() => 0);

/** The quantiles of a forecast with a standard deviation, by those that its law has. */
export function quantilesOf(
  bends: readonly number[],
  sd: number,
  law: readonly number[] = UNIT_QUANTILES.map((quantile) => quantile * sd),
): number[] {
  const middle = FORECAST_LEVELS.indexOf(0.5);
  const median = item(law, middle);
  const bent = law.map(
    (quantile, i) => median + (i === middle ? item(bends, i) * sd : (quantile - median) * exp(item(bends, i))),
  );
  // outwards from the median, none inside the one before
  for (let i = middle - 1; i >= 0; i--) bent[i] = Math.min(item(bent, i), item(bent, i + 1));
  for (let i = middle + 1; i < bent.length; i++) bent[i] = Math.max(item(bent, i), item(bent, i - 1));
  return bent;
}

/** The lowest of the quantiles for a standard deviation of 1. */
export function lowestQuantile(bends: readonly number[]): number {
  const middle = FORECAST_LEVELS.indexOf(0.5);
  const median = item(UNIT_QUANTILES, middle);
  let lowest = median + item(bends, middle);
  for (let i = middle - 1; i >= 0; i--)
    lowest = Math.min(lowest, median + (item(UNIT_QUANTILES, i) - median) * exp(item(bends, i)));
  return lowest;
}

/** Learns from outcomes that came true at once, each with the quantiles that were said of it. */
export function bend(bends: Bends, came: readonly { readonly quantiles: readonly number[]; readonly outcome: number }[]): void {
  const step = GAIN / came.length;
  for (const { quantiles, outcome } of came) {
    FORECAST_LEVELS.forEach((level, i) => {
      const below = outcome <= item(quantiles, i) ? 1 : 0;
      const tail = Math.min(level, 1 - level);
      const beyond = level < 0.5 ? below : 1 - below;
      const move = level === 0.5 ? 0.5 - below : (beyond - tail) / Math.sqrt(tail);
      bends[i] = Math.max(-LN_FACTOR_MAX, Math.min(item(bends, i) + step * move, LN_FACTOR_MAX));
    });
  }
}
