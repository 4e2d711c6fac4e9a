import { compareText, item, type Ticker, type Timeframe } from '@aitrader/model';
import type { BarColumns } from './bar-columns.ts';
import { BarFileError, rowPlace, rowText } from './bar-file-error.ts';
import { NO_ROW, type RowStore, type Stretch } from './row-store.ts';

/** A stretch with bars left; `rank` is the place of its symbol in canonical order. */
interface Lane {
  readonly stretch: Stretch;
  readonly rank: number;
  row: number;
  t: number;
}

/**
 * Merges the stretches into columns, in the order of time and then of symbol, and empties `rows` column by column on the way.
 * A k-way merge over a binary heap (Knuth, TAOCP vol. 3, 5.4.1). @throws BarFileError when two files hold the same bar
 */
export function mergeStretches(rows: RowStore, timeframe: Timeframe): BarColumns {
  const stretches = rows.stretches.filter((stretch) => stretch.head !== NO_ROW);
  const symbols = [...new Set(stretches.map((stretch) => stretch.symbol))].sort(compareText);
  const rankOf = new Map(symbols.map((symbol, rank) => [symbol, rank]));
  const order = new Int32Array(rows.count);
  const symbol = new Int32Array(rows.count);
  const count =
    orderAsRead(rows, stretches, rankOf, order, symbol) ?? mergeOrder(rows, lanesOf(rows, stretches, rankOf), order, symbol);
  const kept = order.subarray(0, count);
  return {
    timeframe,
    symbols,
    count,
    t: takeColumn(rows, 't', kept),
    symbol: count === symbol.length ? symbol : symbol.slice(0, count),
    open: takeColumn(rows, 'open', kept),
    high: takeColumn(rows, 'high', kept),
    low: takeColumn(rows, 'low', kept),
    close: takeColumn(rows, 'close', kept),
    volume: takeColumn(rows, 'volume', kept),
  };
}

/** Nothing is to be merged of rows that were read in the order of time and symbol, as those of a panel are; undefined where they were not. */
function orderAsRead(
  rows: RowStore,
  stretches: readonly Stretch[],
  rankOf: ReadonlyMap<Ticker, number>,
  order: Int32Array,
  symbol: Int32Array,
): number | undefined {
  const { t, next } = rows;
  for (let row = 1; row < rows.count; row++) if ((t[row] ?? 0) < (t[row - 1] ?? 0)) return undefined;
  const ranks = new Int32Array(rows.count).fill(NO_ROW);
  for (const stretch of stretches) {
    const rank = rankOf.get(stretch.symbol) ?? 0;
    for (let row = stretch.head; row !== NO_ROW; row = next[row] ?? NO_ROW) ranks[row] = rank;
  }
  let count = 0;
  let [lastT, lastRank] = [Number.NaN, NO_ROW];
  for (let row = 0; row < rows.count; row++) {
    const [at, rank] = [t[row] ?? 0, ranks[row] ?? NO_ROW];
    if (rank === NO_ROW) continue;
    if (at === lastT && rank <= lastRank) return undefined;
    order[count] = row;
    symbol[count] = rank;
    count++;
    lastT = at;
    lastRank = rank;
  }
  return count;
}

function lanesOf(rows: RowStore, stretches: readonly Stretch[], rankOf: ReadonlyMap<Ticker, number>): Lane[] {
  const lanes = stretches.map((stretch): Lane => ({
    stretch,
    rank: rankOf.get(stretch.symbol) ?? 0,
    row: stretch.head,
    t: rows.t[stretch.head] ?? 0,
  }));
  // A sorted array is a heap.
  return lanes.sort((a, b) => a.t - b.t || a.rank - b.rank);
}

/** Writes the order of the rows and the symbol of each; returns how many there are. */
function mergeOrder(rows: RowStore, heap: Lane[], order: Int32Array, symbol: Int32Array): number {
  let count = 0;
  let lastStretch: Stretch | undefined;
  let lastRow = NO_ROW;
  let lastT = Number.NaN;
  let lastRank = -1;
  while (heap.length > 0) {
    const lane = item(heap, 0);
    if (lane.t === lastT && lane.rank === lastRank && lastStretch !== undefined)
      throw duplicate(rows, lane, lastStretch, lastRow);
    order[count] = lane.row;
    symbol[count] = lane.rank;
    count++;
    lastStretch = lane.stretch;
    lastRow = lane.row;
    lastT = lane.t;
    lastRank = lane.rank;
    advanceFirst(rows, heap, lane);
  }
  return count;
}

function advanceFirst(rows: RowStore, heap: Lane[], first: Lane): void {
  first.row = rows.next[first.row] ?? NO_ROW;
  if (first.row !== NO_ROW) {
    first.t = rows.t[first.row] ?? 0;
    sink(heap, first);
    return;
  }
  const last = heap.pop();
  if (last !== undefined && heap.length > 0) sink(heap, last);
}

/** Puts a lane where it belongs, starting from the top of the heap. */
function sink(heap: Lane[], lane: Lane): void {
  let at = 0;
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    const right = heap[child + 1];
    if (right !== undefined && isBefore(right, item(heap, child))) child++;
    const lesser = item(heap, child);
    if (!isBefore(lesser, lane)) break;
    heap[at] = lesser;
    at = child;
  }
  heap[at] = lane;
}

const isBefore = (a: Lane, b: Lane): boolean => a.t < b.t || (a.t === b.t && a.rank < b.rank);

type ValueColumn = 't' | 'open' | 'high' | 'low' | 'close' | 'volume';
const EMPTY = new Float64Array(0);

function takeColumn(rows: RowStore, name: ValueColumn, order: Int32Array): Float64Array {
  const source = rows[name];
  const sorted = new Float64Array(order.length);
  for (let i = 0; i < order.length; i++) sorted[i] = source[order[i] ?? 0] ?? 0;
  rows[name] = EMPTY;
  return sorted;
}

function duplicate(rows: RowStore, lane: Lane, otherStretch: Stretch, otherRow: number): BarFileError {
  const { file, rowWord, symbol } = lane.stretch;
  const place = { ...rowPlace(file, rowWord, rows.line[lane.row] ?? 0), field: 'ts' };
  const other = rowText(otherStretch.file, otherStretch.rowWord, rows.line[otherRow] ?? 0);
  return new BarFileError(place, `repeats the bar of ${symbol} at ${other}`);
}
