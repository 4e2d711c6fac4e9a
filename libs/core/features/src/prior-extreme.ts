/*
 * The largest (or smallest) of the `bars` values before the current one, by a monotonic deque in a ring buffer: every value enters
 * once and leaves once, so that a bar costs O(1) amortised however long the window is. Source: Lemire, "Streaming maximum-minimum
 * filter using no more than three comparisons per element" (2006).
 *
 * Invariants
 * 1. From front to back each value in the deque is less extreme than the one before it and came later; the deque holds at most
 *    `bars` values, and the latest one is always its back.
 * 2. Its front is the extreme of the last `bars` values.
 */
import { read, readUint32 } from '@aitrader/model';
import { grownCounts, grownFloats } from './columns.ts';

/** Sliding extremes of many symbols, one slot each. Plain data; each slot owns `places` places of the two rings. */
export interface PriorExtreme {
  readonly bars: number;
  /** 1 for the largest value, −1 for the smallest */
  readonly sign: 1 | -1;
  /** the least power of two that holds `bars` values, so that a mask finds a place */
  readonly places: number;
  /** the values in the deque */
  values: Float64Array;
  /** for each value, how many came before it in its slot */
  numbers: Uint32Array;
  /** the deque is what lies in [front, back), modulo `places`; neither ever exceeds the number of values taken in */
  front: Uint32Array;
  back: Uint32Array;
}

export function newPriorExtreme(bars: number, sign: 1 | -1): PriorExtreme {
  let places = 1;
  while (places < bars) places *= 2;
  const none = new Uint32Array(0);
  return { bars, sign, places, values: new Float64Array(0), numbers: none, front: none, back: none };
}

/** Makes room for `slots` slots; what the others hold stays. */
export function growPriorExtreme(extreme: PriorExtreme, slots: number): void {
  extreme.values = grownFloats(extreme.values, slots * extreme.places, 0);
  extreme.numbers = grownCounts(extreme.numbers, slots * extreme.places);
  extreme.front = grownCounts(extreme.front, slots);
  extreme.back = grownCounts(extreme.back, slots);
}

/**
 * Writes the extreme of the `bars` values before this one to `prior`, unless there are fewer, then takes the value in. `number`
 * is how many values the slot has taken in before. @throws RangeError when there is no such slot
 */
export function updatePriorExtreme(
  extreme: PriorExtreme,
  slot: number,
  number: number,
  value: number,
  prior: Float64Array,
): void {
  const { bars, sign, values, numbers } = extreme;
  const mask = extreme.places - 1;
  const base = slot * extreme.places;
  let front = readUint32(extreme.front, slot);
  let back = readUint32(extreme.back, slot);
  if (number >= bars) {
    const first = base + (front & mask);
    prior[slot] = read(values, first);
    // numbers are consecutive, so that one value at most grows too old per bar
    if (readUint32(numbers, first) + bars <= number) front++;
  }
  while (back > front && (read(values, base + ((back - 1) & mask)) - value) * sign <= 0) back--;
  values[base + (back & mask)] = value;
  numbers[base + (back & mask)] = number;
  extreme.front[slot] = front;
  extreme.back[slot] = back + 1;
}

/** The extreme of the last `bars` values, or of as many as there have been: at least one. @throws RangeError when there is no such slot */
export function latestExtreme(extreme: PriorExtreme, slot: number): number {
  return read(extreme.values, slot * extreme.places + (readUint32(extreme.front, slot) & (extreme.places - 1)));
}

/** Reads the values of a slot as prices of after a corporate action: (price − less) × times, with `times` above 0. */
export function restatePriorExtreme({ values, places }: PriorExtreme, slot: number, less: number, times: number): void {
  for (let at = slot * places; at < (slot + 1) * places; at++) values[at] = (read(values, at) - less) * times;
}

/** Lets a slot be as before its first value. */
export function clearPriorExtreme(extreme: PriorExtreme, slot: number): void {
  extreme.front[slot] = 0;
  extreme.back[slot] = 0;
}
