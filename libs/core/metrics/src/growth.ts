import { log1p, pow } from '@aitrader/core-numeric';
import { correlation, sampleSd } from './moments.ts';
import { requirePositive, requireReturns, type Series } from './series.ts';

/** All returns are simple ones, of equal periods: 0.01 is one per cent. */

/** What one unit of capital has become after every return. @throws RangeError for no returns or one below −1 or not finite */
export function wealthOf(returns: Series): Float64Array {
  requireReturns(returns);
  let wealth = 1;
  return Float64Array.from(returns, (value) => (wealth *= 1 + value));
}

/** Return over the whole series, compounded. @throws RangeError as wealthOf does */
export function totalReturn(returns: Series): number {
  return (wealthOf(returns).at(-1) ?? NaN) - 1;
}

/** Return per year that compounds to the total one (CAGR): (1 + total)^(periodsPerYear / n) − 1. @throws RangeError */
export function annualGrowth(returns: Series, periodsPerYear: number): number {
  requirePositive('number of periods per year', periodsPerYear);
  return pow(1 + totalReturn(returns), periodsPerYear / returns.length) - 1;
}

/** Standard deviation (divided by n − 1) of the returns, times √periodsPerYear. @throws RangeError for fewer than two returns */
export function annualVolatility(returns: Series, periodsPerYear: number): number {
  requirePositive('number of periods per year', periodsPerYear);
  requireReturns(returns, 2);
  return sampleSd(returns) * Math.sqrt(periodsPerYear);
}

/**
 * How straight the path of ln(wealth) is: its squared correlation with time, 0 … 1; NaN when the wealth stands still. Source: the
 * coefficient of determination, as empyrical's stability_of_timeseries. @throws RangeError for fewer than two returns, or a total loss
 */
export function stability(returns: Series): number {
  requireReturns(returns, 2);
  let logWealth = 0;
  const path = Float64Array.from(returns, (value) => (logWealth += log1p(value)));
  const r = correlation(
    path,
    path.map((_, i) => i),
  );
  return r * r;
}
