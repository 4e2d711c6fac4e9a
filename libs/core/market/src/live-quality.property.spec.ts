import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BAR_FLAG, epochMs, item, readUint32, ticker, type BarSlice } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { appendBar, finishBarTable, newBarTableDraft } from './bar-table-draft.ts';
import {
  closeMinute,
  newLiveMinutes,
  newLiveSlices,
  restoreSlice,
  resumeAfter,
  takeBar,
  type LiveMinutes,
} from './live-minutes.ts';
import { BAR_RANK, type SaidBar } from './minute-store.ts';
import { noteConnected, noteFetched } from './outages.ts';
import { newSliceFeed, newSlices, nextInterval } from './slice-feed.ts';

const A = ticker('AAA');
const MINUTE = 60_000;
const FIRST = newYorkInstant('2024-07-02', 10 * 60);
const GRACE = 1_500;
const OPTIONS = {
  symbols: [A],
  shards: 1,
  feed: 'test/feed',
  ...{ graceMs: GRACE, holdMs: 20_000, historyHoldMs: 600_000, exposureMs: 0, revisableMinutes: 30 },
};

/** A market that listens from before its first minute on. */
function begun(): LiveMinutes {
  const live = newLiveMinutes(OPTIONS, epochMs(FIRST), FIRST - 10 * MINUTE);
  noteConnected(live.outages, FIRST - 10 * MINUTE);
  return live;
}
const barOf = (minute: number, price: number, volume = 100): SaidBar => ({
  t: epochMs(FIRST + minute * MINUTE),
  ...{ open: price, high: price, low: price, close: price },
  volume: volume + minute,
});

/** Says a bar in its minute, if there is one, and closes the minute. */
function pass(live: LiveMinutes, minute: number, price: number | undefined): BarSlice {
  const now = FIRST + minute * MINUTE + GRACE;
  if (price !== undefined) takeBar(live, A, barOf(minute, price), BAR_RANK.streamed, now - 1_000);
  const slices = newLiveSlices(live);
  expect(closeMinute(live, slices, now)).toBe(true);
  return item(slices, 0);
}
const flagsOfSlice = (slice: BarSlice): number | undefined => (slice.count === 0 ? undefined : readUint32(slice.flags, 0));

const somePrices = fc.array(fc.option(fc.oneof(fc.integer({ min: 98, max: 102 }), fc.constantFrom(50, 60, 90, 110, 200))), {
  minLength: 1,
  maxLength: 20,
});

describe('the flags of live minutes', () => {
  it('are those of the same bars when they are played, also when the feed was restarted in between', () => {
    fc.assert(
      fc.property(somePrices, fc.nat(), (prices, place) => {
        const draft = newBarTableDraft('1m', [A]);
        prices.forEach((price, minute) => {
          if (price !== null) appendBar(draft, { ...barOf(minute, price), symbol: 0 });
        });
        const feed = newSliceFeed(finishBarTable(draft), { shards: 1 });
        const slices = newSlices(feed);
        const played = new Map<number, number>();
        while (nextInterval(feed, slices)) for (const slice of slices) played.set(slice.t, flagsOfSlice(slice) ?? 0);

        let live = begun();
        const published: BarSlice[] = [];
        prices.forEach((price, minute) => {
          if (minute > 0 && minute === place % prices.length) {
            live = begun();
            for (const slice of published) restoreSlice(live, slice);
            resumeAfter(live, epochMs(FIRST + (minute - 1) * MINUTE));
            noteFetched(live.outages, -Infinity, Infinity);
          }
          const slice = pass(live, minute, price ?? undefined);
          published.push(slice);
          const flags = flagsOfSlice(slice);
          expect(flags === undefined ? undefined : flags & ~BAR_FLAG.BACKFILLED).toBe(
            price === null ? undefined : played.get(slice.t),
          );
        });
      }),
    );
  });

  it('of a later version are held against the close before it, not against what followed', () => {
    const live = begun();
    for (const [minute, price] of [100, 80, 80.1, 80.2].entries()) pass(live, minute, price);
    expect(takeBar(live, A, barOf(1, 99.8), BAR_RANK.updated, FIRST + 4 * MINUTE)).toBe('revision');
    expect(takeBar(live, A, barOf(3, 60), BAR_RANK.updated, FIRST + 4 * MINUTE)).toBe('revision');
    const { revisions } = pass(live, 4, undefined);
    expect(revisions.map(({ close, flags }) => [close, flags])).toEqual([
      [99.8, 0],
      [60, BAR_FLAG.PRICE_JUMP | BAR_FLAG.SPLIT_LIKE],
    ]);
  });

  it('of a bar that comes late where there was none are held against the last close, however long ago', () => {
    const live = begun();
    pass(live, 0, 100);
    for (let minute = 1; minute <= 40; minute++) pass(live, minute, undefined);
    expect(takeBar(live, A, barOf(38, 50), BAR_RANK.updated, FIRST + 41 * MINUTE)).toBe('revision');
    expect(pass(live, 41, undefined).revisions.map(({ flags }) => flags)).toEqual([BAR_FLAG.PRICE_JUMP | BAR_FLAG.SPLIT_LIKE]);
  });
});
