import { newYorkDate, newYorkInstant, sessionOn } from '@aitrader/core-sessions';
import { epochMs, type EpochMs } from '@aitrader/model';

const USUAL_CLOSE_MINUTE = 16 * 60;
const DAY_MINUTES = 24 * 60;

const HALF_DAY_MS = 12 * 60 * 60_000;

/**
 * The close that a daily bar stamped `start` stands for: its date's session close, or 16:00 New York time where that date has
 * no session. Half a day after the start it is the bar's own date in New York, whether a vendor stamps midnight there or
 * midnight UTC. @throws CalendarRangeError outside the calendar
 */
export function dailyClose(start: EpochMs): EpochMs {
  const date = newYorkDate(epochMs(start + HALF_DAY_MS));
  return sessionOn(date)?.close ?? newYorkInstant(date, USUAL_CLOSE_MINUTE);
}

/** First and last bar close that belong to a New York date `YYYY-MM-DD`. @throws CalendarRangeError */
export function dayBounds(date: string): { readonly first: EpochMs; readonly last: EpochMs } {
  return { first: epochMs(newYorkInstant(date, 0) + 1), last: newYorkInstant(date, DAY_MINUTES) };
}
