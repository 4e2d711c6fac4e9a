import { epochMs, read, type EpochMs } from '@aitrader/model';
import { calendarDay } from './calendar-range.ts';
import { lastSessionOnOrBefore, SESSIONS, sessionOn, TABLE } from './session-table.ts';

/*
 * The hours of each venue as dated rows: whether it trades by day, and in which night. PRE, RTH and POST are those of the exchanges.
 *
 * 1. A night belongs to the trade date that follows it: Sunday evening is Monday's. The evening before a day without a session
 *    has no night, that before and after a half day has a whole one.
 * 2. A row without a date is known and not in force: nothing is derived from it.
 * 3. A night lies between two sessions and touches neither's PRE, RTH or POST.
 */

/** Whose hours they are: the consolidated tapes with the exchanges behind them, or Blue Ocean ATS, which trades at night only. */
export type Venue = 'consolidated' | 'boats';

/** Hours of a night, minutes of the New York day: it opens on the evening before the trade date and closes on its morning. */
export interface Night {
  readonly opensMinute: number;
  readonly closesMinute: number;
}

/** What a venue does from a trade date on, until a later row of the same venue. */
export interface VenueHours {
  readonly venue: Venue;
  /** first trade date of which it holds; undefined when no date is known, and then it does not hold */
  readonly since: string | undefined;
  /** whether it trades in PRE, RTH and POST */
  readonly byDay: boolean;
  readonly night: Night | undefined;
  readonly evidence: string;
}

const at = (hour: number): number => hour * 60;

/** The rows, each venue's in order of time. */
export const VENUE_HOURS: readonly VenueHours[] = [
  {
    venue: 'consolidated',
    since: '1998-01-02',
    byDay: true,
    night: undefined,
    evidence: 'extended hours of the exchanges, 04:00 to 20:00; no exchange and no tape ran at night',
  },
  {
    venue: 'consolidated',
    since: undefined,
    byDay: true,
    night: { opensMinute: at(21), closesMinute: at(4) },
    evidence:
      'amendment of the tape plans filed on 2025-12-19: Sunday 21:00 to Friday 20:00, pause from 20:00 to 21:00, the new trade ' +
      'date right after it; SR-NASDAQ-2025-109: night from 21:00 to 04:00. Neither an approval nor a first day was found',
  },
  {
    venue: 'boats',
    since: '2025-07-01',
    byDay: false,
    night: { opensMinute: at(20), closesMinute: at(4) },
    evidence:
      "Alpaca's documentation of 24/5 trading: 20:00 to 04:00 New York, Sunday evening to Friday morning, none on the eve of a full " +
      'holiday, whole on half days. The feeds boats and overnight came to its clients on 2025-07-01 (alpacahq/alpaca-py #609); ' +
      'nights before that are not vouched for',
  },
];

/** Feeds that print what is traded at night, by the last part of their names (`vendor/feed`). */
const NIGHT_FEEDS: ReadonlySet<string> = new Set(['boats', 'overnight']);

/** The venue whose hours a feed of bars keeps; one that is not known is of the consolidated day, where nights are closed. */
export const venueOfFeed = (feed: string): Venue =>
  NIGHT_FEEDS.has(feed.slice(feed.lastIndexOf('/') + 1)) ? 'boats' : 'consolidated';

const MS_PER_MINUTE = 60_000;
const MINUTES_PER_DAY = 1_440;
/** PRE begins at this minute of every session. */
const PRE_OPEN_MINUTE = 240;

/** A row that is in force, in terms of sessions. Milliseconds count back from the PRE of the trade date. */
interface HoursInForce {
  readonly firstSession: number;
  readonly byDay: boolean;
  readonly opensMsBefore: number;
  readonly closesMsBefore: number;
}

function inForce(rows: readonly VenueHours[], venue: Venue): readonly HoursInForce[] {
  return rows.flatMap(({ venue: of, since, byDay, night }) => {
    if (of !== venue || since === undefined) return [];
    const firstSession = lastSessionOnOrBefore(calendarDay(since)) + (sessionOn(since) === undefined ? 1 : 0);
    // no clock changes between an evening before a session and its morning: it changes on Sundays at 02:00
    const opens = night === undefined ? 0 : PRE_OPEN_MINUTE + MINUTES_PER_DAY - night.opensMinute;
    const closes = night === undefined ? 0 : PRE_OPEN_MINUTE - night.closesMinute;
    return [{ firstSession, byDay, opensMsBefore: opens * MS_PER_MINUTE, closesMsBefore: closes * MS_PER_MINUTE }];
  });
}

/** Hours of every venue in force, latest first. */
export type HoursTable = Readonly<Record<Venue, readonly HoursInForce[]>>;

/** Derives the table that is looked up from rows. @throws CalendarRangeError on a row whose date the calendar does not know */
export const hoursTable = (rows: readonly VenueHours[]): HoursTable => ({
  consolidated: inForce(rows, 'consolidated').toReversed(),
  boats: inForce(rows, 'boats').toReversed(),
});

const HOURS = hoursTable(VENUE_HOURS);

function hoursOf(hours: HoursTable, venue: Venue, session: number): HoursInForce | undefined {
  for (const row of hours[venue]) if (session >= row.firstSession) return row;
  return undefined;
}

/** Whether a venue trades in PRE, RTH and POST of a session, by index. */
export const tradesByDay = (venue: Venue, session: number, hours = HOURS): boolean =>
  hoursOf(hours, venue, session)?.byDay ?? false;

/** A stretch of time (after, until], epoch ms. */
export interface Stretch {
  readonly after: EpochMs;
  readonly until: EpochMs;
}

/** The night of a trade date at a venue, by the index of its session; undefined when it has none. */
export function nightOf(venue: Venue, session: number, hours = HOURS): Stretch | undefined {
  if (session < 0 || session >= SESSIONS.length) return undefined;
  const found = hoursOf(hours, venue, session);
  if (found === undefined || found.opensMsBefore === 0) return undefined;
  const preOpen = read(TABLE.preOpen, session);
  return { after: epochMs(preOpen - found.opensMsBefore), until: epochMs(preOpen - found.closesMsBefore) };
}
