import { newYorkDate, sessionOn, sessionsBetween, CALENDAR_LAST } from '@aitrader/core-sessions';
import { epochMs } from '@aitrader/model';

const MINUTE_MS = 60_000;
const DAYS_LOOKED_AHEAD = 14;
const DAY_MS = 86_400_000;

/**
 * The close of the first minute after `t`, an instant on the grid of minutes, that lies within a session, from pre-market to after
 * hours; Infinity beyond the calendar.
 */
export function minuteAfter(t: number): number {
  const session = sessionOn(newYorkDate(epochMs(t)));
  if (session !== undefined && t < session.postClose) return Math.max(t, session.preOpen) + MINUTE_MS;
  const from = newYorkDate(epochMs(t));
  const to = newYorkDate(epochMs(t + DAYS_LOOKED_AHEAD * DAY_MS));
  const next = sessionsBetween(from, to < CALENDAR_LAST ? to : CALENDAR_LAST).find(({ preOpen }) => preOpen >= t);
  return next === undefined ? Infinity : next.preOpen + MINUTE_MS;
}
