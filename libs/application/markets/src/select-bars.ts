import { item, read, readInt32, type Ticker } from '@aitrader/model';
import { dateWithin, requireSelected, selectedCloses, type BarSelection, type HeldDates } from './bar-selection.ts';
import type { MarketBars } from './market-bars.ts';

/** The bars of a table that a selection takes in, as if there had never been others. @throws ConfigurationError as `requireSelected` */
export function selectBars(market: string, table: MarketBars, selection: BarSelection): MarketBars {
  const { from = -Infinity, to = Infinity } = selectedCloses(market, selection);
  if (from === -Infinity && to === Infinity && selection.symbols === undefined) return table;
  const wanted = selection.symbols === undefined ? undefined : new Set<string>(selection.symbols);
  const rows: number[] = [];
  const kept = new Set<Ticker>();
  for (let row = 0; row < table.count; row++) {
    const t = read(table.t, row);
    const symbol = item(table.symbols, readInt32(table.symbol, row));
    if (t < from || t > to || wanted?.has(symbol) === false) continue;
    rows.push(row);
    kept.add(symbol);
  }
  requireSelected(market, selection, kept, () => heldDates(table));
  return rows.length === table.count ? table : rowsOf(table, rows, kept);
}

function rowsOf(table: MarketBars, rows: readonly number[], kept: ReadonlySet<Ticker>): MarketBars {
  const symbols = table.symbols.filter((symbol) => kept.has(symbol));
  const place = new Map(symbols.map((symbol, index) => [symbol, index]));
  const taken = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => read(column, row));
  return {
    timeframe: table.timeframe,
    symbols,
    count: rows.length,
    t: taken(table.t),
    symbol: Int32Array.from(rows, (row) => place.get(item(table.symbols, readInt32(table.symbol, row))) ?? -1),
    open: taken(table.open),
    high: taken(table.high),
    low: taken(table.low),
    close: taken(table.close),
    volume: taken(table.volume),
  };
}

/** The symbols of a table, with the dates of their first and last bar. */
function heldDates(table: MarketBars): HeldDates[] {
  const first = new Map<Ticker, number>();
  const last = new Map<Ticker, number>();
  for (let row = 0; row < table.count; row++) {
    const symbol = item(table.symbols, readInt32(table.symbol, row));
    if (!first.has(symbol)) first.set(symbol, read(table.t, row));
    last.set(symbol, read(table.t, row));
  }
  // a close at midnight still belongs to the date that it ends
  const dateOf = (close: number | undefined): string => dateWithin((close ?? 0) - 1);
  return table.symbols.map((symbol) => ({ symbol, from: dateOf(first.get(symbol)), to: dateOf(last.get(symbol)) }));
}
