import type { EpochMs } from '@aitrader/model';
import { FIRST_MS } from './calendar-range.ts';
import { postMs, preMs, regularMs, sessionIndexAt, type DayPhase } from './phase.ts';

/*
 * Length of time as the market counts it.
 *
 * 1. Minutes between instants add up over any point of division, and change sign with the direction.
 * 2. The four phases of the day together are the time on the clock.
 */

const MS_PER_MINUTE = 60_000;
const REGULAR_ONLY: readonly DayPhase[] = ['RTH'];

/** Milliseconds of the given phases from the calendar's beginning to `t`. */
function elapsedMs(t: EpochMs, phases: readonly DayPhase[]): number {
  const index = sessionIndexAt(t);
  const pre = preMs(index, t);
  const regular = regularMs(index, t);
  const post = postMs(index, t);
  let elapsed = 0;
  if (phases.includes('PRE')) elapsed += pre;
  if (phases.includes('RTH')) elapsed += regular;
  if (phases.includes('POST')) elapsed += post;
  if (phases.includes('CLOSED')) elapsed += t - FIRST_MS - pre - regular - post;
  return elapsed;
}

/**
 * Minutes of the given phases in (from, to], of regular hours unless told otherwise; negative when `to` comes before `from`,
 * with a fraction when an instant is not on a minute. Free of allocation. @throws CalendarRangeError
 */
export function tradingMinutesBetween(from: EpochMs, to: EpochMs, phases: readonly DayPhase[] = REGULAR_ONLY): number {
  return (elapsedMs(to, phases) - elapsedMs(from, phases)) / MS_PER_MINUTE;
}
