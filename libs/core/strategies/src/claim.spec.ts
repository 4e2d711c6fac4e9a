import { describe, expect, it } from '@jest/globals';
import { NORMAL_LAW } from '../test/normal-law.ts';
import { forwardReturn } from './claim.ts';

describe('forward return', () => {
  it('of no claim is the law of the horizon', () => {
    const forward = forwardReturn(0, NORMAL_LAW);
    expect(forward).toMatchObject({ meanE8: 0, sdE8: 100_000 });
    expect(forward?.quantilesE8).toEqual(Array.from(NORMAL_LAW.quantiles, Math.round));
  });

  it('moves the law by its claim, and says how fat its tails are', () => {
    const claimed = forwardReturn(10_000, NORMAL_LAW);
    expect(claimed?.quantilesE8).toEqual(Array.from(NORMAL_LAW.quantiles, (quantile) => Math.round(10_000 + quantile)));
    expect(claimed?.dofMilli).toBeGreaterThan(300_000); // those of a normal law are 1,000 and more
  });

  it('is refused without a deviation or a claim', () => {
    for (const mean of [NaN, Infinity]) expect(forwardReturn(mean, NORMAL_LAW)).toBeUndefined();
    for (const sd of [0, NaN, Infinity]) expect(forwardReturn(0, { ...NORMAL_LAW, sd })).toBeUndefined();
  });
});
