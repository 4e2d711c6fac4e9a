// Invariants
// 1. The bars of all slices of all intervals are the bars of the table within the bounds, each once, in canonical order.
// 2. A symbol's bars and flags are the same with any number of shards. A corporate action flags no bar.
// 3. A feed that skipped to an interval goes on with the very slices that one would give that ran there.
// 4. A feed over the parts of a table, one after the other, gives the very slices of one over the whole table.

import {
  epochMs,
  item,
  newBarSlice,
  read,
  readInt32,
  reserveBars,
  shardOf,
  type BarSlice,
  type CorporateAction,
  type EpochMs,
} from '@aitrader/model';
import { judgeBar, lastBarTime, newBarMemory, restateMemory, type BarMemory } from './bar-memory.ts';
import { newJudgedBar, type JudgedBar } from './bar-quality.ts';
import { takeUpMemory, type BarRecall } from './bar-recall.ts';
import { type ActionAgenda, actionsDue, agendaOf, closeAfter, symbolsOf } from './corporate-actions.ts';
import { assertBarTable, BarTableError, type BarTable } from './bar-table.ts';
import { END, goOnWithRows, newIntervalClock, passInterval, peekInterval, type IntervalClock } from './interval-clock.ts';
import { calendarFlag } from './market-day.ts';

/** Most shards of a run: a slice per shard and interval is sent even when it is empty. */
export const SHARDS_MAX = 1024;

export interface FeedOptions {
  /** 1 … SHARDS_MAX */
  readonly shards: number;
  /** inclusive bounds on t; the feed is as if the table held no bars beyond them */
  readonly from?: EpochMs;
  readonly to?: EpochMs;
  readonly actions?: readonly CorporateAction[];
  /** the last interval of another feed, and what that one knew then: this one goes on behind it */
  readonly goOn?: FeedEnd | undefined;
}

/** How a feed ended that another one goes on behind. */
export interface FeedEnd {
  readonly t: EpochMs;
  readonly recall: BarRecall;
}

/** A table being read out as slices. Plain data. */
export interface SliceFeed {
  table: BarTable;
  readonly shards: number;
  readonly clock: IntervalClock;
  /** by symbol */
  readonly shardBySymbol: Int32Array;
  readonly memory: BarMemory;
  /** by shard: how many symbols it owns */
  readonly capacityByShard: Int32Array;
  readonly bar: JudgedBar;
  /** corporate actions that closes are held against: a split is no jump */
  readonly agenda: ActionAgenda;
}

/** A feed before its first interval. @throws BarTableError, RangeError for a number of shards outside its bounds */
export function newSliceFeed(table: BarTable, options: FeedOptions): SliceFeed {
  const { shards } = options;
  if (!Number.isInteger(shards) || shards < 1 || shards > SHARDS_MAX)
    throw new RangeError(`shards must be 1 to ${SHARDS_MAX}, got ${shards}`);
  assertBarTable(table);
  const shardBySymbol = Int32Array.from(table.symbols, (symbol) => shardOf(symbol, shards));
  const capacityByShard = new Int32Array(shards);
  for (const shard of shardBySymbol) capacityByShard[shard] = readInt32(capacityByShard, shard) + 1;
  const memory = newBarMemory(table.timeframe, table.symbols.length);
  if (options.goOn !== undefined) takeUpMemory(memory, table.symbols, options.goOn.recall);
  return {
    table,
    shards,
    clock: newIntervalClock(table, { ...options, after: options.goOn?.t }),
    shardBySymbol,
    memory,
    capacityByShard,
    bar: newJudgedBar(),
    agenda: agendaOf(actionsFrom(options)),
  };
}

/** The actions that are in force from the feed's first interval on, or later: those of before were followed there. */
const actionsFrom = ({ actions = [], goOn }: FeedOptions): readonly CorporateAction[] =>
  goOn === undefined ? actions : actions.filter(({ exAt }) => exAt >= goOn.t);

/** One slice per shard with room for every symbol of the shard, to be reused from interval to interval. */
export const newSlices = (feed: SliceFeed): BarSlice[] =>
  Array.from(feed.capacityByShard, (capacity, shard) => newBarSlice(shard, feed.table.timeframe, capacity));

/**
 * Fills `slices`, one per shard, with the next interval; false at the end, and then they are left alone. Columns and `symbols`
 * hold something only up to `count`. @throws RangeError when there is not one slice per shard
 */
export function nextInterval(feed: SliceFeed, slices: BarSlice[]): boolean {
  if (slices.length !== feed.shards) throw new RangeError(`${feed.shards} shards need as many slices, got ${slices.length}`);
  const { clock, table } = feed;
  const next = peekInterval(clock, table);
  if (next === END) return false;
  const t = epochMs(next);
  for (let shard = 0; shard < feed.shards; shard++) openSlice(feed, item(slices, shard), shard, t);
  const first = clock.row;
  restateCloses(feed, t);
  passInterval(clock, table, t);
  if (clock.row > first) feed.bar.calendar = calendarFlag(clock.day, t);
  for (let row = first; row < clock.row; row++) {
    const symbol = readInt32(table.symbol, row);
    appendRow(feed, item(slices, readInt32(feed.shardBySymbol, symbol)), row, symbol);
  }
  return true;
}

/** Close of the interval that comes next; undefined at the end. */
export function intervalToCome({ clock, table }: SliceFeed): EpochMs | undefined {
  const next = peekInterval(clock, table);
  return next === END ? undefined : epochMs(next);
}

/** Passes over every interval up to and including `t`, as if they had been read: the next one is the first after `t`. */
export function skipTo(feed: SliceFeed, t: EpochMs): void {
  const { clock, table } = feed;
  for (let next = peekInterval(clock, table); next <= t && next !== END; next = peekInterval(clock, table)) {
    const first = clock.row;
    restateCloses(feed, next);
    passInterval(clock, table, next);
    for (let row = first; row < clock.row; row++) judgeRow(feed, row, next);
  }
}

/**
 * Goes on with the next part of a market that is too long to be held at once. The part has the timeframe and the symbols of the one
 * before, whose intervals have all been read or skipped, and begins after its last bar. @throws BarTableError
 */
export function goOnWith(feed: SliceFeed, next: BarTable): void {
  const { table, clock } = feed;
  assertBarTable(next);
  if (clock.row < clock.endRow || clock.row === 0) throw new BarTableError(-1, 'the part before has not been read to its end');
  if (next.timeframe !== table.timeframe || !isSameText(next.symbols, table.symbols))
    throw new BarTableError(-1, 'a part has the timeframe and the symbols of the part before');
  if (next.count === 0) throw new BarTableError(-1, 'a part has bars');
  // not of the table before: its columns may be those of the next one by now
  const last = lastBarTime(feed.memory);
  if (read(next.t, 0) <= last) throw new BarTableError(0, `t is ${read(next.t, 0)} in the part after ${last}`);
  feed.table = next;
  goOnWithRows(clock, next.count);
}

const isSameText = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((each, i) => each === b[i]));

/** Reads the last closes as they would be after the actions that are in force from an interval on. */
function restateCloses({ agenda, table, memory }: SliceFeed, t: number): void {
  for (const action of actionsDue(agenda, t)) {
    for (const symbol of symbolsOf(action)) {
      const at = table.symbols.indexOf(symbol);
      if (at >= 0) restateMemory(memory, at, (price) => closeAfter(action, price));
    }
  }
}

function openSlice(feed: SliceFeed, slice: BarSlice, shard: number, t: EpochMs): void {
  reserveBars(slice, readInt32(feed.capacityByShard, shard));
  slice.t = t;
  slice.knownAt = t;
  slice.timeframe = feed.table.timeframe;
  slice.shard = shard;
  slice.count = 0;
}

function appendRow(feed: SliceFeed, slice: BarSlice, row: number, symbol: number): void {
  const { table, bar } = feed;
  const flags = judgeRow(feed, row, slice.t);
  const at = slice.count++;
  slice.symbols[at] = item(table.symbols, symbol);
  slice.open[at] = bar.open;
  slice.high[at] = bar.high;
  slice.low[at] = bar.low;
  slice.close[at] = bar.close;
  slice.volume[at] = bar.volume;
  slice.flags[at] = flags;
}

function judgeRow({ table, bar, memory }: SliceFeed, row: number, t: number): number {
  bar.t = t;
  bar.open = read(table.open, row);
  bar.high = read(table.high, row);
  bar.low = read(table.low, row);
  bar.close = read(table.close, row);
  bar.volume = read(table.volume, row);
  return judgeBar(memory, readInt32(table.symbol, row), bar);
}
