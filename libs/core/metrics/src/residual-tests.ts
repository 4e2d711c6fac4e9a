import { chiSquareSurvival } from '@aitrader/core-numeric';
import { autocorrelations, momentsOf } from './moments.ts';
import { requireCount, requirePositive, requireSeries, type Series } from './series.ts';
import type { TestResult } from './significance.ts';

/*
 * Tests of what a model has left unexplained.
 *
 * 1. A statistic is at least 0, and does not change when the residuals are shifted or scaled.
 */

/**
 * Ljung and Box's test that residuals are not autocorrelated up to lag h: n (n + 2) Σ r_k² / (n − k) ~ χ²(h − fitted), `fitted` the
 * number of coefficients of an ARMA model that they are the residuals of, else 0. Source: Ljung and Box (1978), "On a measure of
 * lack of fit in time series models", Biometrika 65. @throws RangeError for lags ≤ fitted, lags ≥ n or residuals that do not vary
 */
export function ljungBoxTest(residuals: Series, lags: number, fitted: number): TestResult {
  requireCount('number of fitted coefficients', fitted, 0);
  requireCount('number of lags', lags, fitted + 1);
  requireVarying(residuals, lags + 1);
  const n = residuals.length;
  const sum = autocorrelations(residuals, lags).reduce((sum, r, i) => sum + (r * r) / (n - i - 1), 0);
  const statistic = n * (n + 2) * sum;
  return { statistic, pValue: chiSquareSurvival(statistic, lags - fitted) };
}

/**
 * Jarque and Bera's test that residuals are normal: n (S² + (K − 3)² / 4) / 6 ~ χ²(2), with the moments divided by n; needs a few
 * hundred of them. Source: Jarque and Bera (1987), "A test for normality of observations and regression residuals", Int. Stat.
 * Rev. 55. @throws RangeError for fewer than two residuals, or such that do not vary
 */
export function jarqueBeraTest(residuals: Series): TestResult {
  requireVarying(residuals, 2);
  const { count, skewness, kurtosis } = momentsOf(residuals);
  const excess = kurtosis - 3;
  const statistic = (count / 6) * (skewness * skewness + (excess * excess) / 4);
  return { statistic, pValue: chiSquareSurvival(statistic, 2) };
}

/**
 * H(h): the sum of the last h squared residuals over that of the first h; F(h, h) when the variance stays the same. Source: Durbin and
 * Koopman (2012), section 2.12. @throws RangeError for fewer than 2 h residuals
 */
export function heteroskedasticity(residuals: Series, h: number): number {
  requireCount('number of residuals at each end', h, 1);
  requireVarying(residuals, 2 * h);
  const squares = (from: number): number => {
    let sum = 0;
    for (let i = from; i < from + h; i++) sum += (residuals[i] ?? NaN) * (residuals[i] ?? NaN);
    return sum;
  };
  return squares(residuals.length - h) / squares(0);
}

function requireVarying(residuals: Series, atLeast: number): void {
  requireSeries('residuals', residuals, atLeast);
  requirePositive('variance of the residuals', momentsOf(residuals).variance);
}
