import { describe, expect, it } from '@jest/globals';
import { BAR_FLAG, newBarSlice, ticker, type Timeframe } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { appendBar, finishBarTable, newBarTableDraft } from './bar-table-draft.ts';
import { intervalCount } from './interval-clock.ts';
import { newSliceFeed, newSlices, nextInterval, SHARDS_MAX } from './slice-feed.ts';

const AAA = ticker('AAA');

function tableAt(timeframe: Timeframe, ...closes: readonly number[]) {
  const draft = newBarTableDraft(timeframe, [AAA]);
  for (const t of closes) appendBar(draft, { t, symbol: 0, open: 10, high: 10, low: 10, close: 10, volume: 1 });
  return finishBarTable(draft);
}
const at = (date: string, hours: number, minutes = 0) => newYorkInstant(date, hours * 60 + minutes);

function readOut(timeframe: Timeframe, ...closes: readonly number[]) {
  const feed = newSliceFeed(tableAt(timeframe, ...closes), { shards: 1 });
  const slices = newSlices(feed);
  const intervals: { t: number; count: number; flags: number }[] = [];
  while (nextInterval(feed, slices)) {
    for (const { t, count, flags } of slices) intervals.push({ t, count, flags: count > 0 ? (flags[0] ?? -1) : 0 });
  }
  return intervals;
}

describe('the intervals that a feed walks through', () => {
  it('number 960 on a full day and 780 on a half day', () => {
    const full = tableAt('1m', at('2024-07-02', 4, 1), at('2024-07-02', 20));
    const half = tableAt('1m', at('2024-07-03', 4, 1), at('2024-07-03', 17));
    expect(intervalCount(full)).toBe(960);
    expect(intervalCount(half)).toBe(780);
  });

  it('run on to the end of the session and begin again with the next one that has a bar', () => {
    const first = at('2024-07-03', 16, 58);
    const next = at('2024-07-08', 4, 2);
    const minute = 60_000;
    // 4 July is a holiday, and 5 July has no bar.
    expect(readOut('1m', first, next).map(({ t, count }) => [t, count])).toEqual([
      [first, 1],
      [first + minute, 0],
      [first + 2 * minute, 0],
      [next - minute, 0],
      [next, 1],
    ]);
  });

  it('lie on whole steps from the start of the session', () => {
    const hours = readOut('1h', at('2024-07-02', 5), at('2024-07-02', 20)).map(({ t }) => t);
    expect(hours).toEqual(Array.from({ length: 16 }, (_, i) => at('2024-07-02', 5 + i)));
  });

  it('have bars off the session added, flagged, and midnight counted to the day it ends', () => {
    const off = [at('2024-07-02', 3), at('2024-07-02', 21), at('2024-07-04', 12), at('2024-07-05', 24), at('2024-07-06', 0, 1)];
    const flagged = readOut('1m', ...off).filter(({ count }) => count > 0);
    const { OFF_SESSION, OFF_CALENDAR } = BAR_FLAG;
    expect(flagged.map(({ flags }) => flags)).toEqual([OFF_SESSION, OFF_SESSION, OFF_CALENDAR, OFF_SESSION, OFF_CALENDAR]);
  });

  it('are one per bar time when bars are daily', () => {
    const closes = [at('2024-07-02', 16), at('2024-07-03', 13), at('2024-07-04', 16), at('2024-07-05', 16)];
    const daily = readOut('1d', ...closes);
    expect(daily.map(({ t }) => t)).toEqual(closes);
    expect(daily.map(({ flags }) => flags)).toEqual([0, 0, BAR_FLAG.OFF_CALENDAR, 0]);
  });

  it('are none in an empty table', () => {
    expect(readOut('1m')).toEqual([]);
  });
});

describe('the slices of a feed', () => {
  it('are the structs of the caller, made roomy enough, and left alone at the end', () => {
    const feed = newSliceFeed(tableAt('5m', at('2024-07-02', 10)), { shards: 1 });
    const slice = newBarSlice(7, '1m', 0);
    expect(nextInterval(feed, [slice])).toBe(true);
    expect(slice).toMatchObject({ t: at('2024-07-02', 10), timeframe: '5m', shard: 0, count: 1, symbols: [AAA] });
    expect(nextInterval(feed, [slice])).toBe(false);
    expect(slice.count).toBe(1);
  });

  it('must be one per shard, and shards must be a sensible number', () => {
    const table = tableAt('1m', at('2024-07-02', 10));
    expect(() => nextInterval(newSliceFeed(table, { shards: 2 }), [])).toThrow(RangeError);
    for (const shards of [0, 1.5, Number.NaN, SHARDS_MAX + 1]) expect(() => newSliceFeed(table, { shards })).toThrow(RangeError);
  });
});
