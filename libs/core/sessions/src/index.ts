export { CALENDAR_FIRST, CALENDAR_LAST, CalendarRangeError, dateProblem } from './calendar-range.ts';
export { newYorkDate, newYorkInstant } from './new-york-time.ts';
export { type TradingSession, daysToNextSession, earlyCloseOn, holidayOn, sessionOn, sessionsBetween } from './session-table.ts';
export { type Phase } from './phase.ts';
export { sessionEnds, weekEnds } from './session-ends.ts';
export { type CalendarCursor, type Moment, momentAt, newCalendarCursor, phaseAt } from './moment.ts';
export { tradingMinutesBetween } from './trading-minutes.ts';
