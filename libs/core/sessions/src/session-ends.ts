import { type EpochMs, item } from '@aitrader/model';
import { dayOfIsoDate } from './civil-date.ts';
import { sessionIndexAt } from './phase.ts';
import { SESSIONS } from './session-table.ts';

/*
 * Where sessions and weeks end among instants that rise: at the last of those that belong to them. An instant between two sessions
 * belongs to the one before.
 *
 * 1. Cutting off the instants after the end of a session changes no end before it.
 */

const DAYS_PER_WEEK = 7;
/** Day 0 is a Thursday: weeks begin with Monday. */
const THURSDAY_AFTER_MONDAY = 3;

/** Number of the week of a session by its index; of none when the calendar has no such session. */
function weekOf(session: number): number | undefined {
  const day = dayOfIsoDate(SESSIONS[session]?.date ?? '');
  return day === undefined ? undefined : Math.floor((day + THURSDAY_AFTER_MONDAY) / DAYS_PER_WEEK);
}

/** Index of the last instant of each session. @throws CalendarRangeError for an instant outside the calendar */
export function sessionEnds(times: readonly EpochMs[]): number[] {
  const sessions = times.map(sessionIndexAt);
  return [...sessions.keys()].filter((i) => sessions[i] !== sessions[i + 1]);
}

/**
 * Index of the last instant of each week's last session, Friday or the day before a holiday. The last instant of all is one only when
 * no session of its week is still to come. @throws CalendarRangeError for an instant outside the calendar
 */
export function weekEnds(times: readonly EpochMs[]): number[] {
  return sessionEnds(times).filter((i) => {
    const session = sessionIndexAt(item(times, i));
    const next = times[i + 1];
    return weekOf(next === undefined ? session + 1 : sessionIndexAt(next)) !== weekOf(session);
  });
}
