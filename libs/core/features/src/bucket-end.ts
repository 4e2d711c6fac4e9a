import { type CalendarCursor, momentAt } from '@aitrader/core-sessions';
import { epochMs, type EpochMs, MINUTES_OF, type Timeframe } from '@aitrader/model';

/*
 * The intervals of the longer timeframes: buckets.
 *
 * Invariants
 * 1. A bucket lies inside one phase of one session, that of a day inside one session, or in the time between two sessions.
 * 2. The buckets of a phase follow each other from its beginning, each as long as the timeframe, the last one perhaps cut off by
 *    the phase's end: pre-market's from 04:00, regular hours' from 09:30, after hours' from 16:00 or an early close.
 * 3. A bucket is made of whole buckets of every shorter timeframe.
 */

/** Which hours a daily bar is made of: regular ones, as on daily charts, or pre-market and after hours as well. */
export type DailyHours = 'regular' | 'extended';

const MS_PER_MINUTE = 60_000;

/**
 * The beginning of the bucket that a bar closing at `t` belongs to: the bars that make it close after this. Undefined when a daily bar
 * leaves it out. O(1). @throws CalendarRangeError
 */
export function bucketStart(cursor: CalendarCursor, t: EpochMs, timeframe: Timeframe, hours: DailyHours): EpochMs | undefined {
  const end = bucketEnd(cursor, t, timeframe, hours);
  if (end === undefined) return undefined;
  if (timeframe === '1d') return hours === 'extended' ? cursor.moment.session?.preOpen : cursor.moment.session?.open;
  const lengthMs = MINUTES_OF[timeframe] * MS_PER_MINUTE;
  return epochMs(cursor.after + (Math.ceil((t - cursor.after) / lengthMs) - 1) * lengthMs);
}

/**
 * The end of the bucket that a bar closing at `t` belongs to; undefined when a daily bar leaves it out. Between sessions, intraday
 * buckets count from the end of the session before. O(1). @throws CalendarRangeError
 */
export function bucketEnd(cursor: CalendarCursor, t: EpochMs, timeframe: Timeframe, hours: DailyHours): EpochMs | undefined {
  const { phase, session } = momentAt(cursor, t);
  if (timeframe === '1d') {
    // a night's trades are another venue's: no daily bar of the exchanges holds them
    if (phase === 'OVERNIGHT') return undefined;
    if (hours === 'extended') return session?.postClose;
    return phase === 'RTH' ? session?.close : undefined;
  }
  const lengthMs = MINUTES_OF[timeframe] * MS_PER_MINUTE;
  // the cursor is now in the phase (after, until] that `t` ends
  const buckets = Math.ceil((t - cursor.after) / lengthMs);
  return epochMs(Math.min(cursor.after + buckets * lengthMs, cursor.until));
}
