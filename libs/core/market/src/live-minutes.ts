// Invariants
// 1. Every minute of the sessions from the first on is closed once, in order, and none before it is over.
// 2. Whatever the order in which bars come, the slices' bars with all revisions laid over them are the bars as they are believed.
// 3. A symbol is halted from when a vendor says so until one says that it trades again, or until it was seen trading for a whole minute: the
//    word of its end may be lost with a connection, and the process that heard of it may be killed.
// 4. A minute during which bars may have been lost is closed when it was fetched whole, or when it has been held long enough; then it
//    says that nobody was listening.

import {
  BAR_FLAG,
  compareText,
  epochMs,
  item,
  newBarSlice,
  read,
  readInt32,
  readUint32,
  readUint8,
  reserveBars,
  shardOf,
  type BarGap,
  type BarRevision,
  type BarSlice,
  type CorporateAction,
  type EpochMs,
  type Ticker,
} from '@aitrader/model';
import { judgeBar, lastOf, newBarMemory, noteBar, restateMemory, type BarMemory } from './bar-memory.ts';
import { flagsOf, newJudgedBar, type JudgedBar } from './bar-quality.ts';
import { actionsDue, agendaOf, closeAfter, symbolsOf, type ActionAgenda } from './corporate-actions.ts';
import {
  dropBefore,
  lastBefore,
  newMinuteStore,
  putBar,
  type BarRank,
  type MinuteBars,
  type MinuteStore,
  type SaidBar,
} from './minute-store.ts';
import { forgetBefore, isMissing, newOutages, notePublished, wasAffected, type Outages } from './outages.ts';
import { minuteAfter } from './session-minutes.ts';

const MINUTE_MS = 60_000;
/** A bar may come this long before our clock says that its minute is over: clocks differ. */
const AHEAD_MS_MAX = 5_000;

export interface LiveOptions {
  readonly symbols: readonly Ticker[];
  readonly shards: number;
  /** vendor and feed of every bar */
  readonly feed: string;
  /** how long after its close a minute is waited for */
  readonly graceMs: number;
  /** how long a minute that may lack bars is held for them, from the moment there is a connection again */
  readonly holdMs: number;
  /** the same of the minutes that were over when a run began: its history, which takes longer and which nobody waits for yet */
  readonly historyHoldMs: number;
  /** 0 where the vendor streams whole bars; a minute where bars are made of trades */
  readonly exposureMs: number;
  /** for how many minutes a bar may still be revised */
  readonly revisableMinutes: number;
  /** corporate actions that prices follow: none is a jump */
  readonly actions?: readonly CorporateAction[];
}

/** A live market being closed minute by minute. Plain data; instants are epoch ms. */
export interface LiveMinutes {
  readonly options: LiveOptions;
  /** canonical order */
  readonly symbols: readonly Ticker[];
  readonly indexOf: ReadonlyMap<Ticker, number>;
  readonly shardBySymbol: Int32Array;
  readonly capacityByShard: Int32Array;
  readonly store: MinuteStore;
  readonly outages: Outages;
  /** since when each symbol is halted, by our clock; 0 while it is not */
  readonly haltedSince: Float64Array;
  /** revisions for the next slices, by minute and symbol */
  readonly revised: Map<string, BarRevision>;
  /** closes of the minutes that another vendor gave: what this one says of them is not wanted */
  readonly skipped: Set<number>;
  /** of the bars in slices, those of other vendors among them */
  readonly memory: BarMemory;
  /** of those actions that no minute has come to yet */
  readonly agenda: ActionAgenda;
  readonly bar: JudgedBar;
  /** since when it is followed: what an earlier life had published is taken up by then */
  startedAt: number;
  /** minutes that close up to here are history; −Infinity for a run that is gone on with, whose market waits */
  historyUntil: number;
  /** close of the minute that comes next; Infinity when the calendar has no more */
  next: number;
}

/** A market whose first minute closes at `first`. Nothing is connected yet. @throws RangeError when there is no symbol */
export function newLiveMinutes(options: LiveOptions, first: EpochMs, now: number): LiveMinutes {
  const symbols = [...new Set(options.symbols)].sort(compareText);
  if (symbols.length === 0) throw new RangeError('a live market has at least one symbol');
  const shardBySymbol = Int32Array.from(symbols, (symbol) => shardOf(symbol, options.shards));
  const capacityByShard = new Int32Array(options.shards);
  for (const shard of shardBySymbol) capacityByShard[shard] = readInt32(capacityByShard, shard) + 1;
  return {
    options,
    symbols,
    indexOf: new Map(symbols.map((symbol, index) => [symbol, index])),
    shardBySymbol,
    capacityByShard,
    store: newMinuteStore(symbols.length),
    outages: newOutages(options.exposureMs, options.graceMs, first),
    haltedSince: new Float64Array(symbols.length),
    revised: new Map(),
    skipped: new Set(),
    memory: newBarMemory('1m', symbols.length),
    agenda: agendaOf(options.actions ?? []),
    bar: newJudgedBar(),
    startedAt: now,
    historyUntil: now,
    next: minuteAfter(first - MINUTE_MS),
  };
}

/** What became of a bar that a vendor said. All but the first two are left aside. */
export type Taken =
  | 'taken'
  | 'revision'
  | 'same'
  | 'outranked'
  | 'another-symbol'
  | 'off-grid'
  | 'not-over'
  | 'too-old'
  | 'no-session'
  | 'malformed';

/** Takes a version of a bar at the instant `now`. */
export function takeBar(live: LiveMinutes, symbol: Ticker, bar: SaidBar, rank: BarRank, now: number): Taken {
  const index = live.indexOf.get(symbol);
  if (index === undefined) return 'another-symbol';
  if (!(bar.low > 0 && bar.low <= bar.high && bar.high < Infinity && bar.volume >= 0 && bar.volume < Infinity))
    return 'malformed';
  if (!(bar.open > 0 && bar.open < Infinity && bar.close > 0 && bar.close < Infinity)) return 'malformed';
  const { t } = bar;
  if (t % MINUTE_MS !== 0) return 'off-grid';
  if (t > now + AHEAD_MS_MAX) return 'not-over';
  const revisableFrom = live.next - live.options.revisableMinutes * MINUTE_MS;
  if (t < revisableFrom) return 'too-old';
  if (minuteAfter(t - MINUTE_MS) !== t) return 'no-session';
  noteTrading(live, index, bar);
  const put = putBar(live.store, index, bar, rank);
  if (put === 'same' || put === 'outranked') return put;
  if (t >= live.next || live.skipped.has(t)) return 'taken';
  const { open, high, low, close, volume } = bar;
  const flags = judgeRevision(live, index, bar) | (wasAffected(live.outages, t) ? BAR_FLAG.BACKFILLED : 0);
  live.revised.set(`${t} ${symbol}`, { t, symbol, open, high, low, close, volume, flags });
  return 'revision';
}

/** The symbol is halted since `now`, or trades again. */
export function noteHalt(live: LiveMinutes, symbol: Ticker, halted: boolean, now: number): void {
  const index = live.indexOf.get(symbol);
  if (index !== undefined) live.haltedSince[index] = halted ? now : 0;
}

/** A bar with trades in a minute that began after the halt: it is over. */
function noteTrading({ haltedSince }: LiveMinutes, index: number, { t, volume }: SaidBar): void {
  if (volume > 0 && t - MINUTE_MS >= read(haltedSince, index)) haltedSince[index] = 0;
}

/** When the next minute is to be closed, if nothing changes until then; Infinity when there is none. */
export function dueAt({ options, outages, next, startedAt, historyUntil }: LiveMinutes): number {
  if (next === Infinity) return Infinity;
  const over = next + options.graceMs;
  if (!isMissing(outages, next) || outages.isHopeless) return over;
  const holdMs = next <= historyUntil ? options.historyHoldMs : options.holdMs;
  return Math.max(over, outages.connectedAt, startedAt) + holdMs;
}

/** One slice per shard with room for every symbol of the shard, to be reused from minute to minute. */
export const newLiveSlices = ({ capacityByShard }: LiveMinutes): BarSlice[] =>
  Array.from(capacityByShard, (capacity, shard) => newBarSlice(shard, '1m', capacity));

/** Fills `slices`, one per shard, with the next minute; false when it is not due at `now`, and then they are left alone. */
export function closeMinute(live: LiveMinutes, slices: BarSlice[], now: number): boolean {
  if (now < dueAt(live) || live.next === Infinity) return false;
  const t = epochMs(live.next);
  const gaps: BarGap[][] = slices.map(() => []);
  followActions(live, t);
  for (const slice of slices) openSlice(live, slice, t, now);
  const bars = live.store.minutes.get(t);
  const late = wasAffected(live.outages, t) ? BAR_FLAG.BACKFILLED : 0;
  for (const [index, symbol] of live.symbols.entries()) {
    const shard = readInt32(live.shardBySymbol, index);
    if (bars !== undefined && readUint8(bars.rank, index) > 0) appendBar(live, item(slices, shard), bars, index, late);
    else if (read(live.haltedSince, index) > 0) item(gaps, shard).push({ symbol, cause: 'halted' });
  }
  for (const [shard, slice] of slices.entries()) slice.gaps = item(gaps, shard);
  giveOutRevisions(live, slices);
  enterNext(live, t);
  return true;
}

/** Reads the last closes as they would be after the actions that are in force from a minute on. */
function followActions({ agenda, memory, indexOf }: LiveMinutes, t: number): void {
  for (const action of actionsDue(agenda, t)) {
    for (const symbol of symbolsOf(action)) {
      const index = indexOf.get(symbol);
      if (index !== undefined) restateMemory(memory, index, (close) => closeAfter(action, close));
    }
  }
}

function enterNext(live: LiveMinutes, t: EpochMs): void {
  live.next = minuteAfter(t);
  const kept = live.next - (live.options.revisableMinutes + 1) * MINUTE_MS;
  dropBefore(live.store, kept);
  forgetBefore(live.outages, kept);
  for (const skipped of live.skipped) if (skipped < kept) live.skipped.delete(skipped);
}

/** Another vendor gave the next minute, these slices: this one goes on behind it, with those closes to hold its own against. */
export function skipMinute(live: LiveMinutes, slices: readonly BarSlice[]): void {
  const { t } = item(slices, 0);
  live.skipped.add(t);
  followActions(live, t);
  for (const slice of slices) noteBars(live, slice);
  enterNext(live, t);
}

function noteBars(live: LiveMinutes, slice: BarSlice): void {
  for (let i = 0; i < slice.count; i++) {
    const index = live.indexOf.get(item(slice.symbols, i));
    if (index === undefined) continue;
    noteBar(live.memory, index, Object.assign(live.bar, barIn(slice, i)), readUint32(slice.flags, i));
  }
}

const barIn = (slice: BarSlice, i: number): SaidBar => ({
  t: slice.t,
  open: read(slice.open, i),
  high: read(slice.high, i),
  low: read(slice.low, i),
  close: read(slice.close, i),
  volume: read(slice.volume, i),
});

function openSlice(live: LiveMinutes, slice: BarSlice, t: EpochMs, now: number): void {
  reserveBars(slice, readInt32(live.capacityByShard, slice.shard));
  slice.t = t;
  slice.knownAt = epochMs(now);
  slice.feed = live.options.feed;
  slice.absent = isMissing(live.outages, t) ? 'disconnected' : 'no-trade';
  slice.count = 0;
}

function appendBar(live: LiveMinutes, slice: BarSlice, bars: MinuteBars, index: number, late: number): void {
  const { bar, memory } = live;
  fillIn(bar, bars, index);
  const at = slice.count++;
  slice.symbols[at] = item(live.symbols, index);
  slice.open[at] = bar.open;
  slice.high[at] = bar.high;
  slice.low[at] = bar.low;
  slice.close[at] = bar.close;
  slice.volume[at] = bar.volume;
  slice.flags[at] = judgeBar(memory, index, bar) | late;
}

function fillIn(bar: JudgedBar, bars: MinuteBars, index: number): void {
  bar.t = bars.t;
  bar.open = read(bars.open, index);
  bar.high = read(bars.high, index);
  bar.low = read(bars.low, index);
  bar.close = read(bars.close, index);
  bar.volume = read(bars.volume, index);
}

/**
 * The flags of a later version of a bar, held against the close before it: the last one that the store has, or the last one in a slice
 * when that is older. What followed on it is known to be there, and no part of what is said of it.
 */
function judgeRevision(live: LiveMinutes, index: number, said: SaidBar): number {
  const { bar, memory, store } = live;
  const before = lastBefore(store, index, said.t);
  const last = lastOf(memory, index);
  const known = before === undefined ? last : { t: before.t, close: restatedClose(live, index, before, said.t) };
  const isBefore = known.t < said.t;
  Object.assign(bar, said, { lastT: isBefore ? known.t : 0, lastClose: isBefore ? known.close : 0 });
  return flagsOf(bar, memory.limits);
}

/** A close of the store as it reads at a later time, by the actions between the two. */
function restatedClose({ options, symbols }: LiveMinutes, index: number, known: ReturnType<typeof lastOf>, t: number): number {
  const symbol = item(symbols, index);
  let { close } = known;
  for (const action of options.actions ?? []) {
    const isBetween = action.exAt >= known.t && action.exAt < t;
    if (isBetween && symbolsOf(action).includes(symbol)) close = closeAfter(action, close);
  }
  return close;
}

function giveOutRevisions(live: LiveMinutes, slices: BarSlice[]): void {
  const revised = [...live.revised.values()].sort((a, b) => a.t - b.t || compareText(a.symbol, b.symbol));
  live.revised.clear();
  const { shards } = live.options;
  for (const slice of slices) slice.revisions = revised.filter(({ symbol }) => shardOf(symbol, shards) === slice.shard);
}

/** Takes note of a slice that an earlier life of this feed published. */
export function restoreSlice(live: LiveMinutes, slice: BarSlice): void {
  followActions(live, slice.t);
  noteBars(live, slice);
  restoreHalts(live, slice);
  if (slice.feed !== live.options.feed) {
    live.skipped.add(slice.t);
    return;
  }
  for (let i = 0; i < slice.count; i++) {
    const index = live.indexOf.get(item(slice.symbols, i));
    if (index === undefined) continue;
    putBar(live.store, index, barIn(slice, i), 1);
  }
  for (const { symbol, t, open, high, low, close, volume } of slice.revisions) {
    const index = live.indexOf.get(symbol);
    if (index !== undefined) putBar(live.store, index, { t, open, high, low, close, volume }, 1);
  }
}

/** Who was halted in a published slice is, and nobody else of its shard. */
function restoreHalts({ indexOf, shardBySymbol, haltedSince }: LiveMinutes, slice: BarSlice): void {
  for (const [index, shard] of shardBySymbol.entries()) if (shard === slice.shard) haltedSince[index] = 0;
  for (const { symbol, cause } of slice.gaps) {
    const index = indexOf.get(symbol);
    if (index !== undefined && cause === 'halted') haltedSince[index] = slice.t;
  }
}

/**
 * Goes on behind the minute that closed at `t`, the last one that an earlier life of this feed published for every shard. It is followed from
 * `now` on, when that is later than when it was made: reading what was recorded is no time in which a vendor could have answered.
 */
export function resumeAfter(live: LiveMinutes, t: EpochMs, now = live.startedAt): void {
  live.startedAt = now;
  live.next = minuteAfter(t);
  live.historyUntil = -Infinity;
  notePublished(live.outages, t);
  dropBefore(live.store, live.next - (live.options.revisableMinutes + 1) * MINUTE_MS);
}
