/*
 * Relative strength index.
 *
 * Invariants
 * 1. `value` is NaN until `bars` changes have been seen, which is at bar `bars` counted from 0; from then on it is in 0 … 100.
 * 2. It is 100 when the average loss alone is 0, 0 when the average gain alone is, and 50 when nothing moved at all: neither
 *    side is the stronger. (TA-Lib says 0 there, as of the strongest fall.)
 * 3. A slot's value depends on the closes of that slot only.
 */
import { read } from '@aitrader/model';
import { grownFloats } from './columns.ts';
import { growWilderAverage, newWilderAverage, updateWilderAverage, type WilderAverage } from './wilder-average.ts';

/** Wilder's relative strength index of many symbols, one slot each. Plain data. */
export interface Rsi {
  /** output: 0 … 100, NaN until ready */
  value: Float64Array;
  /** averages of the rises and of the falls, the latter positive, in dollars per bar */
  readonly gain: WilderAverage;
  readonly loss: WilderAverage;
  /** dollars, NaN before the first bar */
  previousClose: Float64Array;
}

/** An RSI over `bars` changes without slots. @throws RangeError unless `bars` is a whole number of at least 1 */
export function newRsi(bars: number): Rsi {
  return {
    value: new Float64Array(0),
    gain: newWilderAverage('RSI bars', bars),
    loss: newWilderAverage('RSI bars', bars),
    previousClose: new Float64Array(0),
  };
}

/** Makes room for `slots` slots; what the others hold stays. */
export function growRsi(rsi: Rsi, slots: number): void {
  rsi.value = grownFloats(rsi.value, slots, NaN);
  growWilderAverage(rsi.gain, slots);
  growWilderAverage(rsi.loss, slots);
  rsi.previousClose = grownFloats(rsi.previousClose, slots, NaN);
}

/**
 * Folds one close (finite dollars) into a slot: 100 − 100 / (1 + average gain / average loss), both averages Wilder's; 50 where both
 * are 0. Source: Wilder, "New Concepts in Technical Trading Systems" (1978). @throws RangeError when there is no such slot
 */
export function updateRsi(rsi: Rsi, slot: number, close: number): void {
  const previous = read(rsi.previousClose, slot);
  rsi.previousClose[slot] = close;
  if (Number.isNaN(previous)) return;
  const change = close - previous;
  updateWilderAverage(rsi.gain, slot, change > 0 ? change : 0);
  updateWilderAverage(rsi.loss, slot, change < 0 ? -change : 0);
  rsi.value[slot] = strengthOf(read(rsi.gain.value, slot), read(rsi.loss.value, slot));
}

/** What a price has that did not move, as one has whose rises and falls are equal. */
const UNMOVED = 50;

function strengthOf(gain: number, loss: number): number {
  if (loss === 0) return gain === 0 ? UNMOVED : 100;
  return 100 - 100 / (1 + gain / loss);
}
