/*
 * Bars of a longer timeframe made of those of a shorter one, all symbols of a shard at once.
 *
 * A slice holds all bars of its shard and interval, so a bucket is over when a slice at its end or a later one has been taken in, or
 * a watermark says that none will come. Its bars then make one slice that closes at the bucket's end.
 *
 * Invariants
 * 1. A bar opens with the first of its parts, closes with the last, reaches from the lowest low to the highest high, has all their
 *    volume and every flag of theirs, but that it is confirmed only when no part is quarantined. There is no bar of a symbol without parts: nothing is invented for missing minutes.
 * 2. A bar is given out once, not before its close, in a slice of its own bucket; slices come in order of time, symbols in theirs.
 * 3. Aggregating what was aggregated gives what aggregating at once gives. (Volumes add up exactly when they are whole shares;
 *    fractions may differ in the last bit, by the order of addition.)
 * 4. A symbol's bars do not depend on which others there are.
 */
import { type CalendarCursor, newCalendarCursor } from '@aitrader/core-sessions';
import {
  type BarSlice,
  compareText,
  type EpochMs,
  epochMs,
  item,
  joinedFlags,
  MINUTES_OF,
  newBarSlice,
  read,
  readUint32,
  type Ticker,
  type Timeframe,
} from '@aitrader/model';
import { bucketEnd, type DailyHours } from './bucket-end.ts';
import { grownCounts, grownFloats } from './columns.ts';

/** A slice whose bars say how many bars of the shortest timeframe each is made of. */
export interface AggregatedBars extends BarSlice {
  /** at least 1 */
  parts: Uint32Array;
}

/** What can be aggregated: bars as they come, each counting for one, or bars that were aggregated before. */
export type BarsToAggregate = BarSlice & Partial<Pick<AggregatedBars, 'parts'>>;

/** The open bucket of one shard. Plain data; columns are indexed by slot, one slot per symbol ever seen. */
export interface Aggregation {
  readonly from: Timeframe;
  readonly to: Timeframe;
  readonly shard: number;
  readonly hours: DailyHours;
  readonly cursor: CalendarCursor;
  /** close of the last slice, or the last watermark, epoch ms; −∞ before the first one */
  at: number;
  /** end of the open bucket, epoch ms; NaN when none is open */
  until: number;
  readonly slots: Map<Ticker, number>;
  readonly symbols: Ticker[];
  /** slots that have parts in the open bucket, in the order in which they came */
  readonly touched: number[];
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  flags: Uint32Array;
  /** parts in the open bucket, 0 for none */
  parts: Uint32Array;
}

const FIRST_CAPACITY = 16;

/**
 * An aggregation that has seen nothing yet. Bars that have the timeframe `to` already are passed on; `hours` matters for daily
 * bars only. @throws RangeError when `to` is shorter than `from`
 */
export function newAggregation(from: Timeframe, to: Timeframe, shard: number, hours: DailyHours = 'regular'): Aggregation {
  if (MINUTES_OF[to] < MINUTES_OF[from]) throw new RangeError(`bars of ${from} cannot be aggregated to ${to}`);
  const none = new Float64Array(0);
  const aggregation: Aggregation = {
    from,
    to,
    shard,
    hours,
    cursor: newCalendarCursor(),
    at: -Infinity,
    until: NaN,
    slots: new Map(),
    symbols: [],
    touched: [],
    open: none,
    high: none,
    low: none,
    close: none,
    volume: none,
    flags: new Uint32Array(0),
    parts: new Uint32Array(0),
  };
  grow(aggregation, FIRST_CAPACITY);
  return aggregation;
}

/**
 * Takes in the next slice, which may be empty, and gives out the slices of the buckets that are over: at most two, that of a bucket
 * before, which no slice has ended, and that of its own, when it ends with it. They are fresh and the caller's to keep; a bucket
 * without a bar but with a slice gives an empty one. What closes outside the hours of a daily bar is left out. O(1) amortised per bar,
 * and O(n log n) in the worst case, when a bucket's n symbols come in no order, to sort them.
 * @throws RangeError, changing nothing, when the slice is of another shard or timeframe, does not close after the last one, or has
 * its symbols out of order or twice
 * @throws CalendarRangeError
 */
export function updateAggregation(aggregation: Aggregation, slice: BarsToAggregate): readonly AggregatedBars[] {
  assertNext(aggregation, slice);
  const { t } = slice;
  const end = endOf(aggregation, t);
  const closed: AggregatedBars[] = [];
  if (aggregation.until < t) closed.push(closeBucket(aggregation));
  aggregation.at = t;
  if (end === undefined) return closed;
  aggregation.until = end;
  for (let i = 0; i < slice.count; i++) foldBar(aggregation, slotOf(aggregation, item(slice.symbols, i)), slice, i);
  if (end === t) closed.push(closeBucket(aggregation));
  return closed;
}

/**
 * Says that no slice up to and at `t` will come any more, and gives out the slice of the open bucket if it is over by then.
 * @throws RangeError when `t` is before the last slice or watermark
 */
export function closeUpTo(aggregation: Aggregation, t: EpochMs): readonly AggregatedBars[] {
  if (!(t >= aggregation.at)) throw new RangeError(`watermark ${t} is before ${aggregation.at}`);
  aggregation.at = t;
  return aggregation.until <= t ? [closeBucket(aggregation)] : [];
}

function assertNext(aggregation: Aggregation, slice: BarsToAggregate): void {
  const { from, shard, at } = aggregation;
  if (slice.timeframe !== from) throw new RangeError(`expected bars of ${from}, got ${slice.timeframe}`);
  if (slice.shard !== shard) throw new RangeError(`expected bars of shard ${shard}, got ${slice.shard}`);
  if (!(slice.t > at)) throw new RangeError(`slice at ${slice.t} does not come after ${at}`);
  for (let i = 1; i < slice.count; i++) {
    const [before, symbol] = [item(slice.symbols, i - 1), item(slice.symbols, i)];
    if (!(before < symbol)) throw new RangeError(`slice at ${slice.t} has ${symbol} after ${before}`);
  }
}

/** The end of the bucket that `t` belongs to: a bar that is passed on is a bucket of its own. */
function endOf(aggregation: Aggregation, t: EpochMs): EpochMs | undefined {
  const { from, to, cursor, hours } = aggregation;
  return from === to ? t : bucketEnd(cursor, t, to, hours);
}

/** The symbol's slot, a new one when it was never seen. O(1) amortised. */
function slotOf(aggregation: Aggregation, symbol: Ticker): number {
  const known = aggregation.slots.get(symbol);
  if (known !== undefined) return known;
  const slot = aggregation.symbols.length;
  if (slot >= aggregation.parts.length) grow(aggregation, aggregation.parts.length * 2);
  aggregation.slots.set(symbol, slot);
  aggregation.symbols.push(symbol);
  return slot;
}

function grow(aggregation: Aggregation, slots: number): void {
  aggregation.open = grownFloats(aggregation.open, slots, NaN);
  aggregation.high = grownFloats(aggregation.high, slots, NaN);
  aggregation.low = grownFloats(aggregation.low, slots, NaN);
  aggregation.close = grownFloats(aggregation.close, slots, NaN);
  aggregation.volume = grownFloats(aggregation.volume, slots, NaN);
  aggregation.flags = grownCounts(aggregation.flags, slots);
  aggregation.parts = grownCounts(aggregation.parts, slots);
}

function foldBar(into: Aggregation, slot: number, slice: BarsToAggregate, i: number): void {
  const parts = readUint32(into.parts, slot);
  const flags = readUint32(slice.flags, i);
  const [high, low, volume] = [read(slice.high, i), read(slice.low, i), read(slice.volume, i)];
  if (parts === 0) {
    into.touched.push(slot);
    into.open[slot] = read(slice.open, i);
    into.high[slot] = high;
    into.low[slot] = low;
    into.volume[slot] = volume;
    into.flags[slot] = flags;
  } else {
    into.high[slot] = Math.max(read(into.high, slot), high);
    into.low[slot] = Math.min(read(into.low, slot), low);
    into.volume[slot] = read(into.volume, slot) + volume;
    into.flags[slot] = joinedFlags(readUint32(into.flags, slot), flags);
  }
  into.close[slot] = read(slice.close, i);
  into.parts[slot] = parts + (slice.parts === undefined ? 1 : readUint32(slice.parts, i));
}

/** Gives out the open bucket and leaves none open. */
function closeBucket(aggregation: Aggregation): AggregatedBars {
  const { symbols, touched } = aggregation;
  touched.sort((a, b) => compareText(item(symbols, a), item(symbols, b)));
  const count = touched.length;
  const bars: AggregatedBars = {
    ...newBarSlice(aggregation.shard, aggregation.to, count),
    t: epochMs(aggregation.until),
    count,
    symbols: touched.map((slot) => item(symbols, slot)),
    parts: new Uint32Array(count),
  };
  touched.forEach((slot, i) => {
    bars.open[i] = read(aggregation.open, slot);
    bars.high[i] = read(aggregation.high, slot);
    bars.low[i] = read(aggregation.low, slot);
    bars.close[i] = read(aggregation.close, slot);
    bars.volume[i] = read(aggregation.volume, slot);
    bars.flags[i] = readUint32(aggregation.flags, slot);
    bars.parts[i] = readUint32(aggregation.parts, slot);
    aggregation.parts[slot] = 0;
  });
  touched.length = 0;
  aggregation.until = NaN;
  return bars;
}
