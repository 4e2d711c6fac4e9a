import { describe, expect, it } from '@jest/globals';
import {
  column,
  csv,
  type Expected,
  expectSame,
  expectSameWhereKnown,
  json,
  withReferenceResults,
} from '../test/reference-files.ts';
import {
  adxOf,
  atrOf,
  bollingerOf,
  donchianOf,
  emaOf,
  keltnerOf,
  macdOf,
  priced,
  rollingVwapOf,
  rsiOf,
  smaOf,
} from '../test/reference-features.ts';

/** The sheets of StockCharts' ChartSchool print prices to four digits and results to between two and ten. */
const DIGITS_6 = 1e-5;
const twoDigits = (value: number): number => Math.round(value * 100) / 100;
const share = (part: readonly number[], whole: readonly number[]): number[] => part.map((value, i) => value / (whole[i] ?? NaN));
const less = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value - (b[i] ?? NaN));
const isAbove = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => (value > (b[i] ?? NaN) ? 1 : 0));

withReferenceResults(() => {
  describe('the sheets of StockCharts', () => {
    it('RSI(14), to the two digits published', () => {
      const { closes_2dp, expected_2dp, expected_2dp_from_index_14 } = json<Expected>('expected.json').rsi_stockcharts;
      const closes = column(csv('stockcharts/cs-rsi.csv'), 'Close');
      expect(expected_2dp_from_index_14).toHaveLength(19);
      expect(rsiOf(closes, 14).slice(14).map(twoDigits)).toEqual(expected_2dp_from_index_14);
      expect(rsiOf(closes_2dp, 14).slice(14).map(twoDigits)).toEqual(expected_2dp);
    });

    it('ATR(14) and ATR(10), the first bar counted', () => {
      const sheet = (name: string): number[] => column(csv(name), 'ATR').map((value) => (value === 0 ? NaN : value));
      expectSame(atrOf(priced(csv('stockcharts/cs-atr.csv')), 14, 'counted'), sheet('stockcharts/cs-atr.csv'), 17);
      expectSame(atrOf(priced(csv('stockcharts/cs-atr2.csv')), 10, 'counted'), sheet('stockcharts/cs-atr2.csv'), 21);
    });

    it('Bollinger bands (20, 2), their width, and where the close lies in them', () => {
      const table = csv('stockcharts/cs-bbands.csv');
      const closes = column(table, 'Close');
      const { middle, upper, lower } = bollingerOf(closes, 20, 2);
      expectSame(middle, column(table, 'MiddleBand'), 23, DIGITS_6);
      expectSame(upper, column(table, 'HighBand'), 23, DIGITS_6);
      expectSame(lower, column(table, 'LowBand'), 23, DIGITS_6);
      expectSame(
        less(upper, middle).map((d) => d / 2),
        column(table, '20-day Standard Deviation'),
        23,
        DIGITS_6,
      );
      expectSame(
        share(less(upper, lower), middle).map((part) => 100 * part),
        column(table, 'WidthBand'),
        23,
        DIGITS_6,
      );
      expectSame(share(less(closes, lower), less(upper, lower)), column(table, 'PercentageBand'), 23, DIGITS_6);
      expectSameWhereKnown(isAbove(closes, upper), column(table, 'CrossUp'), 23);
      expectSameWhereKnown(isAbove(lower, closes), column(table, 'CrossDown'), 23);
    });

    it('Donchian channel (20) with the current bar, and its like a day later, which leaves that out', () => {
      const table = csv('stockcharts/cs-dc.csv');
      const rows = priced(table);
      const { high, low } = donchianOf(rows, 'included');
      expectSame(high, column(table, 'upper_band'), 11);
      expectSame(low, column(table, 'lower_band'), 11);
      const closes = rows.map(({ close }) => close);
      expectSame(smaOf(closes, 20), column(table, 'average'), 11, DIGITS_6);
      expectSame(share(less(closes, low), less(high, low)), column(table, 'dc_percentage'), 11);
      expectSame(
        share(less(high, low), smaOf(closes, 20)).map((part) => 100 * part),
        column(table, 'dc_band_width'),
        11,
      );
      const later = csv('stockcharts/cs-dc2.csv');
      const without = donchianOf(priced(later));
      expectSame(without.high, column(later, 'upper_band'), 10);
      expectSame(without.low, column(later, 'lower_band'), 10);
    });

    it('Keltner channel (20, 10, 2), from the first close and with the first bar', () => {
      const table = csv('stockcharts/cs-kc.csv');
      const rows = priced(table);
      const closes = rows.map(({ close }) => close);
      const { middle, upper, lower } = keltnerOf(rows, 'first', 'counted');
      expectSame(middle, column(table, 'middle_band'), 30);
      expectSame(upper, column(table, 'upper_band'), 21);
      expectSame(lower, column(table, 'lower_band'), 21);
      expectSameWhereKnown(isAbove(closes, upper), column(table, 'kc_high_indicator'), 21);
      expectSameWhereKnown(isAbove(lower, closes), column(table, 'kc_low_indicator'), 21);
      expectSame(share(less(closes, lower), less(upper, lower)), column(table, 'kc_percentage'), 21);
      expectSame(
        share(less(upper, lower), middle).map((part) => 100 * part),
        column(table, 'kc_band_width'),
        21,
      );
    });

    it('MACD (12, 26, 9), from the first close', () => {
      const table = csv('stockcharts/cs-macd.csv');
      const closes = column(table, 'Close');
      const { line, signal, histogram, fast, slow } = macdOf(closes, 'first');
      expectSame(fast, column(table, 'short_ema'), 124);
      expectSame(emaOf(closes, 12, 'first'), fast, 124);
      expectSame(slow, column(table, 'long_ema'), 124);
      expectSameWhereKnown(line, column(table, 'MACD_line'), 123);
      // the sheet's signal starts from a value of its own, of which a fifth is forgotten per bar
      const forgotten = 90;
      expectSame(signal.slice(forgotten), column(table, 'MACD_signal').slice(forgotten), 34);
      expectSame(histogram.slice(forgotten), column(table, 'MACD_diff').slice(forgotten), 34);
      const started = column(table, 'MACD_signal');
      const apart = less(signal, started);
      expect(apart.slice(3, 40).every((value, i) => Math.abs(value - 0.8 * (apart[i + 2] ?? NaN)) < 1e-9)).toBe(true);
    });

    it('ADX(14), and all that it is made of', () => {
      const table = csv('stockcharts/cs-adx.csv');
      const rows = priced(table);
      const { plusDi, minusDi, dx, adx, range, plus, minus } = adxOf(rows, 14);
      const sum = (average: readonly number[]): number[] => average.map((value) => 14 * value);
      expectSame(sum(range), column(table, 'TR14'), 490, DIGITS_6);
      expectSame(sum(plus), column(table, '+DM14'), 490, DIGITS_6);
      expectSame(sum(minus), column(table, '-DM14'), 490, DIGITS_6);
      expectSame(plusDi, column(table, '+DI14'), 490, DIGITS_6);
      expectSame(minusDi, column(table, '-DI14'), 490, DIGITS_6);
      expectSame(dx, column(table, 'DX'), 490, DIGITS_6);
      expectSame(adx, column(table, 'ADX'), 477, DIGITS_6);
      const daily = adxOf(rows, 1);
      expectSame(daily.range, column(table, 'TR'), 503, DIGITS_6);
      expectSame(daily.plus, column(table, '+DM 1'), 503, DIGITS_6);
      expectSame(daily.minus, column(table, '-DM 1'), 503, DIGITS_6);
    });

    it('rolling VWAP (14) of typical prices, of what there is at first', () => {
      const table = csv('stockcharts/cs-vwap.csv');
      expectSame(rollingVwapOf(priced(table), 'typical price', 'partial'), column(table, 'vwap'), 30);
    });
  });
});
