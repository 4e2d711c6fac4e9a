/*
 * What it is expected to cost to enter a position at market and to leave it so, by the very figures that the simulated broker charges.
 *
 * 1. Where spreads and volumes stay what they were, it is what the simulated broker takes, to the rounding of prices.
 * 2. It rests on bars that were learned before it was asked for. What no bar told of is NaN, where it is asked for.
 * 3. More of anything that is charged never makes it less.
 */
import {
  addSlot,
  findSlot,
  isQuarantined,
  item,
  newSymbolIndex,
  notional,
  quantityFromShares,
  read,
  readUint32,
  type BarSlice,
  type Direction,
  type EpochMs,
  type Price,
  type SimulationConfig,
  type SymbolIndex,
  type Ticker,
} from '@aitrader/model';
import { newCalendarCursor, phaseAt, tradeDateAt, type CalendarCursor, momentAt } from '@aitrader/core-sessions';
import { borrowFee } from './borrow.ts';
import { BASIS_POINTS, feeOf } from './fill-model.ts';
import {
  configuredHalfSpread,
  learnSpreads,
  newSpreadBook,
  partOf,
  PARTS,
  toldHalfSpread,
  type SpreadBook,
} from './spread-book.ts';

/** Bars that a mean of volume reaches back, of those that traded: about three hours of a stock that always does. */
const VOLUME_BARS = 200;
const SLOTS_AT_FIRST = 16;
const ONE_SHARE = quantityFromShares(1);

/** What bars have told of costs; a symbol has one slot for each part of the day. Plain data, bounded by the symbols of the run. */
export interface CostBook {
  /** undefined where spreads are fixed */
  readonly spreads: SpreadBook | undefined;
  readonly cursor: CalendarCursor;
  readonly index: SymbolIndex;
  /** bars that traded, up to `VOLUME_BARS` */
  bars: Float64Array;
  /** mean of 1 / √volume over them: an impact grows with the root of the share of a bar, whose volume is not known before */
  rootInverseVolume: Float64Array;
}

export const newCostBook = ({ spread }: SimulationConfig): CostBook => ({
  spreads: spread === 'estimated' ? newSpreadBook() : undefined,
  cursor: newCalendarCursor(),
  index: newSymbolIndex(),
  bars: new Float64Array(SLOTS_AT_FIRST),
  rootInverseVolume: new Float64Array(SLOTS_AT_FIRST),
});

/** Goes on with what bars have told a run that has ended, where there is any, by the costs of a fresh book. */
export const goOnWithCosts = (fresh: CostBook, ended: CostBook | undefined): CostBook => ({
  ...fresh,
  ...ended,
  spreads: fresh.spreads === undefined ? undefined : (ended?.spreads ?? fresh.spreads),
});

/** Learns from the bars of interval `t`, one slice per shard. O(bars), and nothing where nothing has to be learned. @throws CalendarRangeError */
export function learnCosts(book: CostBook, config: SimulationConfig, t: EpochMs, bars: readonly BarSlice[]): void {
  if (book.spreads !== undefined) learnSpreads(book.spreads, config, t, bars);
  if (!(config.impactBp > 0)) return;
  const part = partOf(momentAt(book.cursor, t).phase);
  for (const slice of bars) {
    if (slice.t !== t) continue;
    let likely = 0;
    for (let row = 0; row < slice.count; row++) {
      const found = slotFor(book, item(slice.symbols, row), likely);
      likely = found + 1;
      const volume = read(slice.volume, row);
      if (volume > 0 && volume < Infinity && !isQuarantined(readUint32(slice.flags, row)))
        learnVolume(book, found * PARTS + part, volume);
    }
  }
}

function learnVolume(book: CostBook, slot: number, volume: number): void {
  const bars = Math.min(read(book.bars, slot) + 1, VOLUME_BARS);
  book.bars[slot] = bars;
  const mean = read(book.rootInverseVolume, slot);
  book.rootInverseVolume[slot] = mean + (1 / Math.sqrt(volume) - mean) / bars;
}

function slotFor(book: CostBook, symbol: Ticker, likely: number): number {
  const found = findSlot(book.index, symbol, likely);
  if (found >= 0) return found;
  const slots = (book.index.symbols.length + 1) * PARTS;
  if (book.bars.length < slots) {
    book.bars = grown(book.bars, 2 * slots);
    book.rootInverseVolume = grown(book.rootInverseVolume, 2 * slots);
  }
  return addSlot(book.index, symbol);
}

function grown(column: Float64Array, slots: number): Float64Array {
  const more = new Float64Array(slots);
  more.set(column);
  return more;
}

/** Half the spread that a market order in a symbol pays in interval `t`, basis points: told by bars where they are asked, else configured. */
export function halfSpreadBpOf(spreads: SpreadBook | undefined, config: SimulationConfig, t: EpochMs, symbol: Ticker): number {
  return spreads === undefined
    ? configuredHalfSpread(config, phaseAt(t))
    : toldHalfSpread(spreads, config, t, symbol).halfSpreadBp;
}

/** A position to be entered at market and left at market, at the latest at `exitAt`. */
export interface Venture {
  readonly symbol: Ticker;
  readonly direction: Direction;
  readonly reference: Price;
  readonly exitAt: EpochMs;
}

/** What both legs of a venture take of its value: `linear` whatever its size, and `perRootShare` times the root of its shares. */
export interface RoundTrip {
  readonly linear: number;
  readonly perRootShare: number;
}

/**
 * Both legs of a venture that is entered after interval `t`, as shares of its value: twice half the spread, slippage and impact, the fees
 * of both sides, and what the loan of the shares costs where it is short over a change of the date. The way out is reckoned to cost what the
 * way in does, an order that takes several bars what it would take of one, and a target what a stop does: each never less than it
 * comes to. NaN where the volume is not known, or the price is none. @throws CalendarRangeError where fees go by the date
 */
export function roundTripOf(book: CostBook, config: SimulationConfig, t: EpochMs, venture: Venture): RoundTrip {
  const { symbol, direction, reference, exitAt } = venture;
  const [side, back] = direction === 1 ? (['buy', 'sell'] as const) : (['sell', 'buy'] as const);
  const spreadBp = halfSpreadBpOf(book.spreads, config, t, symbol) + config.slippageBp;
  const fees = feeOf(side, ONE_SHARE, reference, t, config) + feeOf(back, ONE_SHARE, reference, exitAt, config);
  const dues = fees + (direction === 1 ? 0 : loanOf(config, t, venture));
  return {
    linear: (2 * spreadBp) / BASIS_POINTS + dues / notional(reference, ONE_SHARE),
    perRootShare: (2 * impactBpPerRootShare(book, config, t, symbol)) / BASIS_POINTS,
  };
}

function loanOf({ borrowRatePerYear }: SimulationConfig, t: EpochMs, { reference, exitAt }: Venture): number {
  if (!(borrowRatePerYear > 0)) return 0;
  return borrowFee(tradeDateAt(t), tradeDateAt(exitAt), ONE_SHARE, reference, borrowRatePerYear);
}

function impactBpPerRootShare(book: CostBook, { impactBp }: SimulationConfig, t: EpochMs, symbol: Ticker): number {
  if (!(impactBp > 0)) return 0;
  const found = findSlot(book.index, symbol, 0);
  const slot = found * PARTS + partOf(momentAt(book.cursor, t).phase);
  return found < 0 || read(book.bars, slot) === 0 ? NaN : impactBp * read(book.rootInverseVolume, slot);
}
