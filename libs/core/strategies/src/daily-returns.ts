import { grownFloats } from '@aitrader/core-features';
import { ln } from '@aitrader/core-numeric';
import type { PriceMap } from '@aitrader/core-market';
import { read } from '@aitrader/model';

/*
 * The return over the last so many daily bars, and the standard deviation of one: the root of the exponentially weighted mean square of
 * daily log returns, in the way of Moskowitz, Ooi and Pedersen (2012), "Time series momentum", whose centre of mass is 60 days.
 */

/** Plain data, its columns by slot: a ring of closes for each. */
export interface DailyReturns {
  readonly bars: number;
  readonly gain: number;
  closes: Float64Array;
  /** closes taken in */
  seen: Float64Array;
  last: Float64Array;
  /** the close so many bars before the last one */
  from: Float64Array;
  square: Float64Array;
}

export const newDailyReturns = (bars: number, centreBars: number): DailyReturns => ({
  ...{ bars, gain: 1 / (1 + centreBars) },
  ...{ closes: new Float64Array(0), seen: new Float64Array(0), last: new Float64Array(0) },
  ...{ from: new Float64Array(0), square: new Float64Array(0) },
});

const COLUMNS = ['seen', 'last', 'from', 'square'] as const;

export function growDailyReturns(of: DailyReturns, slots: number): void {
  of.closes = grownFloats(of.closes, slots * of.bars, 0);
  for (const name of COLUMNS) of[name] = grownFloats(of[name], slots, 0);
}

/** Takes in a daily close, in dollars. */
export function updateDailyReturns(of: DailyReturns, slot: number, close: number): void {
  const seen = read(of.seen, slot);
  if (seen > 0) {
    const change = ln(close / read(of.last, slot));
    const square = read(of.square, slot);
    of.square[slot] = square + Math.max(of.gain, 1 / seen) * (change * change - square);
  }
  const at = slot * of.bars + (seen % of.bars);
  of.from[slot] = read(of.closes, at);
  of.closes[at] = close;
  of.last[slot] = close;
  of.seen[slot] = seen + 1;
}

/** ln(last close / close so many bars before) over sd √bars; NaN before there is one. */
export function scaledDailyReturn(of: DailyReturns, slot: number): number {
  if (read(of.seen, slot) <= of.bars) return NaN;
  return ln(read(of.last, slot) / read(of.from, slot)) / Math.sqrt(read(of.square, slot) * of.bars);
}

export function restateDailyReturns(of: DailyReturns, slot: number, { less, times }: PriceMap): void {
  for (const column of [of.last, of.from]) column[slot] = (read(column, slot) - less) * times;
  for (let at = slot * of.bars; at < (slot + 1) * of.bars; at++) of.closes[at] = (read(of.closes, at) - less) * times;
}

export function clearDailyReturns(of: DailyReturns, slot: number): void {
  of.closes.fill(0, slot * of.bars, (slot + 1) * of.bars);
  for (const name of COLUMNS) of[name][slot] = 0;
}
