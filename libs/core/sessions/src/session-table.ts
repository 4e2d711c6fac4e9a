import { epochMs, read, readInt32, type EpochMs } from '@aitrader/model';
import { calendarDay, FIRST_DAY, FIRST_YEAR, LAST_DAY, LAST_YEAR } from './calendar-range.ts';
import { dayNumber, isoDate, lengthOfMonth, MS_PER_DAY, SATURDAY, SUNDAY, twoDigits, weekdayOf } from './civil-date.ts';
import { EARLY_CLOSES, HOLIDAYS, LATE_OPENINGS } from './exchange-days.ts';
import { daytimeBehindUtcMs } from './new-york-time.ts';

/*
 * The sessions of the calendar, in order of time.
 *
 * 1. A weekday that is no holiday has one session, every other day has none.
 * 2. preOpen < open < close < postClose, all on the session's New York date, and sessions do not overlap.
 */

/** One trading day of the exchange. Instants are milliseconds since the epoch; `date` is the New York date, `YYYY-MM-DD`. */
export interface TradingSession {
  readonly date: string;
  readonly preOpen: EpochMs;
  readonly open: EpochMs;
  readonly close: EpochMs;
  readonly postClose: EpochMs;
  readonly earlyClose: boolean;
}

const MS_PER_MINUTE = 60_000;
/** Wall-clock hours after midnight: extended hours as US brokers offer them, regular hours of the exchange. */
const PRE_OPEN_MS = 4 * 60 * MS_PER_MINUTE;
const OPEN_MS = (9 * 60 + 30) * MS_PER_MINUTE;
const CLOSE_MS = 16 * 60 * MS_PER_MINUTE;
const POST_CLOSE_MS = 20 * 60 * MS_PER_MINUTE;
const LATE_OPEN_MS = 12 * 60 * MS_PER_MINUTE;
const EARLY_CLOSE_MS = 13 * 60 * MS_PER_MINUTE;
const EARLY_POST_CLOSE_MS = 17 * 60 * MS_PER_MINUTE;

const DAYS = LAST_DAY - FIRST_DAY + 1;

/** The calendar as computed once; columns are indexed by session and have room for one on every day. */
interface SessionTable {
  readonly sessions: TradingSession[];
  /** by day of the calendar, the index of the last session on or before it; −1 before the first one */
  readonly lastByDay: Int32Array;
  /** boundaries in milliseconds since the epoch */
  readonly preOpen: Float64Array;
  readonly open: Float64Array;
  readonly close: Float64Array;
  readonly postClose: Float64Array;
  /** milliseconds of each phase in all sessions before this one */
  readonly preBefore: Float64Array;
  readonly regularBefore: Float64Array;
  readonly postBefore: Float64Array;
}

function isSessionDay(day: number): boolean {
  const weekday = weekdayOf(day);
  return weekday !== SATURDAY && weekday !== SUNDAY && !HOLIDAYS.has(day);
}

/** Appends the session of a day; `midnight` is what the clock of its daytime calls 00:00, also when it changed at 02:00. */
function addSession(table: SessionTable, day: number, date: string, midnight: number): void {
  const index = table.sessions.length;
  const earlyClose = EARLY_CLOSES.has(day);
  const preOpen = midnight + PRE_OPEN_MS;
  const open = midnight + (LATE_OPENINGS.has(day) ? LATE_OPEN_MS : OPEN_MS);
  const close = midnight + (earlyClose ? EARLY_CLOSE_MS : CLOSE_MS);
  const postClose = midnight + (earlyClose ? EARLY_POST_CLOSE_MS : POST_CLOSE_MS);
  table.preOpen[index] = preOpen;
  table.open[index] = open;
  table.close[index] = close;
  table.postClose[index] = postClose;
  table.preBefore[index + 1] = read(table.preBefore, index) + open - preOpen;
  table.regularBefore[index + 1] = read(table.regularBefore, index) + close - open;
  table.postBefore[index + 1] = read(table.postBefore, index) + postClose - close;
  table.sessions.push(
    Object.freeze({
      date,
      preOpen: epochMs(preOpen),
      open: epochMs(open),
      close: epochMs(close),
      postClose: epochMs(postClose),
      earlyClose,
    }),
  );
}

/** Appends a month; its dates share a beginning, which spares most of the work of writing them. */
function addMonth(table: SessionTable, year: number, month: number, behindUtcMs: (day: number) => number): void {
  const first = dayNumber(year, month, 1);
  const yearAndMonth = isoDate(first).slice(0, 8);
  const length = lengthOfMonth(year, month);
  for (let dayOfMonth = 1; dayOfMonth <= length; dayOfMonth += 1) {
    const day = first + dayOfMonth - 1;
    if (isSessionDay(day)) addSession(table, day, yearAndMonth + twoDigits(dayOfMonth), day * MS_PER_DAY + behindUtcMs(day));
    table.lastByDay[day - FIRST_DAY] = table.sessions.length - 1;
  }
}

function sessionTable(): SessionTable {
  const column = (): Float64Array => new Float64Array(DAYS + 1);
  const table: SessionTable = {
    sessions: [],
    lastByDay: new Int32Array(DAYS),
    preOpen: column(),
    open: column(),
    close: column(),
    postClose: column(),
    preBefore: column(),
    regularBefore: column(),
    postBefore: column(),
  };
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year += 1) {
    const behindUtcMs = daytimeBehindUtcMs(year);
    for (let month = 1; month <= 12; month += 1) addMonth(table, year, month, behindUtcMs);
  }
  Object.freeze(table.sessions);
  return Object.freeze(table);
}

/** Computed when the module is loaded, in some ten milliseconds, and constant from then on. */
export const TABLE = sessionTable();

/** Every session of the calendar, in order of time. */
export const SESSIONS: readonly TradingSession[] = TABLE.sessions;

/** Index of the last session on or before a day number of the calendar, −1 before the first. O(1). */
export const lastSessionOnOrBefore = (day: number): number => readInt32(TABLE.lastByDay, day - FIRST_DAY);

/** Trading minutes of an ordinary session, PRE, RTH and POST: what a daily bar stands for. */
export const SESSION_MINUTES = (POST_CLOSE_MS - PRE_OPEN_MS) / MS_PER_MINUTE;

/** How many sessions it takes for so many trading minutes to pass, begun ones counted whole; NaN of what is no positive number. */
export const sessionsIn = (minutes: number): number => (minutes > 0 ? Math.ceil(minutes / SESSION_MINUTES) : NaN);

/** The session at an index, or undefined when the calendar has none there. */
export const sessionAt = (index: number): TradingSession | undefined => SESSIONS[index];

/** The session of a New York date, or undefined on a day without one. O(1). @throws CalendarRangeError */
export function sessionOn(date: string): TradingSession | undefined {
  const session = SESSIONS[lastSessionOnOrBefore(calendarDay(date))];
  return session?.date === date ? session : undefined;
}

/** The sessions from `first` to `last`, both included, in order of time; none when they are reversed. @throws CalendarRangeError */
export function sessionsBetween(first: string, last: string): readonly TradingSession[] {
  const from = lastSessionOnOrBefore(calendarDay(first)) + (sessionOn(first) === undefined ? 1 : 0);
  return SESSIONS.slice(from, Math.max(from, lastSessionOnOrBefore(calendarDay(last)) + 1));
}

/**
 * Civil days from a session to the next one, by index: 1 on an ordinary night, 3 over a weekend. After the calendar's last session,
 * and before its first at −1, it is Infinity: nobody knows. O(1).
 */
export function daysToNextSession(index: number): number {
  if (index < 0 || index + 1 >= SESSIONS.length) return Infinity;
  return Math.round((read(TABLE.preOpen, index + 1) - read(TABLE.preOpen, index)) / MS_PER_DAY);
}

/** Name of the holiday or closure that leaves a weekday without a session. @throws CalendarRangeError */
export const holidayOn = (date: string): string | undefined => HOLIDAYS.get(calendarDay(date));

/** Name of the occasion on which a session closes early. @throws CalendarRangeError */
export const earlyCloseOn = (date: string): string | undefined => EARLY_CLOSES.get(calendarDay(date));
