import { BARS_MAX } from '@aitrader/adapter-bar-files';
import { goOnWith, newSliceFeed, skipTo, type FeedEnd, type SliceFeed } from '@aitrader/core-market';
import { epochMs, read, type CorporateAction, type EpochMs, type Ticker, type Timeframe } from '@aitrader/model';
import type { MarketBars } from './market-bars.ts';

/**
 * A market's bars in parts, which follow one another in time and may be of any length: what is longer than memory is never held whole.
 * Every part has the timeframe and the symbols of the market. `first` and `last` are closes; `count` says how many bars there are, or a
 * few more.
 */
export interface PartedBars {
  readonly timeframe: Timeframe;
  readonly symbols: readonly Ticker[];
  readonly first: EpochMs;
  readonly last: EpochMs;
  readonly count: number;
  /** reads the parts from the first one on; a part is good until the next one is asked for */
  readonly parts: () => AsyncIterable<MarketBars>;
  /** the only part, where it is in memory */
  readonly table?: MarketBars | undefined;
}

/** A table with bars as a market of one part. */
export const inOnePart = (table: MarketBars): PartedBars => ({
  timeframe: table.timeframe,
  symbols: table.symbols,
  first: epochMs(read(table.t, 0)),
  last: epochMs(read(table.t, table.count - 1)),
  count: table.count,
  parts: async function* () {
    yield table;
  },
  table,
});

/** The same bars in memory that threads have in common, to be handed to them. */
export function inSharedMemory(table: MarketBars): MarketBars {
  const column = (values: Float64Array): Float64Array => {
    const shared = new Float64Array(new SharedArrayBuffer(values.byteLength));
    shared.set(values);
    return shared;
  };
  const { timeframe, symbols, count, t, open, high, low, close, volume } = table;
  const symbol = new Int32Array(new SharedArrayBuffer(table.symbol.byteLength));
  symbol.set(table.symbol);
  return {
    ...{ timeframe, symbols, count, symbol, t: column(t), open: column(open), high: column(high) },
    ...{ low: column(low), close: column(close), volume: column(volume) },
  };
}

const FIGURES = ['t', 'open', 'high', 'low', 'close', 'volume'] as const;

/** All parts of a market as one table. @throws Error for more bars than are ever loaded */
export async function wholeTable(market: PartedBars, onProgress?: (share: number) => void): Promise<MarketBars> {
  const { timeframe, symbols, count } = market;
  if (count > BARS_MAX)
    throw new Error(
      `there are ${count} bars, and at most ${BARS_MAX} are loaded at once: ask for fewer with --from, --to or --symbols`,
    );
  const column = (): Float64Array => new Float64Array(count);
  const columns = { t: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
  const symbol = new Int32Array(count);
  let rows = 0;
  for await (const part of market.parts()) {
    if (part.count === count) return part;
    for (const name of FIGURES) columns[name].set(part[name].subarray(0, part.count), rows);
    symbol.set(part.symbol.subarray(0, part.count), rows);
    rows += part.count;
    onProgress?.(rows / count);
  }
  return { timeframe, symbols, count: rows, symbol, ...columns };
}

/** A feed over a market in parts. */
export interface MarketFeed {
  readonly feed: SliceFeed;
  /** whether all intervals were given out of the part that the feed has now */
  readonly isDrained: () => boolean;
  /** lets a drained feed go on with the next part; false when there is none */
  readonly more: () => Promise<boolean>;
  /** whether `more` has said that there is none */
  readonly isOver: () => boolean;
  /** bars of the parts so far that were given out */
  readonly barsRead: () => number;
}

/**
 * A feed before the first interval of a market, or before the first one behind where another feed ended.
 * @throws Error for a market without a part, or without one behind there; BarTableError for parts that do not fit
 */
export async function newMarketFeed(
  market: PartedBars,
  shards: number,
  actions: readonly CorporateAction[] = [],
  goOn?: FeedEnd,
): Promise<MarketFeed> {
  const parts = market.parts()[Symbol.asyncIterator]();
  let begin = await parts.next();
  while (goOn !== undefined && begin.done !== true && lastCloseOf(begin.value) <= goOn.t) begin = await parts.next();
  if (begin.done === true)
    throw new Error(goOn === undefined ? 'a market has bars' : `there are no bars after ${new Date(goOn.t).toISOString()}`);
  const feed = newSliceFeed(begin.value, { shards, actions, goOn });
  const { clock } = feed;
  let isOver = false;
  let barsBefore = 0;
  return {
    feed,
    isDrained: () => clock.row >= clock.endRow,
    isOver: () => isOver,
    barsRead: () => barsBefore + clock.row,
    more: async () => {
      const next = isOver ? undefined : await parts.next();
      if (next === undefined || next.done === true) {
        isOver = true;
        return false;
      }
      barsBefore += clock.row;
      goOnWith(feed, next.value);
      return true;
    },
  };
}

const lastCloseOf = ({ t, count }: MarketBars): number => (count === 0 ? -Infinity : read(t, count - 1));

/** Passes over every interval up to and including `t`, part by part. */
export async function skipMarketTo(market: MarketFeed, t: EpochMs): Promise<void> {
  do skipTo(market.feed, t);
  while (market.isDrained() && (await market.more()));
}
