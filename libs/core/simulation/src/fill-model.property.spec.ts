/**
 * 1. There is no trade without a bar, nor on one that is quarantined, nor on one without volume; on a suspect one there are exits only.
 * 2. A market order pays half the spread and its impact: up when it buys, down when it sells, and never below one price unit.
 * 3. A leg takes whole shares, at most its share of the bar's volume.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BAR_FLAG, epochMs, newBarSlice, price, quantityFromShares, ticker, verdictOf } from '@aitrader/model';
import { marketPrice, participationCap, printOf } from './index.ts';

const A = ticker('A');
const T = epochMs(1_767_000_000_000);
const someDollars = fc.oneof(fc.double({ min: 0.01, max: 5_000, noNaN: true }), fc.constantFrom(0, -1, NaN, Infinity, 1e300));
const someVolume = fc.oneof(fc.integer({ min: 1, max: 1_000_000_000 }), fc.constantFrom(0, -5, NaN, Infinity));

describe('the fill model', () => {
  const someFlags = fc.oneof(fc.constantFrom(0, BAR_FLAG.OFF_SESSION), fc.nat({ max: 4095 }));
  const somePrices = fc.array(someDollars, { minLength: 4, maxLength: 4 });

  it('1. gives only prints of whole, positive, ordered prices with volume, and none of a quarantined bar', () => {
    fc.assert(
      fc.property(somePrices, someVolume, someFlags, ([open = 0, high = 0, low = 0, close = 0], volume, flags) => {
        const slice = { ...newBarSlice(0, '1m', 1), t: T, count: 1, symbols: [A] };
        [slice.open[0], slice.high[0], slice.low[0], slice.close[0]] = [open, high, low, close];
        [slice.volume[0], slice.flags[0]] = [volume, flags];
        const sound = [open, high, low, close].every((one) => one > 0 && one < 1e10) && volume > 0 && volume < Infinity;
        const print = printOf([slice], T, A);
        expect(print !== undefined).toBe(sound && verdictOf(flags) !== 'quarantined');
        if (print === undefined) return;
        expect(print.isGood).toBe(verdictOf(flags) === 'good');
        for (const value of [print.open, print.high, print.low]) expect(Number.isSafeInteger(value) && value > 0).toBe(true);
        expect(print.low).toBeLessThanOrEqual(print.open);
        expect(print.high).toBeGreaterThanOrEqual(print.open);
        expect(printOf([slice], epochMs(T + 1), A)).toBeUndefined();
        expect(printOf([slice], T, ticker('B'))).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('2. costs more with a wider spread, more impact or a larger share, and never helps', () => {
    const figures = fc.tuple(fc.nat({ max: 500 }), fc.nat({ max: 500 }), fc.integer({ min: 1, max: 10_000 }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50_000_000 }), figures, figures, (at, a, b) => {
        const cost = (side: 'buy' | 'sell', [spread, impact, shares]: readonly [number, number, number]): number => {
          const paid = marketPrice(price(at), side, quantityFromShares(shares), 10_000, spread, impact);
          expect(Number.isSafeInteger(paid) && paid >= 1).toBe(true);
          return side === 'buy' ? paid - at : at - paid;
        };
        const least = [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.min(a[2], b[2])] as const;
        for (const side of ['buy', 'sell'] as const) {
          expect(cost(side, least)).toBeGreaterThanOrEqual(0);
          expect(cost(side, a)).toBeGreaterThanOrEqual(cost(side, least));
          expect(cost(side, b)).toBeGreaterThanOrEqual(cost(side, least));
        }
      }),
    );
  });

  it('3. allows whole shares, at most the share of the volume', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.double({ min: 0.001, max: 1, noNaN: true }), (volume, share) => {
        const shares = participationCap(volume, share) / 1e9;
        expect(Number.isInteger(shares)).toBe(true);
        expect(shares).toBeLessThanOrEqual(volume * share);
        expect(shares).toBeGreaterThan(volume * share - 1);
      }),
    );
  });
});
