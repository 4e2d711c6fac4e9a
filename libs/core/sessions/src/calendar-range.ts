import type { EpochMs } from '@aitrader/model';
import { dayNumber, dayOfIsoDate, MS_PER_DAY } from './civil-date.ts';

export const FIRST_YEAR = 1998;
export const LAST_YEAR = 2030;
/** First New York date that the calendar knows. */
export const CALENDAR_FIRST = '1998-01-01';
/** Last New York date that the calendar knows. */
export const CALENDAR_LAST = '2030-12-31';

export const FIRST_DAY = dayNumber(FIRST_YEAR, 1, 1);
export const LAST_DAY = dayNumber(LAST_YEAR, 12, 31);

/** Both ends of the range lie in winter, when New York is five hours behind UTC. */
const WINTER_BEHIND_UTC_MS = 5 * 3_600_000;
/** Midnight that begins the first day, in milliseconds since the epoch; the first instant of the calendar. */
export const FIRST_MS = FIRST_DAY * MS_PER_DAY + WINTER_BEHIND_UTC_MS;
/** Midnight that ends the last day; the first instant after the calendar. */
export const END_MS = (LAST_DAY + 1) * MS_PER_DAY + WINTER_BEHIND_UTC_MS;

const ISO_FORM = /^\d{4}-\d{2}-\d{2}$/;
const BEFORE = `is outside the calendar: it is before ${CALENDAR_FIRST}, the first New York date that the calendar knows`;
const AFTER = `is outside the calendar: it is after ${CALENDAR_LAST}, the last New York date that the calendar knows`;

/** Thrown for a date or an instant that the calendar says nothing about; `value` is what was asked for. */
export class CalendarRangeError extends RangeError {
  override readonly name = 'CalendarRangeError';
  readonly value: string;
  constructor(value: string, problem: string) {
    super(`${value} ${problem}`);
    this.value = value;
  }
}

/** Refuses an instant whose New York date is outside the calendar, and anything that is no instant. @throws CalendarRangeError */
export function assertInRange(t: EpochMs): void {
  if (!(t >= FIRST_MS && t < END_MS)) throw new CalendarRangeError(String(t), instantProblem(t));
}

function instantProblem(t: number): string {
  if (Number.isNaN(t)) return 'is no instant';
  return t < FIRST_MS ? BEFORE : AFTER;
}

/** Day number of an ISO date of the calendar. @throws CalendarRangeError, which tells a text that is no date from one outside */
export function calendarDay(date: string): number {
  const day = dayOfIsoDate(date);
  if (day === undefined) throw new CalendarRangeError(date, formProblem(date));
  const outside = outsideProblem(day);
  if (outside !== undefined) throw new CalendarRangeError(date, outside);
  return day;
}

const formProblem = (text: string): string =>
  ISO_FORM.test(text) ? 'is no date: there is no such day' : 'is no date of the form YYYY-MM-DD';

function outsideProblem(day: number): string | undefined {
  if (day < FIRST_DAY) return BEFORE;
  return day > LAST_DAY ? AFTER : undefined;
}

/** What keeps a text from being a date of the calendar, in words that follow it; undefined when it is one. */
export function dateProblem(text: string): string | undefined {
  const day = dayOfIsoDate(text);
  return day === undefined ? formProblem(text) : outsideProblem(day);
}
