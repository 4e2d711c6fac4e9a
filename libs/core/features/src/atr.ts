/*
 * Average true range.
 *
 * Invariants
 * 1. `value` is NaN until `bars` true ranges have been seen, which is at bar `bars` counted from 0, or one bar earlier when the
 *    first bar's range counts; from then on it is finite.
 * 2. `value` lies between the smallest and the largest true range seen.
 * 3. A slot's value depends on the bars of that slot only.
 */
import { read } from '@aitrader/model';
import { grownFloats } from './columns.ts';
import { growWilderAverage, newWilderAverage, updateWilderAverage, type WilderAverage } from './wilder-average.ts';

/** Whether the range of a slot's first bar, which has no close before it, is a true range: it is to StockCharts. */
export type FirstBar = 'skipped' | 'counted';

/** Wilder's average true range of many symbols, one slot each: `value` in dollars, NaN until ready. Plain data. */
export interface Atr extends WilderAverage {
  readonly firstBar: FirstBar;
  /** dollars, NaN before the first bar */
  previousClose: Float64Array;
}

/** An ATR over `bars` bars without slots. @throws RangeError unless `bars` is a whole number of at least 1 */
export function newAtr(bars: number, firstBar: FirstBar = 'skipped'): Atr {
  return { ...newWilderAverage('ATR bars', bars), firstBar, previousClose: new Float64Array(0) };
}

/** Makes room for `slots` slots; what the others hold stays. */
export function growAtr(atr: Atr, slots: number): void {
  growWilderAverage(atr, slots);
  atr.previousClose = grownFloats(atr.previousClose, slots, NaN);
}

/**
 * Folds one bar (finite dollars) into a slot. TA-Lib, TTR and Skender take true ranges from the second bar on, which is the
 * default; the StockCharts sheet takes the first bar's high less low for one.
 * @throws RangeError when there is no such slot
 */
export function updateAtr(atr: Atr, slot: number, high: number, low: number, close: number): void {
  const previous = read(atr.previousClose, slot);
  atr.previousClose[slot] = close;
  if (!Number.isNaN(previous)) updateWilderAverage(atr, slot, trueRange(high, low, previous));
  else if (atr.firstBar === 'counted') updateWilderAverage(atr, slot, high - low);
}

/** The bar's range, widened to the close before it. */
export const trueRange = (high: number, low: number, previousClose: number): number =>
  Math.max(high - low, Math.abs(high - previousClose), Math.abs(low - previousClose));

/** Reads what a slot holds as prices of after a corporate action: (price − less) × times, in dollars; ranges are multiplied alone. */
export function restateAtr(atr: Atr, slot: number, less: number, times: number): void {
  atr.previousClose[slot] = (read(atr.previousClose, slot) - less) * times;
  atr.value[slot] = read(atr.value, slot) * times;
  atr.seedSum[slot] = read(atr.seedSum, slot) * times;
}

/** Lets a slot be as before its first bar. */
export function clearAtr(atr: Atr, slot: number): void {
  atr.previousClose[slot] = NaN;
  atr.value[slot] = NaN;
  atr.seedSum[slot] = 0;
  atr.seen[slot] = 0;
}
