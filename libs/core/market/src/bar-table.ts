// Invariants of a bar table
// 1. `t` never falls from row to row.
// 2. `symbol` rises strictly within one `t`: a symbol has at most one bar per interval.
// 3. `symbols` is in canonical order without repeats, and every `symbol` is an index into it.

import { compareText, item, read, readInt32, type Ticker, type Timeframe } from '@aitrader/model';

/**
 * A market's bars as columns of length `count`: `t` is the close in epoch ms, `symbol` an index into `symbols`, prices are
 * dollars and volume is shares, as the vendor printed them.
 */
export interface BarTable {
  readonly timeframe: Timeframe;
  readonly symbols: readonly Ticker[];
  readonly count: number;
  readonly t: Float64Array;
  readonly symbol: Int32Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** Thrown for columns that are no bar table; `row` is the first one that breaks an invariant, −1 when it is about all of it. */
export class BarTableError extends RangeError {
  override readonly name = 'BarTableError';
  readonly row: number;
  constructor(row: number, problem: string) {
    super(row < 0 ? `bar table: ${problem}` : `bar table, row ${row}: ${problem}`);
    this.row = row;
  }
}

/** Checks the invariants of a table. @throws BarTableError */
export function assertBarTable(table: BarTable): void {
  assertColumns(table);
  for (let i = 1; i < table.symbols.length; i++) {
    if (compareText(item(table.symbols, i - 1), item(table.symbols, i)) >= 0) {
      throw new BarTableError(-1, `symbols are not in canonical order at ${item(table.symbols, i)}`);
    }
  }
  let lastT = -Infinity;
  let lastSymbol = -1;
  for (let row = 0; row < table.count; row++) {
    const t = read(table.t, row);
    const symbol = readInt32(table.symbol, row);
    if (!Number.isSafeInteger(t) || t < lastT) throw new BarTableError(row, `t is ${t} after ${lastT}`);
    if (symbol < 0 || symbol >= table.symbols.length) throw new BarTableError(row, `there is no symbol ${symbol}`);
    if (t === lastT && symbol <= lastSymbol) throw new BarTableError(row, 'symbols do not rise within the interval');
    lastT = t;
    lastSymbol = symbol;
  }
}

function assertColumns(table: BarTable): void {
  const columns = [table.t, table.symbol, table.open, table.high, table.low, table.close, table.volume];
  if (!Number.isSafeInteger(table.count) || table.count < 0 || columns.some((column) => column.length < table.count)) {
    throw new BarTableError(-1, `a column is shorter than the ${table.count} bars counted`);
  }
}

/** The first row that closes at `t` or later; `count` when there is none. O(log count). */
export function firstRowFrom(table: BarTable, t: number): number {
  let low = 0;
  let high = table.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (read(table.t, middle) < t) low = middle + 1;
    else high = middle;
  }
  return low;
}
