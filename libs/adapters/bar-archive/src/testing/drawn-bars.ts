import { expect } from '@jest/globals';
import fc from 'fast-check';
import { compareText, item, read, readInt32, ticker, type Ticker } from '@aitrader/model';
import type { ArchiveBars } from '../archive-bars.ts';
import { archiveAsOf, type AsOf } from '../archive-as-of.ts';
import type { ArchiveStorage } from '../archive-storage.ts';
import { openArchive, readSelected, selectFrom, type ArchiveSelection } from '../bar-archive.ts';

export const MINUTE_MS = 60_000;
/** Two minutes before a month ends, in New York standard time. */
export const BEGIN = Date.UTC(2024, 7, 1, 4, 58);
export const SYMBOLS = ['A', 'BRK.B', 'C', 'ZZZ'].map(ticker);

/** A bar whose other figures follow from its price, in dollars. */
export interface Bar {
  readonly t: number;
  readonly symbol: Ticker;
  readonly price: number;
}

/** Bars around the end of a month and a month later, each symbol at most once a minute. */
export const bars = fc
  .uniqueArray(
    fc.record({
      minute: fc.oneof(fc.nat(6), fc.integer({ min: 44_600, max: 44_660 })),
      symbol: fc.nat(SYMBOLS.length - 1),
      cents: fc.nat(999),
    }),
    { minLength: 1, maxLength: 40, selector: ({ minute, symbol }) => `${minute} ${symbol}` },
  )
  .map((all) =>
    all.map(({ minute, symbol, cents }): Bar => ({
      t: BEGIN + minute * MINUTE_MS,
      symbol: item(SYMBOLS, symbol),
      price: 1 + cents / 100,
    })),
  );

export const inOrder = (all: readonly Bar[]): Bar[] => [...all].sort((a, b) => a.t - b.t || compareText(a.symbol, b.symbol));

/** Bars as a table, in order. */
export function tableOf(all: readonly Bar[]): ArchiveBars {
  const ordered = inOrder(all);
  const symbols = [...new Set(all.map(({ symbol }) => symbol))].sort(compareText);
  const column = (of: (bar: Bar) => number): Float64Array => Float64Array.from(ordered, of);
  return {
    timeframe: '1m',
    symbols,
    count: ordered.length,
    t: column(({ t }) => t),
    symbol: Int32Array.from(ordered, ({ symbol }) => symbols.indexOf(symbol)),
    ...{ open: column(({ price }) => price), high: column(({ price }) => price + 0.1), low: column(({ price }) => price - 0.1) },
    ...{ close: column(({ price }) => price + 0.01), volume: column(({ price }) => Math.round(price * 1000)) },
  };
}

function barsOf({ symbols, count, t, symbol, ...figures }: ArchiveBars): Bar[] {
  return Array.from({ length: count }, (_, row) => {
    const price = read(figures.open, row);
    const rest = [read(figures.high, row), read(figures.low, row), read(figures.close, row), read(figures.volume, row)];
    expect(rest).toEqual([price + 0.1, price - 0.1, price + 0.01, Math.round(price * 1000)]);
    return { t: read(t, row), symbol: item(symbols, readInt32(symbol, row)), price };
  });
}

/** What an archive gives, stretch by stretch, as of then or as it is. */
export async function allOf(storage: ArchiveStorage, selection: ArchiveSelection = {}, asOf?: AsOf): Promise<Bar[]> {
  const whole = await openArchive(storage);
  const archive = asOf === undefined ? whole : archiveAsOf(whole, asOf);
  const selected = await selectFrom(archive, selection);
  const all: Bar[] = [];
  for await (const table of readSelected(archive, selected)) {
    expect(table.symbols).toEqual(selected.symbols);
    expect(table.count).toBeGreaterThan(0);
    const part = barsOf(table);
    expect(item(part, 0).t).toBeGreaterThan(all.at(-1)?.t ?? -Infinity);
    all.push(...part);
  }
  expect(selected.symbols).toEqual([...new Set(all.map(({ symbol }) => symbol))].sort(compareText));
  if (all.length > 0) expect([selected.first, selected.last]).toEqual([all[0]?.t, all.at(-1)?.t]);
  return all;
}
