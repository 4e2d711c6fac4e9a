import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  annualGrowth,
  annualVolatility,
  calmarRatio,
  cornishFisherVar,
  correlation,
  deflatedSharpe,
  downsideDeviation,
  drawdownsOf,
  expectedMaximumSharpe,
  gaussianShortfall,
  gaussianVar,
  historicalShortfall,
  historicalVar,
  hitRate,
  logOptimalStake,
  logOptimalWeights,
  longestUnderwater,
  maxDrawdown,
  mean,
  minimumTrackRecord,
  momentsOf,
  omegaRatio,
  painIndex,
  probabilisticSharpe,
  profitFactor,
  sampleQuantile,
  sampleVariance,
  sharpeEstimateOf,
  sharpeRatio,
  sortinoRatio,
  stability,
  totalReturn,
  ulcerIndex,
  unbiasedKurtosis,
  unbiasedSkewness,
  wealthOf,
} from './index.ts';

const someReturn = fc.integer({ min: -900, max: 900 }).map((k) => k / 1000);
const returnSeries = fc.array(someReturn, { minLength: 2, maxLength: 40 });
const tails = fc.double({ noNaN: true, min: 0.01, max: 0.4 });

describe('growth', () => {
  it('compounds: of two halves the total is the product', () => {
    fc.assert(
      fc.property(returnSeries, returnSeries, (first, second) => {
        const whole = 1 + totalReturn([...first, ...second]);
        const product = (1 + totalReturn(first)) * (1 + totalReturn(second));
        expect(Math.abs(whole - product)).toBeLessThanOrEqual(1e-12 * product + 1e-15);
      }),
    );
  });

  it('per year repeats to the total, and is the total when the series is a year', () => {
    expect(annualGrowth([0.1, -0.05], 2)).toBeCloseTo(1.1 * 0.95 - 1, 15);
    expect((1 + annualGrowth([0.1, -0.05, 0.02], 12)) ** (3 / 12)).toBeCloseTo(1.1 * 0.95 * 1.02, 14);
    expect(annualGrowth([-1, 0.5], 252)).toBe(-1);
  });

  it('is straight when it is steady, and reads typed arrays as arrays', () => {
    expect(stability([0.01, 0.01, 0.01, 0.01])).toBeCloseTo(1, 12);
    expect(Array.from(wealthOf(Float64Array.of(0.5, -0.5)))).toEqual([1.5, 0.75]);
  });
});

describe('drawdowns', () => {
  it('lie in −1 … 0, the largest deepest, between the pain and the ulcer index', () => {
    fc.assert(
      fc.property(returnSeries, (returns) => {
        const all = Array.from(drawdownsOf(returns));
        const { depth, peak, trough, recovery } = maxDrawdown(returns);
        expect(Math.min(0, ...all)).toBe(depth);
        expect(depth).toBeGreaterThanOrEqual(-1);
        expect(peak).toBeLessThanOrEqual(trough);
        expect(recovery ?? trough).toBeGreaterThanOrEqual(trough);
        expect(painIndex(returns)).toBeLessThanOrEqual(ulcerIndex(returns) + 1e-15);
        expect(ulcerIndex(returns)).toBeLessThanOrEqual(-depth + 1e-15);
        expect(longestUnderwater(returns) > 0).toBe(depth < 0);
      }),
    );
  });

  it('have a start, a bottom and an end', () => {
    const returns = [0.1, -0.5, 0.5, 0.5, -0.1];
    expect(maxDrawdown(returns)).toEqual({ depth: -0.5, peak: 1, trough: 2, recovery: 4 });
    expect(longestUnderwater(returns)).toBe(2);
    expect(maxDrawdown([-0.2, -0.2])).toMatchObject({ peak: 0, trough: 2, recovery: null });
    expect(maxDrawdown([0.1, 0])).toEqual({ depth: 0, peak: 0, trough: 0, recovery: 0 });
    expect(calmarRatio([0.1, 0.1], 252)).toBe(Infinity);
    expect(maxDrawdown([0.5, -1, 3])).toMatchObject({ depth: -1, trough: 2, recovery: null });
  });
});

describe('ratios', () => {
  it('do not change with the stake, the risk-free rate being 0', () => {
    fc.assert(
      fc.property(returnSeries, fc.double({ noNaN: true, min: 0.1, max: 1 }), (returns, stake) => {
        fc.pre(returns.some((value) => value < 0) && momentsOf(returns).variance > 0);
        const scaled = returns.map((value) => stake * value);
        expect(sharpeRatio(scaled, 0, 252)).toBeCloseTo(sharpeRatio(returns, 0, 252), 9);
        expect(sortinoRatio(scaled, 0, 252)).toBeCloseTo(sortinoRatio(returns, 0, 252), 9);
        expect(profitFactor(scaled)).toBeCloseTo(profitFactor(returns), 9);
        expect(hitRate(scaled)).toBe(hitRate(returns));
      }),
    );
  });

  it('grow with the square root of time', () => {
    expect(sharpeRatio([0.01, 0.03], 0, 400)).toBeCloseTo(20 * sharpeRatio([0.01, 0.03], 0, 1), 12);
    expect(annualVolatility([0.01, 0.03], 400)).toBeCloseTo(20 * Math.sqrt(sampleVariance([0.01, 0.03])), 12);
  });

  it('have an omega of 1 at the mean, and a downside that sees the bad days alone', () => {
    fc.assert(
      fc.property(returnSeries, (returns) => {
        fc.pre(momentsOf(returns).variance > 1e-6);
        expect(omegaRatio(returns, mean(returns))).toBeCloseTo(1, 9);
        const better = returns.map((value) => (value > 0 ? value + 0.05 : value));
        expect(downsideDeviation(better, 0)).toBe(downsideDeviation(returns, 0));
      }),
    );
  });

  it('are infinite without risk, and no number when nothing happens', () => {
    const steady = [0.01, 0.01, 0.01];
    expect([sharpeRatio(steady, 0, 252), sortinoRatio(steady, 0, 252), profitFactor(steady)]).toEqual([
      Infinity,
      Infinity,
      Infinity,
    ]);
    expect(sharpeRatio(steady, 0.02, 252)).toBe(-Infinity);
    for (const ratio of [
      sharpeRatio([0, 0], 0, 252),
      sortinoRatio([0, 0], 0, 252),
      profitFactor([0, 0]),
      calmarRatio([0, 0], 252),
    ])
      expect(ratio).toBeNaN();
  });
});

describe('tail risk', () => {
  it('is worse in the tail than at its border, and worse for a smaller tail', () => {
    fc.assert(
      fc.property(returnSeries, tails, (returns, tail) => {
        expect(historicalShortfall(returns, tail)).toBeLessThanOrEqual(historicalVar(returns, tail) + 1e-15);
        expect(historicalVar(returns, tail / 2)).toBeLessThanOrEqual(historicalVar(returns, tail));
        expect(historicalShortfall(returns, tail / 2)).toBeLessThanOrEqual(historicalShortfall(returns, tail) + 1e-15);
        expect(gaussianShortfall(returns, tail)).toBeLessThanOrEqual(gaussianVar(returns, tail));
        expect(gaussianVar(returns, tail / 2)).toBeLessThanOrEqual(gaussianVar(returns, tail));
      }),
    );
  });

  /** (1 / tail) ∫ F⁻¹ from 0 to tail: each return is the quantile over 1 / n of the way, and counts by how much of it is in the tail. */
  const integralOfQuantiles = (returns: readonly number[], tail: number): number =>
    [...returns]
      .sort((a, b) => a - b)
      .reduce((sum, value, i) => sum + value * Math.max(0, Math.min(tail, (i + 1) / returns.length) - i / returns.length), 0) /
    tail;
  /** Acerbi and Tasche's definition 2.6 to the letter, the shortfall being a return: (E[r; r ≤ q] + q (tail − P(r ≤ q))) / tail. */
  function definition(returns: readonly number[], tail: number): number {
    const n = returns.length;
    const shareUpTo = (x: number): number => returns.filter((value) => value <= x).length / n;
    const q = Math.min(...returns.filter((x) => shareUpTo(x) >= tail - 1e-12));
    const below = returns.filter((value) => value <= q);
    return (below.reduce((sum, value) => sum + value, 0) / n + q * (tail - below.length / n)) / tail;
  }
  /** few values, so that many of them are equal */
  const tied = fc.array(
    fc.integer({ min: -3, max: 3 }).map((k) => k / 100),
    { minLength: 1, maxLength: 40 },
  );
  const wide = fc.double({ noNaN: true, min: 1e-3, max: 0.999 });

  it('has the shortfall that is the integral of the quantiles, whole or in part, with and without ties', () => {
    fc.assert(
      fc.property(fc.oneof(returnSeries, tied), wide, (returns, tail) => {
        const shortfall = historicalShortfall(returns, tail);
        expect(Math.abs(shortfall - integralOfQuantiles(returns, tail))).toBeLessThan(1e-12);
        expect(Math.abs(shortfall - definition(returns, tail))).toBeLessThan(1e-9);
      }),
    );
  });

  it('counts equal returns at the border as often as they are in the tail', () => {
    // a loss of 0.44 % on one day in 25, and nothing on the others: a twentieth is the loss for four fifths
    const seldom = Array.from({ length: 1000 }, (_, i) => (i % 25 === 7 ? -0.0044 : 0));
    expect(historicalVar(seldom, 0.05)).toBe(0);
    expect(historicalShortfall(seldom, 0.05)).toBeCloseTo(-0.0044 * 0.8, 15);
    expect(historicalShortfall([-0.02, -0.02, -0.02, 0.01], 0.25)).toBe(-0.02);
    expect(historicalShortfall([-0.1, -0.05, 0, 0.1, 0.1], 0.3)).toBeCloseTo((-0.1 - 0.05 * 0.5) / 1.5, 15);
    expect(historicalShortfall([-0.1, 0.3], 0.1)).toBe(-0.1);
  });

  it('is of two series together no worse than of both apart', () => {
    const pairs = fc.array(fc.tuple(someReturn, someReturn), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(pairs, wide, (rows, tail) => {
        const [first, second] = [rows.map(([a]) => a / 2), rows.map(([, b]) => b / 2)];
        const sum = rows.map(([a, b]) => (a + b) / 2);
        const apart = historicalShortfall(first, tail) + historicalShortfall(second, tail);
        expect(historicalShortfall(sum, tail)).toBeGreaterThanOrEqual(apart - 1e-12);
      }),
    );
  });

  it('needs no correction where skewness is 0 and kurtosis 3', () => {
    // ±1 and 0 with probabilities 1/6, 1/6 and 2/3: kurtosis 3
    const returns = [-0.1, 0, 0, 0, 0, 0.1];
    expect(momentsOf(returns).kurtosis).toBeCloseTo(3, 12);
    expect(cornishFisherVar(returns, 0.05)).toBeCloseTo(gaussianVar(returns, 0.05), 14);
  });
});

describe('moments', () => {
  it('of quantiles: the ends are the extremes, and nothing falls', () => {
    fc.assert(
      fc.property(returnSeries, tails, (returns, p) => {
        expect(sampleQuantile(returns, 0)).toBe(Math.min(...returns));
        expect(sampleQuantile(returns, 1)).toBe(Math.max(...returns));
        expect(sampleQuantile(returns, p)).toBeLessThanOrEqual(sampleQuantile(returns, 2 * p));
        expect(correlation(returns, returns.toReversed())).not.toBeGreaterThan(1 + 1e-12);
      }),
    );
  });

  it('of constants have no variance at all and no shape', () => {
    const moments = momentsOf([0.1, 0.1, 0.1, 0.1]);
    expect(moments).toEqual({ count: 4, mean: 0.1, variance: 0, skewness: NaN, kurtosis: NaN });
    expect(() => unbiasedSkewness(momentsOf([1, 2]))).toThrow('from 3 on, got 2');
    expect(() => unbiasedKurtosis(momentsOf([1, 2, 3]))).toThrow('from 4 on, got 3');
  });
});

describe('the Sharpe ratio doubted', () => {
  const sharpes = fc.double({ noNaN: true, min: 0.01, max: 0.5 });
  const of = (sharpe: number, observations = 250) => ({ sharpe, observations, skewness: -0.5, kurtosis: 5 });

  it('is more believable the higher it is, the longer the record and the lower the benchmark', () => {
    fc.assert(
      fc.property(sharpes, sharpes, (sharpe, more) => {
        const probability = probabilisticSharpe(of(sharpe), 0);
        expect(probabilisticSharpe(of(sharpe + more), 0)).toBeGreaterThanOrEqual(probability);
        expect(probabilisticSharpe(of(sharpe, 500), 0)).toBeGreaterThanOrEqual(probability);
        expect(probabilisticSharpe(of(sharpe), more)).toBeLessThanOrEqual(probability);
      }),
    );
  });

  it('reaches the confidence after the minimum track record, and never one below the benchmark', () => {
    fc.assert(
      fc.property(sharpes, fc.double({ noNaN: true, min: 0.55, max: 0.99 }), (sharpe, confidence) => {
        const needed = minimumTrackRecord(of(sharpe), 0, confidence);
        expect(probabilisticSharpe(of(sharpe, Math.max(2, Math.ceil(needed))), 0)).toBeGreaterThanOrEqual(confidence - 1e-9);
      }),
    );
    expect(minimumTrackRecord(of(0.1), 0.1, 0.95)).toBe(Infinity);
  });

  it('loses by every trial', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ noNaN: true, min: 0, max: 0.1 }), (trials, variance) => {
        expect(expectedMaximumSharpe(trials + 1, variance)).toBeGreaterThanOrEqual(expectedMaximumSharpe(trials, variance));
        expect(deflatedSharpe(of(0.1), trials + 1, variance)).toBeLessThanOrEqual(probabilisticSharpe(of(0.1), 0));
      }),
    );
    expect(deflatedSharpe(of(0.1), 1, 0.5)).toBe(probabilisticSharpe(of(0.1), 0));
  });

  it('refuses moments that no distribution has, and other nonsense', () => {
    expect(() => probabilisticSharpe({ ...of(1), skewness: 3, kurtosis: 1 }, 0)).toThrow('no distribution has skewness 3');
    expect(() => probabilisticSharpe({ ...of(1), observations: 1 }, 0)).toThrow('number of observations');
    expect(() => probabilisticSharpe(of(NaN), 0)).toThrow('sharpe must be finite, got NaN');
    expect(() => minimumTrackRecord(of(1), 0, 0.3)).toThrow('confidence');
    expect(() => expectedMaximumSharpe(0, 1)).toThrow('number of trials');
    expect(() => expectedMaximumSharpe(2, -1)).toThrow('-1');
    expect(() => sharpeEstimateOf([0.1, 0.1], 0)).toThrow('variance of the returns must be positive, got 0');
  });
});

describe('log-optimal stakes', () => {
  it('grow at least as fast as any other on the same returns', () => {
    fc.assert(
      fc.property(returnSeries, fc.double({ noNaN: true, min: 0, max: 1 }), (returns, share) => {
        const [worst, best] = [Math.min(...returns), Math.max(...returns)];
        fc.pre(worst < 0 && best > 0);
        const { stake, growth } = logOptimalStake(returns);
        const other = -1 / best + share * (1 / best - 1 / worst);
        const growthAt = mean(returns.map((r) => Math.log1p(Math.max(-1 + 1e-12, other * r))));
        expect(growthAt).toBeLessThanOrEqual(growth + 1e-9);
        expect(growth).toBeGreaterThanOrEqual(-1e-15);
        expect(returns.every((r) => 1 + stake * r > 0)).toBe(true);
      }),
    );
  });

  it('of a coin that pays what it costs is twice the edge', () => {
    const returns = Array.from({ length: 100 }, (_, i) => (i < 53 ? 1 : -1));
    expect(logOptimalStake(returns).stake).toBeCloseTo(0.06, 12);
    expect(() => logOptimalStake([0.1, 0.2])).toThrow('have no best stake');
  });

  it('of several assets undo the covariance', () => {
    const covariance = [
      [0.04, 0.01],
      [0.01, 0.09],
    ];
    const [first = NaN, second = NaN] = logOptimalWeights(covariance, [0.05, 0.03]);
    expect(0.04 * first + 0.01 * second).toBeCloseTo(0.05, 15);
    expect(0.01 * first + 0.09 * second).toBeCloseTo(0.03, 15);
    const singular = [
      [1, 1],
      [1, 1],
    ];
    expect(() => logOptimalWeights(singular, [1, 1])).toThrow('not positive definite at asset 1');
    expect(() => logOptimalWeights([[1]], [1, 1])).toThrow('2 returns need');
  });
});

describe('bad returns', () => {
  it('are refused by name', () => {
    expect(() => totalReturn([])).toThrow('returns need at least 1 items, got 0');
    expect(() => totalReturn([0.1, NaN])).toThrow('item 1 of the returns must be finite, got NaN');
    expect(() => maxDrawdown([0.1, -1.5])).toThrow('a return is at least −1, got -1.5');
    expect(() => sharpeRatio([0.1], 0, 252)).toThrow('at least 2');
    expect(() => annualGrowth([0.1], 0)).toThrow('periods per year must be positive, got 0');
    expect(() => historicalVar([0.1], 1)).toThrow('tail must be between 0 and 1, got 1');
  });
});
