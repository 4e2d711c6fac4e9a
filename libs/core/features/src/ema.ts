/*
 * Exponential moving average.
 *
 * Invariants
 * 1. With the seed 'mean', `value` is NaN until `bars` inputs have been seen, and then their mean; with 'first' it is the first
 *    input at once. From there on it is finite.
 * 2. `value` lies between the smallest and the largest input seen.
 * 3. A slot's value depends on the inputs of that slot only.
 */
import { read, readUint32 } from '@aitrader/model';
import { grownCounts, grownFloats, wholeLength } from './columns.ts';

/** What an average starts from: the mean of its first `bars` inputs (TA-Lib, TTR, Skender), or its first one (StockCharts' MACD). */
export type EmaSeed = 'mean' | 'first';

/** Exponential moving averages of many symbols, one slot each. Plain data. */
export interface Ema {
  /** span in bars: an input's weight falls by the factor 1 − 2 / (bars + 1) per bar */
  readonly bars: number;
  readonly seed: EmaSeed;
  /** output: in the unit of the inputs, NaN until ready */
  value: Float64Array;
  /** sum of the inputs seen before the value is ready */
  seedSum: Float64Array;
  /** inputs seen, counted up to the number that the seed takes */
  seen: Uint32Array;
}

/** An EMA with a span of `bars` bars and without slots. @throws RangeError unless `bars` is a whole number of at least 1 */
export function newEma(bars: number, seed: EmaSeed = 'mean'): Ema {
  return {
    bars: wholeLength('EMA bars', bars),
    seed,
    value: new Float64Array(0),
    seedSum: new Float64Array(0),
    seen: new Uint32Array(0),
  };
}

/** Makes room for `slots` slots; what the others hold stays. */
export function growEma(ema: Ema, slots: number): void {
  ema.value = grownFloats(ema.value, slots, NaN);
  ema.seedSum = grownFloats(ema.seedSum, slots, 0);
  ema.seen = grownCounts(ema.seen, slots);
}

/**
 * Folds one finite input into a slot: value + 2 / (bars + 1) × (input − value). Source: Appel, "Technical Analysis: Power Tools for
 * Active Investors" (2005). @throws RangeError when there is no such slot
 */
export function updateEma(ema: Ema, slot: number, input: number): void {
  const { bars } = ema;
  const needed = ema.seed === 'mean' ? bars : 1;
  const seen = readUint32(ema.seen, slot);
  if (seen === needed) {
    const value = read(ema.value, slot);
    ema.value[slot] = value + (2 / (bars + 1)) * (input - value);
    return;
  }
  const sum = read(ema.seedSum, slot) + input;
  ema.seedSum[slot] = sum;
  ema.seen[slot] = seen + 1;
  if (seen + 1 === needed) ema.value[slot] = sum / needed;
}

/** Reads what a slot holds of prices as of after a corporate action: (price − less) × times, in dollars. */
export function restateEma(ema: Ema, slot: number, less: number, times: number): void {
  ema.value[slot] = (read(ema.value, slot) - less) * times;
  ema.seedSum[slot] = (read(ema.seedSum, slot) - less * readUint32(ema.seen, slot)) * times;
}

/** Lets a slot be as before its first input. */
export function clearEma(ema: Ema, slot: number): void {
  ema.value[slot] = NaN;
  ema.seedSum[slot] = 0;
  ema.seen[slot] = 0;
}
