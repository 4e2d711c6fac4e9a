import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { epochMs, MINUTES_OF, read, shardOf, ticker, TIMEFRAMES, type BarSlice } from '@aitrader/model';
import { newYorkDate, newYorkInstant, sessionOn } from '@aitrader/core-sessions';
import { appendBar, finishBarTable, newBarTableDraft } from './bar-table-draft.ts';
import type { BarTable } from './bar-table.ts';
import { intervalCount } from './interval-clock.ts';
import { goOnWith, newSliceFeed, newSlices, nextInterval, skipTo, type SliceFeed } from './slice-feed.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const DAYS = 4;
/** A run reads some thousand intervals several times. */
fc.configureGlobal({ numRuns: 40 });
const SYMBOLS = ['A', 'BRK.B', 'C', 'SYN01', 'ZZZ'].map(ticker);
/** A clock change in either direction, half days, a holiday, weekends and both ends of the calendar. */
const FIRST_DATES = ['1998-01-01', '2024-03-07', '2024-07-02', '2024-10-31', '2024-11-27', '2030-12-29'] as const;

/** Bars at random minutes of a few days, in and out of sessions; now and then off the grid or a jump away. */
const tables = fc
  .record({
    timeframe: fc.constantFrom(...TIMEFRAMES),
    first: fc.constantFrom(...FIRST_DATES),
    places: fc.uniqueArray(fc.tuple(fc.nat(DAYS * 1440), fc.nat(SYMBOLS.length - 1), fc.nat(9)), {
      maxLength: 40,
      selector: ([minute, symbol, odd]) => `${minute} ${symbol} ${odd === 0}`,
    }),
    prices: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 40, maxLength: 40 }),
  })
  .map(({ timeframe, first, places, prices }) => {
    const start = newYorkInstant(first, 0);
    const rows = places
      .map(([minute, symbol, odd]) => ({ t: start + (minute + 1) * MINUTE_MS + (odd === 0 ? 7000 : 0), symbol }))
      .sort((a, b) => a.t - b.t || a.symbol - b.symbol);
    const draft = newBarTableDraft(timeframe, SYMBOLS);
    rows.forEach(({ t, symbol }, i) => {
      const price = prices[i] ?? 1;
      appendBar(draft, { t, symbol, open: price, high: price + 1, low: price - 0.5, close: price, volume: i % 7 });
    });
    return finishBarTable(draft);
  });

/** An instant at or next to a bar's close, or just somewhere. */
const instants = fc.record({
  row: fc.nat(),
  offsetMs: fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -DAY_MS, max: DAY_MS })),
});
const instantIn = (table: BarTable, { row, offsetMs }: { row: number; offsetMs: number }): number =>
  (table.count === 0 ? DAY_MS : read(table.t, row % table.count)) + offsetMs;

const cut = (table: BarTable, keep: (t: number) => boolean): BarTable => {
  const draft = newBarTableDraft(table.timeframe, table.symbols);
  for (let row = 0; row < table.count; row++) {
    const [t, symbol] = [table.t[row] ?? 0, table.symbol[row] ?? 0];
    const [open, high, low] = [table.open[row] ?? 0, table.high[row] ?? 0, table.low[row] ?? 0];
    if (keep(t)) appendBar(draft, { t, symbol, open, high, low, close: table.close[row] ?? 0, volume: table.volume[row] ?? 0 });
  }
  return finishBarTable(draft);
};

/** What a slice says, without the room it has beyond its count. */
const said = (slice: BarSlice) => ({
  t: slice.t,
  timeframe: slice.timeframe,
  shard: slice.shard,
  symbols: slice.symbols.slice(0, slice.count),
  columns: [slice.open, slice.high, slice.low, slice.close, slice.volume].map((column) => [...column.subarray(0, slice.count)]),
  flags: [...slice.flags.subarray(0, slice.count)],
});
type Said = ReturnType<typeof said>;

function rest(feed: SliceFeed, intervalsMax = Infinity): Said[][] {
  const slices = newSlices(feed);
  const all: Said[][] = [];
  while (all.length < intervalsMax && nextInterval(feed, slices)) all.push(slices.map(said));
  return all;
}
const readOut = (table: BarTable, shards: number) => rest(newSliceFeed(table, { shards }));
const times = (intervals: Said[][]): number[] => intervals.map(([first]) => first?.t ?? Number.NaN);

/** The definition of the intervals, spelled out without any of the feed's economy. */
function expectedTimes(table: BarTable): number[] {
  const barTimes = [...table.t.subarray(0, table.count)];
  const expected = new Set(barTimes);
  const first = barTimes[0] ?? 0;
  const last = barTimes.at(-1) ?? 0;
  const stepMs = MINUTES_OF[table.timeframe] * MINUTE_MS;
  for (const t of table.timeframe === '1d' ? [] : barTimes) {
    const session = isInCalendar(t) ? sessionOn(newYorkDate(epochMs(t - 1))) : undefined;
    if (session === undefined) continue;
    for (let step = session.preOpen + stepMs; step <= session.postClose; step += stepMs) {
      if (step >= first && step <= last) expected.add(step);
    }
  }
  return [...expected].sort((a, b) => a - b);
}
const isInCalendar = (t: number): boolean => t > newYorkInstant('1998-01-01', 0) && t <= newYorkInstant('2030-12-31', 1440);

describe('the intervals of a table', () => {
  it('are the steps of every session that has a bar, from the first bar to the last, and all other bar times', () => {
    fc.assert(
      fc.property(tables, (table) => {
        expect(times(readOut(table, 1))).toEqual(expectedTimes(table));
        expect(intervalCount(table)).toBe(expectedTimes(table).length);
      }),
    );
  });

  it('up to the last bar of a cut table are those of the whole table', () => {
    fc.assert(
      fc.property(tables, instants, (table, instant) => {
        const end = instantIn(table, instant);
        const prefix = readOut(
          cut(table, (t) => t <= end),
          2,
        );
        expect(readOut(table, 2).slice(0, prefix.length)).toEqual(prefix);
      }),
    );
  });
});

describe('a slice feed', () => {
  it('gives every bar of the table once, in canonical order, to the shard that owns its symbol', () => {
    fc.assert(
      fc.property(tables, fc.integer({ min: 1, max: 5 }), (table, shards) => {
        const given = readOut(table, shards).flatMap((slices) =>
          slices.flatMap(({ t, shard, symbols, columns }) =>
            symbols.map((symbol, i) => ({ t, shard, symbol, bar: columns.map((column) => column[i]) })),
          ),
        );
        const columns = [table.open, table.high, table.low, table.close, table.volume];
        const held = Array.from({ length: table.count }, (_, row) => {
          const symbol = table.symbols[table.symbol[row] ?? -1] ?? '';
          return { t: table.t[row], shard: shardOf(symbol, shards), symbol, bar: columns.map((column) => column[row]) };
        });
        const sorted = held.sort((a, b) => (a.t ?? 0) - (b.t ?? 0) || a.shard - b.shard || (a.symbol < b.symbol ? -1 : 1));
        expect(given).toEqual(sorted);
      }),
    );
  });

  it('gives a symbol the same bars and flags with any number of shards', () => {
    const bySymbol = (intervals: Said[][]) => {
      const rows = intervals.flatMap((slices) =>
        slices.flatMap(({ t, symbols, columns, flags }) =>
          symbols.map((symbol, i) => [t, symbol, flags[i], ...columns.map((column) => column[i])]),
        ),
      );
      return rows.map((row) => row.join(' ')).sort();
    };
    fc.assert(
      fc.property(tables, fc.integer({ min: 2, max: 7 }), (table, shards) => {
        expect(bySymbol(readOut(table, shards))).toEqual(bySymbol(readOut(table, 1)));
        expect(times(readOut(table, shards))).toEqual(times(readOut(table, 1)));
      }),
    );
  });

  it('gives a symbol the same flags when it is alone in the table', () => {
    fc.assert(
      fc.property(tables, fc.nat(SYMBOLS.length - 1), (table, symbol) => {
        const flagsOfSymbol = (intervals: Said[][]) =>
          intervals
            .flat()
            .flatMap(({ t, symbols, flags }) => symbols.flatMap((name, i) => (name === SYMBOLS[symbol] ? [[t, flags[i]]] : [])));
        const alone = newBarTableDraft(table.timeframe, table.symbols);
        for (let row = 0; row < table.count; row++) {
          if (table.symbol[row] !== symbol) continue;
          const [t, open, high, low] = [table.t[row] ?? 0, table.open[row] ?? 0, table.high[row] ?? 0, table.low[row] ?? 0];
          appendBar(alone, { t, symbol, open, high, low, close: table.close[row] ?? 0, volume: table.volume[row] ?? 0 });
        }
        expect(flagsOfSymbol(readOut(finishBarTable(alone), 1))).toEqual(flagsOfSymbol(readOut(table, 1)));
      }),
    );
  });

  it('goes on after an interval it skipped to as if it had run there', () => {
    fc.assert(
      fc.property(tables, instants, (table, instant) => {
        const t = epochMs(instantIn(table, instant));
        const feed = newSliceFeed(table, { shards: 3 });
        skipTo(feed, t);
        const after = readOut(table, 3).filter(([slice]) => slice !== undefined && slice.t > t);
        expect(rest(feed)).toEqual(after);
      }),
    );
  });

  it('goes on after a structured clone as if it had not been cloned', () => {
    fc.assert(
      fc.property(tables, fc.nat(2000), (table, intervals) => {
        const feed = newSliceFeed(table, { shards: 2 });
        rest(feed, intervals);
        const clone = structuredClone(feed);
        expect(rest(clone)).toEqual(rest(feed));
      }),
    );
  });

  it('over the parts of a table gives what one over the whole table gives, skipped to any interval and cloned at every border', () => {
    fc.assert(
      fc.property(tables, fc.array(instants, { maxLength: 5 }), instants, fc.boolean(), (table, borders, skipped, isSkipping) => {
        const whole = newSliceFeed(table, { shards: 2 });
        const t = epochMs(instantIn(table, skipped));
        const ends = borders.map((border) => instantIn(table, border)).sort((a, b) => a - b);
        const parts = [...ends, Infinity]
          .map((end, i) => cut(table, (each) => each > (ends[i - 1] ?? -Infinity) && each <= end))
          .filter(({ count }) => count > 0);
        let feed = newSliceFeed(parts[0] ?? table, { shards: 2 });
        const inParts: Said[][] = [];
        for (const [i, part] of parts.entries()) {
          if (i > 0) goOnWith(feed, part);
          if (isSkipping) skipTo(feed, t);
          inParts.push(...rest(feed));
          feed = structuredClone(feed);
        }
        if (isSkipping) skipTo(whole, t);
        expect(inParts).toEqual(rest(whole));
      }),
    );
  });

  it('between bounds is the feed of a table that holds nothing else', () => {
    fc.assert(
      fc.property(tables, instants, instants, (table, a, b) => {
        const [from = epochMs(0), to = from] = [instantIn(table, a), instantIn(table, b)].sort((x, y) => x - y).map(epochMs);
        const bounded = rest(newSliceFeed(table, { shards: 2, from, to }));
        expect(bounded).toEqual(
          readOut(
            cut(table, (t) => t >= from && t <= to),
            2,
          ),
        );
        expect(intervalCount(table, { from, to })).toBe(bounded.length);
      }),
    );
  });
});
