import { describe, expect, it } from '@jest/globals';
import { AT, newStateSlice, read, STATE_FLAG, STATE_WIDTH } from '@aitrader/model';
import { emitRow } from './emission.ts';
import { FILTER, FILTER_WIDTH } from './filter.ts';
import { quantileMultiples } from './predictive.ts';

const SHAPE = { degreesOfFreedom: 5, quantileMultiples: quantileMultiples(5) };

const QUIET = { level: 46_000, velocity: 0, levelVariance: 4, covariance: 0, velocityVariance: 0.01, volatility: 9, calm: 0.25 };

function filterOf(figures: Partial<typeof QUIET>): Float64Array {
  const { level, velocity, levelVariance, covariance, velocityVariance, volatility, calm } = { ...QUIET, ...figures };
  const filter = new Float64Array(FILTER_WIDTH);
  filter.set([level, velocity, levelVariance, covariance, velocityVariance, volatility, calm], FILTER.level);
  return filter;
}

function emitted(filter: Float64Array, sd: number, flags: number): Float64Array {
  const { rows } = newStateSlice(0, 2);
  emitRow(rows, 1, filter, 0, -2, sd, SHAPE, flags);
  expect(rows.subarray(0, STATE_WIDTH).every((value) => value === 0)).toBe(true);
  return rows.slice(STATE_WIDTH);
}

describe('emission', () => {
  it('puts every figure in its unit and in its place', () => {
    const row = emitted(filterOf({ velocity: 0.1, covariance: -0.05 }), 3, STATE_FLAG.GAP);
    const { level, velocity, levelVariance, levelVelocityCovariance, velocityVariance, volatility } = AT;
    const places = [level, velocity, levelVariance, levelVelocityCovariance, velocityVariance, volatility];
    expect(places.map((at) => read(row, at))).toEqual([460_000_000, 1000, 4_000_000, -50_000, 10_000, 30_000]);
    expect([AT.predictiveMean, AT.predictiveSd, AT.predictiveDof].map((at) => read(row, at))).toEqual([-20_000, 30_000, 5000]);
    // the velocity is one standard deviation above 0: 84.1345 %
    expect([AT.velocityUp, AT.calm, AT.turbulent].map((at) => read(row, at))).toEqual([841_345, 250_000, 750_000]);
    expect(read(row, AT.flags)).toBe(STATE_FLAG.GAP);
  });

  it('says so when a figure leaves its unit and is cut to it', () => {
    const row = emitted(filterOf({ levelVariance: 1e12 }), 3, STATE_FLAG.SUSPECT);
    expect(read(row, AT.levelVariance)).toBe(Number.MAX_SAFE_INTEGER);
    expect(read(row, AT.flags)).toBe(STATE_FLAG.SUSPECT | STATE_FLAG.SATURATED);
    expect(read(emitted(filterOf({}), 1e13, 0), AT.q010)).toBe(-Number.MAX_SAFE_INTEGER);
  });

  it('refuses a figure that is no number', () => {
    expect(() => emitted(filterOf({ covariance: NaN }), 3, 0)).toThrow(RangeError);
    expect(() => emitted(filterOf({}), NaN, 0)).toThrow(RangeError);
  });
});

describe('quantile multiples', () => {
  it('mirror each other around a median of 0 and scale the Student t to variance 1', () => {
    const multiples = quantileMultiples(4);
    multiples.forEach((value, i) => expect(value + read(multiples, multiples.length - 1 - i)).toBe(0));
    // published: t(0.975; 4) = 2.776445
    expect(read(multiples, 9)).toBeCloseTo(2.776445105 * Math.sqrt(2 / 4), 8);
  });
});
