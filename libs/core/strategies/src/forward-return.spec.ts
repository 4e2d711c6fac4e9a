import { describe, expect, it } from '@jest/globals';
import { type ReturnDistribution } from '@aitrader/model';
import { NORMAL_LAW } from '../test/normal-law.ts';
import { type Figures, rowOf } from '../test/state-row.ts';
import { forwardReturn, newOutlook } from './forward-return.ts';

/** Under a law with an sd of 100,000 e8. */
const forward = (figures: Figures, horizonMinutes = 100): ReturnDistribution | undefined =>
  forwardReturn(newOutlook(horizonMinutes), NORMAL_LAW, rowOf(figures), 0);

describe('forward return', () => {
  it('of a state that leans neither way is the law of the horizon', () => {
    expect(forward({})).toMatchObject({ meanE8: 0, sdE8: 100_000 });
    expect(forward({})?.quantilesE8).toEqual(Array.from(NORMAL_LAW.quantiles, Math.round));
  });

  it('claims a tenth of its deviation for a certain direction, and in proportion for less', () => {
    expect(forward({ velocityUp: 1_000_000 })?.meanE8).toBe(10_000);
    expect(forward({ velocityUp: 0 })?.meanE8).toBe(-10_000);
    expect(forward({ velocityUp: 800_000 })?.meanE8).toBe(6000);
  });

  it('counts the velocity for the whole of a short horizon, and for thirty minutes of a long one', () => {
    expect(forward({ velocity: 100_000 }, 1)?.meanE8).toBeCloseTo(98_348, -1); // 30 · (1 − e^(−1/30)) = 0.98347
    expect(forward({ velocity: 100 }, 10_000)?.meanE8).toBe(3000);
    expect(forward({ velocity: -100 }, 10_000)?.meanE8).toBe(-3000);
  });

  it('moves the law by its claim, and says how fat its tails are', () => {
    const claimed = forward({ velocityUp: 1_000_000 });
    expect(claimed?.quantilesE8).toEqual(Array.from(NORMAL_LAW.quantiles, (quantile) => Math.round(10_000 + quantile)));
    expect(claimed?.dofMilli).toBeGreaterThan(300_000); // those of a normal law are 1,000 and more
  });

  it('is refused without a deviation or a figure', () => {
    expect(forward({ velocity: NaN })).toBeUndefined();
    expect(forward({ velocityUp: Infinity })).toBeUndefined();
    for (const sd of [0, NaN, Infinity])
      expect(forwardReturn(newOutlook(60), { ...NORMAL_LAW, sd }, rowOf({}), 0)).toBeUndefined();
  });
});
