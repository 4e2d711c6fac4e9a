import { calendarDay, FIRST_YEAR, LAST_YEAR } from './calendar-range.ts';
import {
  dayNumber,
  easterSunday,
  FRIDAY,
  lastWeekday,
  MONDAY,
  nthWeekday,
  SATURDAY,
  SUNDAY,
  THURSDAY,
  TUESDAY,
  WEDNESDAY,
  weekdayOf,
} from './civil-date.ts';

/*
 * The days on which the New York Stock Exchange (MIC XNYS) did not or will not keep its usual hours, 1998 to 2030: rules with
 * the years in which they hold, and dated data for what no rule foretells. Sources: NYSE Rule 7.2 (formerly Rule 51) and the
 * exchange's list of special closings. A future one-off closure is unknown until it is added here. Halts and outages inside a
 * session, and openings late by a minute or two of silence, are no part of the calendar: nobody could have planned by them.
 *
 * 1. Every holiday, early close and late opening is a weekday, and no holiday has an early close or a late opening.
 */

interface DayRule {
  readonly name: string;
  /** first and last year in which the rule holds; without a last one it still does */
  readonly since: number;
  readonly through?: number;
  /** day number in a year, or undefined in a year without it */
  readonly dayIn: (year: number) => number | undefined;
  /** the day on which it is observed, undefined when it is not observed at all; the day itself unless stated */
  readonly observedOn?: (day: number) => number | undefined;
}

/** A day that no rule foretells. */
export interface DatedDay {
  readonly date: string;
  readonly name: string;
  /** what is known of the decision, and what shows that it was so */
  readonly evidence: string;
}

/** Rule 7.2: a Saturday is observed on the Friday before, a Sunday on the Monday after. */
function nearestWeekday(day: number): number {
  const weekday = weekdayOf(day);
  if (weekday === SATURDAY) return day - 1;
  return weekday === SUNDAY ? day + 1 : day;
}

/** Rule 7.2: no Friday is given that ends a month or a year, so New Year's Day on a Saturday is lost. */
const nearestWeekdayInYear = (day: number): number | undefined => (weekdayOf(day) === SATURDAY ? undefined : nearestWeekday(day));

const fixedDay =
  (month: number, dayOfMonth: number) =>
  (year: number): number =>
    dayNumber(year, month, dayOfMonth);

/** A fixed day of the year, in the years when it falls on one of `weekdays`. */
function onWeekdays(month: number, dayOfMonth: number, weekdays: readonly number[]): (year: number) => number | undefined {
  return (year) => {
    const day = dayNumber(year, month, dayOfMonth);
    return weekdays.includes(weekdayOf(day)) ? day : undefined;
  };
}

const thanksgiving = (year: number): number => nthWeekday(year, 11, THURSDAY, 4);

const HOLIDAY_RULES: readonly DayRule[] = [
  { name: "New Year's Day", since: 1952, dayIn: fixedDay(1, 1), observedOn: nearestWeekdayInYear },
  { name: 'Martin Luther King Jr. Day', since: 1998, dayIn: (year) => nthWeekday(year, 1, MONDAY, 3) },
  { name: "Washington's Birthday", since: 1971, dayIn: (year) => nthWeekday(year, 2, MONDAY, 3) },
  { name: 'Good Friday', since: 1908, dayIn: (year) => easterSunday(year) - 2 },
  { name: 'Memorial Day', since: 1971, dayIn: (year) => lastWeekday(year, 5, MONDAY) },
  { name: 'Juneteenth', since: 2022, dayIn: fixedDay(6, 19), observedOn: nearestWeekday },
  { name: 'Independence Day', since: 1954, dayIn: fixedDay(7, 4), observedOn: nearestWeekday },
  { name: 'Labor Day', since: 1887, dayIn: (year) => nthWeekday(year, 9, MONDAY, 1) },
  { name: 'Thanksgiving Day', since: 1942, dayIn: thanksgiving },
  { name: 'Christmas Day', since: 1954, dayIn: fixedDay(12, 25), observedOn: nearestWeekday },
];

/*
 * Whatever is added here names its evidence: what was decided, and the independent records that agree. LEAN is the market hours of
 * QuantConnect's engine, XNYS what exchange_calendars and pandas_market_calendars both say, and "no bar" the daily bars of S&P 500
 * and single shares that lack the date between two that they have. The specs beside this file compare all of them, day by day.
 */
const TOWERS = 'all US stock exchanges stayed closed until 2001-09-17; LEAN; no bar';
const SANDY = 'all US stock exchanges stayed closed on both days; LEAN; no bar';
const MOURNING = 'announced by the exchange after the president proclaimed the day; LEAN';

const ONE_OFF_CLOSURES: readonly DatedDay[] = [
  { date: '2001-09-11', name: 'Attack on the World Trade Center', evidence: TOWERS },
  { date: '2001-09-12', name: 'Attack on the World Trade Center', evidence: TOWERS },
  { date: '2001-09-13', name: 'Attack on the World Trade Center', evidence: TOWERS },
  { date: '2001-09-14', name: 'Attack on the World Trade Center', evidence: TOWERS },
  { date: '2004-06-11', name: 'National Day of Mourning: Ronald Reagan', evidence: `${MOURNING}; no bar` },
  { date: '2007-01-02', name: 'National Day of Mourning: Gerald Ford', evidence: `${MOURNING}; no bar` },
  { date: '2012-10-29', name: 'Hurricane Sandy', evidence: SANDY },
  { date: '2012-10-30', name: 'Hurricane Sandy', evidence: SANDY },
  { date: '2018-12-05', name: 'National Day of Mourning: George H. W. Bush', evidence: `${MOURNING}; XNYS; no bar` },
  { date: '2025-01-09', name: 'National Day of Mourning: Jimmy Carter', evidence: `${MOURNING}; XNYS` },
];

const EARLY_CLOSE_RULES: readonly DayRule[] = [
  { name: 'Day before Independence Day', since: 1995, dayIn: onWeekdays(7, 3, [MONDAY, TUESDAY, THURSDAY]) },
  // With the holiday on a Thursday the half day was the Friday after it, until 2013 made it the Wednesday before.
  { name: 'Day after Independence Day', since: 1996, through: 2012, dayIn: onWeekdays(7, 5, [FRIDAY]) },
  { name: 'Day before Independence Day', since: 2013, dayIn: onWeekdays(7, 3, [WEDNESDAY]) },
  { name: 'Day after Thanksgiving', since: 1993, dayIn: (year) => thanksgiving(year) + 1 },
  // On a Friday it is itself the observed holiday.
  { name: 'Christmas Eve', since: 1996, dayIn: onWeekdays(12, 24, [MONDAY, TUESDAY, WEDNESDAY, THURSDAY]) },
];

const ONE_OFF_EARLY_CLOSES: readonly DatedDay[] = [
  {
    date: '1999-12-31',
    name: 'Eve of the year 2000',
    evidence: "approved by the exchange's board on 1999-06-03, to make room for the change of the century; LEAN has a full day",
  },
  { date: '2003-12-26', name: 'Day after Christmas', evidence: "the exchange's list of special closings; LEAN" },
];

/** Openings at noon. The exchange waited for the memorial service at the site of the towers. */
const ONE_OFF_LATE_OPENINGS: readonly DatedDay[] = [
  { date: '2002-09-11', name: 'First anniversary of September 11', evidence: "the exchange's list of special closings" },
];

/** Adds a rule's days in the calendar's years; a day observed elsewhere says so in its name. */
function addRule(names: Map<number, string>, rule: DayRule): void {
  const { name, since, through = LAST_YEAR, dayIn, observedOn } = rule;
  for (let year = Math.max(since, FIRST_YEAR); year <= Math.min(through, LAST_YEAR); year += 1) {
    const day = dayIn(year);
    const observed = day === undefined || observedOn === undefined ? day : observedOn(day);
    if (observed !== undefined) names.set(observed, observed === day ? name : `${name} (observed)`);
  }
}

/** Names by day number: what the rules give, then what is dated. */
function namedDays(rules: readonly DayRule[], dated: readonly DatedDay[]): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const rule of rules) addRule(names, rule);
  for (const { date, name } of dated) names.set(calendarDay(date), name);
  return names;
}

/** Weekdays without a session, by day number. */
export const HOLIDAYS = namedDays(HOLIDAY_RULES, ONE_OFF_CLOSURES);
/** Sessions that close at 13:00, by day number. */
export const EARLY_CLOSES = namedDays(EARLY_CLOSE_RULES, ONE_OFF_EARLY_CLOSES);
/** Sessions that open at 12:00, by day number. */
export const LATE_OPENINGS = namedDays([], ONE_OFF_LATE_OPENINGS);

/** Every one-off row, for its evidence to be checked. */
export const ONE_OFF_DAYS: readonly DatedDay[] = [...ONE_OFF_CLOSURES, ...ONE_OFF_EARLY_CLOSES, ...ONE_OFF_LATE_OPENINGS];
