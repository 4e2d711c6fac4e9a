/**
 * 1. From one dollar on a price is of whole cents, below of hundredths of them.
 * 2. A marketable limit is never worse than its collar, unless the nearest step of the grid is, and never better than its reference.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { price, type Side } from '@aitrader/model';
import { exitPrices, marketableLimit, tickAbove, tickBelow } from './index.ts';

const somePrice = fc.oneof(fc.integer({ min: 1, max: 20_500 }), fc.integer({ min: 1, max: 9_000_000 })).map(price);
const isOnGrid = (at: number): boolean => at > 0 && (at < 10_000 || at % 100 === 0);

describe('prices on the grid', () => {
  it('1. are the nearest ones', () => {
    fc.assert(
      fc.property(somePrice, (at) => {
        const [below, above] = [tickBelow(at), tickAbove(at)];
        expect([isOnGrid(below), isOnGrid(above)]).toEqual([true, true]);
        expect(below <= at && at <= above).toBe(true);
        expect(above - below).toBe(isOnGrid(at) ? 0 : 100);
      }),
      { numRuns: 1000 },
    );
  });

  it('2. limits are as far from their reference as the collar allows', () => {
    fc.assert(
      fc.property(somePrice, fc.constantFrom<Side[]>('buy', 'sell'), fc.nat({ max: 500 }), (at, side, collarBp) => {
        const limit = marketableLimit(side, at, collarBp);
        const sign = side === 'buy' ? 1 : -1;
        const away = sign * (limit - at);
        expect(isOnGrid(limit)).toBe(true);
        expect(away).toBeGreaterThanOrEqual(0);
        const collar = (at * collarBp) / 10_000;
        const step = side === 'buy' ? tickAbove(at) - at : at - tickBelow(at);
        expect(away).toBeLessThanOrEqual(Math.max(collar, step));
        // no nearer than a step to what the collar allows
        expect(away).toBeGreaterThan(collar - 101);
      }),
      { numRuns: 1000 },
    );
  });

  it('exits come a little nearer to the entry', () => {
    expect(exitPrices('buy', price(980_050), price(1_040_050))).toEqual({ stop: 980_100, target: 1_040_000 });
    expect(exitPrices('sell', price(1_020_050), price(960_050))).toEqual({ stop: 1_020_000, target: 960_100 });
  });
});
