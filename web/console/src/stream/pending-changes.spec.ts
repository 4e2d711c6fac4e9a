import { describe, expect, it } from '@jest/globals';
import type { Changes, FillRow, SymbolForecast, SymbolRow } from '@aitrader/application-console';
import { PendingChanges } from './pending-changes.ts';
import { unheard, withSymbols } from './run-state.ts';
import { SymbolTable } from './symbol-columns.ts';

const FORECAST: SymbolForecast = {
  ...{ median: 10, low50: 9, high50: 11, low80: 8, high80: 12, low95: 7, high95: 13 },
  ...{ velocityUp: 0.25, regime: 'turbulent', isWarmingUp: true },
};
const symbol = (key: string, close: number, forecast: SymbolForecast | null = FORECAST): SymbolRow => ({
  ...{ key, t: 60_000, close, firstClose: 9.5, volume: 700, quarantined: key === 'Q', forecast },
});
const fill = (key: string, price: number): FillRow => ({
  ...{ key, t: 1, orderId: 'o', symbol: 'A', leg: 'entry', side: 'buy', shares: 1, price, fee: 0, kind: 'execution' },
});
const told = (seq: number, tables: Changes['tables']): Changes => ({ seq, tables });

describe('changes that wait for a page', () => {
  it('are handed over once, and nothing where there is nothing', () => {
    const pending = new PendingChanges();
    expect(pending.take()).toBeUndefined();
    pending.add(told(1, { fills: [fill('a', 1)] }));
    expect(pending.take()).toEqual({ changes: told(1, { fills: [fill('a', 1)] }), symbols: undefined });
    expect(pending.take()).toBeUndefined();
  });

  it('are of each row the latest, in the order in which they changed last, with the latest of every part', () => {
    const pending = new PendingChanges();
    const account = { equity: 1 } as NonNullable<Changes['account']>;
    pending.add({ ...told(1, { fills: [fill('a', 1), fill('b', 2)] }), account });
    pending.add(told(2, { fills: [fill('a', 3)] }));
    expect(pending.take()?.changes).toEqual({ ...told(2, { fills: [fill('b', 2), fill('a', 3)] }), account });
  });

  it('have every figure of every symbol, which are handed over whole, and their names once', () => {
    const pending = new PendingChanges();
    const rows = [symbol('A', 1), symbol('Q', 2, null), symbol('C', 3)];
    pending.add(told(1, { symbols: rows }));
    const first = pending.take()?.symbols;
    if (first === undefined) throw new Error('no symbols were handed over');
    expect(first.newKeys).toEqual(['A', 'Q', 'C']);
    const table = new SymbolTable(first);
    expect([...table.values()]).toEqual(rows);
    pending.add(told(2, { symbols: [symbol('C', 4), symbol('D', 5)] }));
    const second = pending.take()?.symbols;
    if (second === undefined) throw new Error('no symbols were handed over');
    expect(second.newKeys).toEqual(['D']);
    const after = new SymbolTable(second, table);
    expect([...after.values()]).toEqual([rows[0], rows[1], symbol('C', 4), symbol('D', 5)]);
    expect([after.size, after.has('D'), after.get('nothing')]).toEqual([4, true, undefined]);
  });

  it('are of as many symbols as there are', () => {
    const pending = new PendingChanges();
    const rows = Array.from({ length: 1_000 }, (_, i) => symbol(`S${i}`, i));
    pending.add(told(1, { symbols: rows }));
    const handed = pending.take()?.symbols;
    expect(handed === undefined ? [] : [...new SymbolTable(handed).values()]).toEqual(rows);
  });

  it('leave a symbol that did not change the object that it was', () => {
    const pending = new PendingChanges();
    pending.add(told(1, { symbols: [symbol('A', 1), symbol('B', 2)] }));
    const first = withSymbols(unheard(), pending.take()?.symbols ?? { newKeys: [], values: new Float64Array() });
    const [a, b] = [first.tables.symbols.byKey.get('A'), first.tables.symbols.byKey.get('B')];
    pending.add(told(2, { symbols: [symbol('A', 3)] }));
    const then = withSymbols(first, pending.take()?.symbols ?? { newKeys: [], values: new Float64Array() });
    expect(then.tables.symbols.byKey.get('A')).not.toBe(a);
    expect(then.tables.symbols.byKey.get('A')?.close).toBe(3);
    expect(then.tables.symbols.byKey.get('B')).toBe(b);
  });
});
