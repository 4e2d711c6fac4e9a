import { item } from '@aitrader/model';

/**
 * Dates of the proleptic Gregorian calendar as day numbers: whole days since 1970-01-01.
 * Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil and civil_from_days.
 *
 * 1. A day number and its ISO text name each other: parsing the text of a day gives the day back.
 * 2. Consecutive days have consecutive numbers and consecutive weekdays.
 */

export const MS_PER_DAY = 86_400_000;

/** Day of the week as a number, Sunday first. */
export const SUNDAY = 0;
export const MONDAY = 1;
export const TUESDAY = 2;
export const WEDNESDAY = 3;
export const THURSDAY = 4;
export const FRIDAY = 5;
export const SATURDAY = 6;

/** 1970-01-01 was a Thursday. */
const EPOCH_WEEKDAY = THURSDAY;
const DAYS_PER_ERA = 146_097;
const DAYS_PER_YEAR = 365;
/** Days from 0000-03-01, where the algorithm's eras begin, to 1970-01-01. */
const ERA_OFFSET = 719_468;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Day number of a civil date; `month` is 1 to 12, `day` 1 to 31. */
export function dayNumber(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * DAYS_PER_YEAR + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - ERA_OFFSET;
}

/** Days in a month, 1 to 12. */
export function lengthOfMonth(year: number, month: number): number {
  const next = month === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, month + 1, 1);
  return next - dayNumber(year, month, 1);
}

/** Day of the week of a day number: 0 is Sunday, 6 is Saturday. */
export const weekdayOf = (day: number): number => (((day + EPOCH_WEEKDAY) % 7) + 7) % 7;

/** Day number of the `nth` (1 to 4) given weekday of a month. */
export function nthWeekday(year: number, month: number, weekday: number, nth: number): number {
  const first = dayNumber(year, month, 1);
  return first + ((weekday - weekdayOf(first) + 7) % 7) + (nth - 1) * 7;
}

/** Day number of the last given weekday of a month. */
export function lastWeekday(year: number, month: number, weekday: number): number {
  const last = dayNumber(year, month, lengthOfMonth(year, month));
  return last - ((weekdayOf(last) - weekday + 7) % 7);
}

/** Day number of Easter Sunday. Source: the "Anonymous Gregorian" computus, Nature, 20 April 1876; Meeus, ch. 8. */
export function easterSunday(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const yearOfCentury = year % 100;
  const moonCorrection = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - moonCorrection + 15) % 30;
  const toSunday = (32 + 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - epact - (yearOfCentury % 4)) % 7;
  const lateMoon = Math.floor((golden + 11 * epact + 22 * toSunday) / 451);
  const sinceMarch = epact + toSunday - 7 * lateMoon + 114;
  return dayNumber(year, Math.floor(sinceMarch / 31), (sinceMarch % 31) + 1);
}

const TWO_DIGITS: readonly string[] = Array.from({ length: 100 }, (_, value) => `${value < 10 ? '0' : ''}${value}`);

/** `00` to `99`. */
export const twoDigits = (value: number): string => item(TWO_DIGITS, value);

/** ISO text `YYYY-MM-DD` of a day number in the years 0 to 9999. */
export function isoDate(day: number): string {
  const shifted = day + ERA_OFFSET;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const leapDays = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / (DAYS_PER_ERA - 1));
  const yearOfEra = Math.floor((dayOfEra - leapDays) / DAYS_PER_YEAR);
  const dayOfYear = dayOfEra - (DAYS_PER_YEAR * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${twoDigits(Math.floor(year / 100))}${twoDigits(year % 100)}-${twoDigits(month)}-${twoDigits(dayOfMonth)}`;
}

/** Day number of an ISO text `YYYY-MM-DD`, or undefined when it names no day. */
export function dayOfIsoDate(text: string): number | undefined {
  if (!ISO_DATE.test(text)) return undefined;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const dayOfMonth = Number(text.slice(8));
  if (month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > lengthOfMonth(year, month)) return undefined;
  return dayNumber(year, month, dayOfMonth);
}
