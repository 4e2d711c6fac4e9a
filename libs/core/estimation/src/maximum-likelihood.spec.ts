import { describe, expect, it } from '@jest/globals';
import {
  affine,
  covariances,
  EstimationError,
  estimateOf,
  expOf,
  lnOf,
  matrixOf,
  maximumLikelihood,
  plus,
  ratio,
  release,
  requireSeries,
  squared,
} from './index.ts';
import { type LikelihoodModel } from './index.ts';

const SERIES = Float64Array.of(1.2, -0.7, 3.1, 0.4, -2.2, 0.9, 1.1, 5.3, -0.1, 0.6);
const HALF_LN_2PI = Math.log(2 * Math.PI) / 2;

/** Independent normals of unknown mean and variance: everything about them is known in closed form. */
const normal = (series: Float64Array): LikelihoodModel => ({
  name: 'normal',
  parameters: ['mean', 'variance'],
  n: series.length,
  bounded: (space, [mean, lnVariance]) => {
    if (!mean || !lnVariance) throw new Error('two parameters');
    return [mean, expOf(space, lnVariance)];
  },
  terms: (space, [mean, variance], term) => {
    if (!mean || !variance) throw new Error('two parameters');
    const { used } = space;
    for (const x of series) {
      const distance = ratio(space, squared(space, affine(space, mean, 1, -x)), variance);
      term(affine(space, plus(space, distance, lnOf(space, variance)), -0.5, -HALF_LN_2PI));
      release(space, used);
    }
  },
  starts: [Float64Array.of(0, 0), Float64Array.of(1, 3)],
});

describe('maximum likelihood', () => {
  const n = SERIES.length;
  const mean = SERIES.reduce((sum, x) => sum + x, 0) / n;
  const moment = (power: number) => SERIES.reduce((sum, x) => sum + (x - mean) ** power, 0) / n;
  const fit = maximumLikelihood(normal(SERIES));

  it('of a normal sample is its mean and its variance over n', () => {
    expect(fit.converged).toBe(true);
    expect(estimateOf(fit, 'mean')).toBeCloseTo(mean, 10);
    expect(estimateOf(fit, 'variance')).toBeCloseTo(moment(2), 9);
    expect(fit.logLikelihood).toBeCloseTo(-n * HALF_LN_2PI - (n / 2) * (Math.log(moment(2)) + 1), 10);
    expect(() => estimateOf(fit, 'skew')).toThrow(RangeError);
  });

  it('has the three standard errors of the literature', () => {
    const [ofMean, ofVariance] = fit.parameters;
    const v = moment(2);
    expect(ofMean?.seHessian).toBeCloseTo(Math.sqrt(v / n), 10);
    expect(ofVariance?.seHessian).toBeCloseTo(Math.sqrt((2 * v * v) / n), 9);
    // Σ s sᵀ: scores (x − m) / v and ((x − m)² / v − 1) / 2v; the inverse of that 2 × 2 matrix
    const [s11, s12, s22] = [n / v, (n * moment(3)) / (2 * v ** 3), (n * (moment(4) / v ** 2 - 1)) / (4 * v * v)];
    const determinant = s11 * s22 - s12 * s12;
    expect(ofMean?.seOpg).toBeCloseTo(Math.sqrt(s22 / determinant), 9);
    expect(ofVariance?.seOpg).toBeCloseTo(Math.sqrt(s11 / determinant), 9);
    expect(ofMean?.seSandwich).toBeCloseTo(Math.sqrt(v / n), 10);
    expect(ofVariance?.seSandwich).toBeCloseTo(Math.sqrt((moment(4) - v * v) / n), 9);
  });

  it('has no standard error where the information cannot be inverted', () => {
    const singular = matrixOf([
      [1, 1],
      [1, 1],
    ]);
    const found = covariances(singular, Float64Array.of(1, 0, 0, 1));
    expect([found.hessian, found.sandwich]).toEqual([undefined, undefined]);
    expect(found.opg).toBeDefined();
  });

  it('needs a series that varies and has no holes', () => {
    const refused = (values: number[], gaps?: 'gaps') => () => requireSeries('returns', Float64Array.from(values), 3, gaps);
    expect(refused([1, 2, 3])).not.toThrow();
    expect(refused([1, NaN, 3])).toThrow(new EstimationError('returns[1] is NaN'));
    expect(refused([1, 2, 3, Infinity])).toThrow('returns[3] is Infinity');
    expect(refused([1, NaN, 3, 4], 'gaps')).not.toThrow();
    expect(refused([1, NaN, 3], 'gaps')).toThrow('returns has 2 values, fewer than the 3 it takes');
    expect(refused([2, 2, 2])).toThrow('returns is 2 at every index');
  });
});
