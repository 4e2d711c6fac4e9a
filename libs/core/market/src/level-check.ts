// Invariants
// 1. What a watch said of a market whose recorded slices are these passes, whatever its bounds are and whenever it was killed.
// 2. Causes that follow from slices are recomputed. Of the others it is checked that one bound explains them all: so many ms for `late`,
//    a list of feeds for `last-resort`.
// 3. Level and symbols follow from causes and slices by one number of minutes that are waited for. Symbols may be listed beyond those that
//    are silent only where vendors can disagree and are said to, and none for fewer minutes than that.

import {
  item,
  readInt32,
  type BarSlice,
  type Control,
  type DataCause,
  type DataLevel,
  type DataLevelNumber,
  type EpochMs,
  type Ticker,
} from '@aitrader/model';
import { APART_WORDS } from './vendor-agreement.ts';
import { levelOf, newDataLevels, noteMinute, type DataLevels } from './data-levels.ts';

/** How a manifest calls the shape of a source that is followed live. */
export const LIVE_SHAPE = 'live minutes';
/** Minutes that a watch may be told to wait for, the most of them. */
export const CLEAN_MINUTES_MAX = 60;
/** Beyond this share of silent symbols it is the vendor that is silent. */
export const STALE_SHARE_MAX = 0.25;

/** Causes that slices say by themselves. */
const FOLLOWING: readonly DataCause[] = ['beginning', 'disconnected', 'backfilled', 'stale', 'failover'];

/** The levels of a recording being checked against its slices. Plain data. */
export interface LevelCheck {
  readonly levels: DataLevels;
  /** vendors whose bars the run may have */
  readonly vendors: number;
  /** numbers of minutes that explain all levels so far */
  readonly waits: Set<number>;
  /** how bad the last minutes were */
  recent: readonly DataLevelNumber[];
  /** by feed: the latest slice that was in time, and the earliest one that was late, ms after the close */
  readonly inTimeMs: Map<string, number>;
  readonly lateMs: Map<string, number>;
  readonly isLastResort: Map<string, boolean>;
  /** by listed symbol: the minute from which on it has been */
  readonly listedSince: Map<Ticker, number>;
  minutes: number;
}

/** Nothing was recorded yet; `feeds` are the run's vendors, the first one first. */
export const newLevelCheck = (symbols: readonly Ticker[], feeds: readonly string[]): LevelCheck => ({
  levels: newDataLevels({
    symbols,
    primary: feeds[0] ?? '',
    lastResorts: [],
    lateMsMax: {},
    cleanMinutes: CLEAN_MINUTES_MAX,
    staleShareMax: STALE_SHARE_MAX,
  }),
  vendors: feeds.length,
  waits: new Set(Array.from({ length: CLEAN_MINUTES_MAX }, (_, i) => i + 1)),
  recent: [],
  inTimeMs: new Map(),
  lateMs: new Map(),
  isLastResort: new Map(),
  listedSince: new Map(),
  minutes: 0,
});

/**
 * Folds the recorded slices of a minute, of all shards, and holds what was said of it against them: `said` is the last word before it. What is
 * wrong, in words; undefined when nothing is.
 */
export function checkMinute(check: LevelCheck, slices: readonly BarSlice[], said: Control | undefined): string | undefined {
  const made = noteMinute(check.levels, slices, 'right', []);
  const [level] = said?.data ?? [];
  check.minutes += 1;
  if (said === undefined || level === undefined) return 'comes before anything was said of how far the data can be relied on';
  const { count } = slices.reduce((sum, slice) => ({ count: sum.count + slice.count }), { count: 0 });
  check.recent = [...check.recent, worstOf(level.causes.map((cause) => levelOf(cause, count)))].slice(-CLEAN_MINUTES_MAX);
  return (
    problemOfCauses(made.causes, level, item(slices, 0).feed) ??
    problemOfBounds(check, slices, level) ??
    problemOfSymbols(check, said.reason, level) ??
    problemOfWaits(check, level)
  );
}

const worstOf = (levels: readonly DataLevelNumber[]): DataLevelNumber =>
  levels.reduce<DataLevelNumber>((a, b) => (a > b ? a : b), 0);

function problemOfCauses(made: readonly DataCause[], { causes, feed }: DataLevel, ofSlices: string): string | undefined {
  if (feed !== ofSlices) return `is said to be of ${feed}, and is of ${ofSlices}`;
  const [there, here] = [causes, made].map((each) => each.filter((cause) => FOLLOWING.includes(cause)).join(', '));
  if (there !== here) return `is said to have the causes "${there ?? ''}", and its slices make "${here ?? ''}"`;
  if (causes.includes('clock') && causes.includes('clock-unknown')) return 'has a clock that is off and not known to be';
  return undefined;
}

/** Of what slices do not say alone: one bound is to explain all that was said. */
function problemOfBounds(
  { inTimeMs, lateMs, isLastResort }: LevelCheck,
  slices: readonly BarSlice[],
  { causes }: DataLevel,
): string | undefined {
  const { t, knownAt, feed } = item(slices, 0);
  const [isLate, ms] = [causes.includes('late'), knownAt - t];
  if (isLate) lateMs.set(feed, Math.min(ms, lateMs.get(feed) ?? Infinity));
  else inTimeMs.set(feed, Math.max(ms, inTimeMs.get(feed) ?? -Infinity));
  if ((inTimeMs.get(feed) ?? -Infinity) >= (lateMs.get(feed) ?? Infinity))
    return `is said to be ${isLate ? 'late' : 'in time'} after ${ms} ms, and another one was said otherwise`;
  const isLast = causes.includes('last-resort');
  if ((isLastResort.get(feed) ?? isLast) !== isLast)
    return `is said to be ${isLast ? '' : 'no '}last resort, and was said otherwise`;
  isLastResort.set(feed, isLast);
  return undefined;
}

/** Leaves only the numbers of minutes to wait for that explain the list of symbols. */
function problemOfSymbols(check: LevelCheck, reason: string, { symbols }: DataLevel): string | undefined {
  const { levels, waits, listedSince, minutes } = check;
  const listed = new Set(symbols);
  const mayDisagree = check.vendors > 1 && reason.includes(APART_WORDS);
  for (const [index, symbol] of levels.symbols.entries()) {
    const well = readInt32(levels.wellFor, index);
    const since = listedSince.get(symbol);
    for (const wait of waits) {
      const isSilent = well < wait;
      const isExplained = listed.has(symbol)
        ? isSilent || mayDisagree
        : !isSilent && (since === undefined || minutes - since >= wait);
      if (!isExplained) waits.delete(wait);
    }
    if (waits.size === 0)
      return `${listed.has(symbol) ? 'lists' : 'does not list'} ${symbol}, which does not follow from what was before`;
    if (!listed.has(symbol)) listedSince.delete(symbol);
    else if (since === undefined) listedSince.set(symbol, minutes);
  }
  const stranger = symbols.find((symbol) => !levels.indexOf.has(symbol));
  return stranger === undefined ? undefined : `lists ${stranger}, which is no symbol of the run`;
}

/** Leaves only the numbers of minutes to wait for that explain the level. */
function problemOfWaits({ waits, recent, minutes }: LevelCheck, { level, symbols }: DataLevel): string | undefined {
  for (const wait of waits) {
    const last = recent.slice(-wait);
    if (worstOf([...last, minutes < wait ? 4 : 0, symbols.length > 0 ? 2 : 0]) !== level) waits.delete(wait);
  }
  return waits.size > 0 ? undefined : `is said to be D${level}, which does not follow from what was before`;
}

/** The last word before a minute, of what was said so far. */
export const saidBefore = (said: readonly Control[], t: EpochMs): Control | undefined =>
  said.findLast((command) => command.t < t);
