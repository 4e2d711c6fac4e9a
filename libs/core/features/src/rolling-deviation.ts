/*
 * Mean and standard deviation of the last `bars` values.
 *
 * Nothing is ever taken out of a sum, so that neither cancellation nor drift can occur: the window is the end of one block of
 * `bars` values and the beginning of the next, as in `window-sum.ts`, and what is kept of each part is its mean and its sum of
 * squared deviations from that, joined by the formula of Chan, Golub and LeVeque (1983) and begun by Welford's (1962).
 *
 * Invariants
 * 1. `mean` and `deviation` are NaN until `bars` values have been seen; then `deviation` is at least 0, and both depend on the
 *    values in the window and on no others, but for rounding, which is as small after a million bars as at first.
 * 2. When all values in the window are equal, the mean is that value and the deviation is 0, exactly.
 * 3. A slot's values depend on those of that slot only.
 */
import { read, readUint32 } from '@aitrader/model';
import { grownCounts, grownFloats, wholeLength } from './columns.ts';

/** Mean and population standard deviation of many symbols over a sliding window, one slot each. Plain data. */
export interface RollingDeviation {
  /** length in bars */
  readonly bars: number;
  /** output: in the unit of the values, NaN until ready */
  mean: Float64Array;
  /** output: root of the mean squared deviation (divided by `bars`, not one less), in the unit of the values; NaN until ready */
  deviation: Float64Array;
  /** values of the current block so far; beyond them, at each place the mean of the block before from there to its end */
  blockMeans: Float64Array;
  /** at the same places as the latter, sums of squared deviations from it */
  blockSquares: Float64Array;
  /** mean of the current block so far, and sum of squared deviations from it */
  begunMean: Float64Array;
  begunSquares: Float64Array;
  /** values in the current block, below `bars` */
  place: Uint32Array;
  /** 1 once a block has been full */
  full: Uint32Array;
}

/** A window of `bars` values without slots. @throws RangeError unless `bars` is a whole number of at least 1 */
export function newRollingDeviation(bars: number): RollingDeviation {
  const none = new Float64Array(0);
  return {
    bars: wholeLength('deviation bars', bars),
    mean: none,
    deviation: none,
    blockMeans: none,
    blockSquares: none,
    begunMean: none,
    begunSquares: none,
    place: new Uint32Array(0),
    full: new Uint32Array(0),
  };
}

/** Makes room for `slots` slots; what the others hold stays. */
export function growRollingDeviation(window: RollingDeviation, slots: number): void {
  window.mean = grownFloats(window.mean, slots, NaN);
  window.deviation = grownFloats(window.deviation, slots, NaN);
  window.blockMeans = grownFloats(window.blockMeans, slots * window.bars, 0);
  window.blockSquares = grownFloats(window.blockSquares, slots * window.bars, 0);
  window.begunMean = grownFloats(window.begunMean, slots, 0);
  window.begunSquares = grownFloats(window.begunSquares, slots, 0);
  window.place = grownCounts(window.place, slots);
  window.full = grownCounts(window.full, slots);
}

/** Folds one finite value into a slot. @throws RangeError when there is no such slot */
export function updateRollingDeviation(window: RollingDeviation, slot: number, value: number): void {
  const { bars } = window;
  const place = readUint32(window.place, slot);
  const before = read(window.begunMean, slot);
  const step = value - before;
  const begunMean = before + step / (place + 1);
  const begunSquares = read(window.begunSquares, slot) + step * (value - begunMean);
  window.blockMeans[slot * bars + place] = value;
  if (place + 1 < bars) {
    window.begunMean[slot] = begunMean;
    window.begunSquares[slot] = begunSquares;
    window.place[slot] = place + 1;
    if (readUint32(window.full, slot) === 1) join(window, slot, place + 1, begunMean, begunSquares);
    return;
  }
  endBlock(window, slot);
  window.mean[slot] = begunMean;
  window.deviation[slot] = Math.sqrt(begunSquares / bars);
}

/** The window is the end of the block before, from a place on, and the `place` values of the current block. */
function join(window: RollingDeviation, slot: number, place: number, begunMean: number, begunSquares: number): void {
  const { bars } = window;
  const at = slot * bars + place;
  const endMean = read(window.blockMeans, at);
  const apart = begunMean - endMean;
  const squares = read(window.blockSquares, at) + begunSquares + (apart * apart * place * (bars - place)) / bars;
  window.mean[slot] = endMean + (apart * place) / bars;
  window.deviation[slot] = Math.sqrt(squares / bars);
}

/** Turns a full block's values into means and squares from each place to the end, and begins another block. */
function endBlock(window: RollingDeviation, slot: number): void {
  const { bars, blockMeans, blockSquares } = window;
  const base = slot * bars;
  let mean = 0;
  let squares = 0;
  for (let count = 1; count <= bars; count++) {
    const at = base + bars - count;
    const value = read(blockMeans, at);
    const step = value - mean;
    mean += step / count;
    squares += step * (value - mean);
    blockMeans[at] = mean;
    blockSquares[at] = squares;
  }
  window.begunMean[slot] = 0;
  window.begunSquares[slot] = 0;
  window.place[slot] = 0;
  window.full[slot] = 1;
}
