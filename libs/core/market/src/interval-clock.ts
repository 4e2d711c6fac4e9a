// Invariants
// 1. Intervals rise strictly, and every bar of the table within the bounds closes at exactly one of them.
// 2. Below 1d, every step of the timeframe inside the session of a day that has a bar is an interval, between the first bar
//    and the last.
// 3. A table cut at T has the intervals up to its last bar that the whole table has: what comes later changes nothing before.
// 4. A clock that goes on with the rest of a table gives the intervals that one over all of it gives.

import { MINUTES_OF, read } from '@aitrader/model';
import { firstRowFrom, type BarTable } from './bar-table.ts';
import { moveToDayOf, newMarketDay, type MarketDay } from './market-day.ts';

const MINUTE_MS = 60_000;

/** No interval is left. */
export const END = Infinity;

/** Inclusive bounds on intervals; bars outside them are as if the table did not hold them. */
export interface IntervalBounds {
  readonly from?: number;
  readonly to?: number;
  /** an interval that is over: the clock goes on behind it, as one that came from there */
  readonly after?: number | undefined;
}

/** Walks through the intervals of a table. */
export interface IntervalClock {
  /** length of the timeframe in ms; 0 for daily bars, which have no grid */
  readonly stepMs: number;
  readonly day: MarketDay;
  /** where the first day begins; −1 in a table that goes on with an earlier one */
  firstRow: number;
  endRow: number;
  /** the next row that is in no interval yet */
  row: number;
  /** next step on the grid of the day's session; END when it has none left */
  gridNext: number;
}

/** A clock before the first interval within the bounds. */
export function newIntervalClock(table: BarTable, bounds: IntervalBounds): IntervalClock {
  const clock = newClock(table, bounds);
  if (bounds.after !== undefined) goOnBehind(clock, table, bounds.after);
  return clock;
}

function goOnBehind(clock: IntervalClock, table: BarTable, after: number): void {
  clock.row = Math.max(clock.row, firstRowFrom(table, after + 1));
  clock.firstRow = -1;
  const { day, stepMs } = clock;
  moveToDayOf(day, after);
  if (stepMs === 0 || !day.hasSession || after < day.preOpen) return;
  const next = day.preOpen + (Math.floor((after - day.preOpen) / stepMs) + 1) * stepMs;
  clock.gridNext = next <= day.postClose ? next : END;
}

function newClock(table: BarTable, bounds: IntervalBounds): IntervalClock {
  const firstRow = bounds.from === undefined ? 0 : firstRowFrom(table, bounds.from);
  return {
    stepMs: table.timeframe === '1d' ? 0 : MINUTES_OF[table.timeframe] * MINUTE_MS,
    day: newMarketDay(),
    firstRow,
    endRow: bounds.to === undefined ? table.count : firstRowFrom(table, bounds.to + 1),
    row: firstRow,
    gridNext: END,
  };
}

/** Close of the next interval in epoch ms, or END. Afterwards `clock.day` is the day of the next bar if it closes then. */
export function peekInterval(clock: IntervalClock, table: BarTable): number {
  if (clock.row >= clock.endRow) return END;
  const barT = read(table.t, clock.row);
  if (clock.gridNext === END && barT > clock.day.sureUntil && moveToDayOf(clock.day, barT)) startGrid(clock, barT);
  return barT < clock.gridNext ? barT : clock.gridNext;
}

/** Steps past the interval `t` that `peekInterval` gave: its bars are the rows from the old `clock.row` up to the new one. */
export function passInterval(clock: IntervalClock, table: BarTable, t: number): void {
  while (clock.row < clock.endRow && read(table.t, clock.row) === t) clock.row++;
  if (clock.gridNext !== t) return;
  const next = t + clock.stepMs;
  clock.gridNext = next <= clock.day.postClose ? next : END;
}

/** Goes on with the rows of the next part of a table, once those of the part before have all passed. */
export function goOnWithRows(clock: IntervalClock, count: number): void {
  clock.firstRow = -1;
  clock.endRow = count;
  clock.row = 0;
}

function startGrid(clock: IntervalClock, barT: number): void {
  if (clock.stepMs === 0 || !clock.day.hasSession) return;
  const isFirstDay = clock.row === clock.firstRow;
  const stepsToBar = isFirstDay ? Math.ceil((barT - clock.day.preOpen) / clock.stepMs) : 1;
  const first = clock.day.preOpen + Math.max(1, stepsToBar) * clock.stepMs;
  clock.gridNext = first <= clock.day.postClose ? first : END;
}

/** The first interval of a table; Infinity when it has none. */
export const firstInterval = (table: BarTable): number => (table.count === 0 ? END : read(table.t, 0));

/** How many intervals a feed over the table gives within the bounds. O(bars + intervals). @throws BarTableError */
export function intervalCount(table: BarTable, bounds: IntervalBounds = {}): number {
  const clock = newIntervalClock(table, bounds);
  let count = 0;
  for (let t = peekInterval(clock, table); t !== END; t = peekInterval(clock, table)) {
    passInterval(clock, table, t);
    count++;
  }
  return count;
}
