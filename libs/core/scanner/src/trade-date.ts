/**
 * What the scanner keeps of a trade date, and from one to the next.
 *
 * 1. A symbol's columns depend on its own bars and states alone.
 * 2. A quarantined bar adds its volume and says nothing of prices. What may be a split, or another company, drops the symbol's history.
 * 3. Half days, and days that were not seen from their opening on, count in no mean of volume.
 */
import {
  AT,
  BAR_FLAG,
  type BarSlice,
  type CorporateAction,
  DOUBTED_PRICE,
  type EpochMs,
  isQuarantined,
  item,
  MINUTES_OF,
  read,
  readUint32,
  STATE_FLAG,
  STATE_WIDTH,
  type StateColumn,
  type StateSlice,
  type Timeframe,
} from '@aitrader/model';
import { mappedPrice, priceMapOf, symbolsOf } from '@aitrader/core-market';
import { normalQuantile } from '@aitrader/core-numeric';
import type { Moment } from '@aitrader/core-sessions';
import { addDay, forgetVolumes } from './day-volumes.ts';
import { DOUBT, type ScannerState, slotOf } from './state.ts';

/** Flags after which what came before may be of other shares. */
const OTHER_SHARES = BAR_FLAG.SPLIT_LIKE | BAR_FLAG.LONG_GAP;
/** Bars that belong to no session. */
const OUTSIDE = BAR_FLAG.OFF_SESSION | BAR_FLAG.OFF_CALENDAR;
/** Flags of a state whose figures are not to be relied on. Those of one that warms up are: they say themselves how little they know. */
const DOUBTFUL_STATE = STATE_FLAG.SUSPECT | STATE_FLAG.SATURATED | STATE_FLAG.PARTIAL;
/** Velocity is told in 1e-4 bp, its variance in 1e-6 bp². */
const TREND_UNIT = 1e-4 / 1e-3;
/** Width of the central 95 % of a normal law, in standard deviations. */
const WIDTH_95 = 2 * normalQuantile(0.975);
const MS_PER_MINUTE = 60_000;

/** The columns of a state that the scanner reads. */
export const SCANNER_COLUMNS: readonly StateColumn[] = ['velocity', 'velocityVariance', 'a025', 'a975', 'flags'];

/** Enters the trade date of an interval: what was today is the day before. */
export function enterTradeDate(state: ScannerState, { session, sessionIndex }: Moment, timeframe: Timeframe, t: EpochMs): void {
  if (session === undefined || sessionIndex === state.session) return;
  const { columns, index, dayVolumes } = state;
  const slots = index.symbols.length;
  if (state.isWholeDay) addDay(dayVolumes, columns.volume, slots);
  const isNextDay = sessionIndex === state.session + 1;
  for (let slot = 0; slot < slots; slot++) columns.regularClose[slot] = isNextDay ? read(columns.dayClose, slot) : 0;
  for (const day of [columns.dayClose, columns.open, columns.last, columns.high, columns.low, columns.volume, columns.closedAt])
    day.fill(0);
  columns.doubt.fill(0);
  columns.listed.fill(0);
  const firstBarAt = session.open + MINUTES_OF[timeframe] * MS_PER_MINUTE;
  state.isWholeDay = !session.earlyClose && (timeframe === '1d' || state.session >= 0 || t <= firstBarAt);
  state.session = sessionIndex;
}

/** Applies an action that has come into force: prices of before it are said as they read after it. */
export function applyAction(state: ScannerState, action: CorporateAction): void {
  const map = priceMapOf(action);
  for (const symbol of symbolsOf(action)) {
    const slot = state.index.slots.get(symbol);
    if (slot === undefined) continue;
    const { regularClose } = state.columns;
    regularClose[slot] = map === 'anew' ? 0 : (mappedPrice(read(regularClose, slot), map) ?? 0);
    if (map === 'anew' || map.times !== 1) forgetAll(state, slot);
  }
}

function forgetAll({ dayVolumes, scanVolumes }: ScannerState, slot: number): void {
  forgetVolumes(dayVolumes, slot);
  for (const ring of scanVolumes) forgetVolumes(ring, slot);
}

/** Takes in one shard's bars and states of one interval. O(bars), free of allocation once every symbol has its slot. */
export function hearShard(state: ScannerState, bars: BarSlice, states: StateSlice, isRegular: boolean): void {
  let slot = -1;
  for (let i = 0; i < bars.count; i++) {
    const flags = readUint32(bars.flags, i);
    if ((flags & OUTSIDE) !== 0) continue;
    slot = slotOf(state, item(bars.symbols, i), slot + 1);
    hearBar(state, slot, bars, i, flags, isRegular);
    hearState(state, slot, states, i);
  }
}

function hearBar(state: ScannerState, slot: number, bars: BarSlice, i: number, flags: number, isRegular: boolean): void {
  const { columns } = state;
  if ((flags & OTHER_SHARES) !== 0) {
    columns.regularClose[slot] = 0;
    columns.doubt[slot] = DOUBT.TODAY;
    forgetAll(state, slot);
  }
  const volume = read(bars.volume, i);
  if (volume > 0 && volume < Infinity) columns.volume[slot] = read(columns.volume, slot) + volume;
  columns.closedAt[slot] = bars.t;
  const close = read(bars.close, i);
  const doubtToday = read(columns.doubt, slot) & DOUBT.TODAY;
  // Nobody is to enter on a bar whose prices were in doubt; those that were borne out are prices all the same.
  columns.doubt[slot] = (flags & DOUBTED_PRICE) === 0 ? doubtToday : doubtToday | DOUBT.LAST_BAR;
  if (isQuarantined(flags) || !(close > 0 && close < Infinity)) {
    columns.doubt[slot] = doubtToday | DOUBT.LAST_BAR;
    if (isRegular) columns.dayClose[slot] = 0;
    return;
  }
  const isFirst = read(columns.last, slot) === 0;
  columns.last[slot] = close;
  columns.high[slot] = isFirst ? read(bars.high, i) : Math.max(read(columns.high, slot), read(bars.high, i));
  columns.low[slot] = isFirst ? read(bars.low, i) : Math.min(read(columns.low, slot), read(bars.low, i));
  if (!isRegular) return;
  columns.dayClose[slot] = close;
  if (read(columns.open, slot) === 0) columns.open[slot] = read(bars.open, i);
}

function hearState({ columns }: ScannerState, slot: number, { rows }: StateSlice, i: number): void {
  const row = i * STATE_WIDTH;
  const isDoubtful = (read(rows, row + AT.flags) & DOUBTFUL_STATE) !== 0;
  const variance = read(rows, row + AT.velocityVariance);
  const width = read(rows, row + AT.a975) - read(rows, row + AT.a025);
  columns.trend[slot] = isDoubtful || !(variance > 0) ? NaN : (read(rows, row + AT.velocity) * TREND_UNIT) / Math.sqrt(variance);
  columns.uncertainty[slot] = isDoubtful || !(width > 0) ? NaN : width / WIDTH_95;
}
