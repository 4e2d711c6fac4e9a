/*
 * Half the spread of each symbol, by part of the day, as a run's own bars tell it (the EDGE estimator, see core-features).
 *
 * 1. An estimate rests on bars that were learned before it was asked for, and on those of its symbol and part of the day alone.
 * 2. It is never below the floor. Where bars do not tell enough, the configured figure stands in, and is said to.
 * 3. Sessions fade: each counts for 1 − 1/n of the one after it, so that n of them are remembered and the state does not grow with time.
 */
import {
  addSlot,
  findSlot,
  item,
  MINUTES_OF,
  newSymbolIndex,
  read,
  readInt32,
  readUint32,
  verdictOf,
  type BarSlice,
  type EpochMs,
  type SimulationConfig,
  type SpreadNote,
  type SymbolIndex,
  type Ticker,
  type Timeframe,
} from '@aitrader/model';
import {
  edgeSpreadOf,
  fadeEdgeSpread,
  growEdgeSpread,
  newEdgeSpread,
  updateEdgeSpread,
  type EdgeSpread,
} from '@aitrader/core-features';
import { pow } from '@aitrader/core-numeric';
import { momentAt, newCalendarCursor, type CalendarCursor } from '@aitrader/core-sessions';

/** Parts of the day that spreads are told apart by: regular hours, and all others. */
export const PARTS = 2;
/** Fewer pairs of neighbouring bars tell nothing that one could rest on. */
const PAIRS_MIN = 100;
const HALF_BP = 0.5 * 1e4;
/** Estimates are rounded up to so many of a basis point, so that what is said of one is what it was. */
const STEPS_PER_BP = 100;
const SLOTS_AT_FIRST = 16;
const NEVER = -1;
const MS_PER_MINUTE = 60_000;
/** Daily bars follow one another over a long weekend. */
const DAYS_APART_MS = 4 * 24 * 60 * MS_PER_MINUTE;

/** What bars have told so far; a symbol has one slot for each part of the day. Plain data, bounded by the symbols of the run. */
export interface SpreadBook {
  readonly index: SymbolIndex;
  readonly edge: EdgeSpread;
  readonly cursor: CalendarCursor;
  /** of each slot, when its last bar closed, and the session that it was in */
  lastT: Float64Array;
  lastSession: Int32Array;
}

export const newSpreadBook = (): SpreadBook => ({
  index: newSymbolIndex(),
  edge: newEdgeSpread(),
  cursor: newCalendarCursor(),
  lastT: new Float64Array(0),
  lastSession: new Int32Array(0),
});

export const partOf = (phase: string): number => (phase === 'RTH' ? 0 : 1);
const stepMs = (timeframe: Timeframe): number => (timeframe === '1d' ? DAYS_APART_MS : MINUTES_OF[timeframe] * MS_PER_MINUTE);

/** Learns from the good bars of interval `t`, one slice per shard. O(bars). @throws CalendarRangeError */
export function learnSpreads(
  book: SpreadBook,
  { spreadSessions }: SimulationConfig,
  t: EpochMs,
  bars: readonly BarSlice[],
): void {
  const { phase, sessionIndex } = momentAt(book.cursor, t);
  const part = partOf(phase);
  for (const slice of bars) {
    if (slice.t !== t) continue;
    const since = t - stepMs(slice.timeframe);
    let likely = 0;
    for (let row = 0; row < slice.count; row++) {
      const flags = readUint32(slice.flags, row);
      if (flags !== 0 && verdictOf(flags) !== 'good') continue;
      const found = slotFor(book, item(slice.symbols, row), likely);
      likely = found + 1;
      const slot = found * PARTS + part;
      const before = readInt32(book.lastSession, slot);
      if (before !== sessionIndex) {
        if (before !== NEVER) fadeEdgeSpread(book.edge, slot, keptAfter(spreadSessions, sessionIndex - before));
        book.lastSession[slot] = sessionIndex;
      }
      const [open, high] = [read(slice.open, row), read(slice.high, row)];
      updateEdgeSpread(
        book.edge,
        slot,
        read(book.lastT, slot) >= since,
        open,
        high,
        read(slice.low, row),
        read(slice.close, row),
      );
      book.lastT[slot] = t;
    }
  }
}

/** What of a session's weight is left so many sessions later. */
const keptAfter = (sessions: number, later: number): number => pow(1 - 1 / sessions, later);

function slotFor(book: SpreadBook, symbol: Ticker, likely: number): number {
  const found = findSlot(book.index, symbol, likely);
  if (found >= 0) return found;
  const slots = (book.index.symbols.length + 1) * PARTS;
  if (book.lastT.length < slots) makeRoom(book, Math.max(SLOTS_AT_FIRST, 2 * slots));
  return addSlot(book.index, symbol);
}

function makeRoom(book: SpreadBook, slots: number): void {
  growEdgeSpread(book.edge, slots);
  const { lastT, lastSession } = book;
  book.lastT = new Float64Array(slots).fill(-Infinity, lastT.length);
  book.lastT.set(lastT);
  book.lastSession = new Int32Array(slots).fill(NEVER, lastSession.length);
  book.lastSession.set(lastSession);
}

/** Half the spread that a market order pays in interval `t`, as a rule: the configured figure of the part of the day. */
export const configuredHalfSpread = (config: SimulationConfig, phase: string): number =>
  partOf(phase) === 0 ? config.halfSpreadBpRegular : config.halfSpreadBpExtended;

/** Half the spread of a symbol in interval `t`, told by the bars learned so far. @throws CalendarRangeError */
export function toldHalfSpread(book: SpreadBook, config: SimulationConfig, t: EpochMs, symbol: Ticker): SpreadNote {
  const { phase, sessionIndex } = momentAt(book.cursor, t);
  const found = findSlot(book.index, symbol, 0);
  const slot = found * PARTS + partOf(phase);
  const { spread, pairs } = found < 0 ? { spread: NaN, pairs: 0 } : edgeSpreadOf(book.edge, slot);
  const age = found < 0 ? 0 : sessionIndex - readInt32(book.lastSession, slot);
  const left = pairs === 0 ? 0 : Math.floor(pairs * keptAfter(config.spreadSessions, age));
  const told = left >= PAIRS_MIN && !Number.isNaN(spread);
  const halfSpreadBp = told ? roundedUp(spread * HALF_BP) : configuredHalfSpread(config, phase);
  return { halfSpreadBp: Math.max(halfSpreadBp, config.halfSpreadFloorBp), from: told ? 'bars' : 'configured', pairs: left };
}

const roundedUp = (bp: number): number => Math.ceil(bp * STEPS_PER_BP) / STEPS_PER_BP;
