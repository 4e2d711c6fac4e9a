/*
 * 1. Every share of either account is in exactly one part, and the cash and the fees of the parts are those of the trades.
 * 2. The lines of an order add up to the difference of what it came to, to the unit, whatever was traded.
 * 3. An order that was traded alike has no lines.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ids, ticker } from '@aitrader/model';
import { epochMs } from '@aitrader/model';
import { differencesOf, type OrderTrades } from './order-differences.ts';
import { pairShares, type Share, type Trade } from './traded-parts.ts';

const trade = (sign: 1 | -1): fc.Arbitrary<Trade> =>
  fc
    .record({
      t: fc.integer({ min: 1, max: 4 }).map((minute) => epochMs(minute * 60_000)),
      units: fc.oneof(
        fc.integer({ min: 1, max: 5 }).map((shares) => shares * 1e9),
        fc.integer({ min: 1, max: 3e9 }),
      ),
      price: fc.integer({ min: 1, max: 50_000 }),
      fee: fc.integer({ min: 0, max: 1_000 }),
      isHeld: fc.boolean(),
    })
    .map((each) => ({ ...each, cash: sign * Math.round((each.price * each.units) / 1e7) }));

const trades = (sign: 1 | -1) => fc.array(trade(sign), { maxLength: 6 }).map((all) => all.toSorted((a, b) => a.t - b.t));
const order: fc.Arbitrary<OrderTrades> = fc.record({ entries: trades(-1), exits: trades(1) });

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const worth = ({ entries, exits }: OrderTrades): number => sum([...entries, ...exits].map(({ cash, fee }) => cash - fee));
const TOLD = { order: ids.order('o.1'), symbol: ticker('SYN01') };

describe('the differences of an order', () => {
  it('1. are parts that hold every share once', () => {
    fc.assert(
      fc.property(trades(1), trades(1), (ours, theirs) => {
        const parts = pairShares(ours, theirs);
        for (const [all, of] of [
          [ours, 'recorded'],
          [theirs, 'replayed'],
        ] as const) {
          const own = parts.filter((part) => part[of] !== null);
          const shares = own.map((part) => part[of]).filter((share): share is Share => share !== null);
          expect(sum(own.map(({ units }) => units))).toBe(sum(all.map(({ units }) => units)));
          expect(sum(shares.map(({ cash }) => cash))).toBe(sum(all.map(({ cash }) => cash)));
          expect(sum(shares.map(({ fee }) => fee))).toBe(sum(all.map(({ fee }) => fee)));
        }
      }),
    );
  });

  it('2. add up to what it came to', () => {
    fc.assert(
      fc.property(order, order, (recorded, replayed) => {
        const lines = differencesOf(TOLD, recorded, replayed);
        expect(sum(lines.map(({ costMicros }) => costMicros))).toBe(worth(recorded) - worth(replayed));
      }),
      { numRuns: 500 },
    );
  });

  it('3. are none of an order that was traded alike', () => {
    fc.assert(fc.property(order, (traded) => expect(differencesOf(TOLD, traded, traded)).toEqual([])));
  });
});
