/*
 * Keltner channel.
 *
 * Invariants
 * 1. `middle` is the exponential average of the closes; `upper` and `lower` lie `multiple` average true ranges from it, and are NaN
 *    until both are known.
 * 2. lower ≤ middle ≤ upper.
 * 3. A slot's channel depends on the bars of that slot only.
 */
import { read } from '@aitrader/model';
import { type Atr, type FirstBar, growAtr, newAtr, updateAtr } from './atr.ts';
import { grownFloats, positive } from './columns.ts';
import { type Ema, type EmaSeed, growEma, newEma, updateEma } from './ema.ts';

/** Keltner channels of many symbols, one slot each. Plain data. */
export interface Keltner {
  /** half the channel's width in average true ranges */
  readonly multiple: number;
  /** output: dollars, NaN until ready */
  middle: Float64Array;
  /** output: dollars, NaN until ready */
  upper: Float64Array;
  /** output: dollars, NaN until ready */
  lower: Float64Array;
  readonly ema: Ema;
  readonly atr: Atr;
}

/**
 * A channel around an average of `emaBars` bars, without slots; usual are 20 bars, 10 and 2. `seed` and `firstBar` are those of the
 * averages. @throws RangeError unless both lengths are whole numbers of at least 1 and `multiple` is positive and finite
 */
export function newKeltner(
  emaBars: number,
  atrBars: number,
  multiple: number,
  seed: EmaSeed = 'mean',
  firstBar: FirstBar = 'skipped',
): Keltner {
  return {
    multiple: positive('Keltner multiple', multiple),
    middle: new Float64Array(0),
    upper: new Float64Array(0),
    lower: new Float64Array(0),
    ema: newEma(emaBars, seed),
    atr: newAtr(atrBars, firstBar),
  };
}

/** Makes room for `slots` slots; what the others hold stays. */
export function growKeltner(keltner: Keltner, slots: number): void {
  keltner.middle = grownFloats(keltner.middle, slots, NaN);
  keltner.upper = grownFloats(keltner.upper, slots, NaN);
  keltner.lower = grownFloats(keltner.lower, slots, NaN);
  growEma(keltner.ema, slots);
  growAtr(keltner.atr, slots);
}

/**
 * Folds one bar (finite dollars) into a slot: Raschke's channel of the eighties, around an exponential average and as wide as the
 * true range, as StockCharts and Skender have it, and not Keltner's own of 1960. @throws RangeError when there is no such slot
 */
export function updateKeltner(keltner: Keltner, slot: number, high: number, low: number, close: number): void {
  updateEma(keltner.ema, slot, close);
  updateAtr(keltner.atr, slot, high, low, close);
  const middle = read(keltner.ema.value, slot);
  const half = keltner.multiple * read(keltner.atr.value, slot);
  keltner.middle[slot] = middle;
  keltner.upper[slot] = middle + half;
  keltner.lower[slot] = middle - half;
}
