/*
 * Average true range.
 *
 * Invariants
 * 1. `value` is NaN until `bars` true ranges have been seen, which is at bar `bars` counted from 0; from then on it is finite.
 * 2. `value` lies between the smallest and the largest true range seen.
 * 3. A slot's value depends on the bars of that slot only.
 */
import { read, readUint32 } from '@aitrader/model';
import { grownCounts, grownFloats, wholeLength } from './columns.ts';

/** Wilder's average true range of many symbols, one slot each. Plain data. */
export interface Atr {
  /** smoothing length in bars */
  readonly bars: number;
  /** output: dollars, NaN until ready */
  value: Float64Array;
  /** dollars, NaN before the first bar */
  previousClose: Float64Array;
  /** sum of the true ranges seen before the value is ready, dollars */
  seedSum: Float64Array;
  /** true ranges seen, counted up to `bars` */
  ranges: Uint32Array;
}

/** An ATR over `bars` bars without slots. @throws RangeError unless `bars` is a whole number of at least 1 */
export function newAtr(bars: number): Atr {
  return {
    bars: wholeLength('ATR bars', bars),
    value: new Float64Array(0),
    previousClose: new Float64Array(0),
    seedSum: new Float64Array(0),
    ranges: new Uint32Array(0),
  };
}

/** Makes room for `slots` slots; what the others hold stays. */
export function growAtr(atr: Atr, slots: number): void {
  atr.value = grownFloats(atr.value, slots, NaN);
  atr.previousClose = grownFloats(atr.previousClose, slots, NaN);
  atr.seedSum = grownFloats(atr.seedSum, slots, 0);
  atr.ranges = grownCounts(atr.ranges, slots);
}

/**
 * Folds one bar (finite dollars) into a slot.
 *
 * The true range starts at the second bar, the first value is the mean of `bars` of them, and each later one is
 * (value × (bars − 1) + true range) / bars: TA-Lib's reading of Wilder, "New Concepts in Technical Trading Systems" (1978).
 * @throws RangeError when there is no such slot
 */
export function updateAtr(atr: Atr, slot: number, high: number, low: number, close: number): void {
  const previous = read(atr.previousClose, slot);
  atr.previousClose[slot] = close;
  if (Number.isNaN(previous)) return;
  const range = Math.max(high - low, Math.abs(high - previous), Math.abs(low - previous));
  const ranges = readUint32(atr.ranges, slot);
  if (ranges === atr.bars) {
    atr.value[slot] = (read(atr.value, slot) * (atr.bars - 1) + range) / atr.bars;
    return;
  }
  const sum = read(atr.seedSum, slot) + range;
  atr.seedSum[slot] = sum;
  atr.ranges[slot] = ranges + 1;
  if (ranges + 1 === atr.bars) atr.value[slot] = sum / atr.bars;
}
