import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { normalQuantile } from '@aitrader/core-numeric';
import { referencePath, withReference } from '../../../../tools/testing/reference-data.ts';
import {
  centralCoverage,
  conditionalCoverageTest,
  correlation,
  crpsOfEnsemble,
  crpsOfGaussian,
  crpsOfGaussianMixture,
  crpsOfStudentT,
  crpsOfStudentTMixture,
  fairCrpsOfEnsemble,
  independenceTest,
  intervalScore,
  kolmogorovSmirnovDistance,
  kolmogorovSmirnovTest,
  kupiecTest,
  logScoreOfGaussian,
  logScoreOfGaussianMixture,
  logScoreOfStudentT,
  logScoreOfStudentTMixture,
  mean,
  momentsOf,
  normalScores,
  pitHistogram,
  pitOfGaussian,
  pitOfGaussianMixture,
  pitOfStudentT,
  pitOfStudentTMixture,
  uniformityTest,
  violationTransitions,
} from './index.ts';

const REFERENCE = referencePath('numeric/07_calibration');

function expectNear(actual: number, expected: number, tolerance = 1e-9): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
}

interface Forecast {
  readonly mean: number;
  readonly sd: number;
  readonly y: number;
  readonly pit: number;
  readonly crps: number;
}

function forecasts(): Forecast[] {
  const lines = readFileSync(path.join(REFERENCE, 'data_ewma_forecasts.csv'), 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => {
    const [, mean = NaN, sd = NaN, y = NaN, pit = NaN, crps = NaN] = line.split(',').map(Number);
    return { mean, sd, y, pit, crps };
  });
}

/** A mixture as the reference writes it: weights, means and deviations stand in three lists. */
interface Mixture {
  readonly w: readonly number[];
  readonly mu: readonly number[];
  readonly sd: readonly number[];
  readonly y: number;
}

const gaussians = ({ w, mu, sd }: Mixture) => w.map((weight, i) => ({ weight, mean: mu[i] ?? NaN, sd: sd[i] ?? NaN }));
const students = (mixture: Mixture) =>
  gaussians(mixture).map(({ weight, mean, sd }) => ({ weight, location: mean, scale: sd, dof: Infinity }));

withReference(REFERENCE, 'reproduces the reference figures of calibration', () => {
  const cases = JSON.parse(readFileSync(path.join(REFERENCE, 'expected.json'), 'utf8'));

  describe('the reference scores', () => {
    it('of Gaussian forecasts', () => {
      expect(cases.gaussian).toHaveLength(7);
      for (const { mu, sigma, y, crps, pit, 'log_score (-log pdf)': logScore } of cases.gaussian) {
        const forecast = { mean: mu, sd: sigma };
        expectNear(crpsOfGaussian(forecast, y), crps);
        expectNear(logScoreOfGaussian(forecast, y), logScore);
        expectNear(pitOfGaussian(forecast, y), pit);
      }
      expectNear(crpsOfGaussian({ mean: 0, sd: 1 }, 0), cases.anchors['crps N(0,1) at y=0']);
    });

    it('of Student-t forecasts', () => {
      expect(cases.student_t).toHaveLength(5);
      for (const { nu, mu, scale, y, crps, pit, log_score } of cases.student_t) {
        const forecast = { location: mu, scale, dof: nu };
        expectNear(crpsOfStudentT(forecast, y), crps);
        expectNear(logScoreOfStudentT(forecast, y), log_score);
        expectNear(pitOfStudentT(forecast, y), pit);
      }
    });

    it('of mixtures, in closed form and by quadrature', () => {
      expect(cases.gaussian_mixture).toHaveLength(3);
      for (const { crps, log_score, pit, ...mixture } of cases.gaussian_mixture) {
        expectNear(crpsOfGaussianMixture(gaussians(mixture), mixture.y), crps);
        expectNear(crpsOfStudentTMixture(students(mixture), mixture.y), crps);
        expectNear(logScoreOfGaussianMixture(gaussians(mixture), mixture.y), log_score);
        expectNear(logScoreOfStudentTMixture(students(mixture), mixture.y), log_score);
        expectNear(pitOfGaussianMixture(gaussians(mixture), mixture.y), pit);
        expectNear(pitOfStudentTMixture(students(mixture), mixture.y), pit);
      }
    });

    it('of an ensemble', () => {
      const { members, y, crps_nrg, crps_fair } = cases.ensemble;
      expectNear(crpsOfEnsemble(members, y), crps_nrg);
      expectNear(fairCrpsOfEnsemble(members, y), crps_fair);
    });

    it('of a perfect Gaussian forecast on average', () => {
      const draws = Array.from({ length: 20_000 }, (_, i) => normalQuantile((i + 0.5) / 20_000));
      const average = mean(draws.map((y) => crpsOfGaussian({ mean: 0, sd: 1 }, y)));
      expectNear(average, cases.anchors['E[CRPS] of a perfect N(0,sigma) forecast / sigma'], 1e-4);
    });
  });

  describe('the reference figures of 1332 forecasts of the S&P 500', () => {
    const expected = cases.ewma_spx_2015_2020;
    const rows = forecasts();
    const pits = rows.map((row) => pitOfGaussian(row, row.y));
    const scores = rows.map((row) => crpsOfGaussian(row, row.y));

    it('are met forecast by forecast', () => {
      expect(rows).toHaveLength(expected.n);
      rows.forEach((row, i) => {
        expectNear(pits[i] ?? NaN, row.pit);
        expectNear(scores[i] ?? NaN, row.crps);
      });
    });

    it('are met on average', () => {
      expectNear(mean(scores), expected.mean_crps);
      expectNear(mean(rows.map((row) => logScoreOfGaussian(row, row.y))), expected.mean_log_score);
      const intervals = rows.map(({ mean: centre, sd, y }) => {
        const half = sd * normalQuantile(0.975);
        return intervalScore(centre - half, centre + half, 0.95, y);
      });
      expectNear(mean(intervals), expected.mean_interval_score_95);
    });

    it('are met by the distribution of the PITs', () => {
      const test = kolmogorovSmirnovTest(pits);
      expectNear(test.statistic, expected.ks_stat);
      expectNear(test.pValue, expected['ks_pvalue (exact/auto scipy)']);
      expect(Math.abs(test.pValue - expected.ks_pvalue_asymptotic)).toBeLessThan(1e-6);
      const { mean: centre, variance } = momentsOf(pits);
      expectNear(centre, expected.pit_mean);
      expectNear(variance, expected['pit_var (uniform 1/12)']);
      const counts = pitHistogram(pits, 10);
      expect(counts).toEqual(expected.pit_histogram_10);
      expectNear(uniformityTest(counts).statistic, expected.chi2);
      expectNear(uniformityTest(counts).pValue, expected.chi2_p);
    });

    it('are met by the coverage of central intervals', () => {
      const levels = Object.entries(expected.coverage);
      expect(levels).toHaveLength(5);
      for (const [level, figures] of levels) {
        const { share, standardError } = centralCoverage(pits, Number(level));
        expectNear(share, Object(figures).coverage);
        expectNear(standardError, Object(figures).binomial_se);
      }
    });

    it('are met by the normal scores', () => {
      const normal = normalScores(pits);
      const { mean: centre, variance } = momentsOf(normal);
      expectNear(centre, expected.normal_scores.mean);
      expectNear(Math.sqrt(variance), expected.normal_scores.sd);
      expectNear(correlation(normal.subarray(1), normal.subarray(0, -1)), expected.normal_scores.lag1_autocorr);
    });

    it('are met by the violations of the value at risk', () => {
      const violations = pits.map((pit) => pit < 0.05);
      const count = violations.filter(Boolean).length;
      expect(count).toBe(expected.var95_violations);
      const kupiec = kupiecTest(count, violations.length, 0.05);
      expectNear(kupiec.statistic, expected.kupiec_LR);
      expectNear(kupiec.pValue, expected.kupiec_p);
      expect(violationTransitions(violations)).toEqual(expected.christoffersen_counts);
      expectNear(independenceTest(violations).statistic, expected.christoffersen_LR_ind);
      expectNear(conditionalCoverageTest(violations, 0.05).statistic, expected.christoffersen_LR_cc);
    });
  });

  describe('the reference tests', () => {
    it('of Kupiec', () => {
      expect(cases.kupiec_examples).toHaveLength(5);
      for (const { x, n, p, LR, pvalue } of cases.kupiec_examples) {
        expectNear(kupiecTest(x, n, p).statistic, LR);
        expectNear(kupiecTest(x, n, p).pValue, pvalue);
      }
    });

    it('of Kolmogorov and Smirnov', () => {
      const { sample, D, p_exact } = cases.ks_small;
      expectNear(kolmogorovSmirnovDistance(sample), D);
      expectNear(kolmogorovSmirnovTest(sample).pValue, p_exact);
    });
  });
});
