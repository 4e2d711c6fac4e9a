import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { newYorkDate, newYorkInstant, sessionOn, sessionsBetween } from '@aitrader/core-sessions';
import { cash, cashFromDollars, epochMs, item, read, ticker, type CorporateAction } from '@aitrader/model';
import { itAgainst, referencePath } from '../../../../tools/testing/reference-data.ts';
import { tradeDateStart } from './action-commands.ts';
import { adjustedBars } from './adjusted-bars.ts';
import { appendBar, finishBarTable, newBarTableDraft } from './bar-table-draft.ts';
import type { BarTable } from './bar-table.ts';

const A = ticker('A');

function tableOf(closes: Readonly<Record<string, number>>): BarTable {
  const draft = newBarTableDraft('1d', [A]);
  for (const [date, close] of Object.entries(closes)) {
    const t = sessionOn(date)?.close ?? newYorkInstant(date, 960);
    appendBar(draft, { t, symbol: 0, open: close, high: close, low: close, close, volume: 1_000 });
  }
  return finishBarTable(draft);
}

const action = (date: string, kind: CorporateAction['kind'], more: Partial<CorporateAction> = {}): CorporateAction => {
  const exAt = tradeDateStart(date);
  return {
    ...{ id: `${date} ${kind}`, kind, symbol: A, exAt, payAt: exAt, newShares: 1, oldShares: 1, cash: cash(0), other: A },
    ...more,
  };
};

describe('bars that are adjusted', () => {
  const raw = tableOf({ '2024-03-04': 100, '2024-03-05': 102, '2024-03-06': 51, '2024-03-07': 50 });
  const split = action('2024-03-06', 'split', { newShares: 2 });
  const dividend = action('2024-03-07', 'cash-dividend', { cash: cashFromDollars(1.02) });

  it('for splits have the prices and volumes of shares of the end', () => {
    const { close, volume } = adjustedBars(raw, [split, dividend], 'split');
    expect([...close]).toEqual([50, 51, 51, 50]);
    expect([...volume]).toEqual([2_000, 2_000, 1_000, 1_000]);
  });

  it('for all have lost the dividend, too', () => {
    const { close, volume } = adjustedBars(raw, [dividend, split], 'all');
    [49, 49.98, 49.98, 50].forEach((price, i) => expect(close[i]).toBeCloseTo(price, 10));
    expect([...volume]).toEqual([2_000, 2_000, 1_000, 1_000]);
  });

  it('are as they were printed after the last action, and where there is none between them', () => {
    const others = [action('2024-03-04', 'split', { newShares: 3 }), action('2024-03-08', 'split', { newShares: 5 })];
    expect(adjustedBars(raw, others, 'all')).toEqual(raw);
  });

  it('cannot be for a spin-off of which nobody knows the worth, or a dividend above the price', () => {
    const spinOff = action('2024-03-06', 'spin-off', { other: ticker('B') });
    expect(() => adjustedBars(raw, [spinOff], 'all')).toThrow('A cannot be adjusted for 2024-03-06 spin-off: nobody has said');
    const large = action('2024-03-06', 'cash-dividend', { cash: cashFromDollars(102) });
    expect(() => adjustedBars(raw, [large], 'all')).toThrow('it is more than the last close, 102');
  });
});

interface FactorRow {
  readonly date: string;
  readonly price: number;
  readonly split: number;
  readonly close: number;
}

const iso = (date: string): string => `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
const factorsOf = (file: string): FactorRow[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [date = '', price, split, close] = line.split(',');
      return { date: iso(date), price: Number(price), split: Number(split), close: Number(close) };
    });

/** Real daily closes, raw, of a file of LEAN's. */
function closesOf(file: string): Record<string, number> {
  const bytes = gunzipSync(readFileSync(file)).toString('latin1');
  const [head = '', ...lines] = bytes.trim().split('\n');
  const names = head.split(',');
  return Object.fromEntries(
    lines.map((line) => {
      const cells = line.split(',');
      return [newYorkDate(epochMs(Number(cells[names.indexOf('ts')]))), Number(cells[names.indexOf('close')])];
    }),
  );
}

/**
 * What LEAN's factors say happened after the close of each of their dates: a split by its ratio, a dividend by what a share lost of its close,
 * to the hundredth of a cent, in which dividends are declared.
 */
function actionsOf(factors: readonly FactorRow[]): CorporateAction[] {
  const sessions = sessionsBetween('1998-01-02', '2021-12-31').map(({ close }) => newYorkDate(close));
  return factors.slice(0, -1).flatMap(({ date, price, split, close }, i) => {
    const next = item(factors, i + 1);
    const ex = sessions.find((session) => session > date) ?? date;
    const ratio = Math.round(next.split / split);
    const paid = Math.round(close * (1 - price / next.price) * 1e4) / 1e4;
    return [
      ...(ratio > 1 ? [action(ex, 'split', { newShares: ratio })] : []),
      ...(paid > 0 ? [action(ex, 'cash-dividend', { cash: cashFromDollars(paid) })] : []),
    ];
  });
}

describe('the adjusted prices of AAPL since 2000', () => {
  const [factorFile, barFile] = [
    referencePath('data/meta/lean_factor_files/aapl.csv'),
    referencePath('data/daily/lean_AAPL_1d.csv.gz'),
  ];
  itAgainst(factorFile, 'are those that the factors of LEAN give, on every date, for splits and for all', () => {
    if (!existsSync(barFile)) throw new Error(`${barFile} is not there`);
    const factors = factorsOf(factorFile);
    const closes = closesOf(barFile);
    const dates = Object.keys(closes).filter((date) => date >= '2000-01-03');
    const table = tableOf(Object.fromEntries(dates.map((date) => [date, closes[date] ?? NaN])));
    const actions = actionsOf(factors);
    expect(actions.filter(({ kind }) => kind === 'split').map(({ newShares }) => newShares)).toEqual([2, 2, 7, 4]);
    expect(actions.length).toBeGreaterThan(30);
    const [split, all] = [adjustedBars(table, actions, 'split'), adjustedBars(table, actions, 'all')];
    const last = factors.find((row) => row.date >= (dates.at(-1) ?? '')) ?? item(factors, factors.length - 1);
    for (const [row, date] of dates.entries()) {
      const factor = factors.find((each) => each.date >= date) ?? last;
      const raw = closes[date] ?? NaN;
      const expected = {
        split: (raw * factor.split) / last.split,
        all: (raw * factor.split * factor.price) / last.split / last.price,
      };
      expect(Math.abs(read(split.close, row) / expected.split - 1)).toBeLessThan(1e-5);
      expect(Math.abs(read(all.close, row) / expected.all - 1)).toBeLessThan(2e-5);
    }
  });
});
