import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  applied,
  cholesky,
  combination,
  dot,
  entry,
  evenly,
  identity,
  inverse,
  kalmanFilter,
  kalmanForecast,
  kalmanSmoother,
  localLevel,
  localLinearTrend,
  matrixOf,
  product,
  revertingVelocity,
  tabulated,
  transitionOf,
  transposed,
} from './index.ts';
import { type Prior, type SquareMatrix, type StateSpaceModel, type TimedSeries } from './index.ts';

const KNOWN: Exclude<Prior, 'diffuse'> = {
  mean: Float64Array.of(1, -0.5),
  covariance: matrixOf([
    [2, 0.3],
    [0.3, 0.5],
  ]),
};
const MODELS: readonly (readonly [name: string, model: (prior: Prior) => StateSpaceModel])[] = [
  ['a local linear trend', (prior) => localLinearTrend(prior, 'continuous')],
  ['a reverting velocity', revertingVelocity],
];

const variance = fc.double({ noNaN: true, min: 0.05, max: 2 });
const observation = fc.option(fc.double({ noNaN: true, min: -5, max: 5 }), { nil: NaN, freq: 4 });
const step = fc.double({ noNaN: true, min: 0.1, max: 4 });
const cases = fc.integer({ min: 1, max: 7 }).chain((n) =>
  fc.record({
    parameters: fc.array(variance, { minLength: 4, maxLength: 4 }),
    values: fc.array(observation, { minLength: n, maxLength: n }).map((values) => Float64Array.from(values)),
    steps: fc.array(step, { minLength: n - 1, maxLength: n - 1 }).map((steps) => Float64Array.from(steps)),
  }),
);
const parametersOf = (model: StateSpaceModel, values: readonly number[]) =>
  Float64Array.from(values.slice(0, model.parameters.length - 1).concat(values[3] ?? NaN));

const LN_2PI = Math.log(2 * Math.PI);
const isKnown = (value: number) => !Number.isNaN(value);

/** A start whose diffuse states are unknown constants around which there is no variance. */
interface Start {
  readonly mean: Float64Array;
  readonly covariance: SquareMatrix;
  readonly constants: readonly number[];
}

function startOf(model: StateSpaceModel, parameters: Float64Array, prior: Prior): Start {
  if (prior !== 'diffuse') return { ...prior, constants: [] };
  const isTrend = model.name === 'local-linear-trend';
  const velocity = isTrend ? 0 : (parameters[1] ?? NaN);
  const covariance = tabulated(2, (i, j) => (i === 1 && j === 1 ? velocity : 0));
  return { mean: new Float64Array(2), covariance, constants: isTrend ? [0, 1] : [0] };
}

/** The states of all times together, each a number: their mean, covariance, and dependence on the unknown constants. */
function joint(model: StateSpaceModel, parameters: Float64Array, steps: Float64Array, start: Start) {
  const means = [start.mean];
  const blocks: SquareMatrix[][] = [[start.covariance]];
  const carried = [identity(2)];
  steps.forEach((dt, t) => {
    const { matrix, noise } = transitionOf(model, parameters, dt);
    const last = blocks[t] ?? [];
    means.push(applied(matrix, means[t] ?? start.mean));
    carried.push(product(matrix, carried[t] ?? identity(2)));
    const own = product(product(matrix, last[t] ?? start.covariance), transposed(matrix));
    blocks.push([...last.map((block) => product(matrix, block)), combination([1, own], [1, noise])]);
  });
  const at = (i: number, j: number): number => {
    const [row, column] = [Math.max(i, j), Math.min(i, j)];
    const block = blocks[row >> 1]?.[column >> 1];
    // within a time both halves of a block are filled; between times the later one gives the row
    return block ? entry(block, row % 2, column % 2) : NaN;
  };
  return {
    mean: Float64Array.from(means.flatMap((mean) => [...mean])),
    covariance: tabulated(2 * means.length, at),
    reach: (i: number) => Float64Array.from(start.constants, (k) => entry(carried[i >> 1] ?? identity(2), i % 2, k)),
  };
}

function inverted(m: SquareMatrix): { readonly inverse: SquareMatrix; readonly lnDeterminant: number } {
  const found = inverse(m);
  const factor = cholesky(m);
  if (!found || !factor) throw new Error('a covariance has an inverse');
  return {
    inverse: found,
    lnDeterminant: Array.from({ length: m.size }, (_, i) => 2 * Math.log(entry(factor, i, i))).reduce(sum, 0),
  };
}

const sum = (a: number, b: number) => a + b;

/** The states given all observations and ln L, by regression in the normal distribution of everything together. */
function conditional(model: StateSpaceModel, parameters: Float64Array, { values, steps }: TimedSeries, prior: Prior) {
  const start = startOf(model, parameters, prior);
  const { mean, covariance, reach } = joint(model, parameters, steps, start);
  const times = Array.from(values.keys()).filter((t) => isKnown(values[t] ?? NaN));
  const rows = times.map((t) => 2 * t);
  const noise = parameters.at(-1) ?? NaN;
  const errors = Float64Array.from(times, (t) => (values[t] ?? NaN) - (mean[2 * t] ?? NaN));
  const weights = inverted(
    tabulated(rows.length, (i, j) => entry(covariance, rows[i] ?? 0, rows[j] ?? 0) + (i === j ? noise : 0)),
  );
  const seen = start.constants.map((_, k) => Float64Array.from(rows, (row) => reach(row)[k] ?? NaN));
  const weighted = seen.map((x) => applied(weights.inverse, x));
  const spread = inverted(tabulated(seen.length, (i, j) => dot(seen[i] ?? errors, weighted[j] ?? errors)));
  const constants = applied(
    spread.inverse,
    Float64Array.from(weighted, (x) => dot(x, errors)),
  );
  const rest = errors.map((error, i) => error - dot(reach(rows[i] ?? 0), constants));
  const near = (i: number) => Float64Array.from(rows, (row) => entry(covariance, i, row));
  const left = (i: number) => reach(i).map((x, k) => x - dot(near(i), weighted[k] ?? errors));
  const distance = dot(rest, applied(weights.inverse, rest));
  return {
    logLikelihood: -(rows.length * LN_2PI + weights.lnDeterminant + spread.lnDeterminant + distance) / 2,
    mean: (i: number) => (mean[i] ?? NaN) + dot(reach(i), constants) + dot(near(i), applied(weights.inverse, rest)),
    covariance: (i: number, j: number) =>
      entry(covariance, i, j) - dot(near(i), applied(weights.inverse, near(j))) + dot(left(i), applied(spread.inverse, left(j))),
  };
}

describe.each(MODELS)('%s', (_, modelOf) => {
  it.each([
    ['a known', KNOWN],
    ['an exact diffuse', 'diffuse'],
  ] as const)('has the likelihood and the smoothed states of the joint normal distribution after %s start', (_, prior) => {
    fc.assert(
      fc.property(cases, ({ parameters, values, steps }) => {
        fc.pre(values.filter(isKnown).length > 1);
        const model = modelOf(prior);
        const known = parametersOf(model, parameters);
        const filter = kalmanFilter(model, known, { values, steps }, 'kept');
        const smoothed = kalmanSmoother(model, known, { values, steps }, filter);
        const expected = conditional(model, known, { values, steps }, prior);
        expect(Math.abs(filter.logLikelihood - expected.logLikelihood)).toBeLessThan(
          1e-9 * (1 + Math.abs(expected.logLikelihood)),
        );
        smoothed.forEach(({ mean, covariance }, t) => {
          const scale = 1 + entry(covariance, 0, 0) + entry(covariance, 1, 1) + Math.abs(mean[0] ?? NaN);
          mean.forEach((value, i) => expect(Math.abs(value - expected.mean(2 * t + i))).toBeLessThan(1e-8 * scale));
          for (const [i, j] of [
            [0, 0],
            [0, 1],
            [1, 1],
          ] as const)
            expect(Math.abs(entry(covariance, i, j) - expected.covariance(2 * t + i, 2 * t + j))).toBeLessThan(1e-8 * scale);
        });
      }),
    );
  });

  it('does not care how a gap is split', () => {
    fc.assert(
      fc.property(cases, fc.double({ noNaN: true, min: 0.1, max: 0.9 }), fc.nat(), (given, part, where) => {
        const { values, steps } = given;
        fc.pre(steps.length > 0);
        const at = where % steps.length;
        const gap = steps[at] ?? NaN;
        const split = {
          values: Float64Array.from([...values.subarray(0, at + 1), NaN, ...values.subarray(at + 1)]),
          steps: Float64Array.from([...steps.subarray(0, at), gap * part, gap * (1 - part), ...steps.subarray(at + 1)]),
        };
        for (const prior of ['diffuse', KNOWN] as const) {
          const model = modelOf(prior);
          const parameters = parametersOf(model, given.parameters);
          const whole = kalmanFilter(model, parameters, given, 'dropped');
          const parts = kalmanFilter(model, parameters, split, 'dropped');
          expect(Math.abs(parts.logLikelihood - whole.logLikelihood)).toBeLessThan(1e-9 * (1 + Math.abs(whole.logLikelihood)));
          const [end, other] = [whole.filtered.at(-1), parts.filtered.at(-1)];
          end?.mean.forEach((value, i) =>
            expect(Math.abs(value - (other?.mean[i] ?? NaN))).toBeLessThan(1e-8 * (1 + Math.abs(value))),
          );
        }
      }),
    );
  });

  it('is surer of the past with the future in sight, and as sure of the present', () => {
    fc.assert(
      fc.property(cases, ({ parameters, values, steps }) => {
        const model = modelOf(KNOWN);
        const known = parametersOf(model, parameters);
        const filter = kalmanFilter(model, known, { values, steps }, 'dropped');
        const smoothed = kalmanSmoother(model, known, { values, steps }, filter);
        smoothed.forEach(({ covariance }, t) => {
          const filtered = filter.filtered[t]?.covariance ?? covariance;
          for (const i of [0, 1]) {
            expect(entry(covariance, i, i)).toBeLessThanOrEqual(entry(filtered, i, i) * (1 + 1e-12));
            expect(entry(covariance, i, i)).toBeGreaterThan(0);
          }
        });
        expect(smoothed.at(-1)?.mean).toEqual(filter.filtered.at(-1)?.mean);
      }),
    );
  });

  it('forecasts what filtering missing observations predicts', () => {
    fc.assert(
      fc.property(cases, ({ parameters, values, steps }) => {
        const model = modelOf(KNOWN);
        const known = parametersOf(model, parameters);
        const filter = kalmanFilter(model, known, { values, steps }, 'dropped');
        const ahead = kalmanForecast(model, known, filter, Float64Array.of(1, 2.5));
        const longer = {
          values: Float64Array.from([...values, NaN, NaN]),
          steps: Float64Array.from([...steps, 1, 2.5]),
        };
        const predicted = kalmanFilter(model, known, longer, 'dropped');
        ahead.forEach(({ mean, observationMean, observationVariance }, k) => {
          const t = values.length + k;
          mean.forEach((value, i) => expect(value).toBeCloseTo(predicted.predicted[t]?.mean[i] ?? NaN, 9));
          expect(observationMean).toBe(mean[0]);
          expect(observationVariance).toBeCloseTo(predicted.innovationVariances[t] ?? NaN, 9);
        });
      }),
    );
  });
});

describe('the transition of a reverting velocity', () => {
  it('is the integral of its noise', () => {
    fc.assert(
      fc.property(variance, variance, variance, step, (level, velocity, rate, dt) => {
        const { matrix, noise } = transitionOf(revertingVelocity('diffuse'), Float64Array.of(level, velocity, rate, 1), dt);
        const drift = (s: number) => (1 - Math.exp(-rate * s)) / rate;
        expect(entry(matrix, 0, 1)).toBeCloseTo(drift(dt), 12);
        expect(entry(matrix, 1, 1)).toBeCloseTo(Math.exp(-rate * dt), 12);
        const simpson = (f: (s: number) => number) => {
          const count = 200;
          let sum = 0;
          for (let k = 0; k <= count; k++) sum += f((k * dt) / count) * (k === 0 || k === count ? 1 : k % 2 === 0 ? 2 : 4);
          return (2 * rate * velocity * sum * dt) / (3 * count);
        };
        expect(entry(noise, 0, 0)).toBeCloseTo(level * dt + simpson((s) => drift(s) ** 2), 6);
        expect(entry(noise, 0, 1)).toBeCloseTo(
          simpson((s) => drift(s) * Math.exp(-rate * s)),
          6,
        );
        expect(entry(noise, 1, 1)).toBeCloseTo(
          simpson((s) => Math.exp(-2 * rate * s)),
          6,
        );
      }),
    );
  });
});

describe('a local level', () => {
  it('is the linear trend without a slope', () => {
    const values = Float64Array.of(1, 2, NaN, 0.5, 4);
    const prior = { mean: Float64Array.of(0.3), covariance: matrixOf([[2]]) };
    const flat = {
      mean: Float64Array.of(0.3, 0),
      covariance: matrixOf([
        [2, 0],
        [0, 0],
      ]),
    };
    const level = kalmanFilter(localLevel(prior), Float64Array.of(0.4, 0.7), evenly(values), 'dropped');
    const trend = kalmanFilter(localLinearTrend(flat, 'discrete'), Float64Array.of(0.4, 0, 0.7), evenly(values), 'dropped');
    expect(trend.logLikelihood).toBeCloseTo(level.logLikelihood, 12);
  });
});
