import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newRandomStream, nextBell } from '@aitrader/core-numeric';
import { pairedLossTest } from './paired-losses.ts';
import { populationStability } from './population-stability.ts';

/** Whole numbers, so that rounding makes no difference of none. */
const differences = fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 3, maxLength: 80 });
const drawn = (seed: number, n: number, shift = 0): number[] => {
  const luck = newRandomStream(seed);
  return Array.from({ length: n }, () => nextBell(luck) + shift);
};

describe('a paired test of losses', () => {
  it('1. says the opposite the other way round', () => {
    fc.assert(
      fc.property(differences, (series) => {
        const [one, other] = [pairedLossTest(series), pairedLossTest(series.map((value) => -value))];
        expect(other.statistic).toBeCloseTo(-one.statistic, 9);
        expect(one.pValue + other.pValue).toBeCloseTo(1, 9);
      }),
    );
  });

  it('2. does not hang on the unit', () => {
    fc.assert(
      fc.property(differences, (series) => {
        expect(pairedLossTest(series.map((value) => value * 8)).pValue).toBeCloseTo(pairedLossTest(series).pValue, 9);
      }),
    );
  });

  it('finds a difference that is there, and as often as it says one that is not', () => {
    expect(pairedLossTest(drawn(1, 400, 0.3)).pValue).toBeLessThan(0.001);
    expect(pairedLossTest(drawn(1, 400, -0.3)).pValue).toBeGreaterThan(0.999);
    const found = Array.from({ length: 2_000 }, (_, seed) => pairedLossTest(drawn(seed, 40)).pValue).filter((p) => p < 0.05);
    // 5 % of 2,000, give or take what a variance of 40 periods with three lags is off
    expect(found.length).toBeGreaterThan(60);
    expect(found.length).toBeLessThan(200);
  });

  it('is about three periods at least, and nothing is told by none', () => {
    expect(() => pairedLossTest([1, 2])).toThrow(RangeError);
    expect(pairedLossTest([0, 0, 0])).toEqual({ statistic: 0, pValue: 0.5 });
  });
});

describe('the population stability index', () => {
  it('1. is 0 of the same values, and never below', () => {
    fc.assert(
      fc.property(differences, differences, (one, other) => {
        expect(populationStability(one, one)).toBe(0);
        expect(populationStability(one, other)).toBeGreaterThanOrEqual(-1e-12);
      }),
    );
  });

  it('2. does not hang on the unit', () => {
    fc.assert(
      fc.property(differences, differences, (one, other) => {
        const double = (values: number[]): number[] => values.map((value) => value * 4);
        expect(populationStability(double(one), double(other))).toBeCloseTo(populationStability(one, other), 9);
      }),
    );
  });

  it('tells values of another law from others of the same', () => {
    const was = drawn(3, 5_000);
    expect(populationStability(was, drawn(4, 5_000))).toBeLessThan(0.01);
    expect(
      populationStability(
        was,
        drawn(4, 5_000).map((value) => value * 2),
      ),
    ).toBeGreaterThan(0.25);
    expect(populationStability(was, drawn(4, 5_000, 1))).toBeGreaterThan(0.25);
  });
});
