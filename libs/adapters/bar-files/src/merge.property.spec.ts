import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { epochMs } from '@aitrader/model';
import { barsOf, lines, writtenFiles } from '../testing/written-files.ts';
import { loadBarFiles } from './load-bar-files.ts';

const HEADER = 'ts,open,high,low,close,volume,symbol';
/** 2024-01-02 09:30 in New York. */
const OPEN = 1_704_205_800_000;
const MINUTE = 60_000;

interface Bar {
  readonly minute: number;
  readonly symbol: string;
  readonly file: number;
  readonly price: number;
}
const bySymbol = (a: Bar, b: Bar): number => (a.symbol < b.symbol ? -1 : Number(a.symbol > b.symbol));
const byMinute = (a: Bar, b: Bar): number => a.minute - b.minute;
/** How files have their rows: a symbol after the other, by time alone, and as a panel, which is in the order of the table already. */
const ORDERS = {
  symbol: (a: Bar, b: Bar): number => bySymbol(a, b) || byMinute(a, b),
  minute: byMinute,
  panel: (a: Bar, b: Bar): number => byMinute(a, b) || bySymbol(a, b),
};

const bar: fc.Arbitrary<Bar> = fc.record({
  minute: fc.nat(40),
  symbol: fc.constantFrom('AAA', 'BRK.B', 'ZZ'),
  file: fc.nat(2),
  price: fc.integer({ min: 2, max: 99 }),
});
const markets = fc.uniqueArray(bar, { minLength: 1, maxLength: 60, selector: ({ minute, symbol }) => `${minute} ${symbol}` });
const row = (minute: number, symbol: string, price = 10): string =>
  `${OPEN + minute * MINUTE},${price},${price + 1},${price - 1},${price},100,${symbol}`;
const close = (minute: number): number => OPEN + (minute + 1) * MINUTE;

describe('merging', () => {
  const { write } = writtenFiles();
  const load = (files: readonly (readonly string[])[], from: number): ReturnType<typeof loadBarFiles> =>
    loadBarFiles(
      files.map((rows, i) => write(`${i}.csv`, lines(HEADER, ...rows))),
      { timeframe: '1m', from: epochMs(from) },
    );

  it('orders the bars of all files by time, then by symbol, however each file has its own', async () => {
    await fc.assert(
      fc.asyncProperty(markets, fc.constantFrom('symbol', 'minute', 'panel'), fc.nat(20), async (given, order, first) => {
        const files = (order === 'panel' ? [0] : [0, 1, 2])
          .map((file) => given.filter((one) => order === 'panel' || one.file === file).sort(ORDERS[order]))
          .filter((some) => some.length > 0);
        const loaded = await load(
          files.map((some) => some.map(({ minute, symbol, price }) => row(minute, symbol, price))),
          close(first),
        );
        const wanted = given.filter(({ minute }) => minute >= first).sort(ORDERS.panel);
        const textOf = ({ minute, symbol, price }: Bar): string =>
          `${new Date(close(minute)).toISOString().slice(0, 16)} ${price} ${price + 1} ${price - 1} ${price} 100 ${symbol}`;
        expect(barsOf(loaded)).toEqual(wanted.map(textOf));
        const { t, symbol, volume, symbols } = loaded.table;
        expect(symbols).toEqual([...new Set(wanted.map((one) => one.symbol))].sort());
        expect([t.length, symbol.length, volume.length]).toEqual([wanted.length, wanted.length, wanted.length]);
      }),
      { numRuns: 90 },
    );
  });

  it('refuses a bar that two files hold, and names both places', async () => {
    const twice = load(
      [
        [row(0, 'AAA'), row(1, 'AAA'), row(2, 'AAA')],
        [row(-1, 'AAA'), row(1, 'AAA')],
      ],
      OPEN - MINUTE,
    );
    await expect(twice).rejects.toThrow(/1\.csv:3: ts repeats the bar of AAA at .*0\.csv:3$/);
    const inOrder = load(
      [
        [row(0, 'AAA'), row(0, 'BBB')],
        [row(0, 'BBB'), row(0, 'CCC')],
      ],
      OPEN,
    );
    await expect(inOrder).rejects.toThrow(/1\.csv:2: ts repeats the bar of BBB at .*0\.csv:3$/);
  });
});
