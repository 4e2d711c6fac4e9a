// Invariants
// 1. The level is the worst of the last minutes, as many as are waited for: worse at once, better when they all were, and no later.
// 2. Before the first bar, and for as many minutes after it, there are no entries.
// 3. It follows from the slices, from the clock's verdicts and from what vendors disagree on, which are recorded: whoever folds the
//    recording comes to the same level.
// 4. A symbol that is not expected to trade is never the reason for anything.
// 5. After minutes that were lost or fetched, a symbol that is expected to trade has no entries until a bar of it was heard: it may have been
//    halted meanwhile, and nobody tells afterwards.

import { newCalendarCursor, momentAt, type CalendarCursor } from '@aitrader/core-sessions';
import {
  BAR_FLAG,
  compareText,
  item,
  readInt32,
  readUint32,
  readUint8,
  type BarSlice,
  type DataCause,
  type DataLevel,
  type DataLevelNumber,
  type Ticker,
} from '@aitrader/model';
import { enterPhase, isJudged, isStale, newSymbolActivity, noteMinuteOf, type SymbolActivity } from './symbol-activity.ts';

export interface DataLevelOptions {
  readonly symbols: readonly Ticker[];
  /** the feed of the first vendor, as slices name it */
  readonly primary: string;
  /** feeds that no order may rest on while they stand in for another */
  readonly lastResorts: readonly string[];
  /** by feed: a slice that became known later than this after its close is too late to act on, ms; of any other feed every one is */
  readonly lateMsMax: Readonly<Record<string, number>>;
  /** minutes in a row that must be well before entries are allowed again */
  readonly cleanMinutes: number;
  /** share of the symbols that trade which may be stale while entries in the others are allowed */
  readonly staleShareMax: number;
}

/** What is known of the clock when a minute is closed. */
export type ClockVerdict = 'right' | 'off' | 'unknown';

/** The state of the data, folded from slices. Plain data. */
export interface DataLevels {
  readonly options: DataLevelOptions;
  readonly symbols: readonly Ticker[];
  readonly indexOf: ReadonlyMap<Ticker, number>;
  readonly activity: SymbolActivity;
  readonly cursor: CalendarCursor;
  /** by symbol: minutes since it was stale, up to those that are waited for; 0 while it is */
  readonly wellFor: Int32Array;
  readonly traded: Uint8Array;
  readonly excused: Uint8Array;
  /** not heard of since something was lost or fetched */
  readonly unseen: Uint8Array;
  hasBegun: boolean;
  /** how bad the last minutes were, as many as are waited for */
  recent: readonly DataLevelNumber[];
}

/** A share of fewer symbols than this says nothing of a vendor: one silent symbol of three that trade before the open is one symbol. */
const JUDGED_SYMBOLS_MIN = 10;

/** Before the first bar: there is no data. @throws RangeError for a hysteresis that is none */
export function newDataLevels(options: DataLevelOptions): DataLevels {
  if (!(options.cleanMinutes >= 1)) throw new RangeError(`entries wait for at least a minute, got ${options.cleanMinutes}`);
  const symbols = [...new Set(options.symbols)].sort(compareText);
  return {
    options,
    symbols,
    indexOf: new Map(symbols.map((symbol, index) => [symbol, index])),
    activity: newSymbolActivity(symbols.length),
    cursor: newCalendarCursor(),
    wellFor: new Int32Array(symbols.length).fill(options.cleanMinutes),
    traded: new Uint8Array(symbols.length),
    excused: new Uint8Array(symbols.length),
    unseen: new Uint8Array(symbols.length),
    hasBegun: false,
    recent: Array.from({ length: options.cleanMinutes }, () => 4),
  };
}

/**
 * Folds one minute, all shards' slices of it, and says how far the data can be relied on from it on. `clock` is {@link ClockVerdict}; `apart`
 * are the symbols that vendors disagree on.
 */
export function noteMinute(
  levels: DataLevels,
  slices: readonly BarSlice[],
  clock: ClockVerdict,
  apart: readonly Ticker[],
): Omit<DataLevel, 'clockBehindMs'> {
  const first = item(slices, 0);
  enterPhase(levels.activity, momentAt(levels.cursor, first.t).phase);
  const bars = hear(levels, slices);
  const staleShare = judgeSymbols(levels);
  const causes = causesOf(levels, slices, bars, clock, staleShare);
  levels.recent = [...levels.recent.slice(1), worst(causes.map((cause) => levelOf(cause, bars)))];
  const disagreed = new Set(apart);
  const symbols = levels.symbols.filter(
    (symbol, index) => disagreed.has(symbol) || readInt32(levels.wellFor, index) < levels.options.cleanMinutes,
  );
  return { level: worst([...levels.recent, symbols.length > 0 ? 2 : 0]), symbols, causes, feed: first.feed };
}

const worst = (of: readonly DataLevelNumber[]): DataLevelNumber => of.reduce<DataLevelNumber>((a, b) => (a > b ? a : b), 0);

/** Notes who traded, and who could not have; returns the number of bars. */
function hear(levels: DataLevels, slices: readonly BarSlice[]): number {
  const { traded, excused, unseen, indexOf } = levels;
  traded.fill(0);
  excused.fill(slices.some(({ absent }) => absent === 'disconnected') ? 1 : 0);
  let bars = 0;
  for (const slice of slices) {
    bars += slice.count;
    for (let i = 0; i < slice.count; i++) {
      const index = indexOf.get(item(slice.symbols, i));
      if (index !== undefined) traded[index] = 1;
    }
    for (const { symbol } of slice.gaps) {
      const index = indexOf.get(symbol);
      if (index !== undefined) excused[index] = 1;
    }
  }
  if (bars > 0) levels.hasBegun = true;
  if (slices.some((slice) => slice.absent === 'disconnected' || isBackfilled(slice))) unseen.fill(1);
  else for (const [index, hasTraded] of traded.entries()) if (hasTraded === 1) unseen[index] = 0;
  return bars;
}

/** Notes who is stale; returns the share of them among those that trade. */
function judgeSymbols({ symbols, activity, traded, excused, unseen, wellFor, options }: DataLevels): number {
  let [stale, judged] = [0, 0];
  for (let index = 0; index < symbols.length; index++) {
    const hasTraded = readUint8(traded, index) === 1;
    if (hasTraded || readUint8(excused, index) === 0) noteMinuteOf(activity, index, hasTraded);
    const isExpected = isJudged(activity, index);
    const hasGoneSilent = isStale(activity, index);
    const isWell = !hasGoneSilent && !(isExpected && readUint8(unseen, index) === 1);
    wellFor[index] = isWell ? Math.min(options.cleanMinutes, readInt32(wellFor, index) + 1) : 0;
    if (isExpected) judged += 1;
    if (hasGoneSilent) stale += 1;
  }
  return stale / Math.max(1, judged, Math.min(symbols.length, JUDGED_SYMBOLS_MIN));
}

/** What is the matter with a minute, in the order of the causes. */
function causesOf(
  { options, hasBegun }: DataLevels,
  slices: readonly BarSlice[],
  bars: number,
  clock: ClockVerdict,
  staleShare: number,
): DataCause[] {
  const causes: DataCause[] = [];
  const says = (cause: DataCause, isSo: boolean): void => void (isSo && causes.push(cause));
  const { t, knownAt, feed } = item(slices, 0);
  says('beginning', !hasBegun);
  says(
    'disconnected',
    slices.some(({ absent }) => absent === 'disconnected'),
  );
  says('late', !(knownAt - t <= (options.lateMsMax[feed] ?? -1)));
  says('backfilled', bars > 0 && slices.some(isBackfilled));
  says('clock', clock === 'off');
  says('clock-unknown', clock === 'unknown');
  says('last-resort', feed !== options.primary && options.lastResorts.includes(feed));
  says('stale', staleShare > options.staleShareMax);
  says('failover', feed !== options.primary);
  return causes;
}

function isBackfilled({ count, flags }: BarSlice): boolean {
  for (let i = 0; i < count; i++) if ((readUint32(flags, i) & BAR_FLAG.BACKFILLED) !== 0) return true;
  return false;
}

/** How bad a cause is by itself. A minute that nobody listened to and of which nothing is known is no data at all. */
export function levelOf(cause: DataCause, bars: number): DataLevelNumber {
  if (cause === 'beginning') return 4;
  if (cause === 'disconnected') return bars === 0 ? 4 : 3;
  return cause === 'failover' ? 1 : 3;
}
