import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { notional, price, quantity, UnitError } from './index.ts';

/** Price times quantity by its definition: 1e-4 dollar times 1e-9 share, half away from zero to 1e-6 dollar. */
function product(at: number, of: number): bigint {
  const units = BigInt(at) * BigInt(of);
  const half = units < 0n ? -5_000_000n : 5_000_000n;
  return (units + half) / 10_000_000n;
}

describe('notional', () => {
  it('is price times quantity, exactly, of whole shares and of parts, long and short, or refused', () => {
    const wholeShares = fc.integer({ min: -9_007_199, max: 9_007_199 }).map((shares) => shares * 1e9);
    const nearlyWhole = fc.tuple(wholeShares, fc.integer({ min: -3, max: 3 })).map(([whole, more]) => whole + more);
    const some = fc.oneof(wholeShares, nearlyWhole.filter(Number.isSafeInteger), fc.maxSafeInteger());
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: 0, max: 100_000_000 }), fc.maxSafeNat()), some, (at, of) => {
        const exact = product(at, of);
        const isSafe = exact >= BigInt(Number.MIN_SAFE_INTEGER) && exact <= BigInt(Number.MAX_SAFE_INTEGER);
        const attempt = (): number => notional(price(at), quantity(of));
        if (!isSafe) expect(attempt).toThrow(UnitError);
        else expect(Object.is(attempt(), Number(exact))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
