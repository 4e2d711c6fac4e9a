import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BAR_FLAG } from './bar.ts';
import { joinedFlags, verdictOf } from './bar-verdict.ts';

const { OHLC_INCONSISTENT, WIDE_RANGE, PRICE_JUMP, SPLIT_LIKE, LONG_GAP, OFF_SESSION, OFF_CALENDAR } = BAR_FLAG;
const { ZERO_VOLUME, BACKFILLED, CONFIRMED, FROZEN, OFF_GRID } = BAR_FLAG;
const someFlags = fc.nat({ max: 4095 });

describe('the verdict on a bar', () => {
  it('is good when nothing is noticed, at any hour and however late it was known', () => {
    for (const flags of [0, OFF_SESSION, BACKFILLED, OFF_SESSION | BACKFILLED]) expect(verdictOf(flags)).toBe('good');
  });

  it('is suspect when its time, its volume or what is around it speaks against it, or a doubted price is confirmed', () => {
    for (const flags of [LONG_GAP, OFF_CALENDAR, ZERO_VOLUME, FROZEN, OFF_GRID, LONG_GAP | OFF_SESSION])
      expect(verdictOf(flags)).toBe('suspect');
    for (const doubt of [OHLC_INCONSISTENT, WIDE_RANGE, PRICE_JUMP, PRICE_JUMP | SPLIT_LIKE])
      expect(verdictOf(doubt | CONFIRMED)).toBe('suspect');
  });

  it('is quarantined when the price is doubted and nothing bears it out, whatever else there is', () => {
    for (const doubt of [OHLC_INCONSISTENT, WIDE_RANGE, PRICE_JUMP, SPLIT_LIKE])
      for (const other of [0, LONG_GAP, OFF_SESSION, BACKFILLED, FROZEN]) expect(verdictOf(doubt | other)).toBe('quarantined');
  });

  it('takes a flag that it does not know for a doubt', () => {
    expect(verdictOf(2 ** 20)).toBe('suspect');
  });

  it('of a bar that is made of several is as bad as that of the worst, however they are put together', () => {
    const rank = { good: 0, suspect: 1, quarantined: 2 };
    fc.assert(
      fc.property(someFlags, someFlags, someFlags, (a, b, c) => {
        // a bar is confirmed only where it was doubted
        const possible = (flags: number): number => ((flags & 15) === 0 ? flags & ~CONFIRMED : flags);
        const [x, y, z] = [possible(a), possible(b), possible(c)];
        const worst = Math.max(...[x, y, z].map((flags) => rank[verdictOf(flags)]));
        const joined = joinedFlags(joinedFlags(x, y), z);
        expect(rank[verdictOf(joined)]).toBe(worst);
        expect(joinedFlags(x, joinedFlags(y, z))).toBe(joined);
      }),
    );
  });
});
