import { mean, meanOf, sampleQuantile, sampleSd } from './moments.ts';
import { requireFinite, requirePositive, requireReturns, type Series } from './series.ts';

/** A ratio whose denominator is 0 is ±Infinity, and NaN when its numerator is 0 too. */

/**
 * Sharpe ratio: mean return above `riskFree`, a return per period, over the standard deviation (n − 1), times √periodsPerYear.
 * Per period with periodsPerYear = 1. Source: Sharpe (1994), J. Portfolio Management 21. @throws RangeError below two returns
 */
export function sharpeRatio(returns: Series, riskFree: number, periodsPerYear: number): number {
  requireReturns(returns, 2);
  requireFinite('risk-free return', riskFree);
  requirePositive('number of periods per year', periodsPerYear);
  return ((mean(returns) - riskFree) / sampleSd(returns)) * Math.sqrt(periodsPerYear);
}

/** Root mean square of min(r − minimum, 0) over all returns, not over the losing ones alone. @throws RangeError for bad returns */
export function downsideDeviation(returns: Series, minimum: number): number {
  requireReturns(returns);
  requireFinite('minimum return', minimum);
  const squaredShortfall = (value: number): number => (value < minimum ? (value - minimum) * (value - minimum) : 0);
  return Math.sqrt(meanOf(returns, squaredShortfall));
}

/**
 * Sortino ratio: mean return above `minimum`, a return per period, over the downside deviation, times √periodsPerYear. Source:
 * Sortino and Price (1994), J. Investing 3. @throws RangeError for bad returns
 */
export function sortinoRatio(returns: Series, minimum: number, periodsPerYear: number): number {
  requirePositive('number of periods per year', periodsPerYear);
  return ((mean(returns) - minimum) / downsideDeviation(returns, minimum)) * Math.sqrt(periodsPerYear);
}

/** What is gained above `threshold` over what is lost below it. Source: Keating and Shadwick (2002). @throws RangeError */
export function omegaRatio(returns: Series, threshold: number): number {
  requireReturns(returns);
  requireFinite('threshold', threshold);
  const gained = meanOf(returns, (value) => Math.max(value - threshold, 0));
  const lost = meanOf(returns, (value) => Math.max(threshold - value, 0));
  return gained / lost;
}

/** Sum of the gains over the sum of the losses: the omega ratio at 0. @throws RangeError for bad returns */
export const profitFactor = (returns: Series): number => omegaRatio(returns, 0);

/** Share of returns above 0; a flat one is no hit. @throws RangeError for bad returns */
export function hitRate(returns: Series): number {
  requireReturns(returns);
  return meanOf(returns, (value) => (value > 0 ? 1 : 0));
}

/** The 95 % quantile over the 5 % one, both as sizes: above 1 the good tail is the longer. @throws RangeError for bad returns */
export function tailRatio(returns: Series): number {
  requireReturns(returns);
  return Math.abs(sampleQuantile(returns, 0.95)) / Math.abs(sampleQuantile(returns, 0.05));
}
