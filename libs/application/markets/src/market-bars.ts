import type { BarColumns } from '@aitrader/adapter-bar-files';
import type { Ticker } from '@aitrader/model';

/** A market's bars as columns, in the order of time and then of symbol. */
export type MarketBars = Readonly<Omit<BarColumns, 'symbols'>> & { readonly symbols: readonly Ticker[] };
