import { describe, expect, it } from '@jest/globals';
import { BAR_FLAG, cash, epochMs, item, readUint32, ticker, type BarSlice, type CorporateAction } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { tradeDateStart } from './action-commands.ts';
import { closeMinute, newLiveMinutes, newLiveSlices, restoreSlice, resumeAfter, skipMinute, takeBar } from './live-minutes.ts';
import type { LiveMinutes } from './live-minutes.ts';
import { BAR_RANK } from './minute-store.ts';
import { noteConnected } from './outages.ts';

const MINUTE = 60_000;
const A = ticker('AAA');
const EX = tradeDateStart('2024-07-03');
const split: CorporateAction = {
  ...{ id: 's', kind: 'split', symbol: A, exAt: EX, payAt: EX, newShares: 10, oldShares: 1, cash: cash(0), other: A },
};
/** The last two minutes before the split, and the first two after it. */
const EVE = newYorkInstant('2024-07-02', 19 * 60 + 59);
const LAST = newYorkInstant('2024-07-02', 20 * 60);
const OPEN = newYorkInstant('2024-07-03', 4 * 60 + 1);
const NEXT = newYorkInstant('2024-07-03', 4 * 60 + 2);

function begun(...actions: readonly CorporateAction[]): LiveMinutes {
  const options = { symbols: [A], shards: 1, feed: 'test/feed', graceMs: 1_500, holdMs: 20_000, historyHoldMs: 600_000 };
  const live = newLiveMinutes({ ...options, exposureMs: 0, revisableMinutes: 900, actions }, epochMs(EVE), EVE - 10 * MINUTE);
  noteConnected(live.outages, EVE - 10 * MINUTE);
  return live;
}
const say = (live: LiveMinutes, t: number, price: number): unknown =>
  takeBar(
    live,
    A,
    { t: epochMs(t), open: price, high: price, low: price, close: price, volume: 100 },
    BAR_RANK.streamed,
    t + 500,
  );
function minute(live: LiveMinutes, t: number, price: number): BarSlice {
  say(live, t, price);
  return close(live, t);
}
function close(live: LiveMinutes, t: number): BarSlice {
  const slices = newLiveSlices(live);
  expect(closeMinute(live, slices, t + 1_500)).toBe(true);
  return item(slices, 0);
}
const flagsOf = ({ flags }: BarSlice): number => readUint32(flags, 0);
const JUMPS = BAR_FLAG.PRICE_JUMP | BAR_FLAG.SPLIT_LIKE;

describe('a live market over a corporate action', () => {
  it('flags no bar, where it is told of it', () => {
    const [told, untold] = [begun(split), begun()];
    for (const live of [told, untold]) for (const t of [EVE, LAST]) expect(flagsOf(minute(live, t, 100)) & JUMPS).toBe(0);
    expect(flagsOf(minute(untold, OPEN, 10)) & JUMPS).not.toBe(0);
    expect(flagsOf(minute(told, OPEN, 10)) & JUMPS).toBe(0);
    expect(flagsOf(minute(told, NEXT, 100)) & JUMPS).not.toBe(0);
  });

  it('holds a revision of the first bar after it against the close before it as it reads then', () => {
    const revised = (live: LiveMinutes): number => {
      for (const t of [EVE, LAST]) minute(live, t, 100);
      minute(live, OPEN, 10);
      expect(say(live, OPEN, 10.1)).toBe('revision');
      const { revisions } = minute(live, NEXT, 10.1);
      expect(revisions).toHaveLength(1);
      return item(revisions, 0).flags & JUMPS;
    };
    expect(revised(begun(split))).toBe(0);
    expect(revised(begun())).not.toBe(0);
  });

  it('is the same for a vendor that stood by, and for one that goes on with what was recorded', () => {
    const told = begun(split);
    const slices = [EVE, LAST].map((t) => minute(told, t, 100));
    const standby = begun(split);
    for (const slice of slices) skipMinute(standby, [slice]);
    const first = minute(told, OPEN, 10);
    expect(flagsOf(minute(standby, OPEN, 10)) & JUMPS).toBe(0);
    for (const recorded of [slices, [...slices, first]]) {
      const later = begun(split);
      noteConnected(later.outages, OPEN);
      for (const slice of recorded) restoreSlice(later, slice);
      const t = item(recorded.slice(-1), 0).t;
      resumeAfter(later, t);
      expect(flagsOf(minute(later, t === LAST ? OPEN : NEXT, 10)) & JUMPS).toBe(0);
    }
  });
});
