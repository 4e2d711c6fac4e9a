/*
 * Opening range: highest high and lowest low of the first minutes of the regular session.
 *
 * Invariants
 * 1. `high` and `low` are NaN until the range's time is over and at least one bar was seen in it: a day whose first bar comes
 *    later has no opening range.
 * 2. They come from bars that started in [open, open + minutes) of the day of the last bar; another day starts from nothing.
 * 3. Once complete they stay as they are for the rest of the day.
 * 4. A slot's range depends on the bars of that slot only.
 */
import { read } from '@aitrader/model';
import { grownFloats, wholeLength } from './columns.ts';

const MS_PER_MINUTE = 60_000;

/** Opening ranges of many symbols, one slot each. Plain data. */
export interface OpeningRange {
  /** length of the range in minutes after the open */
  readonly minutes: number;
  /** output: dollars, NaN until complete */
  high: Float64Array;
  /** output: dollars, NaN until complete */
  low: Float64Array;
  /** the open of the day that the slot is in, epoch ms; NaN for none */
  openAt: Float64Array;
  /** highest high of the range so far, −∞ before its first bar */
  highSoFar: Float64Array;
  /** lowest low of the range so far, +∞ before its first bar */
  lowSoFar: Float64Array;
}

/** A range over the first `minutes` without slots. @throws RangeError unless `minutes` is a whole number of at least 1 */
export function newOpeningRange(minutes: number): OpeningRange {
  return {
    minutes: wholeLength('opening range minutes', minutes),
    high: new Float64Array(0),
    low: new Float64Array(0),
    openAt: new Float64Array(0),
    highSoFar: new Float64Array(0),
    lowSoFar: new Float64Array(0),
  };
}

/** Makes room for `slots` slots; what the others hold stays. */
export function growOpeningRange(range: OpeningRange, slots: number): void {
  range.high = grownFloats(range.high, slots, NaN);
  range.low = grownFloats(range.low, slots, NaN);
  range.openAt = grownFloats(range.openAt, slots, NaN);
  range.highSoFar = grownFloats(range.highSoFar, slots, -Infinity);
  range.lowSoFar = grownFloats(range.lowSoFar, slots, Infinity);
}

/**
 * Folds one bar (finite dollars) that lasted from `startAt` to `endAt` (epoch ms) into a slot. `openAt` is the regular open of
 * the bar's day, NaN when it has none, which leaves the slot without a range. A bar belongs to the range by its start, as
 * charting packages have it; so one that reaches beyond the range's end widens it, and completes it.
 * @throws RangeError when there is no such slot
 */
export function updateOpeningRange(
  range: OpeningRange,
  slot: number,
  openAt: number,
  startAt: number,
  endAt: number,
  high: number,
  low: number,
): void {
  if (read(range.openAt, slot) !== openAt) startDay(range, slot, openAt);
  const overAt = openAt + range.minutes * MS_PER_MINUTE;
  if (startAt >= openAt && startAt < overAt) {
    range.highSoFar[slot] = Math.max(read(range.highSoFar, slot), high);
    range.lowSoFar[slot] = Math.min(read(range.lowSoFar, slot), low);
  }
  const highest = read(range.highSoFar, slot);
  if (endAt >= overAt && highest !== -Infinity) {
    range.high[slot] = highest;
    range.low[slot] = read(range.lowSoFar, slot);
  }
}

function startDay(range: OpeningRange, slot: number, openAt: number): void {
  range.openAt[slot] = openAt;
  range.high[slot] = NaN;
  range.low[slot] = NaN;
  range.highSoFar[slot] = -Infinity;
  range.lowSoFar[slot] = Infinity;
}

/** Lets a slot be as before its first bar: a range is of one day, and no corporate action comes within one. */
export const clearOpeningRange = (range: OpeningRange, slot: number): void => startDay(range, slot, NaN);
