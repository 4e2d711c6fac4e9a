import { epochMs, type EpochMs } from '@aitrader/model';
import { newYorkDate, sessionOn } from '@aitrader/core-sessions';

const MS_PER_DAY = 24 * 60 * 60 * 1000;
/** The exchanges were never closed for longer within the calendar: September 2001, six days. */
const CLOSED_DAYS_MAX = 10;

/**
 * Until when a DAY order given at `t` lives: the first close of regular hours after `t`. One that is given at or after a close
 * is good for the next session, and may trade in the extended hours between. Early closes count as what they are.
 * @throws CalendarRangeError outside the calendar
 */
export function dayEnd(t: EpochMs): EpochMs {
  for (let days = 0; days <= CLOSED_DAYS_MAX; days++) {
    const session = sessionOn(newYorkDate(epochMs(t + days * MS_PER_DAY)));
    if (session !== undefined && t < session.close) return session.close;
  }
  throw new RangeError(`no session within ${CLOSED_DAYS_MAX} days of ${t}`);
}
