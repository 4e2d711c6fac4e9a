import { bucketStart, newAggregation, updateAggregation, type AggregatedBars } from '@aitrader/core-features';
import {
  appendBar,
  finishBarTable,
  newBarTableDraft,
  newSliceFeed,
  newSlices,
  nextInterval,
  type BarTableDraft,
} from '@aitrader/core-market';
import { newCalendarCursor } from '@aitrader/core-sessions';
import { item, MINUTES_OF, read, type Ticker, type Timeframe } from '@aitrader/model';
import type { MarketBars } from './market-bars.ts';

const MINUTE_MS = 60_000;

/** Longer bars, and how many there would have been more whose interval the bars do not cover. */
export interface LongerBars {
  readonly table: MarketBars;
  readonly cutOff: number;
}

/**
 * The bars of a table as longer ones; daily ones are of regular hours. An interval that begins before the table or ends after it is left
 * out, since nothing tells what is missing of it. @throws Error for a timeframe that is shorter, for hours, the last one of a session being half
 * an hour long, which a bar that is known by its start cannot say, and where no whole interval is left
 */
export function aggregateBars(table: MarketBars, to: Timeframe): LongerBars {
  const { timeframe: from, symbols } = table;
  if (to === from) return { table, cutOff: 0 };
  if (MINUTES_OF[to] < MINUTES_OF[from]) throw new Error(`--timeframe ${to}: ${from} bars make no shorter ones`);
  if (to === '1h')
    throw new Error('--timeframe 1h: the last hour of a session is half an hour long, which a bar file cannot say');
  const draft = newBarTableDraft(to, symbols);
  const place = new Map(symbols.map((symbol, index) => [symbol, index]));
  const aggregation = newAggregation(from, to, 0);
  const feed = newSliceFeed(table, { shards: 1 });
  const slices = newSlices(feed);
  const begin = read(table.t, 0) - MINUTES_OF[from] * MINUTE_MS;
  const cursor = newCalendarCursor();
  let cutOff = 0;
  const take = (slice: AggregatedBars): void => {
    if ((bucketStart(cursor, slice.t, to, 'regular') ?? -Infinity) >= begin) appendSlice(draft, slice, place);
    else cutOff += slice.count;
  };
  while (nextInterval(feed, slices)) updateAggregation(aggregation, item(slices, 0)).forEach(take);
  cutOff += aggregation.touched.length;
  const longer = finishBarTable(draft);
  if (longer.count === 0) throw new Error(`--timeframe ${to}: there is no whole interval of that length in the bars`);
  return { table: longer, cutOff };
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
