import { BAR_FLAG, epochMs } from '@aitrader/model';
import { CALENDAR_FIRST, CALENDAR_LAST, newYorkDate, newYorkInstant, sessionOn } from '@aitrader/core-sessions';

const HOUR_MS = 3_600_000;
/** A day is at least this long: 23 hours where the clocks go forward. */
const DAY_MS_MIN = 23 * HOUR_MS;

/**
 * The New York day that was last looked at. An instant belongs to the day it ends: midnight is the end of a day, as a close
 * belongs to the bar before it. Instants are epoch ms.
 */
export interface MarketDay {
  readonly calendarStart: number;
  readonly calendarEnd: number;
  start: number;
  /** instants in (start, sureUntil] are certain to be of this day */
  sureUntil: number;
  /** the extended session (preOpen, postClose]; empty on a day without one */
  preOpen: number;
  postClose: number;
  hasSession: boolean;
}

export const newMarketDay = (): MarketDay => ({
  calendarStart: newYorkInstant(CALENDAR_FIRST, 0),
  calendarEnd: newYorkInstant(CALENDAR_LAST, 0) + 24 * HOUR_MS,
  start: -Infinity,
  sureUntil: -Infinity,
  preOpen: Infinity,
  postClose: -Infinity,
  hasSession: false,
});

/** Moves to the day of `t`; true when that is another one than before. Beyond the calendar every day is without a session. */
export function moveToDayOf(day: MarketDay, t: number): boolean {
  const inside = t > day.calendarStart && t <= day.calendarEnd;
  const date = inside ? newYorkDate(epochMs(t - 1)) : undefined;
  const start = date === undefined ? t - 1 : newYorkInstant(date, 0);
  if (start === day.start) return false;
  const session = date === undefined ? undefined : sessionOn(date);
  day.start = start;
  day.sureUntil = date === undefined ? t : start + DAY_MS_MIN;
  day.hasSession = session !== undefined;
  day.preOpen = session?.preOpen ?? Infinity;
  day.postClose = session?.postClose ?? -Infinity;
  return true;
}

/** The flag of a bar that closes at `t`, an instant of the day: 0 inside its session. */
export function calendarFlag(day: MarketDay, t: number): number {
  if (t > day.preOpen && t <= day.postClose) return 0;
  return day.hasSession ? BAR_FLAG.OFF_SESSION : BAR_FLAG.OFF_CALENDAR;
}
