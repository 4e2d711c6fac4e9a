import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { QUANTILE_LEVELS, type ReturnDistribution } from '@aitrader/model';
import { type Figures, rowOf } from '../test/state-row.ts';
import { forwardReturn, newOutlook } from './forward-return.ts';

const forward = (figures: Figures, horizonMinutes: number): ReturnDistribution | undefined =>
  forwardReturn(newOutlook(horizonMinutes), rowOf(figures), 0);

const row = fc.record({
  velocity: fc.integer({ min: -1e6, max: 1e6 }),
  velocityUp: fc.integer({ min: 0, max: 1e6 }),
  volatility: fc.integer({ min: 1, max: 1e7 }),
  predictiveDof: fc.integer({ min: 2001, max: 100_000 }),
  levelVariance: fc.integer({ min: 0, max: 1e12 }),
  levelVelocityCovariance: fc.integer({ min: -1e9, max: 1e9 }),
  velocityVariance: fc.integer({ min: 0, max: 1e9 }),
});

describe('forward return', () => {
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
    for (let dof = 3000; dof < 4100; dof++) forwardReturn(outlook, rowOf({ predictiveDof: dof }), 0);
    expect(outlook.quantilesOfDof.size).toBeLessThanOrEqual(1024);
    expect(outlook.quantilesOfDof.size).toBeGreaterThan(0);
  });
});
