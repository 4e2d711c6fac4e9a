import { describe, expect, it } from '@jest/globals';
import { autocorrelations, EstimationError, heteroskedasticity, ljungBox, normality } from './index.ts';

const ERRORS = Float64Array.of(1, -2, 0.5, 3, -1, 0.25, -0.75, 2);

describe('diagnostics of errors', () => {
  // scipy.stats.skew, kurtosis and jarque_bera; statsmodels' acf and acorr_ljungbox
  it('are those of scipy and statsmodels', () => {
    const { skewness, kurtosis, jarqueBera } = normality(ERRORS);
    expect(skewness).toBeCloseTo(0.181262240965955, 12);
    expect(kurtosis).toBeCloseTo(2.0844, 12);
    expect(jarqueBera).toBeCloseTo(0.32324912, 12);
    [-0.350833333333333, -0.283333333333333, -0.0158333333333333].forEach((r, k) =>
      expect(autocorrelations(ERRORS, 3)[k]).toBeCloseTo(r, 12),
    );
    expect(ljungBox(ERRORS, 3)).toBeCloseTo(2.48105608465608, 12);
    expect(heteroskedasticity(ERRORS, 3)).toBeCloseTo((0.25 ** 2 + 0.75 ** 2 + 2 ** 2) / (1 + 4 + 0.25), 14);
  });

  it('refuse errors that are too few or unknown', () => {
    expect(() => ljungBox(ERRORS, 7)).toThrow(new EstimationError('8 errors, fewer than the 9 it takes'));
    expect(() => heteroskedasticity(ERRORS, 5)).toThrow(EstimationError);
    expect(() => normality(Float64Array.of(1, NaN))).toThrow('errors[1] is NaN');
  });
});
