import type { Ticker, Timeframe } from '@aitrader/model';

/**
 * A market's bars as columns, in the order of time and then of symbol: `t` is the close in epoch ms and never falls, `symbol`
 * indexes `symbols` (canonical order) and rises strictly within one `t`. Prices are dollars and volume is shares, as printed.
 */
export interface BarColumns {
  timeframe: Timeframe;
  symbols: Ticker[];
  count: number;
  t: Float64Array;
  symbol: Int32Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
}
