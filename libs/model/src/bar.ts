import type { EpochMs } from './units.ts';
import type { Ticker } from './ids.ts';

/** Bar interval. One-minute bars are what the wire normally carries; a run may be fed another one. */
export type Timeframe = '1m' | '5m' | '15m' | '1h' | '1d';

export const TIMEFRAMES: readonly Timeframe[] = ['1m', '5m', '15m', '1h', '1d'];

/** Length of a timeframe in minutes of wall-clock time; a daily bar spans a whole session. */
export const MINUTES_OF: Readonly<Record<Timeframe, number>> = { '1m': 1, '5m': 5, '15m': 15, '1h': 60, '1d': 1440 };

/** What a bar's quality gate noticed. Bits of `BarSlice.flags`; a flagged bar is possible but suspect. */
export const BAR_FLAG = {
  /** open or close outside low … high */
  OHLC_INCONSISTENT: 1,
  /** high over low far beyond what the timeframe moves */
  WIDE_RANGE: 2,
  /** far from the last close of the symbol */
  PRICE_JUMP: 4,
  /** a jump close to a ratio of small integers: perhaps an unadjusted split */
  SPLIT_LIKE: 8,
  /** the symbol was silent for long: perhaps a re-used ticker */
  LONG_GAP: 16,
  /** outside every session of its day */
  OFF_SESSION: 32,
  /** on a day without a session */
  OFF_CALENDAR: 64,
  /** no volume behind the prices */
  ZERO_VOLUME: 128,
  /** of a minute during which nobody was listening: fetched, or come, too late to act on */
  BACKFILLED: 256,
  /** a price that the flags above doubt, borne out by the bars before: it goes on from a bar that was doubted too, or comes back from it */
  CONFIRMED: 512,
  /** one of many bars in a row that say the same: perhaps the feed repeats itself */
  FROZEN: 1024,
  /** not at a whole minute */
  OFF_GRID: 2048,
} as const;

/**
 * Why a symbol has no bar: it did not trade, it was halted, nobody was listening, its market was closed, or the source does not tell
 * one from the other.
 */
export type GapCause = 'no-trade' | 'halted' | 'disconnected' | 'closed' | 'unknown';

export const GAP_CAUSES: readonly GapCause[] = ['no-trade', 'halted', 'disconnected', 'closed', 'unknown'];

/** A symbol that has no bar where others have one. */
export interface BarGap {
  readonly symbol: Ticker;
  readonly cause: GapCause;
}

/** A later version of a bar: what the vendor said of it when its interval had been closed. Units as of {@link BarSlice}. */
export interface BarRevision {
  /** close of the bar's interval */
  readonly t: EpochMs;
  readonly symbol: Ticker;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly flags: number;
}

/**
 * All bars of one shard for one interval, in canonical symbol order, as columns of length `count` (capacity may be larger).
 * `t` is the bars' close time. Prices are dollars as the vendor printed them, volume is shares. A slice closes its interval,
 * so an empty one says that there was nothing to say.
 */
export interface BarSlice {
  t: EpochMs;
  timeframe: Timeframe;
  shard: number;
  /** when all that the slice says became known; of bars that are played, their close */
  knownAt: EpochMs;
  /** vendor and feed of every bar and revision in the slice, since feeds are never mixed; empty when it is not known */
  feed: string;
  /** why a symbol of the shard is absent that has no gap of its own */
  absent: GapCause;
  /** in canonical symbol order; none is of a symbol that has a bar */
  gaps: readonly BarGap[];
  /** of earlier intervals, in the order of time and then of symbol */
  revisions: readonly BarRevision[];
  count: number;
  symbols: Ticker[];
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  flags: Uint32Array;
}

/** An empty slice with room for `capacity` bars; hosts reuse it from interval to interval. */
export function newBarSlice(shard: number, timeframe: Timeframe, capacity: number): BarSlice {
  const column = (): Float64Array => new Float64Array(capacity);
  return {
    t: 0 as EpochMs,
    timeframe,
    shard,
    knownAt: 0 as EpochMs,
    feed: '',
    absent: 'unknown',
    gaps: [],
    revisions: [],
    count: 0,
    symbols: [],
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    flags: new Uint32Array(capacity),
  };
}

/** Makes room for `capacity` bars; what the columns held is dropped. */
export function reserveBars(slice: BarSlice, capacity: number): void {
  if (slice.open.length >= capacity) return;
  const { t, shard, timeframe, knownAt, feed, absent, gaps, revisions } = slice;
  const room = newBarSlice(shard, timeframe, Math.max(capacity, slice.open.length * 2));
  Object.assign(slice, room, { t, knownAt, feed, absent, gaps, revisions });
}

/** Index of a symbol in a slice's sorted symbols, or −1. O(log count). */
export function indexOfSymbol(slice: BarSlice, symbol: Ticker): number {
  if (slice.count <= FEW_SYMBOLS) return indexAmongFew(slice, symbol);
  let low = 0;
  let high = slice.count - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = slice.symbols[middle];
    if (found === symbol) return middle;
    if (found !== undefined && found < symbol) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** So many symbols are looked through one by one: whether two are the same is told sooner than which comes first. */
const FEW_SYMBOLS = 12;

function indexAmongFew({ symbols, count }: BarSlice, symbol: Ticker): number {
  for (let i = 0; i < count; i++) if (symbols[i] === symbol) return i;
  return -1;
}
