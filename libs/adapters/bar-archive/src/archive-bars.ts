import { read, readInt32, type Ticker, type Timeframe } from '@aitrader/model';

/**
 * Bars as columns of at least `count` rows, in the order of time and then of symbol: `t` is the close in epoch ms, `symbol` indexes
 * `symbols` (canonical order) and rises strictly within one `t`. Prices are dollars and volume is shares.
 */
export interface ArchiveBars {
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

/** The figures of a bar, as columns are named. */
export const FIGURES = ['open', 'high', 'low', 'close', 'volume'] as const;
export type Figure = (typeof FIGURES)[number];

/** The first of the rows `from` … `to` (exclusive) whose `t` is at least `least`; `to` when there is none. `t` does not fall. */
export function firstRowAt(t: Float64Array, least: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (read(t, middle) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Some rows of a table, which are to rise, as a table of their own. */
export function takeRows(bars: ArchiveBars, rows: readonly number[]): ArchiveBars {
  const taken = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => read(column, row));
  return {
    timeframe: bars.timeframe,
    symbols: bars.symbols,
    count: rows.length,
    t: taken(bars.t),
    symbol: Int32Array.from(rows, (row) => readInt32(bars.symbol, row)),
    open: taken(bars.open),
    high: taken(bars.high),
    low: taken(bars.low),
    close: taken(bars.close),
    volume: taken(bars.volume),
  };
}
