import { BARS_MAX, type BarColumns } from '@aitrader/adapter-bar-files';
import { compareText, item, read, readInt32, type Ticker, type Timeframe } from '@aitrader/model';
import type { BarBatch, SetAsideReason } from './vendor-bars.ts';

/*
 * Batches as one table.
 *
 * 1. Whatever order bars come in and however often, the table has each symbol and close once, in the order of time and then of symbol.
 * 2. Of several versions the one that came last counts.
 * 3. Bars of two vendors, feeds, timeframes or adjustments are never in one table, and neither are provisional ones.
 */

const ROWS_INITIAL = 4096;
const PRICES = ['open', 'high', 'low', 'close', 'volume'] as const;
const SOURCE = ['vendor', 'feed', 'timeframe', 'adjustment', 'asOf'] as const;

type Columns = Readonly<Record<'t' | (typeof PRICES)[number], Float64Array>> & { readonly symbol: Int32Array };

/** Bars as they come. */
export interface BarCollection {
  readonly symbols: Map<Ticker, number>;
  columns: Columns;
  rows: number;
  source: Pick<BarBatch, (typeof SOURCE)[number]> | undefined;
  /** bars and rows that are not in the table, by reason */
  readonly leftOut: Map<SetAsideReason | 'provisional', number>;
}

export const newBarCollection = (): BarCollection => ({
  symbols: new Map(),
  columns: columnsOf(ROWS_INITIAL),
  rows: 0,
  source: undefined,
  leftOut: new Map(),
});

/** Takes a batch in. @throws Error for one of another source than those before, or more bars than a bar file may have */
export function collect(collection: BarCollection, batch: BarBatch): void {
  const { leftOut } = collection;
  const source = (collection.source ??= batch);
  const other = SOURCE.find((field) => source[field] !== batch[field]);
  if (other !== undefined)
    throw new Error(`bars of ${other} ${String(batch[other])} and ${String(source[other])} do not go together`);
  for (const { reason } of batch.setAside) leaveOut(leftOut, reason);
  for (const bar of batch.bars) {
    if (bar.provisional) {
      leaveOut(leftOut, 'provisional');
      continue;
    }
    if (collection.rows === BARS_MAX) throw new Error(`there are more than ${BARS_MAX} bars: ask for fewer symbols or dates`);
    if (collection.rows === collection.columns.t.length) collection.columns = resized(collection.columns, collection.rows * 2);
    const row = collection.rows++;
    let symbol = collection.symbols.get(bar.symbol);
    if (symbol === undefined) collection.symbols.set(bar.symbol, (symbol = collection.symbols.size));
    collection.columns.symbol[row] = symbol;
    collection.columns.t[row] = bar.t;
    for (const field of PRICES) collection.columns[field][row] = bar[field];
  }
}

const leaveOut = (leftOut: BarCollection['leftOut'], reason: SetAsideReason | 'provisional'): void =>
  void leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);

/** The table of what was collected; versions that others replaced are counted among what was left out. */
export function tableOf(collection: BarCollection, timeframe: Timeframe): BarColumns {
  const { columns, rows, leftOut } = collection;
  const symbols = [...collection.symbols.keys()].sort(compareText);
  const rank = new Int32Array(symbols.length);
  for (const [i, symbol] of symbols.entries()) rank[collection.symbols.get(symbol) ?? 0] = i;
  const rankOf = (row: number): number => readInt32(rank, readInt32(columns.symbol, row));
  const order = Uint32Array.from({ length: rows }, (_, row) => row).sort(
    (a, b) => read(columns.t, a) - read(columns.t, b) || rankOf(a) - rankOf(b) || a - b,
  );
  const table = columnsOf(rows);
  let count = 0;
  for (const [i, row] of order.entries()) {
    const next = order[i + 1];
    if (next !== undefined && read(columns.t, next) === read(columns.t, row) && rankOf(next) === rankOf(row)) {
      const isSame = PRICES.every((field) => read(columns[field], next) === read(columns[field], row));
      leaveOut(leftOut, isSame ? 'duplicate' : 'superseded');
      continue;
    }
    table.t[count] = read(columns.t, row);
    table.symbol[count] = rankOf(row);
    for (const field of PRICES) table[field][count] = read(columns[field], row);
    count++;
  }
  return { timeframe, symbols: symbols.map((_, i) => item(symbols, i)), count, ...table };
}

function columnsOf(length: number): Columns {
  const column = (): Float64Array => new Float64Array(length);
  return {
    t: column(),
    symbol: new Int32Array(length),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
}

function resized(columns: Columns, length: number): Columns {
  const next = columnsOf(length);
  next.symbol.set(columns.symbol);
  for (const field of ['t', ...PRICES] as const) next[field].set(columns[field]);
  return next;
}
