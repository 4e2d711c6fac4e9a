import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { growAtr, newAtr, updateAtr } from './atr.ts';
import { growDonchian, newDonchian, updateDonchian } from './donchian.ts';
import { growOpeningRange, newOpeningRange, updateOpeningRange } from './opening-range.ts';

const REFERENCE = path.resolve(import.meta.dirname, '../../../../../shared/numeric/08_indicators');
const TOLERANCE = 1e-8;
const MINUTE = 60_000;

type Row = Readonly<Record<string, string>>;

const text = (name: string): string => readFileSync(path.join(REFERENCE, name), 'utf8').replace(/^\uFEFF/, '');
const json = (name: string) => JSON.parse(text(name));

function csv(name: string): Row[] {
  const [header = '', ...lines] = text(name).trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i] ?? '', cell])));
}

/** A cell that the reference leaves empty stands for a value that is not known yet. */
const numberOf = (cell: unknown): number => (cell === null || cell === undefined || cell === '' ? NaN : Number(cell));

function expectSame(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  const differing = actual.filter((value, i) => {
    const other = expected[i] ?? NaN;
    return Number.isNaN(value) !== Number.isNaN(other) || Math.abs(value - other) > TOLERANCE;
  });
  expect(differing).toEqual([]);
}

const known = (values: readonly number[]): number => values.filter((value) => !Number.isNaN(value)).length;

function atrOf(rows: readonly Row[], high: string, low: string, close: string): number[] {
  const atr = newAtr(14);
  growAtr(atr, 1);
  return rows.map((row) => {
    updateAtr(atr, 0, Number(row[high]), Number(row[low]), Number(row[close]));
    return atr.value[0] ?? -1;
  });
}

function channelOf(rows: readonly Row[]): { readonly high: number[]; readonly low: number[] } {
  const donchian = newDonchian(20);
  growDonchian(donchian, 1);
  const high: number[] = [];
  const low: number[] = [];
  for (const row of rows) {
    updateDonchian(donchian, 0, Number(row['high']), Number(row['low']));
    high.push(donchian.high[0] ?? -1);
    low.push(donchian.low[0] ?? -1);
  }
  return { high, low };
}

if (!existsSync(REFERENCE)) {
  it('reproduces the published reference results (left out: they are not on this machine)', () => {
    expect(process.env['CI']).not.toBe('true');
  });
} else {
  describe('ATR(14)', () => {
    it('is that of Skender.Stock.Indicators', () => {
      const expected = json('skender/atr.standard.json').map((row: { atr: unknown }) => numberOf(row.atr));
      expect(known(expected)).toBe(488);
      expectSame(atrOf(csv('skender/default.csv'), 'high', 'low', 'close'), expected);
    });

    it('is that of the R package TTR', () => {
      const rows = csv('ttr_expected.csv');
      const expected = rows.map((row) => numberOf(row['atr14']));
      expect(known(expected)).toBe(586);
      expectSame(atrOf(rows, 'High', 'Low', 'Close'), expected);
    });

    it('is that of TA-Lib, and not the one that counts the first bar', () => {
      const rows = csv('expected_spy_daily_2017_2018.csv');
      const values = atrOf(rows, 'high', 'low', 'close');
      expectSame(
        values,
        rows.map((row) => numberOf(row['atr14_talib'])),
      );
      expect(Math.abs((values[20] ?? NaN) - Number(rows[20]?.['atr14_stockcharts']))).toBeGreaterThan(0.01);
    });
  });

  describe('Donchian channel of 20 bars', () => {
    it('is that of Skender.Stock.Indicators, which leaves the current bar out', () => {
      const expected: { upperBand: unknown; lowerBand: unknown }[] = json('skender/donchian.standard.json');
      const channel = channelOf(csv('skender/default.csv'));
      expect(known(channel.high)).toBe(482);
      expectSame(
        channel.high,
        expected.map((row) => numberOf(row.upperBand)),
      );
      expectSame(
        channel.low,
        expected.map((row) => numberOf(row.lowerBand)),
      );
    });

    it('is the one without the current bar, and not the one with it', () => {
      const rows = csv('expected_spy_daily_2017_2018.csv');
      const channel = channelOf(rows);
      expectSame(
        channel.high,
        rows.map((row) => numberOf(row['donch_up20_excl_current'])),
      );
      expectSame(
        channel.low,
        rows.map((row) => numberOf(row['donch_low20_excl_current'])),
      );
      expect(rows.filter((row, i) => numberOf(row['donch_up20_incl']) > (channel.high[i] ?? NaN)).length).toBeGreaterThan(50);
    });
  });

  describe('opening range of SPY', () => {
    const days: Record<string, Record<string, { high: number; low: number } & Record<string, unknown>>> = json(
      'expected.json',
    ).opening_range_and_vwap_SPY_1m;
    const minutesOfDay = csv('skender/intraday.csv').map((row) => {
      const [date = '', clock = ''] = (row['date'] ?? '').split(' ');
      return { date, clock, row };
    });
    const cases = Object.keys(days).flatMap((date) => [5, 15, 30, 60].map((minutes) => [date, minutes] as const));

    it.each(cases)('on %s over %i minutes, and the closes that leave it first', (date, minutes) => {
      const range = newOpeningRange(minutes);
      growOpeningRange(range, 1);
      const openAt = Date.parse(`${date}T09:30:00Z`); // New York wall clock read as if it were UTC: only differences matter
      let above: string | null = null;
      let below: string | null = null;
      for (const { clock, row } of minutesOfDay.filter((minute) => minute.date === date && minute.clock < '16:00')) {
        const startAt = Date.parse(`${date}T${clock}:00Z`);
        updateOpeningRange(range, 0, openAt, startAt, startAt + MINUTE, Number(row['high']), Number(row['low']));
        const close = Number(row['close']);
        if (close > (range.high[0] ?? NaN)) above ??= clock;
        if (close < (range.low[0] ?? NaN)) below ??= clock;
      }
      const expected = days[date]?.[`OR${minutes}`];
      expect(range.high[0]).toBe(expected?.high);
      expect(range.low[0]).toBe(expected?.low);
      expect([above, below]).toEqual([expected?.['first_close_above'], expected?.['first_close_below']]);
    });
  });
}
