import { studentTCdf } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import { mean } from './moments.ts';
import { requireSeries, type Series } from './series.ts';
import type { TestResult } from './significance.ts';

/*
 * Whether one forecaster loses less than another, period by period, or only by luck.
 *
 * 1. The other way round the statistic changes its sign, and the p-values of both ways add up to 1.
 * 2. Scaling all differences by a factor above 0 changes nothing.
 */

/** Share of a mean's square that its own rounding may come to. */
const ROUNDING = 1e-24;

/** Autocovariances that the variance of the mean is made of: those of neighbours, as far as so many periods can tell them. */
function lagsOf(n: number): number {
  let lags = 1;
  while ((lags + 1) * (lags + 1) * (lags + 1) <= n) lags++;
  return lags;
}

/**
 * Test that `differences`, the losses of one forecaster less those of another in the same periods, have a mean of 0 or below, against one above
 * 0: a small p-value says that the other one is better. The variance is Newey and West's with n^(1/3) lags, the law Student's t with n − 1
 * degrees of freedom. Differences that are all 0 tell nothing: p = 1 / 2. Sources: Diebold and Mariano (1995), J. Bus. Econ. Stat. 13; Harvey,
 * Leybourne and Newbold (1997), Int. J. Forecasting 13. @throws RangeError below three periods
 */
export function pairedLossTest(differences: Series): TestResult {
  requireSeries('differences of losses', differences, 3);
  const n = differences.length;
  const centre = mean(differences);
  const deviations = Float64Array.from(differences, (difference) => difference - centre);
  const gamma = (lag: number): number => {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += read(deviations, i) * read(deviations, i - lag);
    return sum / n;
  };
  const lags = lagsOf(n);
  let variance = gamma(0);
  for (let lag = 1; lag <= lags; lag++) variance += 2 * (1 - lag / (lags + 1)) * gamma(lag);
  // differences that are all the same but for rounding have no spread to be held against
  if (!(variance > ROUNDING * centre * centre)) return { statistic: 0, pValue: centre > 0 ? 0 : centre < 0 ? 1 : 1 / 2 };
  const statistic = centre / Math.sqrt(variance / (n - 1));
  return { statistic, pValue: 1 - studentTCdf(statistic, n - 1) };
}
