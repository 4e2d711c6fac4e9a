/*
 * Simple moving average.
 *
 * Invariants
 * 1. `value` is NaN until `bars` inputs have been seen, then the mean of the last `bars` of them, to the last few bits and without
 *    drift.
 * 2. A slot's value depends on the inputs of that slot only.
 */
import { read, readUint32 } from '@aitrader/model';
import { grownCounts, grownFloats, wholeLength } from './columns.ts';
import { growWindowSum, newWindowSum, updateWindowSum, type WindowSum } from './window-sum.ts';

/** Simple moving averages of many symbols, one slot each. Plain data. */
export interface Sma {
  /** length in bars */
  readonly bars: number;
  /** output: in the unit of the inputs, NaN until ready */
  value: Float64Array;
  /** inputs seen, counted up to `bars` */
  seen: Uint32Array;
  readonly window: WindowSum;
}

/** An SMA over `bars` bars without slots. @throws RangeError unless `bars` is a whole number of at least 1 */
export function newSma(bars: number): Sma {
  return {
    bars: wholeLength('SMA bars', bars),
    value: new Float64Array(0),
    seen: new Uint32Array(0),
    window: newWindowSum(bars),
  };
}

/** Makes room for `slots` slots; what the others hold stays. */
export function growSma(sma: Sma, slots: number): void {
  sma.value = grownFloats(sma.value, slots, NaN);
  sma.seen = grownCounts(sma.seen, slots);
  growWindowSum(sma.window, slots);
}

/** Folds one finite input into a slot. @throws RangeError when there is no such slot */
export function updateSma(sma: Sma, slot: number, input: number): void {
  updateWindowSum(sma.window, slot, input);
  const seen = Math.min(readUint32(sma.seen, slot) + 1, sma.bars);
  sma.seen[slot] = seen;
  if (seen === sma.bars) sma.value[slot] = read(sma.window.sum, slot) / sma.bars;
}
