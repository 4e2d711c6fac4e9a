export { CALENDAR_FIRST, CALENDAR_LAST, CalendarRangeError, dateProblem } from './calendar-range.ts';
export { newYorkDate, newYorkInstant } from './new-york-time.ts';
export {
  type TradingSession,
  daysToNextSession,
  earlyCloseOn,
  holidayOn,
  SESSION_MINUTES,
  sessionAt,
  sessionOn,
  sessionsBetween,
  sessionsIn,
} from './session-table.ts';
export { type DayPhase, type Phase } from './phase.ts';
export { sessionEnds, weekEnds } from './session-ends.ts';
export { type CalendarCursor, type Moment, momentAt, newCalendarCursor, phaseAt, tradeDateAt } from './moment.ts';
export { tradingMinutesBetween } from './trading-minutes.ts';
export { nightOf, type Night, type Stretch, type Venue, VENUE_HOURS, type VenueHours, venueOfFeed } from './venue-hours.ts';
