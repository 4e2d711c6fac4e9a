/**
 * The tape: the last close of each symbol that can be believed.
 *
 * 1. A close is believed at once unless its bar is quarantined; then only when it stands by the last believed close, or by the
 *    close just before it. So a lone misprint never moves a mark, and a real crash gets in with the bar that confirms it.
 * 2. What is not known reads as NaN, which no gate lets through.
 * 3. A symbol's entry depends on its own bars alone.
 */
import {
  PPM,
  PRICE_UNITS_PER_DOLLAR,
  addSlot,
  findSlot,
  isQuarantined,
  item,
  newSymbolIndex,
  priceFromDollars,
  read,
  readUint32,
  type BarSlice,
  type CorporateAction,
  type EpochMs,
  type SymbolIndex,
  type Ticker,
} from '@aitrader/model';
import { mappedPrice, priceMapOf, symbolsOf } from '@aitrader/core-market';
import { markToMarket, type Ledger } from '@aitrader/core-portfolio';
import { newShortSaleWatch, watchRegularBar, type ShortSaleWatch } from '@aitrader/core-regulation';

/** Columns indexed by slot; a symbol keeps the slot it got with its first bar. */
export interface Tape {
  readonly index: SymbolIndex;
  /** close time of the last believed bar, epoch ms; 0 before it */
  closedAt: Float64Array;
  /** its close, dollars; 0 before it */
  close: Float64Array;
  /** close of the believed bar before that one, dollars; 0 when there was none */
  before: Float64Array;
  /** close of the symbol's latest bar when that was not believed, dollars; 0 otherwise */
  suspect: Float64Array;
  /** what is known of each for Rule 201 */
  readonly shorts: ShortSaleWatch[];
}

/** How far apart two closes may be and still stand by one another: misprints are farther off, a minute of panic seldom is. */
export const CORROBORATION_FRACTION = 0.05;

const SLOTS_AT_FIRST = 64;
const MS_PER_MINUTE = 60_000;

/** A tape that has heard nothing. */
export const newTape = (): Tape => ({
  index: newSymbolIndex(),
  closedAt: new Float64Array(SLOTS_AT_FIRST),
  close: new Float64Array(SLOTS_AT_FIRST),
  before: new Float64Array(SLOTS_AT_FIRST),
  suspect: new Float64Array(SLOTS_AT_FIRST),
  shorts: [],
});

/**
 * Takes in one shard's bars of one interval; `regular` is the session whose regular hours they are of, −1 outside them. O(bars), and free of
 * allocation once every symbol has its slot.
 */
export function hearBars(tape: Tape, bars: BarSlice, regular: number): void {
  let slot = -1;
  for (let i = 0; i < bars.count; i++) {
    const close = read(bars.close, i);
    slot = slotOf(tape, item(bars.symbols, i), slot + 1);
    const believed = isQuarantined(readUint32(bars.flags, i)) ? corroborated(tape, slot, close) : close > 0 && close < Infinity;
    if (believed) {
      tape.closedAt[slot] = bars.t;
      tape.before[slot] = read(tape.close, slot);
      tape.close[slot] = close;
      if (regular >= 0) watchRegularBar(item(tape.shorts, slot), regular, read(bars.low, i), close);
    }
    tape.suspect[slot] = believed ? 0 : close;
  }
}

/** Reads the closes of before a corporate action as they would be after it; where nothing can be said of them, they are forgotten. */
export function restateTape(tape: Tape, action: CorporateAction): void {
  const map = priceMapOf(action);
  for (const symbol of symbolsOf(action)) {
    const slot = tape.index.slots.get(symbol);
    if (slot === undefined) continue;
    tape.close[slot] = map === 'anew' ? 0 : (mappedPrice(read(tape.close, slot), map) ?? 0);
    tape.before[slot] = map === 'anew' ? 0 : (mappedPrice(read(tape.before, slot), map) ?? 0);
    tape.suspect[slot] = map === 'anew' ? 0 : (mappedPrice(read(tape.suspect, slot), map) ?? 0);
    tape.shorts[slot] = restated(item(tape.shorts, slot), map);
  }
}

/** What is known of a symbol for Rule 201; undefined of one that was never heard of. */
export function shortSaleWatchOf(tape: Tape, symbol: Ticker): ShortSaleWatch | undefined {
  const slot = tape.index.slots.get(symbol);
  return slot === undefined ? undefined : tape.shorts[slot];
}

/** Values every position that has a believed close at `t`; the other ones keep the mark they have. O(positions). */
export function markPositions(ledger: Ledger, tape: Tape, t: EpochMs): void {
  for (const symbol of ledger.positions.keys()) {
    const slot = tape.index.slots.get(symbol);
    if (slot !== undefined && read(tape.closedAt, slot) === t)
      markToMarket(ledger, symbol, priceFromDollars(read(tape.close, slot)));
  }
}

/** The last believed close, in units of 1e-4 dollar; NaN when there is none. */
export function lastClose(tape: Tape, symbol: Ticker): number {
  const slot = tape.index.slots.get(symbol);
  return slot === undefined || read(tape.close, slot) === 0 ? NaN : Math.round(read(tape.close, slot) * PRICE_UNITS_PER_DOLLAR);
}

/** What the last believed close is off the one before, 1e-6 of that one; NaN unless there are two. */
export function lastMovePpm(tape: Tape, symbol: Ticker): number {
  const slot = tape.index.slots.get(symbol);
  if (slot === undefined) return NaN;
  const [before, close] = [unitsOf(read(tape.before, slot)), unitsOf(read(tape.close, slot))];
  return before > 0 && close > 0 ? Math.ceil((Math.abs(close - before) * PPM) / before) : NaN;
}

const unitsOf = (dollars: number): number => Math.round(dollars * PRICE_UNITS_PER_DOLLAR);

/** Whether the latest bar of a symbol is not believed. */
export function isLastSuspect(tape: Tape, symbol: Ticker): boolean {
  const slot = tape.index.slots.get(symbol);
  return slot !== undefined && read(tape.suspect, slot) !== 0;
}

/** When the last believed bar of a symbol closed, epoch ms; NaN when there is none. */
export function closedAt(tape: Tape, symbol: Ticker): number {
  const slot = tape.index.slots.get(symbol);
  return slot === undefined || read(tape.close, slot) === 0 ? NaN : read(tape.closedAt, slot);
}

/** Minutes from the last believed close to `t`, begun ones counted whole; NaN when there is none. */
export function minutesSinceClose(tape: Tape, symbol: Ticker, t: EpochMs): number {
  return Math.ceil((t - closedAt(tape, symbol)) / MS_PER_MINUTE);
}

/** Prices that cannot be read as they would be now leave nothing known. */
function restated(watch: ShortSaleWatch, map: ReturnType<typeof priceMapOf>): ShortSaleWatch {
  const { close, closeBefore } = watch;
  if (map === 'anew') return newShortSaleWatch();
  return { ...watch, close: mappedPrice(close, map) ?? 0, closeBefore: mappedPrice(closeBefore, map) ?? 0 };
}

const corroborated = (tape: Tape, slot: number, close: number): boolean =>
  standsBy(close, read(tape.close, slot)) || standsBy(close, read(tape.suspect, slot));

/** Never true of a close that is missing: nothing stands by 0, NaN or infinity. */
const standsBy = (close: number, other: number): boolean =>
  Math.abs(close - other) <= CORROBORATION_FRACTION * other && close > 0;

function slotOf(tape: Tape, symbol: Ticker, likely: number): number {
  const known = findSlot(tape.index, symbol, likely);
  return known < 0 ? newSlot(tape, symbol) : known;
}

function newSlot(tape: Tape, symbol: Ticker): number {
  const slot = addSlot(tape.index, symbol);
  tape.shorts.push(newShortSaleWatch());
  if (slot === tape.close.length) {
    tape.closedAt = doubled(tape.closedAt);
    tape.close = doubled(tape.close);
    tape.before = doubled(tape.before);
    tape.suspect = doubled(tape.suspect);
  }
  return slot;
}

function doubled(column: Float64Array): Float64Array {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}
