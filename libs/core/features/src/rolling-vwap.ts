/*
 * Volume-weighted average price of the last `bars` bars.
 *
 * Invariants
 * 1. `value` is the mean of the prices of the last `bars` bars, weighted by volume, to the last few bits and without drift. It is
 *    NaN until there are so many bars (with 'partial', until there is one), and while these have no volume.
 * 2. It lies between the lowest and the highest of these prices, but for rounding.
 * 3. A slot's value depends on the bars of that slot only.
 */
import { read, readUint32 } from '@aitrader/model';
import { grownCounts, grownFloats, wholeLength } from './columns.ts';
import { growWindowSum, newWindowSum, updateWindowSum, type WindowSum } from './window-sum.ts';

/** What a window says before it is full: nothing, as TTR has it, or what its bars so far make, as the StockCharts sheet does. */
export type Filling = 'silent' | 'partial';

/** Rolling VWAPs of many symbols, one slot each. Plain data. */
export interface RollingVwap {
  /** length in bars */
  readonly bars: number;
  readonly filling: Filling;
  /** output: dollars, NaN until ready */
  value: Float64Array;
  /** bars seen, counted up to `bars` */
  seen: Uint32Array;
  /** price times volume, dollars */
  readonly turnover: WindowSum;
  /** shares */
  readonly volume: WindowSum;
}

/** A VWAP over `bars` bars without slots. @throws RangeError unless `bars` is a whole number of at least 1 */
export function newRollingVwap(bars: number, filling: Filling = 'silent'): RollingVwap {
  return {
    bars: wholeLength('VWAP bars', bars),
    filling,
    value: new Float64Array(0),
    seen: new Uint32Array(0),
    turnover: newWindowSum(bars),
    volume: newWindowSum(bars),
  };
}

/** Makes room for `slots` slots; what the others hold stays. */
export function growRollingVwap(vwap: RollingVwap, slots: number): void {
  vwap.value = grownFloats(vwap.value, slots, NaN);
  vwap.seen = grownCounts(vwap.seen, slots);
  growWindowSum(vwap.turnover, slots);
  growWindowSum(vwap.volume, slots);
}

/**
 * Folds one bar into a slot: a finite price in dollars, which is `typicalPrice` for StockCharts and the close for TTR, and its shares,
 * at least 0. @throws RangeError when there is no such slot
 */
export function updateRollingVwap(vwap: RollingVwap, slot: number, price: number, volume: number): void {
  updateWindowSum(vwap.turnover, slot, price * volume);
  updateWindowSum(vwap.volume, slot, volume);
  const seen = Math.min(readUint32(vwap.seen, slot) + 1, vwap.bars);
  vwap.seen[slot] = seen;
  const total = read(vwap.volume.sum, slot);
  const ready = (vwap.filling === 'partial' || seen === vwap.bars) && total > 0;
  vwap.value[slot] = ready ? read(vwap.turnover.sum, slot) / total : NaN;
}
