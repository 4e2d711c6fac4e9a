/*
 * Donchian channel.
 *
 * Invariants
 * 1. At bar i, `high` and `low` are the highest high and the lowest low of the bars i − bars … i − 1: not of bar i itself, unless
 *    'included' was asked for, and then those of i − bars + 1 … i. With bar i inside, its close cannot leave the channel, so that
 *    such a channel says nothing about breakouts.
 * 2. Both are NaN until `bars` earlier bars have been seen, bar i counted when it is included.
 * 3. A slot's channel depends on the bars of that slot only.
 */
import { read, readUint32 } from '@aitrader/model';
import { grownCounts, grownFloats, wholeLength } from './columns.ts';
import {
  clearPriorExtreme,
  growPriorExtreme,
  latestExtreme,
  newPriorExtreme,
  type PriorExtreme,
  restatePriorExtreme,
  updatePriorExtreme,
} from './prior-extreme.ts';

/** Whether the channel holds the bar that is folded: not for breakouts, and not in Skender; it does in StockCharts and TTR. */
export type CurrentBar = 'excluded' | 'included';

/** Donchian channels of many symbols, one slot each. Plain data. */
export interface Donchian {
  /** length of the channel in bars */
  readonly bars: number;
  readonly currentBar: CurrentBar;
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
export function newDonchian(bars: number, currentBar: CurrentBar = 'excluded'): Donchian {
  return {
    bars: wholeLength('Donchian bars', bars),
    currentBar,
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
 * Folds one bar (finite dollars) into a slot; afterwards the outputs are the channel that this bar was traded against, or with
 * 'included' the one that it is part of.
 * @throws RangeError when there is no such slot
 */
export function updateDonchian(donchian: Donchian, slot: number, high: number, low: number): void {
  const seen = readUint32(donchian.seen, slot);
  updatePriorExtreme(donchian.highs, slot, seen, high, donchian.high);
  updatePriorExtreme(donchian.lows, slot, seen, low, donchian.low);
  donchian.seen[slot] = seen + 1;
  if (donchian.currentBar === 'excluded' || seen + 1 < donchian.bars) return;
  donchian.high[slot] = latestExtreme(donchian.highs, slot);
  donchian.low[slot] = latestExtreme(donchian.lows, slot);
}

/** Reads what a slot holds as prices of after a corporate action: (price − less) × times, in dollars, with `times` above 0. */
export function restateDonchian({ high, low, highs, lows }: Donchian, slot: number, less: number, times: number): void {
  high[slot] = (read(high, slot) - less) * times;
  low[slot] = (read(low, slot) - less) * times;
  restatePriorExtreme(highs, slot, less, times);
  restatePriorExtreme(lows, slot, less, times);
}

/** Lets a slot be as before its first bar. */
export function clearDonchian({ high, low, seen, highs, lows }: Donchian, slot: number): void {
  high[slot] = NaN;
  low[slot] = NaN;
  seen[slot] = 0;
  clearPriorExtreme(highs, slot);
  clearPriorExtreme(lows, slot);
}
