import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { heteroskedasticity, jarqueBeraTest, ljungBoxTest, momentsOf } from '@aitrader/core-metrics';
import { referencePath, withReference } from '../../../../tools/testing/reference-data.ts';
import {
  estimateOf,
  evenly,
  fitStateSpace,
  kalmanFilter,
  kalmanForecast,
  kalmanSmoother,
  localLevel,
  localLinearTrend,
  matrixOf,
  standardisedErrors,
} from './index.ts';

const REFERENCE = referencePath('numeric');

const json = (name: string) => JSON.parse(readFileSync(path.join(REFERENCE, name), 'utf8'));

/** The columns of a file by their names; an empty cell is NaN. */
function csv(name: string): ReadonlyMap<string, Float64Array> {
  const [header = '', ...lines] = readFileSync(path.join(REFERENCE, name), 'utf8').trim().split(/\r?\n/);
  const rows = lines.map((line) => line.split(','));
  const numberOf = (cell = '') => (cell === '' ? NaN : Number(cell));
  return new Map(header.split(',').map((column, i) => [column, Float64Array.from(rows, (row) => numberOf(row[i]))]));
}

function column(table: ReadonlyMap<string, Float64Array>, name: string): Float64Array {
  const found = table.get(name);
  if (!found) throw new Error(`no column ${name}`);
  return found;
}

/** Unknown values are expected where the reference leaves a cell empty. */
function expectColumn(actual: ArrayLike<number>, expected: Float64Array, tolerance: { absolute?: number; relative?: number }) {
  expect(actual).toHaveLength(expected.length);
  const differing = Array.from(actual).filter((value, i) => {
    const other = expected[i] ?? NaN;
    const limit = (tolerance.absolute ?? 0) + (tolerance.relative ?? 0) * Math.abs(other);
    return Number.isNaN(value) !== Number.isNaN(other) || Math.abs(value - other) > limit;
  });
  expect(differing).toEqual([]);
}

const without = (values: Float64Array, missing: (index: number) => boolean) =>
  values.map((value, i) => (missing(i) ? NaN : value));

function expectNile(file: string, prior: Parameters<typeof localLevel>[0], values: Float64Array) {
  const model = localLevel(prior);
  const parameters = Float64Array.of(1469.1, 15099);
  const series = evenly(values);
  const filter = kalmanFilter(model, parameters, series, 'dropped');
  const smoothed = kalmanSmoother(model, parameters, series, filter);
  const expected = csv(file);
  const tolerance = { relative: 1e-9 };
  const pairs: readonly (readonly [name: string, actual: ArrayLike<number>])[] = [
    ['a_pred', filter.predicted.map(({ mean }) => mean[0] ?? NaN)],
    ['P_pred', filter.predicted.map(({ covariance }) => covariance.entries[0] ?? NaN)],
    ['v', filter.innovations],
    ['F', filter.innovationVariances],
    ['a_filt', filter.filtered.map(({ mean }) => mean[0] ?? NaN)],
    ['P_filt', filter.filtered.map(({ covariance }) => covariance.entries[0] ?? NaN)],
    ['a_smooth', smoothed.map(({ mean }) => mean[0] ?? NaN)],
    ['V_smooth', smoothed.map(({ covariance }) => covariance.entries[0] ?? NaN)],
    ['loglik_t', filter.logLikelihoods],
  ];
  for (const [name, actual] of pairs) expectColumn(actual, column(expected, name), tolerance);
  expect(filter.predicted[0]?.diffuse.entries[0]).toBe(prior === 'diffuse' ? 1 : 0);
  return filter;
}

withReference(REFERENCE, 'reproduces the published reference results', () => {
  describe('the local level of the Nile', () => {
    const expected = json('01_nile/expected.json');
    const flow = column(csv('01_nile/data.csv'), 'flow');
    const parameters = Float64Array.of(1469.1, 15099);
    const known = { mean: Float64Array.of(0), covariance: matrixOf([[1e7]]) };
    const likelihood = (prefix: string): number => {
      const [, value] = Object.entries<number>(expected.loglik).find(([name]) => name.startsWith(prefix)) ?? [];
      return value ?? NaN;
    };

    it('has the states of the reference after an exact diffuse start', () => {
      const filter = expectNile('01_nile/expected_exact_diffuse.csv', 'diffuse', flow);
      expect(Math.abs(filter.logLikelihood - likelihood('exact_diffuse'))).toBeLessThan(1e-7);
      const kept = kalmanFilter(localLevel('diffuse'), parameters, evenly(flow), 'kept');
      expect(Math.abs(kept.logLikelihood - likelihood('statsmodels_exact_diffuse'))).toBeLessThan(1e-7);
    });

    it('has the states of the reference after a known prior', () => {
      const filter = expectNile('01_nile/expected_known_prior_P1_1e7.csv', known, flow);
      expect(Math.abs(filter.logLikelihood - likelihood('known prior'))).toBeLessThan(1e-7);
    });

    it('has the states of the reference where observations are missing', () => {
      const gapped = without(flow, (i) => (i >= 20 && i < 40) || (i >= 60 && i < 80));
      const filter = expectNile('01_nile/expected_missing.csv', 'diffuse', gapped);
      expect(Math.abs(filter.logLikelihood - likelihood('missing obs'))).toBeLessThan(1e-7);
      const kept = kalmanFilter(localLevel('diffuse'), parameters, evenly(gapped), 'kept');
      expect(Math.abs(kept.logLikelihood - likelihood('missing, statsmodels'))).toBeLessThan(1e-7);
    });

    it('has the forecasts of the reference', () => {
      const filter = kalmanFilter(localLevel('diffuse'), parameters, evenly(flow), 'dropped');
      const forecast = kalmanForecast(localLevel('diffuse'), parameters, filter, new Float64Array(30).fill(1));
      const tolerance = { relative: 1e-9 };
      expectColumn(
        forecast.map(({ observationMean }) => observationMean),
        new Float64Array(30).fill(expected.forecast_30.mean),
        tolerance,
      );
      const variances = forecast.map(({ covariance }) => covariance.entries[0] ?? NaN);
      expectColumn(variances, Float64Array.from(expected.forecast_30.state_var), tolerance);
      const observed = forecast.map(({ observationVariance }) => observationVariance);
      expectColumn(observed, Float64Array.from(expected.forecast_30.obs_var), tolerance);
    });

    it('has the errors of the reference', () => {
      const errors = standardisedErrors(kalmanFilter(localLevel('diffuse'), parameters, evenly(flow), 'dropped'));
      const { 'published (rounded)': published, ...exact } = expected.diagnostics_of_standardised_one_step_errors;
      const { skewness, kurtosis } = momentsOf(errors);
      const tests = [jarqueBeraTest(errors).statistic, heteroskedasticity(errors, 33), ljungBoxTest(errors, 9, 0).statistic];
      const found = [skewness, kurtosis, ...tests];
      const names = ['skew', 'kurtosis', 'N (Jarque-Bera)', 'H(33)', 'Q(9) Ljung-Box'];
      names.forEach((name, i) => expect(Math.abs((found[i] ?? NaN) - exact[name])).toBeLessThan(1e-9));
      ['S', 'K', 'N', 'H', 'Q9'].forEach((name, i) => expect(Math.abs((found[i] ?? NaN) - published[name])).toBeLessThan(0.005));
    });

    it('has the maximum likelihood estimates of the reference', () => {
      const fit = fitStateSpace(localLevel('diffuse'), evenly(flow), 'dropped');
      expect(fit.converged).toBe(true);
      expect(fit.n).toBe(100);
      expect(Math.abs(estimateOf(fit, 'observation') / expected.mle.sigma2_eps - 1)).toBeLessThan(1e-4);
      expect(Math.abs(estimateOf(fit, 'level') / expected.mle.sigma2_eta - 1)).toBeLessThan(1e-4);
      expect(Math.abs(fit.logLikelihood - expected.mle['loglik_n_minus_1_terms'])).toBeLessThan(1e-6);
    });
  });

  describe('the local linear trend of the S&P 500', () => {
    const { A_known: known, B_missing: missing } = json('02_llt/expected.json').cases;
    const values = column(csv('02_llt/data.csv'), 'y_100_log_close');
    const [p11, p12, p22] = known.P0;
    const covariance = matrixOf([
      [p11, p12],
      [p12, p22],
    ]);
    const model = localLinearTrend({ mean: Float64Array.from(known.a0), covariance }, 'discrete');
    const parameters = Float64Array.of(known.q_level, known.q_vel, known.R);

    const expectTrend = (file: string, seen: Float64Array, logLikelihood: number) => {
      const series = evenly(seen);
      const filter = kalmanFilter(model, parameters, series, 'dropped');
      const smoothed = kalmanSmoother(model, parameters, series, filter);
      const expected = csv(file);
      for (const [moments, mean, covariance] of [
        [filter.predicted, ['pred_level', 'pred_vel'], ['Ppred11', 'Ppred12', 'Ppred22']],
        [filter.filtered, ['filt_level', 'filt_vel'], ['P11', 'P12', 'P22']],
        [smoothed, ['smooth_level', 'smooth_vel'], ['V11', 'V12', 'V22']],
      ] as const) {
        mean.forEach((name, i) => {
          const actual = moments.map((one) => one.mean[i] ?? NaN);
          expectColumn(actual, column(expected, name), { absolute: 1e-8 });
        });
        covariance.forEach((name, i) => {
          const actual = moments.map((one) => one.covariance.entries[[0, 1, 3][i] ?? NaN] ?? NaN);
          expectColumn(actual, column(expected, name), { relative: 1e-8 });
        });
      }
      expectColumn(filter.innovations, column(expected, 'v'), { absolute: 1e-8 });
      expectColumn(filter.innovationVariances, column(expected, 'S'), { relative: 1e-8 });
      expect(Math.abs(filter.logLikelihood - logLikelihood)).toBeLessThan(1e-6);
    };

    it('has the states of the reference', () => {
      expectTrend('02_llt/A_known_expected.csv', values, known.loglik);
    });

    it('has the states of the reference where observations are missing', () => {
      const gaps = new Set(missing.missing_indices_0based);
      expect(gaps.size).toBe(30);
      expectTrend(
        '02_llt/B_missing_expected.csv',
        without(values, (i) => gaps.has(i)),
        missing.loglik,
      );
    });
  });
});
