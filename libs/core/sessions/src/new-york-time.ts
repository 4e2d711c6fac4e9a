import { epochMs, read, type EpochMs } from '@aitrader/model';
import { assertInRange, calendarDay, CalendarRangeError, FIRST_YEAR, LAST_YEAR } from './calendar-range.ts';
import { isoDate, lastWeekday, MS_PER_DAY, nthWeekday, SUNDAY } from './civil-date.ts';

/*
 * New York wall-clock time by rule.
 *
 * 1. An instant has one wall-clock time, and that time leads back to the instant, except in the hour repeated in autumn.
 * 2. The clock is five hours behind UTC in winter and four in summer, and it changes only at the transitions of the rules.
 */

const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;
const MINUTES_PER_DAY = 1_440;
/** Eastern standard time is UTC−5, daylight time UTC−4. */
const STANDARD_MS = 5 * MS_PER_HOUR;
const DAYLIGHT_MS = 4 * MS_PER_HOUR;
/** Both changes happen when the clock in force shows 02:00. */
const CHANGE_MS = 2 * MS_PER_HOUR;

interface DaylightRule {
  readonly since: number;
  readonly through: number;
  readonly firstDay: (year: number) => number;
  readonly lastDay: (year: number) => number;
}

const DAYLIGHT_RULES: readonly DaylightRule[] = [
  // Public Law 99-359; the end had been the last Sunday of October since the Uniform Time Act of 1966.
  {
    since: 1987,
    through: 2006,
    firstDay: (year) => nthWeekday(year, 4, SUNDAY, 1),
    lastDay: (year) => lastWeekday(year, 10, SUNDAY),
  },
  // Energy Policy Act of 2005, section 110.
  {
    since: 2007,
    through: LAST_YEAR,
    firstDay: (year) => nthWeekday(year, 3, SUNDAY, 2),
    lastDay: (year) => nthWeekday(year, 11, SUNDAY, 1),
  },
];

function daylightRule(year: number): DaylightRule {
  const rule = DAYLIGHT_RULES.find(({ since, through }) => since <= year && year <= through);
  if (rule === undefined) throw new CalendarRangeError(String(year), 'is a year without a rule for daylight time');
  return rule;
}

/** Instants at which the clock changes, ascending: even indexes begin daylight time, odd ones end it. */
function transitions(): Float64Array {
  const instants = new Float64Array((LAST_YEAR - FIRST_YEAR + 1) * 2);
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year += 1) {
    const { firstDay, lastDay } = daylightRule(year);
    const at = (year - FIRST_YEAR) * 2;
    instants[at] = firstDay(year) * MS_PER_DAY + CHANGE_MS + STANDARD_MS;
    instants[at + 1] = lastDay(year) * MS_PER_DAY + CHANGE_MS + DAYLIGHT_MS;
  }
  return instants;
}

const TRANSITIONS = transitions();

/** Milliseconds that New York is behind UTC at an instant of the calendar. O(log years). */
function behindUtcMs(t: number): number {
  let low = 0;
  let high = TRANSITIONS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (read(TRANSITIONS, middle) <= t) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1 ? DAYLIGHT_MS : STANDARD_MS;
}

/** For a year of the calendar: how far New York is behind UTC on a day number of it, from 03:00 on, when any change is over. */
export function daytimeBehindUtcMs(year: number): (day: number) => number {
  const { firstDay, lastDay } = daylightRule(year);
  const first = firstDay(year);
  const last = lastDay(year);
  return (day) => (day >= first && day < last ? DAYLIGHT_MS : STANDARD_MS);
}

/**
 * Instant at which a New York wall clock shows `minuteOfDay` whole minutes (0 to 1440) after midnight of `date`. The repeated
 * hour in autumn means its first pass; the hour skipped in spring is read an hour later, as if the clock had not changed.
 * @throws CalendarRangeError for a date outside the calendar or a minute outside the day
 */
export function newYorkInstant(date: string, minuteOfDay: number): EpochMs {
  const day = calendarDay(date);
  if (!Number.isInteger(minuteOfDay) || minuteOfDay < 0 || minuteOfDay > MINUTES_PER_DAY) {
    throw new CalendarRangeError(`minute ${minuteOfDay} of ${date}`, 'is no minute of a day');
  }
  const wallClock = day * MS_PER_DAY + minuteOfDay * MS_PER_MINUTE;
  const daylight = wallClock + DAYLIGHT_MS;
  return epochMs(behindUtcMs(daylight) === DAYLIGHT_MS ? daylight : wallClock + STANDARD_MS);
}

/** New York date `YYYY-MM-DD` of an instant; midnight belongs to the day it begins. @throws CalendarRangeError */
export function newYorkDate(t: EpochMs): string {
  assertInRange(t);
  return isoDate(Math.floor((t - behindUtcMs(t)) / MS_PER_DAY));
}
