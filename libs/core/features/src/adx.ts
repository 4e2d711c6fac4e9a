/*
 * Directional movement: the directional indicators and the average directional index.
 *
 * Invariants, for bars whose close lies in low … high
 * 1. `plusDi`, `minusDi` and `dx` are NaN until `bars` true ranges have been seen, which is at bar `bars` counted from 0, then in
 *    0 … 100, and so is the sum of the first two but for rounding.
 * 2. `adx` is NaN until `dx` has been known on `bars` bars, which is at bar 2 × bars − 1, then in 0 … 100.
 * 3. A market that moves neither up nor down has indicators and indices of 0.
 * 4. A slot's values depend on the bars of that slot only.
 */
import { read } from '@aitrader/model';
import { trueRange } from './atr.ts';
import { grownFloats } from './columns.ts';
import { growWilderAverage, newWilderAverage, updateWilderAverage, type WilderAverage } from './wilder-average.ts';

/** Wilder's directional movement of many symbols, one slot each. Plain data. */
export interface Adx {
  /** output: rises of the high in percent of the true range, 0 … 100, NaN until ready */
  plusDi: Float64Array;
  /** output: falls of the low in percent of the true range, 0 … 100, NaN until ready */
  minusDi: Float64Array;
  /** output: difference of the two in percent of their sum, 0 … 100, NaN until ready */
  dx: Float64Array;
  /** output: Wilder's average of `dx`, 0 … 100, NaN until ready */
  adx: Float64Array;
  /** averages of the true range and of the directional movements, dollars */
  readonly range: WilderAverage;
  readonly plus: WilderAverage;
  readonly minus: WilderAverage;
  readonly index: WilderAverage;
  /** dollars, NaN before the first bar */
  previousHigh: Float64Array;
  previousLow: Float64Array;
  previousClose: Float64Array;
}

/** An ADX over `bars` bars without slots. @throws RangeError unless `bars` is a whole number of at least 1 */
export function newAdx(bars: number): Adx {
  const none = new Float64Array(0);
  const average = (): WilderAverage => newWilderAverage('ADX bars', bars);
  return {
    plusDi: none,
    minusDi: none,
    dx: none,
    adx: none,
    range: average(),
    plus: average(),
    minus: average(),
    index: average(),
    previousHigh: none,
    previousLow: none,
    previousClose: none,
  };
}

/** Makes room for `slots` slots; what the others hold stays. */
export function growAdx(adx: Adx, slots: number): void {
  adx.plusDi = grownFloats(adx.plusDi, slots, NaN);
  adx.minusDi = grownFloats(adx.minusDi, slots, NaN);
  adx.dx = grownFloats(adx.dx, slots, NaN);
  adx.adx = grownFloats(adx.adx, slots, NaN);
  for (const average of [adx.range, adx.plus, adx.minus, adx.index]) growWilderAverage(average, slots);
  adx.previousHigh = grownFloats(adx.previousHigh, slots, NaN);
  adx.previousLow = grownFloats(adx.previousLow, slots, NaN);
  adx.previousClose = grownFloats(adx.previousClose, slots, NaN);
}

/**
 * Folds one bar (finite dollars) into a slot. Of a bar's rise of the high and fall of the low only the larger counts, neither
 * when they are equal. Source: Wilder, "New Concepts in Technical Trading Systems" (1978), as StockCharts and Skender have it.
 * @throws RangeError when there is no such slot
 */
export function updateAdx(adx: Adx, slot: number, high: number, low: number, close: number): void {
  const up = high - read(adx.previousHigh, slot);
  const down = read(adx.previousLow, slot) - low;
  const previousClose = read(adx.previousClose, slot);
  adx.previousHigh[slot] = high;
  adx.previousLow[slot] = low;
  adx.previousClose[slot] = close;
  if (Number.isNaN(previousClose)) return;
  updateWilderAverage(adx.range, slot, trueRange(high, low, previousClose));
  updateWilderAverage(adx.plus, slot, up > down && up > 0 ? up : 0);
  updateWilderAverage(adx.minus, slot, down > up && down > 0 ? down : 0);
  const range = read(adx.range.value, slot);
  if (Number.isNaN(range)) return;
  const plus = read(adx.plus.value, slot);
  const minus = read(adx.minus.value, slot);
  const dx = percent(Math.abs(plus - minus), plus + minus);
  adx.plusDi[slot] = percent(plus, range);
  adx.minusDi[slot] = percent(minus, range);
  adx.dx[slot] = dx;
  updateWilderAverage(adx.index, slot, dx);
  adx.adx[slot] = read(adx.index.value, slot);
}

/** A part in percent of a whole, neither negative; nothing is 0 percent of nothing. */
const percent = (part: number, whole: number): number => (whole > 0 ? 100 * (part / whole) : 0);
