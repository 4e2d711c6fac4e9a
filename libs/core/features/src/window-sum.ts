/*
 * Sum of the last `bars` values.
 *
 * Nothing is ever subtracted, so that no rounding error is left behind by what has gone: values come in blocks of `bars`; a window
 * is the end of the block before and the beginning of the current one; the sums of all ends are computed once, when a block is
 * full, and those of the beginnings as values come. A bar costs O(1) amortised however long the window is. Source: the blocks of
 * van Herk (1992) and of Gil and Werman (1993), with a sum for their extreme.
 *
 * Invariants
 * 1. A sum comes of at most bars − 1 additions of the values in the window and of no others, in an order that depends on how many
 *    came before. So its error is at most about (bars − 1) × 2⁻⁵³ of the sum of their sizes, after a million bars as at first.
 * 2. The sum of values none of which is negative is 0 only when all of them are.
 */
import { read, readUint32 } from '@aitrader/model';
import { grownCounts, grownFloats } from './columns.ts';

/** Sliding sums of many symbols, one slot each. Plain data; each slot owns `bars` places of the blocks. */
export interface WindowSum {
  readonly bars: number;
  /** sum of the values in the window, fewer than `bars` at first */
  sum: Float64Array;
  /** the values of the current block so far; beyond them, at each place the sum of the block before from there to its end */
  blocks: Float64Array;
  /** sum of the current block so far */
  begun: Float64Array;
  /** values in the current block, below `bars` */
  place: Uint32Array;
}

export function newWindowSum(bars: number): WindowSum {
  const none = new Float64Array(0);
  return { bars, sum: none, blocks: none, begun: none, place: new Uint32Array(0) };
}

/** Makes room for `slots` slots; what the others hold stays. */
export function growWindowSum(window: WindowSum, slots: number): void {
  window.sum = grownFloats(window.sum, slots, 0);
  window.blocks = grownFloats(window.blocks, slots * window.bars, 0);
  window.begun = grownFloats(window.begun, slots, 0);
  window.place = grownCounts(window.place, slots);
}

/** Folds one finite value into a slot. @throws RangeError when there is no such slot */
export function updateWindowSum(window: WindowSum, slot: number, value: number): void {
  const { bars, blocks } = window;
  const base = slot * bars;
  const place = readUint32(window.place, slot);
  const begun = read(window.begun, slot) + value;
  blocks[base + place] = value;
  if (place + 1 < bars) {
    window.sum[slot] = read(blocks, base + place + 1) + begun;
    window.begun[slot] = begun;
    window.place[slot] = place + 1;
    return;
  }
  let end = 0;
  for (let i = base + place; i >= base; i--) {
    end += read(blocks, i);
    blocks[i] = end;
  }
  window.sum[slot] = begun;
  window.begun[slot] = 0;
  window.place[slot] = 0;
}
