import { describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { appendBar, finishBarTable, newBarTableDraft } from '@aitrader/core-market';
import { newYorkDate, newYorkInstant } from '@aitrader/core-sessions';
import { epochMs, read, ticker } from '@aitrader/model';
import { itAgainst, referencePath } from '../../../../tools/testing/reference-data.ts';
import { aggregateBars } from './aggregate-bars.ts';
import { loadBars } from './load-bars.ts';
import type { MarketBars } from './market-bars.ts';

const DATA = referencePath('data');
const noBus = (): Promise<never> => Promise.reject(new Error('files need no bus'));
const loaded = async (file: string): Promise<MarketBars> =>
  (await loadBars({ kind: 'files', paths: [path.join(DATA, file)] }, noBus)).table;

const FIGURES = ['open', 'high', 'low', 'close', 'volume'] as const;
type Day = Readonly<Record<(typeof FIGURES)[number], number>>;
const daysOf = (table: MarketBars): Map<string, Day> =>
  new Map(
    Array.from({ length: table.count }, (_, row) => {
      const [open = NaN, high = NaN, low = NaN, close = NaN, volume = NaN] = FIGURES.map((name) => read(table[name], row));
      return [newYorkDate(epochMs(read(table.t, row) - 1)), { open, high, low, close, volume }];
    }),
  );

/** Dates that both files have. */
const EXPECTED = { SPY: 6, BAC: 6, AIG: 6, AAPL: 3 } as const;

describe.each(Object.entries(EXPECTED))('minutes of %s', (symbol, dates) => {
  const file = `minute/lean_${symbol}_1m.csv.gz`;
  itAgainst(path.join(DATA, file), 'make the days of the vendor, but for auctions and rounding to the cent', async () => {
    const made = daysOf(aggregateBars(await loaded(file), '1d').table);
    const days = daysOf(await loaded(`daily/lean_${symbol}_1d.csv.gz`));
    const common = [...made.keys()].filter((date) => days.has(date));
    expect(common).toHaveLength(dates);
    for (const date of common) {
      const [own, other] = [made.get(date), days.get(date)];
      if (own === undefined || other === undefined) throw new Error(date);
      expect([date, own.open, own.close]).toEqual([date, other.open, other.close]);
      expect(Math.abs(own.high - other.high)).toBeLessThan(0.0201);
      expect(Math.abs(own.low - other.low)).toBeLessThan(0.0101);
      // the vendor's days of AIG have up to 1 % more: what its auctions are made of besides the minutes
      expect(own.volume / other.volume).toBeLessThanOrEqual(1);
      expect(own.volume / other.volume).toBeGreaterThan(symbol === 'AIG' ? 0.99 : 0.999_999);
    }
  });
});

describe('bars that are made of shorter ones', () => {
  const minutes = (from: number, to: number, price: number) =>
    Array.from({ length: to - from }, (_, n) => ({ t: newYorkInstant('2024-07-02', from + n + 1), price: price + n / 100 }));
  const tableOf = (bars: readonly { readonly t: number; readonly price: number }[]): MarketBars => {
    const draft = newBarTableDraft('1m', [ticker('A')]);
    for (const { t, price } of bars)
      appendBar(draft, { t, symbol: 0, open: price, high: price, low: price, close: price, volume: 1 });
    return finishBarTable(draft);
  };

  it('are not shorter, and no hours, whose last one a file could not say', () => {
    const table = tableOf(minutes(570, 600, 10));
    expect(() => aggregateBars(aggregateBars(table, '5m').table, '1m')).toThrow('make no shorter ones');
    expect(() => aggregateBars(table, '1h')).toThrow('half an hour long');
  });

  it('are of whole intervals alone: those that the bars begin or end within are left out, and counted', () => {
    const { table, cutOff } = aggregateBars(tableOf(minutes(572, 604, 10)), '15m');
    expect([...table.t]).toEqual([newYorkInstant('2024-07-02', 600)]);
    expect(cutOff).toBe(2);
    expect(aggregateBars(tableOf(minutes(570, 600, 10)), '15m')).toMatchObject({ table: { count: 2 }, cutOff: 0 });
    expect(aggregateBars(tableOf(minutes(500, 960, 10)), '1d')).toMatchObject({ table: { count: 1 }, cutOff: 0 });
    for (const [from, to] of [[500, 950] as const, [571, 1000] as const])
      expect(() => aggregateBars(tableOf(minutes(from, to, 10)), '1d')).toThrow('there is no whole interval of that length');
  });

  it('are the same by way of the lengths between', () => {
    const table = tableOf(minutes(500, 1000, 10));
    for (const to of ['15m', '1d'] as const)
      expect(aggregateBars(aggregateBars(table, '5m').table, to)).toEqual(aggregateBars(table, to));
  });
});
