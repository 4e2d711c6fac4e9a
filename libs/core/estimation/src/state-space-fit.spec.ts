import { describe, expect, it } from '@jest/globals';
import {
  EstimationError,
  entry,
  evenly,
  fitStateSpace,
  kalmanFilter,
  kalmanForecast,
  kalmanSmoother,
  likelihoodDerivatives,
  localLevel,
  localLinearTrend,
  revertingVelocity,
  stateSpaceLikelihood,
} from './index.ts';
import { termsAt } from './maximum-likelihood.ts';
import { type StateSpaceModel, type TimedSeries } from './index.ts';

/** A noisy level with a wandering velocity at uneven steps, from Lehmer's generator: exact arithmetic and square roots only. */
function madeSeries(count: number): TimedSeries {
  let state = 777;
  const bell = () => {
    let sum = -2;
    for (let k = 0; k < 4; k++) {
      state = (state * 16807) % 2147483647;
      sum += state / 2147483647;
    }
    return sum * Math.sqrt(3);
  };
  const values: number[] = [];
  const steps: number[] = [];
  let level = 10;
  let velocity = 0;
  for (let i = 0; i < count; i++) {
    values.push(i % 17 === 5 ? NaN : level + 0.6 * bell());
    const step = [1, 0.5, 2][i % 3] ?? NaN;
    steps.push(step);
    level += velocity * step + 0.4 * Math.sqrt(step) * bell();
    velocity = 0.8 * velocity + 0.35 * bell();
  }
  return { values: Float64Array.from(values), steps: Float64Array.from(steps.slice(0, -1)) };
}

const SERIES = madeSeries(250);

interface Reference {
  readonly model: StateSpaceModel;
  readonly series: TimedSeries;
  readonly logLikelihood: number;
  readonly value: readonly number[];
  readonly hessian: readonly number[];
  readonly opg: readonly number[];
  readonly sandwich: readonly number[];
}

// Computed independently on this series: an 80-bit exact diffuse filter in numpy, written from Durbin and Koopman's section 5.2,
// maximised by Newton's method with derivatives by Richardson's differences of sixth order.
const REFERENCES: readonly Reference[] = [
  {
    model: revertingVelocity('diffuse'),
    series: SERIES,
    logLikelihood: -361.62924582743966,
    value: [0.2290596063, 0.3114164908, 0.0906249616, 0.3965539959],
    hessian: [0.2238302427, 0.113233287, 0.05554350995, 0.1031403196],
    opg: [0.1603029264, 0.1019399313, 0.04961162726, 0.08319015331],
    sandwich: [0.316583922, 0.1275690555, 0.06940765616, 0.1337522377],
  },
  {
    model: localLinearTrend('diffuse', 'discrete'),
    series: evenly(SERIES.values),
    logLikelihood: -377.487374888249,
    value: [0.3714777797, 0.04109395756, 0.4369188357],
    hessian: [0.1781859973, 0.01897846925, 0.09585906965],
    opg: [0.1699268075, 0.01678423058, 0.0968133278],
    sandwich: [0.1953642741, 0.02180154387, 0.1000616505],
  },
];

describe.each(REFERENCES.map((reference) => [reference.model.name, reference] as const))('the fit of a %s', (_, reference) => {
  it('is that computed independently, with all three standard errors', () => {
    const fit = fitStateSpace(reference.model, reference.series, 'dropped');
    expect(fit.converged).toBe(true);
    expect(fit.n).toBe(235);
    expect(Math.abs(fit.logLikelihood - reference.logLikelihood)).toBeLessThan(1e-9);
    fit.parameters.forEach(({ value, seHessian, seOpg, seSandwich }, i) => {
      const pairs = [
        [value, reference.value[i]],
        [seHessian, reference.hessian[i]],
        [seOpg, reference.opg[i]],
        [seSandwich, reference.sandwich[i]],
      ] as const;
      for (const [actual, expected = NaN] of pairs) expect(Math.abs((actual ?? NaN) / expected - 1)).toBeLessThan(1e-7);
    });
  });

  it('is the same in another unit', () => {
    const { values, steps } = reference.series;
    const small = fitStateSpace(reference.model, { values: values.map((value) => value / 1000), steps }, 'dropped');
    small.parameters.forEach(({ name, value }, i) => {
      const unit = name === 'reversion' ? 1 : 1e-6;
      expect(Math.abs(value / unit / (reference.value[i] ?? NaN) - 1)).toBeLessThan(1e-5);
    });
  });
});

describe.each([
  ['local level', localLevel('diffuse'), [0.3, 0.5]],
  ['local linear trend', localLinearTrend('diffuse', 'continuous'), [0.3, 0.04, 0.5]],
  ['reverting velocity', revertingVelocity('diffuse'), [0.3, 0.2, 0.4, 0.5]],
] as const)('the likelihood of a %s', (_, model, point) => {
  it('has the scores and the information that differences approach', () => {
    const series = { values: SERIES.values.subarray(0, 30), steps: SERIES.steps.subarray(0, 29) };
    const likelihood = stateSpaceLikelihood(model, series, 'kept');
    const size = point.length;
    const at = (i: number, relative: number) =>
      likelihoodDerivatives(
        likelihood,
        Float64Array.from(point, (value, k) => (k === i ? value * (1 + relative) : value)),
      );
    const total = (scores: Float64Array, j: number) => scores.reduce((sum, score, k) => (k % size === j ? sum + score : sum), 0);
    const exact = at(0, 0);
    point.forEach((value, i) => {
      const moved = [1, 2, 3].map((k) => [at(i, k * 1e-3), at(i, -k * 1e-3)] as const);
      const difference = (f: (one: typeof exact) => number) =>
        moved.reduce(
          (sum, [up, down], k) => sum + ([1.5, -0.6, 0.1][k] ?? 0) * ((f(up) - f(down)) / (2e-3 * (k + 1) * value)),
          0,
        );
      const slope = difference(({ logLikelihood }) => logLikelihood);
      expect(Math.abs(slope - total(exact.scores, i))).toBeLessThan(1e-8 * (1 + Math.abs(slope)));
      for (let j = 0; j < size; j++) {
        const curvature = difference(({ scores }) => total(scores, j));
        expect(Math.abs(curvature + entry(exact.information, i, j))).toBeLessThan(1e-7 * (1 + Math.abs(curvature)));
      }
    });
  });
});

describe('the fit of a series that lies elsewhere', () => {
  /** Multiples of 2^-20, which no level below brings to be rounded. */
  const near: TimedSeries = { values: SERIES.values.map((x) => Math.round(x * 2 ** 20) / 2 ** 20), steps: SERIES.steps };
  const moved = ({ values, steps }: TimedSeries, by: number): TimedSeries => ({ values: values.map((x) => x + by), steps });
  const covariance = { size: 2, entries: Float64Array.of(4, 0.5, 0.5, 1) };
  const around = (level: number) => ({ mean: Float64Array.of(level, 0.1), covariance });
  const fitted = (model: StateSpaceModel, series: TimedSeries) => {
    let passes = 0;
    const fit = fitStateSpace(model, series, 'kept', { onStep: () => passes++ });
    return { fit, passes };
  };
  const models: readonly (readonly [string, (level: number) => StateSpaceModel, TimedSeries])[] = [
    ['local level', () => localLevel('diffuse'), near],
    ['local linear trend', () => localLinearTrend('diffuse', 'discrete'), evenly(near.values)],
    ['local linear trend in continuous time', () => localLinearTrend('diffuse', 'continuous'), near],
    ['local linear trend with a prior', (level) => localLinearTrend(around(level), 'continuous'), near],
    ['reverting velocity', () => revertingVelocity('diffuse'), near],
    ['reverting velocity with a prior', (level) => revertingVelocity(around(level)), near],
  ];

  it.each(models)('is that of a %s near 0, bit for bit, and takes as many passes', (_, modelAt, series) => {
    const at0 = fitted(modelAt(8), series);
    expect(at0.fit.converged).toBe(true);
    for (const by of [46_000, -3_000_000]) expect(fitted(modelAt(8 + by), moved(series, by))).toEqual(at0);
  });

  it.each(models)('of a %s is the same to seven digits where the level rounds the series', (_, modelAt, series) => {
    const [at0, far] = [fitted(modelAt(8), series), fitted(modelAt(46_008.1), moved(series, 46_000.1))];
    expect(Math.abs(far.fit.logLikelihood - at0.fit.logLikelihood)).toBeLessThan(1e-8);
    expect(far.passes).toBeLessThan(1.2 * at0.passes);
    at0.fit.parameters.forEach(({ value, seHessian }, i) => {
      expect(Math.abs((far.fit.parameters[i]?.value ?? NaN) / value - 1)).toBeLessThan(1e-7);
      expect(Math.abs((far.fit.parameters[i]?.seHessian ?? NaN) / (seHessian ?? NaN) - 1)).toBeLessThan(1e-7);
    });
  });

  it('has the ln L that a filter finds where the series lies', () => {
    for (const [, modelAt, series] of models) {
      const model = modelAt(46_008);
      const [far, parameters] = [moved(series, 46_000), new Float64Array(model.parameters.length).fill(0.25)];
      const terms = termsAt(stateSpaceLikelihood(model, far, 'kept'), parameters);
      const { logLikelihood } = kalmanFilter(model, parameters, far, 'kept');
      expect(Math.abs(terms.reduce((sum, term) => sum + term, 0) - logLikelihood)).toBeLessThan(1e-8);
    }
  });
});

describe('a fit', () => {
  it('says which variances the data drive to nothing, and has standard errors for the others', () => {
    // an exact line with alternating noise: no level noise, no slope noise
    const values = Float64Array.from({ length: 60 }, (_, i) => 3 + 0.5 * i + (i % 2 === 0 ? 0.1 : -0.1) * (1 + (i % 7)));
    const fit = fitStateSpace(localLinearTrend('diffuse', 'discrete'), evenly(values), 'dropped');
    const [level, slope, observation] = fit.parameters;
    expect(fit.converged).toBe(true);
    expect(Math.max(level?.value ?? NaN, slope?.value ?? NaN)).toBeLessThan(1e-9);
    expect(observation?.value).toBeGreaterThan(0.01);
    expect(observation?.seHessian).toBeGreaterThan(0);
  });

  it('refuses a series that a model fits without any noise, for its likelihood is infinite', () => {
    const line = evenly(Float64Array.from({ length: 50 }, (_, i) => 1 + 2 * i));
    expect(() => fitStateSpace(localLinearTrend('diffuse', 'discrete'), line, 'dropped')).toThrow('grows without bound');
  });

  it('refuses a series that says nothing', () => {
    const fitted = (values: number[], steps?: number[]) => () => {
      const series = Float64Array.from(values);
      return fitStateSpace(
        localLevel('diffuse'),
        steps ? { values: series, steps: Float64Array.from(steps) } : evenly(series),
        'dropped',
      );
    };
    expect(fitted([1, 2, 3])).toThrow(new EstimationError('observations has 3 values, fewer than the 8 it takes'));
    expect(fitted(new Array(20).fill(5))).toThrow('observations is 5 at every index');
    expect(fitted([1, 2, 3, 4, Infinity, 1, 2, 3, 4])).toThrow('observations[4] is Infinity');
    expect(fitted([1, 2, 3], [1, 0])).toThrow('steps[1] is 0');
    expect(fitted([1, 2, 3], [1])).toThrow('3 observations have 2 steps between them, not 1');
  });
});

describe('the filter', () => {
  const model = localLinearTrend('diffuse', 'discrete');
  const parameters = Float64Array.of(0.3, 0.05, 0.4);

  // statsmodels 0.15 (exact diffuse KalmanSmoother), 12 digits
  it('starts exactly diffuse in two dimensions, also over a missing observation', () => {
    const series = evenly(Float64Array.of(1.2, NaN, 2.9, 2.1, NaN, 4.4, 5.2, 4.9, 7.3, 6.6));
    const filter = kalmanFilter(model, parameters, series, 'kept');
    expect(filter.logLikelihood).toBeCloseTo(-12.262295632355151, 12);
    const [first, second] = kalmanSmoother(model, parameters, series, filter);
    expect(first?.mean[0]).toBeCloseTo(1.223503620398, 11);
    expect(second?.mean[1]).toBeCloseTo(0.592404548232, 11);
    const expected = [0.332504018793, -0.082625927549, -0.082625927549, 0.129785153872];
    expected.forEach((value, k) => expect(first?.covariance.entries[k]).toBeCloseTo(value, 11));
  });

  // the joint normal distribution with variances of 1e30 at 80 digits (mpmath)
  it('starts exactly diffuse where the first steps differ', () => {
    const series = {
      values: Float64Array.of(1.2, NaN, 2.9, 2.1, NaN, 4.4, 5.2, 4.9, 7.3, 6.6),
      steps: Float64Array.of(1, 0.5, 3, 1, 2, 0.25, 1, 1, 4),
    };
    const uneven = localLinearTrend('diffuse', 'continuous');
    const filter = kalmanFilter(uneven, parameters, series, 'kept');
    expect(filter.logLikelihood).toBeCloseTo(-14.73271502195266, 12);
    const [first, second] = kalmanSmoother(uneven, parameters, series, filter);
    expect([...(first?.mean ?? [])].map((x) => x.toFixed(12))).toEqual(['1.448452515926', '0.404872231121']);
    expect([...(second?.mean ?? [])].map((x) => x.toFixed(12))).toEqual(['2.034488039909', '0.389343948875']);
    expect(first?.covariance.entries[3]).toBeCloseTo(0.157798159363969, 12);
    expect(second?.covariance.entries[0]).toBeCloseTo(0.290873904761866, 12);
  });

  it('says so when the observations are too few to know the state', () => {
    const series = evenly(Float64Array.of(1.2, NaN));
    const filter = kalmanFilter(model, parameters, series, 'dropped');
    expect(filter.logLikelihood).toBe(0);
    expect(() => kalmanSmoother(model, parameters, series, filter)).toThrow(EstimationError);
    expect(() => kalmanForecast(model, parameters, filter, Float64Array.of(1))).toThrow(EstimationError);
  });

  it('refuses parameters, steps and priors that are none', () => {
    const series = evenly(Float64Array.of(1, 2, 3));
    expect(() => kalmanFilter(model, Float64Array.of(1, 1), series, 'dropped')).toThrow(
      'local-linear-trend has 3 parameters, not 2',
    );
    expect(() => kalmanFilter(model, Float64Array.of(1, -1, 1), series, 'dropped')).toThrow('slope is -1');
    const uneven = { values: series.values, steps: Float64Array.of(1, 2) };
    expect(() => kalmanFilter(model, parameters, uneven, 'dropped')).toThrow('a step of 2');
    const small = { mean: Float64Array.of(0), covariance: { size: 1, entries: Float64Array.of(1) } };
    expect(() => localLinearTrend(small, 'discrete')).toThrow('the prior has 1 means and a covariance of 1, not 2');
  });
});
