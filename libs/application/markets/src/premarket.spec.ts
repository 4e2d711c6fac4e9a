import { describe, expect, it } from '@jest/globals';
import { newYorkAt } from '../../../../tools/testing/new-york-clock.ts';
import { ticker } from '@aitrader/model';
import type { MarketBars } from './market-bars.ts';
import { premarketOf } from './premarket.ts';

type Row = readonly [at: string, time: string, symbol: number, close: number, volume: number];

function tableOf(symbols: readonly string[], rows: readonly Row[]): MarketBars {
  const closes = Float64Array.from(rows, ([, , , close]) => close);
  return {
    ...{ count: rows.length, timeframe: '1m' as const, symbols: symbols.map((name) => ticker(name)) },
    t: Float64Array.from(rows, ([date, time]) => newYorkAt(date, time)),
    symbol: Int32Array.from(rows, ([, , symbol]) => symbol),
    ...{ open: closes, high: closes, low: closes, close: closes },
    volume: Float64Array.from(rows, ([, , , , volume]) => volume),
  };
}
const [FRIDAY, MONDAY] = ['2026-03-06', '2026-03-09'];

describe('before the open', () => {
  it('each symbol is held against the close of the date before, the widest gap first, whatever did not trade last', () => {
    const table = tableOf(
      ['AAA', 'BBB', 'CCC', 'DDD'],
      [
        [FRIDAY, '16:00', 0, 100, 1],
        [FRIDAY, '16:00', 1, 50, 1],
        [FRIDAY, '15:59', 2, 20, 1],
        // behind the close of the usual hours, and so no close of the day
        [FRIDAY, '18:00', 0, 900, 1],
        [MONDAY, '04:01', 0, 101, 10],
        [MONDAY, '09:30', 0, 102, 20],
        [MONDAY, '08:00', 1, 45, 5],
        [MONDAY, '08:00', 3, 7, 9],
        // the open
        [MONDAY, '09:31', 0, 500, 1],
      ],
    );
    const told = premarketOf(table, MONDAY, FRIDAY);
    expect(told.map(({ symbol, gapPercent, bars, volume }) => [symbol, gapPercent, bars, volume])).toEqual([
      ['BBB', expect.closeTo(-10), 1, 5],
      ['AAA', expect.closeTo(2), 2, 30],
      ['DDD', null, 1, 9],
      ['CCC', null, 0, 0],
    ]);
    expect(told[1]).toMatchObject({ closeBefore: 100, last: 102, lastAt: newYorkAt(MONDAY, '09:30') });
    expect(told[3]).toMatchObject({ closeBefore: 20, last: null, lastAt: null });
  });

  it('is of trading dates alone', () => {
    expect(() => premarketOf(tableOf([], []), '2026-03-08', FRIDAY)).toThrow('2026-03-08 is no trading date');
  });
});
