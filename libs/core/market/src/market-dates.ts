import { newYorkDate, newYorkInstant, sessionOn } from '@aitrader/core-sessions';
import { epochMs, type EpochMs } from '@aitrader/model';

const USUAL_CLOSE_MINUTE = 16 * 60;
const DAY_MINUTES = 24 * 60;

/**
 * The close that a daily bar stamped `start` stands for: its New York date's session close, or 16:00 where that date has no
 * session. @throws CalendarRangeError outside the calendar
 */
export function dailyClose(start: EpochMs): EpochMs {
  const date = newYorkDate(start);
  return sessionOn(date)?.close ?? newYorkInstant(date, USUAL_CLOSE_MINUTE);
}

/** First and last bar close that belong to a New York date `YYYY-MM-DD`. @throws CalendarRangeError */
export function dayBounds(date: string): { readonly first: EpochMs; readonly last: EpochMs } {
  return { first: epochMs(newYorkInstant(date, 0) + 1), last: newYorkInstant(date, DAY_MINUTES) };
}
