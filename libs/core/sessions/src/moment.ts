import type { EpochMs } from '@aitrader/model';
import { CalendarRangeError } from './calendar-range.ts';
import { phaseEnd, phaseIn, phaseStart, postMs, preMs, regularMs, sessionIndexAt, type Phase } from './phase.ts';
import { SESSIONS, type TradingSession } from './session-table.ts';
import { nightOf, tradesByDay, type Venue } from './venue-hours.ts';

/*
 * Where an instant lies among the sessions. An instant is read as the close of an interval and belongs to the phase it ends.
 *
 * 1. A moment depends on the instant alone: where the cursor was before changes only what the call costs.
 * 2. Minutes elapsed never fall as time goes on, and pass at the clock's pace in the phases counted and not at all elsewhere.
 * 3. A cursor is plain data: a copy of it goes on as the original would.
 * 4. Phases are those of the cursor's venue; every instant has exactly one. Minutes are those of the exchanges at every venue.
 * 5. Every instant has one trade date, the same at all venues, and trade dates never fall.
 */

/** Where an instant lies. Minutes have a fraction when the instant is not on a minute. */
export interface Moment {
  phase: Phase;
  /** the session whose (preOpen, postClose] holds the instant; of OVERNIGHT the one that follows, whose trade date it is */
  session: TradingSession | undefined;
  /** minutes of PRE, RTH and POST from the calendar's beginning to the instant */
  tradingMinute: number;
  /** minutes of RTH from the calendar's beginning to the instant */
  regularMinute: number;
  /** index of that session, or of the last one that began before the instant; −1 before the first one */
  sessionIndex: number;
}

/** Plain data that remembers the phase it was last in, (after, until], so that most steps of a forward walk stay inside it. */
export interface CalendarCursor {
  readonly venue: Venue;
  after: number;
  until: number;
  /** milliseconds elapsed at `after`, and how fast they pass in this phase: 0 or 1 */
  tradingMsAfter: number;
  tradingRate: number;
  regularMsAfter: number;
  regularRate: number;
  moment: Moment;
}

const MS_PER_MINUTE = 60_000;

/** A cursor that has been nowhere yet. */
export function newCalendarCursor(venue: Venue = 'consolidated'): CalendarCursor {
  return {
    venue,
    after: 0,
    until: 0,
    tradingMsAfter: 0,
    tradingRate: 0,
    regularMsAfter: 0,
    regularRate: 0,
    moment: { phase: 'CLOSED', session: undefined, tradingMinute: 0, regularMinute: 0, sessionIndex: -1 },
  };
}

/** Takes the cursor to the phase that `t` ends. */
function moveCursor(cursor: CalendarCursor, t: EpochMs): void {
  const index = sessionIndexAt(t);
  const phase = phaseIn(index, t);
  const after = phaseStart(index, phase);
  cursor.after = after;
  cursor.until = phaseEnd(index, phase);
  cursor.regularMsAfter = regularMs(index, after);
  cursor.regularRate = phase === 'RTH' ? 1 : 0;
  cursor.tradingMsAfter = cursor.regularMsAfter + preMs(index, after) + postMs(index, after);
  cursor.tradingRate = phase === 'CLOSED' ? 0 : 1;
  cursor.moment.phase = phase;
  cursor.moment.session = phase === 'CLOSED' ? undefined : SESSIONS[index];
  cursor.moment.sessionIndex = index;
  if (phase === 'CLOSED') enterNight(cursor, index + 1, t);
  else if (!tradesByDay(cursor.venue, index)) {
    cursor.moment.phase = 'CLOSED';
    cursor.moment.session = undefined;
  }
}

/** Divides the time before a session by its night, if the venue has one. */
function enterNight(cursor: CalendarCursor, next: number, t: EpochMs): void {
  const night = nightOf(cursor.venue, next);
  if (night === undefined) return;
  if (t <= night.after) cursor.until = night.after;
  else if (t > night.until) cursor.after = night.until;
  else {
    cursor.after = night.after;
    cursor.until = night.until;
    cursor.moment.phase = 'OVERNIGHT';
    cursor.moment.session = SESSIONS[next];
    cursor.moment.sessionIndex = next;
  }
}

/**
 * Where `t` lies. O(1) and free of allocation; cheapest when `t` walks forward, though it may go anywhere. The result is the
 * cursor's own and the next call overwrites it. @throws CalendarRangeError, leaving the cursor as it was
 */
export function momentAt(cursor: CalendarCursor, t: EpochMs): Moment {
  if (!(t > cursor.after && t <= cursor.until)) moveCursor(cursor, t);
  const elapsed = t - cursor.after;
  const { moment } = cursor;
  moment.tradingMinute = (cursor.tradingMsAfter + elapsed * cursor.tradingRate) / MS_PER_MINUTE;
  moment.regularMinute = (cursor.regularMsAfter + elapsed * cursor.regularRate) / MS_PER_MINUTE;
  return moment;
}

/** The phase that an instant ends at a venue. O(1). @throws CalendarRangeError */
export function phaseAt(t: EpochMs, venue: Venue = 'consolidated'): Phase {
  const index = sessionIndexAt(t);
  const phase = phaseIn(index, t);
  if (phase !== 'CLOSED') return tradesByDay(venue, index) ? phase : 'CLOSED';
  const night = nightOf(venue, index + 1);
  return night !== undefined && t > night.after && t <= night.until ? 'OVERNIGHT' : 'CLOSED';
}

/**
 * The trade date, `YYYY-MM-DD`, that an instant counts to: that of the session it lies in, and after a session's end that of the next
 * one, so that the night before a session is the session's. O(1). @throws CalendarRangeError, also after the last session
 */
export function tradeDateAt(t: EpochMs): string {
  const index = sessionIndexAt(t);
  const session = SESSIONS[phaseIn(index, t) === 'CLOSED' ? index + 1 : index];
  if (session === undefined) throw new CalendarRangeError(String(t), 'is after the last session that the calendar knows');
  return session.date;
}
