import { describe, expect, it } from '@jest/globals';
import { appendBar, finishBarTable, newBarTableDraft, sampleMarket } from '@aitrader/core-market';
import { newYorkInstant } from '@aitrader/core-sessions';
import { ticker, type Timeframe } from '@aitrader/model';
import { checkBars } from './check-bars.ts';
import type { MarketBars } from './market-bars.ts';
import { inOnePart, type PartedBars } from './parted-bars.ts';

const SYMBOLS = ['AAA', 'BBB', 'CCC'].map(ticker);
type Row = readonly [symbol: number, date: string, hours: number, minutes: number, price?: number];
const minuteOf = (hours: number, minutes: number): number => hours * 60 + minutes;

function marketOf(rows: readonly Row[], timeframe: Timeframe = '1m'): PartedBars {
  const bars = rows.map(([symbol, date, hours, minutes, price = 10]) => ({
    t: newYorkInstant(date, minuteOf(hours, minutes)),
    symbol,
    price,
  }));
  const draft = newBarTableDraft(timeframe, SYMBOLS);
  for (const { t, symbol, price } of bars.sort((a, b) => a.t - b.t || a.symbol - b.symbol))
    appendBar(draft, { t, symbol, open: price, high: price, low: price, close: price, volume: 1 });
  return inOnePart(finishBarTable(draft));
}
const check = (rows: readonly Row[], timeframe?: Timeframe) => checkBars(marketOf(rows, timeframe), NOW, () => undefined);
/** Long after all bars. */
const NOW = newYorkInstant('2026-01-05', 0);
const TUESDAY = '2024-07-02';
const HALF_DAY = '2024-07-03';
const at = (date: string, hours: number, minutes: number): number => newYorkInstant(date, minuteOf(hours, minutes));

describe('a check of bars', () => {
  it('counts the minutes that a symbol lacks, those at which others traded apart from those at which none did', async () => {
    const { symbols } = await check([
      [0, TUESDAY, 9, 31],
      [0, TUESDAY, 9, 40],
      [1, TUESDAY, 9, 35],
      [1, TUESDAY, 9, 36],
      [2, TUESDAY, 9, 36],
      [2, TUESDAY, 9, 37],
    ]);
    expect(symbols[0]).toEqual({
      ...{ symbol: 'AAA', bars: 2, from: TUESDAY, to: TUESDAY, phases: { RTH: 2 }, halfSpreadBp: {}, regular: 2, expected: 10 },
      ...{ missingAlone: 3, missingTogether: 5, flags: {} },
      doubts: { suspect: 0, quarantined: 0 },
      longestGap: { from: at(TUESDAY, 9, 31), to: at(TUESDAY, 9, 40), steps: 8, alone: 3 },
    });
    expect(symbols[1]).toMatchObject({ regular: 2, expected: 2, missingAlone: 0, missingTogether: 0, longestGap: null });
  });

  it('knows that a half day ends at 13:00 and that the holiday after it has no minutes', async () => {
    const { symbols, sessions } = await check([
      [0, HALF_DAY, 12, 58],
      [0, '2024-07-05', 9, 32],
    ]);
    // 12:59 and 13:00, and 09:31 of the next session
    expect(symbols[0]).toMatchObject({ expected: 5, regular: 2, missingTogether: 3 });
    expect(sessions.map(({ date, expected, regular }) => [date, expected, regular])).toEqual([
      [HALF_DAY, 210, 1],
      ['2024-07-05', 390, 1],
    ]);
  });

  it('lists a session without bars, and leaves bars before the open out of regular hours', async () => {
    const { sessions, symbols } = await check([
      [0, TUESDAY, 8, 0],
      [0, TUESDAY, 9, 31],
      [0, '2024-07-05', 16, 0],
      [0, '2024-07-05', 16, 1],
    ]);
    expect(sessions).toEqual([
      { date: TUESDAY, symbols: 1, bars: 2, regular: 1, expected: 390, suspect: 0, quarantined: 0 },
      { date: HALF_DAY, symbols: 0, bars: 0, regular: 0, expected: 0, suspect: 0, quarantined: 0 },
      { date: '2024-07-05', symbols: 1, bars: 2, regular: 1, expected: 390, suspect: 0, quarantined: 0 },
    ]);
    expect(symbols[0]).toMatchObject({ bars: 4, regular: 2, expected: 390 + 210 + 390 });
  });

  it('counts suspect bars by flag, and shows jumps like splits with both prices', async () => {
    const { flags, splitLike, symbols } = await check([
      [0, TUESDAY, 10, 0, 40],
      [0, TUESDAY, 10, 1, 10],
      [1, TUESDAY, 10, 1, 10],
      [1, '2024-07-06', 10, 1, 10],
    ]);
    expect(flags).toEqual({ PRICE_JUMP: 1, SPLIT_LIKE: 1, OFF_CALENDAR: 1 });
    expect(symbols[0]?.flags).toEqual({ PRICE_JUMP: 1, SPLIT_LIKE: 1 });
    expect(splitLike).toEqual([{ symbol: 'AAA', t: at(TUESDAY, 10, 1), lastClose: 40, open: 10, close: 10 }]);
  });

  it('counts verdicts, by symbol and by session, and lists what is quarantined with its reasons', async () => {
    const { isClean, doubts, symbols, sessions, quarantined } = await check([
      [0, TUESDAY, 10, 0, 40],
      [0, TUESDAY, 10, 1, 55],
      [0, TUESDAY, 10, 2, 40.1],
      [1, TUESDAY, 10, 2, 10],
    ]);
    expect(isClean).toBe(false);
    expect(doubts).toEqual({ suspect: 1, quarantined: 1 });
    expect(symbols.map((symbol) => symbol.doubts)).toEqual([
      doubts,
      ...Array.from({ length: 2 }, () => ({ suspect: 0, quarantined: 0 })),
    ]);
    expect(sessions).toMatchObject([{ date: TUESDAY, ...doubts }]);
    const prices = { open: 55, high: 55, low: 55, close: 55 };
    expect(quarantined).toEqual([{ symbol: 'AAA', t: at(TUESDAY, 10, 1), flags: ['PRICE_JUMP'], lastClose: 40, ...prices }]);
  });

  it('finds good bars clean, and neither a hole of a whole session nor bars of the future', async () => {
    const good = [
      [0, TUESDAY, 10, 0],
      [0, HALF_DAY, 10, 0],
    ] as const;
    expect(await check(good)).toMatchObject({ isClean: true, future: 0 });
    expect(await check([...good, [0, '2024-07-08', 10, 0]])).toMatchObject({ isClean: false, future: 0 });
    const future = await checkBars(marketOf(good), at(HALF_DAY, 9, 59), () => undefined);
    expect(future).toMatchObject({ isClean: false, future: 1 });
  });

  it('counts bars by the part of the day that they close in, at night and when all is closed too', async () => {
    const NIGHTLY = '2025-07-01';
    const { phases, symbols } = await check([
      [0, NIGHTLY, 4, 0],
      [0, NIGHTLY, 4, 1],
      [0, NIGHTLY, 9, 30],
      [0, NIGHTLY, 9, 31],
      [0, NIGHTLY, 16, 0],
      [0, NIGHTLY, 16, 1],
      [0, NIGHTLY, 20, 0],
      [0, NIGHTLY, 20, 1],
      [1, '2025-07-05', 12, 0],
    ]);
    expect(symbols.map((symbol) => symbol.phases)).toEqual([{ OVERNIGHT: 2, PRE: 2, RTH: 2, POST: 2 }, { CLOSED: 1 }, {}]);
    expect(phases).toEqual({ OVERNIGHT: 2, PRE: 2, RTH: 2, POST: 2, CLOSED: 1 });
    expect((await check([[0, NIGHTLY, 16, 0]], '1d')).phases).toEqual({});
  });

  it('counts sessions for daily bars', async () => {
    const { symbols, sessions } = await check(
      [
        [0, TUESDAY, 16, 0],
        [0, '2024-07-08', 16, 0],
        [1, HALF_DAY, 13, 0],
      ],
      '1d',
    );
    expect(symbols[0]).toMatchObject({ expected: 4, regular: 2, missingAlone: 1, missingTogether: 1 });
    expect(sessions).toHaveLength(4);
  });

  it.each(['5m', '1h'] as const)('expects the last %s of a session, however short', async (timeframe) => {
    const rows =
      timeframe === '5m'
        ? [[0, TUESDAY, 9, 35] as const, [0, TUESDAY, 16, 0] as const]
        : [[0, TUESDAY, 10, 30] as const, [0, TUESDAY, 16, 30] as const];
    const { symbols } = await check(rows, timeframe);
    expect(symbols[0]).toMatchObject({ regular: 2, expected: timeframe === '5m' ? 78 : 7 });
  });

  it('says the same of a market in parts', async () => {
    const table = sampleMarket();
    const rows = (from: number, to: number): MarketBars => ({
      ...table,
      count: to - from,
      symbol: table.symbol.slice(from, to),
      ...{ t: table.t.slice(from, to), open: table.open.slice(from, to), high: table.high.slice(from, to) },
      ...{ low: table.low.slice(from, to), close: table.close.slice(from, to), volume: table.volume.slice(from, to) },
    });
    const border = table.t.indexOf(table.t[5_000] ?? 0);
    const parted: PartedBars = {
      ...inOnePart(table),
      parts: async function* () {
        yield await Promise.resolve(rows(0, border));
        yield rows(border, table.count);
      },
    };
    const whole = await checkBars(inOnePart(table), NOW, () => undefined);
    expect(await checkBars(parted, NOW, () => undefined)).toEqual(whole);
    expect(whole.bars).toBe(table.count);
  });
});
