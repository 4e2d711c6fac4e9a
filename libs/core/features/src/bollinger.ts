/*
 * Bollinger bands.
 *
 * Invariants
 * 1. `upper` and `lower` lie `multiple` population standard deviations of the last `bars` closes above and below their mean; all
 *    three are NaN until there are so many closes.
 * 2. lower ≤ middle ≤ upper, and all are one when the closes are.
 * 3. A slot's bands depend on the closes of that slot only.
 */
import { read } from '@aitrader/model';
import { grownFloats, positive } from './columns.ts';
import { growRollingDeviation, newRollingDeviation, type RollingDeviation, updateRollingDeviation } from './rolling-deviation.ts';

/** Bollinger bands of many symbols, one slot each. Plain data. */
export interface Bollinger {
  /** half the bands' distance in standard deviations */
  readonly multiple: number;
  /** output: dollars, NaN until ready */
  middle: Float64Array;
  /** output: dollars, NaN until ready */
  upper: Float64Array;
  /** output: dollars, NaN until ready */
  lower: Float64Array;
  readonly closes: RollingDeviation;
}

/**
 * Bands over `bars` bars without slots; Bollinger's own are 20 bars and 2 deviations.
 * @throws RangeError unless `bars` is a whole number of at least 1 and `multiple` is positive and finite
 */
export function newBollinger(bars: number, multiple: number): Bollinger {
  return {
    multiple: positive('Bollinger multiple', multiple),
    middle: new Float64Array(0),
    upper: new Float64Array(0),
    lower: new Float64Array(0),
    closes: newRollingDeviation(bars),
  };
}

/** Makes room for `slots` slots; what the others hold stays. */
export function growBollinger(bands: Bollinger, slots: number): void {
  bands.middle = grownFloats(bands.middle, slots, NaN);
  bands.upper = grownFloats(bands.upper, slots, NaN);
  bands.lower = grownFloats(bands.lower, slots, NaN);
  growRollingDeviation(bands.closes, slots);
}

/**
 * Folds one close (finite dollars) into a slot. Source: Bollinger, "Bollinger on Bollinger Bands" (2001).
 * @throws RangeError when there is no such slot
 */
export function updateBollinger(bands: Bollinger, slot: number, close: number): void {
  updateRollingDeviation(bands.closes, slot, close);
  const middle = read(bands.closes.mean, slot);
  const half = bands.multiple * read(bands.closes.deviation, slot);
  bands.middle[slot] = middle;
  bands.upper[slot] = middle + half;
  bands.lower[slot] = middle - half;
}
