import { describe, expect, it } from '@jest/globals';
import { ticker } from '@aitrader/model';
import { assertBarTable, firstRowFrom } from './bar-table.ts';
import { appendBar, finishBarTable, newBarTableDraft } from './bar-table-draft.ts';

const AAA = ticker('AAA');
const BBB = ticker('BBB');

function tableOf(...rows: readonly (readonly [t: number, symbol: number])[]) {
  const draft = newBarTableDraft('1m', [AAA, BBB]);
  for (const [t, symbol] of rows) appendBar(draft, { t, symbol, open: 1, high: 1, low: 1, close: 1, volume: 1 });
  return finishBarTable(draft);
}

describe('a bar table', () => {
  it('takes bars in the order of time, then of symbol', () => {
    expect(tableOf([60_000, 0], [60_000, 1], [120_000, 0]).count).toBe(3);
    expect(tableOf().count).toBe(0);
  });

  it('refuses time that falls, with the row', () => {
    expect(() => tableOf([120_000, 0], [60_000, 1])).toThrow(expect.objectContaining({ name: 'BarTableError', row: 1 }));
  });

  it('refuses a second bar of a symbol in an interval, and symbols out of order', () => {
    expect(() => tableOf([60_000, 0], [60_000, 0])).toThrow(expect.objectContaining({ row: 1 }));
    expect(() => tableOf([60_000, 1], [60_000, 0])).toThrow(expect.objectContaining({ row: 1 }));
  });

  it('refuses a symbol that is not there and a time that is no instant', () => {
    expect(() => tableOf([60_000, 2])).toThrow(expect.objectContaining({ row: 0 }));
    expect(() => tableOf([60_000.5, 0])).toThrow(expect.objectContaining({ row: 0 }));
    expect(() => tableOf([Number.NaN, 0])).toThrow(expect.objectContaining({ row: 0 }));
  });

  it('refuses symbols out of canonical order and columns that are too short', () => {
    const table = tableOf([60_000, 0], [60_000, 1]);
    expect(() => assertBarTable({ ...table, symbols: [BBB, AAA] })).toThrow(/canonical order/);
    expect(() => assertBarTable({ ...table, symbols: [AAA, AAA] })).toThrow(/canonical order/);
    expect(() => assertBarTable({ ...table, volume: new Float64Array(1) })).toThrow(/shorter/);
  });

  it('finds the first row from an instant on', () => {
    const table = tableOf([60_000, 0], [60_000, 1], [120_000, 0]);
    expect([0, 60_000, 60_001, 120_000, 120_001].map((t) => firstRowFrom(table, t))).toEqual([0, 0, 2, 2, 3]);
  });

  it('grows with its rows', () => {
    const rows = Array.from({ length: 5000 }, (_, i) => [(i + 1) * 60_000, i % 2] as const);
    const table = tableOf(...rows);
    expect(table.count).toBe(5000);
    expect([...table.t]).toEqual(rows.map(([t]) => t));
    expect([...table.symbol]).toEqual(rows.map(([, symbol]) => symbol));
  });
});
