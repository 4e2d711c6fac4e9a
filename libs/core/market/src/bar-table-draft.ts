import type { Ticker, Timeframe } from '@aitrader/model';
import { assertBarTable, type BarTable } from './bar-table.ts';

const ROWS_INITIAL = 1024;

/** A bar table being written row by row. */
export interface BarTableDraft {
  readonly timeframe: Timeframe;
  readonly symbols: readonly Ticker[];
  count: number;
  t: Float64Array;
  symbol: Int32Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
}

/** Begins a table over symbols in canonical order. */
export function newBarTableDraft(timeframe: Timeframe, symbols: readonly Ticker[]): BarTableDraft {
  const column = (): Float64Array => new Float64Array(ROWS_INITIAL);
  return {
    timeframe,
    symbols,
    count: 0,
    t: column(),
    symbol: new Int32Array(ROWS_INITIAL),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
}

/** A row to write; `symbol` indexes the table's symbols, `t` is the close. */
export interface BarRow {
  t: number;
  symbol: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** Writes one row; rows come in the order of time, then of symbol. */
export function appendBar(draft: BarTableDraft, bar: BarRow): void {
  if (draft.count === draft.t.length) resize(draft, draft.count * 2);
  const row = draft.count++;
  draft.t[row] = bar.t;
  draft.symbol[row] = bar.symbol;
  draft.open[row] = bar.open;
  draft.high[row] = bar.high;
  draft.low[row] = bar.low;
  draft.close[row] = bar.close;
  draft.volume[row] = bar.volume;
}

/** The finished table, its columns cut to length. @throws BarTableError when the rows were not in order */
export function finishBarTable(draft: BarTableDraft): BarTable {
  resize(draft, draft.count);
  assertBarTable(draft);
  return draft;
}

function resize(draft: BarTableDraft, length: number): void {
  const resized = (column: Float64Array): Float64Array => {
    const next = new Float64Array(length);
    next.set(column.subarray(0, draft.count));
    return next;
  };
  draft.t = resized(draft.t);
  draft.open = resized(draft.open);
  draft.high = resized(draft.high);
  draft.low = resized(draft.low);
  draft.close = resized(draft.close);
  draft.volume = resized(draft.volume);
  const symbol = new Int32Array(length);
  symbol.set(draft.symbol.subarray(0, draft.count));
  draft.symbol = symbol;
}
