import { setImmediate as breathe } from 'node:timers/promises';
import { newSlices, nextInterval } from '@aitrader/core-market';
import { momentAt, newCalendarCursor, type CalendarCursor, type Phase } from '@aitrader/core-sessions';
import {
  BAR_FLAG,
  MINUTES_OF,
  item,
  read,
  readUint32,
  verdictOf,
  type BarSlice,
  type BarVerdict,
  type CorporateAction,
  type EpochMs,
  type Ticker,
  type Timeframe,
} from '@aitrader/model';
import { dateWithin } from './bar-selection.ts';
import { newMarketFeed, type PartedBars } from './parted-bars.ts';
import { newSpreadTally, noteSpread, spreadsOf, type SpreadsBp, type SpreadTally } from './spread-tally.ts';
import { newRegularSteps, regularStep, stepsOf, type RegularSteps } from './regular-steps.ts';

/** Quarantined bars and split-like jumps that are listed; a market with more of them has another problem. */
const LISTED_MAX = 1_000;
const CHUNK_INTERVALS = 4_096;
const MINUTE_MS = 60_000;
/** Daily bars are neighbours over a long weekend. */
const DAYS_APART_MS = 4 * 24 * 60 * MINUTE_MS;

export type BarFlagName = keyof typeof BAR_FLAG;
/** Bars by the part of the trading day that they close in; CLOSED is where nobody trades, which a wrong time zone shows by. */
export type PhaseCounts = Partial<Record<Phase, number>>;
export type FlagCounts = Partial<Record<BarFlagName, number>>;
/** Bars that the quality gate has a doubt about: suspect ones, and quarantined ones, which no stage acts on. */
export type DoubtCounts = Readonly<Record<Exclude<BarVerdict, 'good'>, number>>;

/**
 * A stretch of regular hours without a bar, between the closes of two bars, epoch ms. In `alone` of its `steps` other symbols have bars:
 * this one did not trade, or was halted. In the rest no symbol has one: nobody traded, or the source was cut off.
 */
export interface CheckedGap {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
  readonly alone: number;
}

/** What a series has. `regular` of the `expected` steps of regular hours from its first to its last have a bar. */
export interface CheckedSymbol {
  readonly symbol: Ticker;
  readonly bars: number;
  readonly from: string;
  readonly to: string;
  /** none for daily bars, which have all of the day */
  readonly phases: PhaseCounts;
  /** half the spread between bid and ask, estimated from the bars; absent where they are too few, or do not tell */
  readonly halfSpreadBp: SpreadsBp;
  readonly regular: number;
  readonly expected: number;
  /** steps without a bar while others have one, and while none has */
  readonly missingAlone: number;
  readonly missingTogether: number;
  readonly longestGap: CheckedGap | null;
  readonly doubts: DoubtCounts;
  readonly flags: FlagCounts;
}

/** What a session has: bars of how many symbols, and how many of the steps that these would have in regular hours. */
export interface CheckedSession {
  readonly date: string;
  readonly symbols: number;
  readonly bars: number;
  readonly regular: number;
  readonly expected: number;
  readonly suspect: number;
  readonly quarantined: number;
}

/** A quarantined bar, with the names of its flags for reasons. Prices are dollars. */
export interface QuarantinedBar {
  readonly symbol: Ticker;
  readonly t: number;
  readonly flags: readonly BarFlagName[];
  readonly lastClose: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** A bar that is apart from the close before it by a ratio that companies split their shares by. */
export interface SplitLikeJump {
  readonly symbol: Ticker;
  readonly t: number;
  readonly lastClose: number;
  readonly open: number;
  readonly close: number;
}

export interface BarCheck {
  readonly timeframe: Timeframe;
  readonly from: string;
  readonly to: string;
  readonly bars: number;
  readonly symbols: readonly CheckedSymbol[];
  readonly sessions: readonly CheckedSession[];
  /** every bar is good, closes by the instant of the check, and no session of the range is without bars */
  readonly isClean: boolean;
  readonly doubts: DoubtCounts;
  /** bars that close after the instant of the check */
  readonly future: number;
  readonly phases: PhaseCounts;
  /** bars with each flag */
  readonly flags: FlagCounts;
  readonly quarantined: readonly QuarantinedBar[];
  readonly splitLike: readonly SplitLikeJump[];
  /** corporate actions that fall between the bars, as their prices follow them, in the order in which they come into force */
  readonly actions: readonly CorporateAction[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface SeriesTally extends Mutable<Omit<CheckedSymbol, 'from' | 'to' | 'expected' | 'doubts' | 'halfSpreadBp'>> {
  readonly index: number;
  readonly doubts: Mutable<DoubtCounts>;
  first: number;
  last: number;
  lastClose: number;
  firstStep: number;
  lastStep: number;
  /** steps with a bar of any symbol, up to the last step of this one */
  heldAt: number;
  session: number;
}

interface CheckWork {
  /** places of the exchanges' day and of a venue's night; undefined for daily bars */
  readonly places: readonly [day: CalendarCursor, night: CalendarCursor] | undefined;
  readonly phases: PhaseCounts;
  readonly spreads: SpreadTally;
  readonly steps: RegularSteps;
  readonly series: ReadonlyMap<Ticker, SeriesTally>;
  readonly sessions: readonly Mutable<CheckedSession>[];
  readonly flags: FlagCounts;
  readonly doubts: Mutable<DoubtCounts>;
  readonly quarantined: QuarantinedBar[];
  readonly splitLike: SplitLikeJump[];
  readonly now: number;
  future: number;
  held: number;
  heldStep: number;
}

/**
 * Looks through a market for what is missing and what is suspect at the instant `now`, epoch ms, part by part. `actions` are those that its
 * prices follow: a split that is told is no jump.
 */
export async function checkBars(
  market: PartedBars,
  now: number,
  onProgress: (share: number) => void,
  actions: readonly CorporateAction[] = [],
): Promise<BarCheck> {
  const [from, to] = [dateWithin(market.first - 1), dateWithin(market.last - 1)];
  const work = newWork(market, newRegularSteps(from, to, market.timeframe), now);
  const feed = await newMarketFeed(market, 1, actions);
  const slices = newSlices(feed.feed);
  const slice = item(slices, 0);
  let bars = 0;
  for (let interval = 1; ; interval++) {
    if (!nextInterval(feed.feed, slices)) {
      if (!(await feed.more())) break;
      continue;
    }
    checkInterval(work, slice);
    bars += slice.count;
    if (interval % CHUNK_INTERVALS !== 0) continue;
    onProgress(feed.barsRead() / market.count);
    await breathe();
  }
  const followed = actions.filter(({ exAt }) => exAt >= market.first && exAt < market.last);
  return { timeframe: market.timeframe, from, to, bars, ...resultOf(work), actions: followed };
}

function resultOf({ series, spreads, sessions, doubts, future, phases, flags, quarantined, splitLike }: CheckWork) {
  const isWhole = sessions.every(({ bars }) => bars > 0);
  const isClean = doubts.suspect === 0 && doubts.quarantined === 0 && future === 0 && isWhole;
  const symbols = [...series.values()].map((tally) => checkedSymbol(tally, spreadsOf(spreads, tally.index)));
  return { isClean, symbols, sessions, doubts, future, phases, flags, quarantined, splitLike };
}

function newWork({ symbols, timeframe }: PartedBars, steps: RegularSteps, now: number): CheckWork {
  const series = symbols.map((symbol, index): [Ticker, SeriesTally] => [symbol, newTally(symbol, index)]);
  const spreads = newSpreadTally(symbols.length, timeframe === '1d' ? DAYS_APART_MS : MINUTES_OF[timeframe] * MINUTE_MS);
  const none = { symbols: 0, bars: 0, regular: 0, expected: 0, suspect: 0, quarantined: 0 };
  const sessions = steps.sessions.map(({ date }) => ({ date, ...none }));
  const doubts = { suspect: 0, quarantined: 0 };
  const counts = { flags: {}, doubts, quarantined: [], splitLike: [], now, future: 0, held: 0, heldStep: -1 };
  const places = timeframe === '1d' ? undefined : ([newCalendarCursor(), newCalendarCursor('boats')] as const);
  return { places, phases: {}, spreads, steps, series: new Map(series), sessions, ...counts };
}

const newTally = (symbol: Ticker, index: number): SeriesTally => ({
  symbol,
  index,
  ...{ bars: 0, phases: {}, regular: 0, missingAlone: 0, missingTogether: 0, longestGap: null, flags: {} },
  doubts: { suspect: 0, quarantined: 0 },
  ...{ first: 0, last: 0, lastClose: 0, firstStep: -1, lastStep: -1, heldAt: 0, session: -1 },
});

function checkedSymbol({ first, last, firstStep, lastStep, ...tally }: SeriesTally, halfSpreadBp: SpreadsBp): CheckedSymbol {
  const { symbol, bars, phases, regular, missingAlone, missingTogether, longestGap, doubts, flags } = tally;
  const expected = firstStep < 0 ? 0 : lastStep - firstStep + 1;
  const dates = { from: dateWithin(first - 1), to: dateWithin(last - 1) };
  return {
    symbol,
    bars,
    ...dates,
    phases,
    halfSpreadBp,
    regular,
    expected,
    missingAlone,
    missingTogether,
    longestGap,
    doubts,
    flags,
  };
}

function checkInterval(work: CheckWork, slice: BarSlice): void {
  if (slice.count === 0) return;
  const step = regularStep(work.steps, slice.t);
  const phase = phaseOf(work, slice.t);
  if (step >= 0 && step !== work.heldStep) {
    work.held++;
    work.heldStep = step;
  }
  for (let i = 0; i < slice.count; i++) {
    const tally = work.series.get(item(slice.symbols, i));
    if (tally === undefined) continue;
    const flags = readUint32(slice.flags, i);
    notePhase(work, tally, phase);
    noteSpread(work.spreads, tally.index, phase ?? 'RTH', slice, i, verdictOf(flags) === 'good');
    noteSession(work, tally, slice.t, step, flags);
    noteFlags(work, tally, slice, i, flags);
    if (step > tally.lastStep) noteStep(work, tally, slice.t, step);
    if (tally.bars === 0) tally.first = slice.t;
    tally.bars++;
    tally.last = slice.t;
    tally.lastClose = read(slice.close, i);
  }
}

function phaseOf({ places }: CheckWork, t: EpochMs): Phase | undefined {
  if (places === undefined) return undefined;
  const [day, night] = places;
  const { phase } = momentAt(day, t);
  return phase === 'CLOSED' && momentAt(night, t).phase === 'OVERNIGHT' ? 'OVERNIGHT' : phase;
}

function notePhase(work: CheckWork, tally: SeriesTally, phase: Phase | undefined): void {
  if (phase === undefined) return;
  work.phases[phase] = (work.phases[phase] ?? 0) + 1;
  tally.phases[phase] = (tally.phases[phase] ?? 0) + 1;
}

function noteSession({ steps, sessions }: CheckWork, tally: SeriesTally, t: number, step: number, flags: number): void {
  const session = steps.sessions[steps.session];
  const row = sessions[steps.session];
  if (session === undefined || row === undefined || t <= session.preOpen) return;
  if (tally.session !== steps.session) {
    tally.session = steps.session;
    row.symbols++;
    row.expected += stepsOf(steps, session);
  }
  row.bars++;
  if (step > tally.lastStep) row.regular++;
  const verdict = verdictOf(flags);
  if (verdict !== 'good') row[verdict]++;
}

const FLAG_NAMES = Object.keys(BAR_FLAG) as BarFlagName[];

function noteFlags(work: CheckWork, tally: SeriesTally, slice: BarSlice, i: number, flags: number): void {
  if (slice.t > work.now) work.future++;
  if (flags === 0) return;
  const verdict = verdictOf(flags);
  if (verdict !== 'good') {
    tally.doubts[verdict]++;
    work.doubts[verdict]++;
  }
  const names: BarFlagName[] = [];
  for (const name of FLAG_NAMES) {
    if ((flags & BAR_FLAG[name]) === 0) continue;
    names.push(name);
    tally.flags[name] = (tally.flags[name] ?? 0) + 1;
    work.flags[name] = (work.flags[name] ?? 0) + 1;
  }
  const { symbol, lastClose } = tally;
  const [open, close] = [read(slice.open, i), read(slice.close, i)];
  if (verdict === 'quarantined' && work.quarantined.length < LISTED_MAX) {
    const prices = { open, high: read(slice.high, i), low: read(slice.low, i), close };
    work.quarantined.push({ symbol, t: slice.t, flags: names, lastClose, ...prices });
  }
  if ((flags & BAR_FLAG.SPLIT_LIKE) !== 0 && work.splitLike.length < LISTED_MAX)
    work.splitLike.push({ symbol, t: slice.t, lastClose, open, close });
}

function noteStep(work: CheckWork, tally: SeriesTally, t: number, step: number): void {
  if (tally.lastStep < 0) tally.firstStep = step;
  else if (step > tally.lastStep + 1) {
    const steps = step - tally.lastStep - 1;
    const alone = work.held - tally.heldAt - 1;
    tally.missingAlone += alone;
    tally.missingTogether += steps - alone;
    if (steps > (tally.longestGap?.steps ?? 0)) tally.longestGap = { from: tally.last, to: t, steps, alone };
  }
  tally.regular++;
  tally.lastStep = step;
  tally.heldAt = work.held;
}
