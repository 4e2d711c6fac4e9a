import { closeUpTo, newAggregation, updateAggregation, type AggregatedBars } from '@aitrader/core-features';
import {
  appendBar,
  finishBarTable,
  newBarTableDraft,
  newSliceFeed,
  newSlices,
  nextInterval,
  type BarTableDraft,
} from '@aitrader/core-market';
import { epochMs, item, MINUTES_OF, read, type Ticker, type Timeframe } from '@aitrader/model';
import type { MarketBars } from './market-bars.ts';

const DAY_MS = 24 * 60 * 60_000;

/**
 * The bars of a table as longer ones; daily ones are of regular hours. @throws Error for a timeframe that is shorter, and for hours: the
 * last one of a session is half an hour long, which a bar that is known by its start cannot say
 */
export function aggregateBars(table: MarketBars, to: Timeframe): MarketBars {
  const { timeframe: from, symbols } = table;
  if (to === from) return table;
  if (MINUTES_OF[to] < MINUTES_OF[from]) throw new Error(`--timeframe ${to}: ${from} bars make no shorter ones`);
  if (to === '1h')
    throw new Error('--timeframe 1h: the last hour of a session is half an hour long, which a bar file cannot say');
  const draft = newBarTableDraft(to, symbols);
  const place = new Map(symbols.map((symbol, index) => [symbol, index]));
  const aggregation = newAggregation(from, to, 0);
  const feed = newSliceFeed(table, { shards: 1 });
  const slices = newSlices(feed);
  while (nextInterval(feed, slices))
    for (const slice of updateAggregation(aggregation, item(slices, 0))) appendSlice(draft, slice, place);
  const end = read(table.t, table.count - 1) + DAY_MS;
  for (const slice of closeUpTo(aggregation, epochMs(end))) appendSlice(draft, slice, place);
  return finishBarTable(draft);
}

function appendSlice(draft: BarTableDraft, slice: AggregatedBars, place: ReadonlyMap<Ticker, number>): void {
  for (let i = 0; i < slice.count; i++)
    appendBar(draft, {
      t: slice.t,
      symbol: place.get(item(slice.symbols, i)) ?? -1,
      open: read(slice.open, i),
      high: read(slice.high, i),
      low: read(slice.low, i),
      close: read(slice.close, i),
      volume: read(slice.volume, i),
    });
}
