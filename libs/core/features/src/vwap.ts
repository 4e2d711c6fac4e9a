/*
 * Volume-weighted average price since an anchor, such as the beginning of the session.
 *
 * Invariants
 * 1. `value` is the mean of the typical prices since the bar whose anchor differed from the one before it, weighted by volume; NaN
 *    while there has been no volume.
 * 2. It lies between the lowest low and the highest high of these bars, but for rounding.
 * 3. A slot's value depends on the bars of that slot only.
 */
import { read } from '@aitrader/model';
import { grownFloats } from './columns.ts';

/** Anchored VWAPs of many symbols, one slot each. Plain data. */
export interface Vwap {
  /** output: dollars, NaN until there is volume */
  value: Float64Array;
  /** the anchor that the slot is at, epoch ms; NaN for none */
  anchorAt: Float64Array;
  /** sum of price times volume since the anchor, dollars */
  turnover: Float64Array;
  /** shares since the anchor */
  volume: Float64Array;
}

/** A VWAP without slots. */
export function newVwap(): Vwap {
  const none = new Float64Array(0);
  return { value: none, anchorAt: none, turnover: none, volume: none };
}

/** Makes room for `slots` slots; what the others hold stays. */
export function growVwap(vwap: Vwap, slots: number): void {
  vwap.value = grownFloats(vwap.value, slots, NaN);
  vwap.anchorAt = grownFloats(vwap.anchorAt, slots, NaN);
  vwap.turnover = grownFloats(vwap.turnover, slots, 0);
  vwap.volume = grownFloats(vwap.volume, slots, 0);
}

/**
 * Folds one bar (finite dollars, shares of at least 0) into a slot. `anchorAt` (epoch ms) says what the bar counts towards: the
 * open, or the beginning of pre-market, of the bar's session, as `core-sessions` has them. A bar with another anchor than the last
 * one starts from nothing, and one with NaN belongs nowhere. Source: Berkowitz, Logue and Noser, "The Total Cost of Transactions
 * on the NYSE" (1988). @throws RangeError when there is no such slot
 */
export function updateVwap(
  vwap: Vwap,
  slot: number,
  anchorAt: number,
  high: number,
  low: number,
  close: number,
  volume: number,
): void {
  const goesOn = read(vwap.anchorAt, slot) === anchorAt;
  const counted = Number.isNaN(anchorAt) ? 0 : volume;
  const turnover = (goesOn ? read(vwap.turnover, slot) : 0) + typicalPrice(high, low, close) * counted;
  const total = (goesOn ? read(vwap.volume, slot) : 0) + counted;
  vwap.anchorAt[slot] = anchorAt;
  vwap.turnover[slot] = turnover;
  vwap.volume[slot] = total;
  vwap.value[slot] = total > 0 ? turnover / total : NaN;
}

/** The price that stands for a bar where there is only one: the mean of its high, low and close. */
export const typicalPrice = (high: number, low: number, close: number): number => (high + low + close) / 3;
