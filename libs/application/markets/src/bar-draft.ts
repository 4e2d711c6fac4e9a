import type { BarColumns } from '@aitrader/adapter-bar-files';
import type { BarSlice } from '@aitrader/model';

const ROWS_FIRST = 65_536;

/** Bars that are added one by one, as columns that grow. */
export interface BarDraft {
  columns: Pick<BarColumns, 't' | 'symbol' | 'open' | 'high' | 'low' | 'close' | 'volume'>;
  count: number;
}

/** Makes room for so many rows. */
export function room(draft: BarDraft, rows: number): void {
  if (rows <= draft.columns.t.length) return;
  const grown = <T extends Float64Array | Int32Array>(column: T, larger: T): T => {
    larger.set(column);
    return larger;
  };
  const length = Math.max(rows, draft.columns.t.length * 2);
  const { t, symbol, open, high, low, close, volume } = draft.columns;
  const float = (column: Float64Array): Float64Array => grown<Float64Array>(column, new Float64Array(length));
  draft.columns = {
    t: float(t),
    symbol: grown<Int32Array>(symbol, new Int32Array(length)),
    open: float(open),
    high: float(high),
    low: float(low),
    close: float(close),
    volume: float(volume),
  };
}

export const emptyDraft = (): BarDraft => {
  const column = (): Float64Array => new Float64Array(ROWS_FIRST);
  return {
    columns: {
      t: column(),
      symbol: new Int32Array(ROWS_FIRST),
      open: column(),
      high: column(),
      low: column(),
      close: column(),
      volume: column(),
    },
    count: 0,
  };
};

/** Adds a bar of a slice, whose symbol has that index. There is to be room for it. */
export function append(draft: BarDraft, slice: BarSlice, i: number, symbol: number): void {
  const row = draft.count++;
  const { columns } = draft;
  columns.t[row] = slice.t;
  columns.symbol[row] = symbol;
  for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) columns[name].set(slice[name].subarray(i, i + 1), row);
}
