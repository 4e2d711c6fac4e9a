import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { read, ticker } from '@aitrader/model';
import { newYorkDate, phaseAt, sessionOn } from '@aitrader/core-sessions';
import { epochMs } from '@aitrader/model';
import type { BarTable } from './bar-table.ts';
import { intervalCount } from './interval-clock.ts';
import { newSliceFeed, newSlices, nextInterval } from './slice-feed.ts';
import { denseMarket, SAMPLE_SYMBOLS, sampleMarket, syntheticMarket } from './synthetic-market.ts';

const sample = sampleMarket();
const rowsOf = (table: BarTable, symbol: number): number[] =>
  Array.from({ length: table.count }, (_, row) => row).filter((row) => table.symbol[row] === symbol);
const phasesOf = (table: BarTable): string[] => [...table.t].map((t) => phaseAt(epochMs(t)));

describe('the sample market', () => {
  it('has twelve made-up symbols over three sessions, one of them a half day', () => {
    expect(sample.symbols).toHaveLength(SAMPLE_SYMBOLS);
    expect(sample.symbols).toContain(ticker('SYN.B'));
    const dates = [...new Set([...sample.t].map((t) => newYorkDate(epochMs(t - 1))))];
    expect(dates).toEqual(['2024-07-02', '2024-07-03', '2024-07-05']);
    expect(dates.map((date) => sessionOn(date)?.earlyClose)).toEqual([false, true, false]);
  });

  it('has sparse bars before the open and after the close, and none outside the sessions', () => {
    const phases = phasesOf(sample);
    const count = (phase: string) => phases.filter((one) => one === phase).length;
    expect(count('CLOSED')).toBe(0);
    for (const phase of ['PRE', 'POST']) {
      expect(count(phase)).toBeGreaterThan(100);
      expect(count(phase)).toBeLessThan(count('RTH') / 5);
    }
  });

  it('moves by night, halts some symbol for minutes, and is busiest at the open and the close', () => {
    const regular = (symbol: number) => rowsOf(sample, symbol).filter((row) => phaseAt(epochMs(read(sample.t, row))) === 'RTH');
    const gaps = sample.symbols.flatMap((_, symbol) => {
      const rows = regular(symbol);
      return rows.slice(1).map((row, i) => read(sample.t, row) - read(sample.t, rows[i] ?? 0));
    });
    expect(gaps.some((gap) => gap >= 5 * 60_000 && gap < 30 * 60_000)).toBe(true);
    const session = sessionOn('2024-07-02');
    const volumeWithin = (from: number, to: number) =>
      [...sample.t].reduce((sum, t, row) => sum + (t > from && t <= to ? read(sample.volume, row) : 0), 0);
    const half = 30 * 60_000;
    const [open, close] = [session?.open ?? 0, session?.close ?? 0];
    const noon = volumeWithin(open + 6 * half, open + 7 * half);
    expect(volumeWithin(open, open + half)).toBeGreaterThan(1.5 * noon);
    expect(volumeWithin(close - half, close)).toBeGreaterThan(1.5 * noon);
  });

  it('is not suspect to the quality gate', () => {
    const feed = newSliceFeed(sample, { shards: 1 });
    const slices = newSlices(feed);
    let flagged = 0;
    while (nextInterval(feed, slices)) {
      for (const { flags, count } of slices) flagged += flags.subarray(0, count).filter((flag) => flag !== 0).length;
    }
    expect(flagged).toBeLessThan(sample.count / 200);
  });
});

describe('a synthetic market', () => {
  const options = fc.record({
    seed: fc.integer(),
    symbols: fc.uniqueArray(fc.constantFrom('SYN.B', 'SYN01', 'SYN02', 'SYN03', 'AB-C'), { minLength: 1 }),
    sessions: fc.subarray(['1998-01-02', '2024-11-29', '2024-12-02', '2030-12-31'], { minLength: 1, maxLength: 2 }),
  });
  const few = { numRuns: 20 };

  it('is the same bytes for the same options, and other bytes for another seed', () => {
    fc.assert(
      fc.property(options, (given) => {
        expect(syntheticMarket(given)).toEqual(syntheticMarket(given));
        expect(syntheticMarket({ ...given, seed: given.seed + 1 }).close).not.toEqual(syntheticMarket(given).close);
      }),
      few,
    );
  });

  it('gives a symbol the same bars whatever other symbols there are', () => {
    const pathOf = (table: BarTable, symbol: number) =>
      rowsOf(table, symbol).map((row) => [table.t[row], table.open[row], table.volume[row]]);
    fc.assert(
      fc.property(options, (given) => {
        const table = syntheticMarket(given);
        table.symbols.forEach((symbol, i) => {
          expect(pathOf(syntheticMarket({ ...given, symbols: [symbol] }), 0)).toEqual(pathOf(table, i));
        });
      }),
      few,
    );
  });

  it('prints consistent bars on the cent grid with whole, positive volumes', () => {
    fc.assert(
      fc.property(options, (given) => {
        const table = syntheticMarket(given);
        for (let row = 0; row < table.count; row++) {
          const [open, high, low, close] = [table.open, table.high, table.low, table.close].map((column) => read(column, row));
          const volume = read(table.volume, row);
          if (open === undefined || high === undefined || low === undefined || close === undefined) throw new Error('no bar');
          const isConsistent = low >= 1 && low <= Math.min(open, close) && high >= Math.max(open, close);
          const isOnGrid = [open, high, low, close].every((price) => Number(price.toFixed(2)) === price);
          if (!isConsistent || !isOnGrid || !Number.isInteger(volume) || volume < 1) {
            throw new Error(`row ${row}: ${open} ${high} ${low} ${close} ${volume}`);
          }
        }
      }),
      few,
    );
  });

  it('refuses days that are no trading days or not ascending, bad tickers and bad numbers of symbols', () => {
    const market = (sessions: string[], symbols: number | string[] = 1) => syntheticMarket({ seed: 1, symbols, sessions });
    expect(() => market(['2024-07-04'])).toThrow(/2024-07-04/);
    expect(() => market(['2024-07-03', '2024-07-02'])).toThrow(RangeError);
    expect(() => market(['2024-07-03'], ['no good'])).toThrow(/Ticker/);
    for (const symbols of [0, -1, 1.5]) expect(() => market(['2024-07-03'], symbols)).toThrow(RangeError);
    expect(() => syntheticMarket({ seed: 1, sessions: { from: '2030-12-30', count: 3 } })).toThrow(RangeError);
  });

  it('takes a number of sessions from a day on', () => {
    const dates = [...syntheticMarket({ seed: 1, symbols: 1, sessions: { from: '2024-07-03', count: 2 } }).t].map((t) =>
      newYorkDate(epochMs(t - 1)),
    );
    expect([...new Set(dates)]).toEqual(['2024-07-03', '2024-07-05']);
  });
});

describe('a dense market', () => {
  it('has a bar of every symbol in every minute of its days, and as many intervals as asked for', () => {
    const table = denseMarket({ symbols: 120, intervals: 1_000 });
    expect(table.count).toBe(120 * 1_000);
    expect(new Set(table.t).size).toBe(1_000);
    expect(new Set(phasesOf(table))).toEqual(new Set(['PRE', 'RTH', 'POST']));
    expect(intervalCount(table)).toBe(1_000);
  });
});
