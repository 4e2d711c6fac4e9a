import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AT, QUANTILE_LEVELS, type ReturnDistribution, STATE_WIDTH, type StateColumn } from '@aitrader/model';
import { forwardReturn, newOutlook } from './forward-return.ts';

const CALM: Partial<Record<StateColumn, number>> = { velocityUp: 500_000, volatility: 10_000, predictiveDof: 5000 };

function rowOf(figures: Partial<Record<StateColumn, number>>): Float64Array {
  const row = new Float64Array(STATE_WIDTH);
  for (const [column, offset] of Object.entries(AT)) {
    const all: Readonly<Record<string, number>> = { ...CALM, ...figures };
    row[offset] = all[column] ?? 0;
  }
  return row;
}

const forward = (figures: Partial<Record<StateColumn, number>>, horizonMinutes = 100): ReturnDistribution | undefined =>
  forwardReturn(newOutlook(horizonMinutes), rowOf(figures), 0);

describe('forward return', () => {
  it('of a state that leans neither way has a mean of zero and spreads with the root of the horizon', () => {
    expect(forward({}, 1)).toMatchObject({ meanE8: 0, sdE8: 10_000 });
    expect(forward({}, 100)).toMatchObject({ meanE8: 0, sdE8: 100_000 });
  });

  it('claims a tenth of its volatility for a certain direction, and in proportion for less', () => {
    expect(forward({ velocityUp: 1_000_000 })?.meanE8).toBe(10_000);
    expect(forward({ velocityUp: 0 })?.meanE8).toBe(-10_000);
    expect(forward({ velocityUp: 800_000 })?.meanE8).toBe(6000);
  });

  it('counts the velocity for the whole of a short horizon, and for thirty minutes of a long one', () => {
    expect(forward({ velocity: 100_000 }, 1)?.meanE8).toBeCloseTo(98_348, -1); // 30 · (1 − e^(−1/30)) = 0.98347
    expect(forward({ velocity: 100 }, 10_000)?.meanE8).toBe(3000);
    expect(forward({ velocity: -100 }, 10_000)?.meanE8).toBe(-3000);
  });

  it('adds what the state does not know about its level and velocity', () => {
    expect(forward({ levelVariance: 44_000_000 })?.sdE8).toBe(120_000); // 1e10 + 100 · 4.4e7 = 1.2e5²
    expect(forward({ velocityVariance: 1_000_000 }, 10_000)?.sdE8).toBe(1_044_031); // 1e12 + 100 · 30² · 1e6 = 1.09e12
    expect(forward({ levelVelocityCovariance: 1_000_000, levelVariance: 30_000_000 }, 10_000)?.sdE8).toBe(1_004_490); // + 9e9
  });

  it('has the quantiles of Student tables, scaled to its deviation', () => {
    const quantiles = forward({})?.quantilesE8 ?? [];
    const table = [-3.36493, -2.570582, -2.015048, -1.475884, -0.726687, 0, 0.726687, 1.475884, 2.015048, 2.570582, 3.36493];
    const unitVariance = Math.sqrt(3 / 5);
    table.forEach((t, i) => expect(Math.abs((quantiles[i] ?? NaN) - t * unitVariance * 100_000)).toBeLessThan(1));
  });

  it('is refused without a volatility, a variance or a figure', () => {
    for (const missing of [{ volatility: 0 }, { volatility: NaN }, { predictiveDof: 2000 }, { predictiveDof: NaN }]) {
      expect(forward(missing)).toBeUndefined();
    }
    expect(forward({ velocity: NaN })).toBeUndefined();
    expect(forward({ levelVariance: Infinity })).toBeUndefined();
  });
});

const row = fc.record({
  velocity: fc.integer({ min: -1e6, max: 1e6 }),
  velocityUp: fc.integer({ min: 0, max: 1e6 }),
  volatility: fc.integer({ min: 1, max: 1e7 }),
  predictiveDof: fc.integer({ min: 2001, max: 100_000 }),
  levelVariance: fc.integer({ min: 0, max: 1e12 }),
  levelVelocityCovariance: fc.integer({ min: -1e9, max: 1e9 }),
  velocityVariance: fc.integer({ min: 0, max: 1e9 }),
});

describe('forward return, for every state', () => {
  it('1. is made of safe integers, with quantiles that never fall', () => {
    fc.assert(
      fc.property(row, fc.integer({ min: 1, max: 2000 }), (figures, horizon) => {
        const { meanE8, sdE8, quantilesE8 = [] } = forward(figures, horizon) ?? {};
        expect(quantilesE8).toHaveLength(QUANTILE_LEVELS.length);
        for (const value of [meanE8, sdE8, ...quantilesE8]) {
          expect(Number.isSafeInteger(value)).toBe(true);
          expect(Object.is(value, -0)).toBe(false);
        }
        expect([...quantilesE8].sort((a, b) => a - b)).toEqual(quantilesE8);
      }),
    );
  });

  it('2. depends on the row and the horizon alone, whatever is cached', () => {
    const shared = newOutlook(60);
    fc.assert(
      fc.property(row, (figures) => {
        expect(forwardReturn(shared, rowOf(figures), 0)).toEqual(forward(figures, 60));
      }),
    );
  });

  it('keeps a bounded number of rows of multipliers', () => {
    const outlook = newOutlook(60);
    for (let dof = 3000; dof < 5000; dof++) forwardReturn(outlook, rowOf({ predictiveDof: dof }), 0);
    expect(outlook.quantilesOfDof.size).toBeLessThanOrEqual(1024);
  });
});
