import { describe, expect, it } from '@jest/globals';
import type { ReturnDistribution } from '@aitrader/model';
import { type Figures, rowOf } from '../test/state-row.ts';
import { forwardReturn, newOutlook } from './forward-return.ts';

const forward = (figures: Figures, horizonMinutes = 100): ReturnDistribution | undefined =>
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

  it('never spreads less than the price alone, whatever rounding made of the covariance', () => {
    expect(forward({ levelVelocityCovariance: -1_000_000 })?.sdE8).toBe(100_000);
  });

  it('has the quantiles of Student tables, scaled to its deviation', () => {
    const quantiles = forward({})?.quantilesE8 ?? [];
    const table = [
      -4.032143, -3.36493, -2.570582, -2.015048, -1.475884, -0.726687, 0, 0.726687, 1.475884, 2.015048, 2.570582, 3.36493,
      4.032143,
    ];
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
