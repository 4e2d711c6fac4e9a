import { describe, expect, it } from '@jest/globals';
import {
  column,
  csv,
  type Expected,
  expectSame,
  json,
  numberOf,
  type Row,
  withReferenceResults,
} from '../test/reference-files.ts';
import {
  adxOf,
  atrOf,
  bollingerOf,
  deviationOf,
  donchianOf,
  emaOf,
  keltnerOf,
  macdOf,
  priced,
  rollingVwapOf,
  rsiOf,
  smaOf,
  vwapOf,
} from '../test/reference-features.ts';
import { growOpeningRange, newOpeningRange, updateOpeningRange } from './opening-range.ts';
import { growVwap, newVwap, updateVwap } from './vwap.ts';

const MINUTE = 60_000;
/** A column of one of Skender's results, null where there is nothing yet. */
const skender = (name: string, field: string): number[] => {
  const rows = json<Record<string, unknown>[]>(`skender/${name}.standard.json`);
  expect(rows[0]).toHaveProperty(field);
  return rows.map((row) => numberOf(row[field]));
};

withReferenceResults(() => {
  describe('Skender.Stock.Indicators, 502 days', () => {
    const rows = priced(csv('skender/default.csv'));
    const closes = rows.map(({ close }) => close);
    const ratio = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value / (b[i] ?? NaN));

    it('ATR(14), also in percent of the close', () => {
      const atr = atrOf(rows, 14);
      expectSame(atr, skender('atr', 'atr'), 488);
      expectSame(
        ratio(atr, closes).map((part) => 100 * part),
        skender('atr', 'atrp'),
        488,
      );
    });

    it('true range, which is ATR(1)', () => {
      expectSame(atrOf(rows, 1), skender('atr', 'tr'), 501);
    });

    it('RSI(14)', () => {
      expectSame(rsiOf(closes, 14), skender('rsi', 'rsi'), 488);
    });

    it('SMA(20)', () => {
      expectSame(smaOf(closes, 20), skender('sma', 'sma'), 483);
    });

    it('EMA(20)', () => {
      expectSame(emaOf(closes, 20), skender('ema', 'ema'), 483);
    });

    it('standard deviation of 14 days, mean and standard score', () => {
      const { mean, deviation } = deviationOf(closes, 14);
      expectSame(deviation, skender('stdev', 'stdDev'), 489);
      expectSame(mean, skender('stdev', 'mean'), 489);
      const score = closes.map((close, i) => (close - (mean[i] ?? NaN)) / (deviation[i] ?? NaN));
      expectSame(score, skender('stdev', 'zScore'), 489);
    });

    it('Bollinger bands (20, 2), and what follows from them', () => {
      const { middle, upper, lower } = bollingerOf(closes, 20, 2);
      expectSame(middle, skender('bb', 'sma'), 483);
      expectSame(upper, skender('bb', 'upperBand'), 483);
      expectSame(lower, skender('bb', 'lowerBand'), 483);
      const width = upper.map((value, i) => value - (lower[i] ?? NaN));
      expectSame(ratio(width, middle), skender('bb', 'width'), 483);
      const above = closes.map((close, i) => close - (lower[i] ?? NaN));
      expectSame(ratio(above, width), skender('bb', 'percentB'), 483);
      const score = closes.map((close, i) => (4 * (close - (middle[i] ?? NaN))) / (width[i] ?? NaN));
      expectSame(score, skender('bb', 'zScore'), 483);
    });

    it('MACD (12, 26, 9)', () => {
      const { line, signal, histogram, fast, slow } = macdOf(closes);
      expectSame(line, skender('macd', 'macd'), 477);
      expectSame(signal, skender('macd', 'signal'), 469);
      expectSame(histogram, skender('macd', 'histogram'), 469);
      expectSame(fast, skender('macd', 'fastEma'), 491);
      expectSame(slow, skender('macd', 'slowEma'), 477);
    });

    it('ADX(14), directional indicators, and the rating that follows', () => {
      const { plusDi, minusDi, dx, adx } = adxOf(rows, 14);
      expectSame(plusDi, skender('adx', 'pdi'), 488);
      expectSame(minusDi, skender('adx', 'mdi'), 488);
      expectSame(dx, skender('adx', 'dx'), 488);
      expectSame(adx, skender('adx', 'adx'), 475);
      const rating = adx.map((value, i) => (value + (adx[i - 14] ?? NaN)) / 2);
      expectSame(rating, skender('adx', 'adxr'), 461);
    });

    it('Keltner channel (20, 10, 2)', () => {
      const { middle, upper, lower } = keltnerOf(rows);
      expectSame(middle, skender('keltner', 'centerline'), 483);
      expectSame(upper, skender('keltner', 'upperBand'), 483);
      expectSame(lower, skender('keltner', 'lowerBand'), 483);
      expectSame(
        ratio(
          upper.map((value, i) => value - (lower[i] ?? NaN)),
          middle,
        ),
        skender('keltner', 'width'),
        483,
      );
    });

    it('Donchian channel (20), which leaves the current bar out', () => {
      const { high, low } = donchianOf(rows);
      expectSame(high, skender('donchian', 'upperBand'), 482);
      expectSame(low, skender('donchian', 'lowerBand'), 482);
      const middle = high.map((value, i) => (value + (low[i] ?? NaN)) / 2);
      expectSame(middle, skender('donchian', 'centerline'), 482);
      expectSame(
        ratio(
          high.map((value, i) => value - (low[i] ?? NaN)),
          middle,
        ),
        skender('donchian', 'width'),
        482,
      );
    });

    it('VWAP since the first day', () => {
      expectSame(vwapOf(rows), skender('vwap', 'vwap'), 502);
    });
  });

  describe('the R package TTR, 600 days', () => {
    const table = csv('ttr_expected.csv');
    const rows = priced(table);
    const closes = rows.map(({ close }) => close);

    it('true range, ATR(14), RSI(14) and EMA(20)', () => {
      expectSame(atrOf(rows, 1), column(table, 'tr'), 599);
      expectSame(atrOf(rows, 14), column(table, 'atr14'), 586);
      expectSame(rsiOf(closes, 14), column(table, 'rsi14'), 586);
      expectSame(emaOf(closes, 20), column(table, 'ema20'), 581);
    });

    it('Bollinger bands (20, 2), to which the close is the price', () => {
      const { middle, upper, lower } = bollingerOf(closes, 20, 2);
      expectSame(middle, column(table, 'bb_mid'), 581);
      expectSame(upper, column(table, 'bb_up'), 581);
      expectSame(lower, column(table, 'bb_dn'), 581);
    });

    it('Donchian channel (20), which holds the current bar', () => {
      const { high, low } = donchianOf(rows, 'included');
      expectSame(high, column(table, 'dc_high20'), 581);
      expectSame(low, column(table, 'dc_low20'), 581);
    });

    it('rolling VWAP (14) of the closes', () => {
      expectSame(rollingVwapOf(rows, 'close'), column(table, 'vwap14'), 587);
    });
  });

  describe('SPY, 502 days, in both conventions', () => {
    const table = csv('expected_spy_daily_2017_2018.csv');
    const rows = priced(table);
    const closes = rows.map(({ close }) => close);

    it('ATR(14) of TA-Lib, and of StockCharts, which counts the first bar', () => {
      expectSame(atrOf(rows, 14), column(table, 'atr14_talib'), 488);
      expectSame(atrOf(rows, 14, 'counted'), column(table, 'atr14_stockcharts'), 489);
      expectSame(atrOf(rows, 1, 'counted'), column(table, 'tr'), 502);
      expect(Math.abs(Number(table[20]?.['atr14_talib']) - Number(table[20]?.['atr14_stockcharts']))).toBeGreaterThan(0.01);
    });

    it('RSI(14), SMA(20), and EMA(20) from a mean and from the first close', () => {
      expectSame(rsiOf(closes, 14), column(table, 'rsi14'), 488);
      expectSame(smaOf(closes, 20), column(table, 'sma20'), 483);
      expectSame(emaOf(closes, 20), column(table, 'ema20_sma_seed'), 483);
      expectSame(emaOf(closes, 20, 'first'), column(table, 'ema20_first_seed'), 502);
    });

    it('Bollinger bands (20, 2) and population standard deviation', () => {
      const { upper, lower } = bollingerOf(closes, 20, 2);
      expectSame(upper, column(table, 'bb_up'), 483);
      expectSame(lower, column(table, 'bb_low'), 483);
      expectSame(deviationOf(closes, 20).deviation, column(table, 'stdev20_pop'), 483);
    });

    it('Donchian channel (20) without the current bar, and with it', () => {
      const without = donchianOf(rows);
      expectSame(without.high, column(table, 'donch_up20_excl_current'), 482);
      expectSame(without.low, column(table, 'donch_low20_excl_current'), 482);
      const including = donchianOf(rows, 'included');
      expectSame(including.high, column(table, 'donch_up20_incl'), 483);
      expectSame(including.low, column(table, 'donch_low20_incl'), 483);
      expect(including.high.filter((value, i) => value > (without.high[i] ?? NaN)).length).toBeGreaterThan(50);
    });
  });

  describe('SPY minutes of four days', () => {
    const { opening_range_and_vwap_SPY_1m: days, skender_vwap_intraday_published: published } = json<Expected>('expected.json');
    const table = csv('skender/intraday.csv');
    const prices = priced(table);
    const minutesOfDay = table.map((row: Row, i) => {
      const [date = '', clock = ''] = (row['date'] ?? '').split(' ');
      // New York wall clock read as if it were UTC: only differences matter
      return {
        date,
        clock,
        startAt: Date.parse(`${date}T${clock}:00Z`),
        ...(prices[i] ?? { high: 0, low: 0, close: 0, volume: 0 }),
      };
    });
    const openOf = (date: string): number => Date.parse(`${date}T09:30:00Z`);
    const cases = Object.keys(days).flatMap((date) => [5, 15, 30, 60].map((minutes) => [date, minutes] as const));

    it.each(cases)('opening range on %s over %i minutes, and the closes that leave it first', (date, minutes) => {
      const range = newOpeningRange(minutes);
      growOpeningRange(range, 1);
      let above: string | null = null;
      let below: string | null = null;
      for (const { clock, startAt, high, low, close } of minutesOfDay.filter((m) => m.date === date && m.clock < '16:00')) {
        updateOpeningRange(range, 0, openOf(date), startAt, startAt + MINUTE, high, low);
        if (close > (range.high[0] ?? NaN)) above ??= clock;
        if (close < (range.low[0] ?? NaN)) below ??= clock;
      }
      const expected = days[date]?.[`OR${minutes}`];
      expect(range.high[0]).toBe(expected?.high);
      expect(range.low[0]).toBe(expected?.low);
      expect([above, below]).toEqual([expected?.first_close_above, expected?.first_close_below]);
    });

    it('VWAP at the close of each, anchored to its open', () => {
      const vwap = newVwap();
      growVwap(vwap, 1);
      const closing: Record<string, number> = {};
      for (const { date, clock, high, low, close, volume } of minutesOfDay) {
        if (clock >= '16:00') continue;
        updateVwap(vwap, 0, openOf(date), high, low, close, volume);
        closing[date] = vwap.value[0] ?? -1;
      }
      const expected = Object.entries(days).map(([date, day]) => [date, day.rth_vwap_hlc3] as const);
      expect(expected).toHaveLength(4);
      for (const [date, value] of expected) expect(Math.abs((closing[date] ?? NaN) - value)).toBeLessThan(1e-8);
    });

    it('VWAP in the course of the first one, anchored to the open and to 10:00, as published to four digits', () => {
      const day = minutesOfDay.slice(0, 391);
      const fromOpen = vwapOf(day);
      const from10 = vwapOf(day.slice(30));
      for (const index of [0, 1, 369, 390]) expect(fromOpen[index]).toBeCloseTo(published[`index${index}`] ?? NaN, 4);
      expect(from10[0]).toBeCloseTo(published['anchored from 10:00: idx30'] ?? NaN, 4);
      for (const index of [369, 390]) expect(from10[index - 30]).toBeCloseTo(published[`idx${index}`] ?? NaN, 4);
    });
  });
});
