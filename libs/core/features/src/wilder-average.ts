/*
 * Wilder's smoothing, the running average behind average true range, RSI and ADX.
 *
 * Invariants
 * 1. `value` is NaN until `bars` inputs have been seen; then it is their mean, and from there on finite.
 * 2. `value` lies between the smallest and the largest input seen.
 */
import { read, readUint32 } from '@aitrader/model';
import { grownCounts, grownFloats, wholeLength } from './columns.ts';

/** Wilder's average of many symbols, one slot each. Plain data. */
export interface WilderAverage {
  /** smoothing length in bars */
  readonly bars: number;
  /** output: in the unit of the inputs, NaN until ready */
  value: Float64Array;
  /** sum of the inputs seen before the value is ready */
  seedSum: Float64Array;
  /** inputs seen, counted up to `bars` */
  seen: Uint32Array;
}

/** An average over `bars` inputs without slots; `name` is what an error calls it. @throws RangeError unless `bars` ≥ 1 is whole */
export function newWilderAverage(name: string, bars: number): WilderAverage {
  return {
    bars: wholeLength(name, bars),
    value: new Float64Array(0),
    seedSum: new Float64Array(0),
    seen: new Uint32Array(0),
  };
}

/** Makes room for `slots` slots; what the others hold stays. */
export function growWilderAverage(average: WilderAverage, slots: number): void {
  average.value = grownFloats(average.value, slots, NaN);
  average.seedSum = grownFloats(average.seedSum, slots, 0);
  average.seen = grownCounts(average.seen, slots);
}

/**
 * Folds one finite input into a slot. The first value is the mean of `bars` inputs, each later one is
 * (value × (bars − 1) + input) / bars: Wilder, "New Concepts in Technical Trading Systems" (1978), as TA-Lib reads it.
 * @throws RangeError when there is no such slot
 */
export function updateWilderAverage(average: WilderAverage, slot: number, input: number): void {
  const { bars } = average;
  const seen = readUint32(average.seen, slot);
  if (seen === bars) {
    average.value[slot] = (read(average.value, slot) * (bars - 1) + input) / bars;
    return;
  }
  const sum = read(average.seedSum, slot) + input;
  average.seedSum[slot] = sum;
  average.seen[slot] = seen + 1;
  if (seen + 1 === bars) average.value[slot] = sum / bars;
}
