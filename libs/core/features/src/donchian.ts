/*
 * Donchian channel.
 *
 * Invariants
 * 1. At bar i, `high` and `low` are the highest high and the lowest low of the bars i − bars … i − 1: never of bar i itself.
 *    With bar i inside, its close could not leave the channel, and a breakout could not happen.
 * 2. Both are NaN until `bars` earlier bars have been seen.
 * 3. A slot's channel depends on the bars of that slot only.
 */
import { readUint32 } from '@aitrader/model';
import { grownCounts, grownFloats, wholeLength } from './columns.ts';
import { growPriorExtreme, newPriorExtreme, type PriorExtreme, updatePriorExtreme } from './prior-extreme.ts';

/** Donchian channels of many symbols, one slot each. Plain data. */
export interface Donchian {
  /** length of the channel in bars, the current one not among them */
  readonly bars: number;
  /** output: dollars, NaN until ready */
  high: Float64Array;
  /** output: dollars, NaN until ready */
  low: Float64Array;
  /** bars seen */
  seen: Uint32Array;
  readonly highs: PriorExtreme;
  readonly lows: PriorExtreme;
}

/** A channel over `bars` bars without slots. @throws RangeError unless `bars` is a whole number of at least 1 */
export function newDonchian(bars: number): Donchian {
  return {
    bars: wholeLength('Donchian bars', bars),
    high: new Float64Array(0),
    low: new Float64Array(0),
    seen: new Uint32Array(0),
    highs: newPriorExtreme(bars, 1),
    lows: newPriorExtreme(bars, -1),
  };
}

/** Makes room for `slots` slots; what the others hold stays. */
export function growDonchian(donchian: Donchian, slots: number): void {
  donchian.high = grownFloats(donchian.high, slots, NaN);
  donchian.low = grownFloats(donchian.low, slots, NaN);
  donchian.seen = grownCounts(donchian.seen, slots);
  growPriorExtreme(donchian.highs, slots);
  growPriorExtreme(donchian.lows, slots);
}

/**
 * Folds one bar (finite dollars) into a slot; afterwards the outputs are the channel that this bar was traded against.
 * @throws RangeError when there is no such slot
 */
export function updateDonchian(donchian: Donchian, slot: number, high: number, low: number): void {
  const seen = readUint32(donchian.seen, slot);
  updatePriorExtreme(donchian.highs, slot, seen, high, donchian.high);
  updatePriorExtreme(donchian.lows, slot, seen, low, donchian.low);
  donchian.seen[slot] = seen + 1;
}
