/**
 * When scans are due.
 *
 * 1. Whether a scan is due at an interval follows from the configuration, the calendar, and the close of the interval before: whoever
 *    goes through a run's intervals comes to the same scans, the writer of the lists and those who wait for them.
 * 2. A scan is due at the first interval that closes at its time or later; of several that are due at once the latest is made.
 * 3. A time after the close of its session, as on a half day, never comes. Times are of New York's clock, whatever its distance to UTC.
 */
import { type EpochMs, read, type ScannerConfig, type Timeframe } from '@aitrader/model';
import { type CalendarCursor, momentAt, newCalendarCursor, newYorkInstant } from '@aitrader/core-sessions';

/** Plain data: the times and the session that they were turned into instants for. */
export interface ScanSchedule {
  /** minutes of the day in New York */
  readonly times: readonly number[];
  readonly calendar: CalendarCursor;
  session: number;
  /** the times as instants of that session; infinity for one that does not come */
  readonly instants: Float64Array;
}

/** No scan. */
export const NO_SCAN = -1;

/** A schedule that has been nowhere yet. */
export const newScanSchedule = ({ times }: Pick<ScannerConfig, 'times'>): ScanSchedule => ({
  times,
  calendar: newCalendarCursor(),
  session: -1,
  instants: new Float64Array(times.length).fill(Infinity),
});

/**
 * The scan that is due at the interval that closes at `t`, as an index into the times, or `NO_SCAN`; of daily bars, which are scanned at
 * each close, it is 0. `before` is the close of the interval before, −1 at first. @throws CalendarRangeError
 */
export function scanDue(schedule: ScanSchedule, timeframe: Timeframe, before: number, t: EpochMs): number {
  const { session, sessionIndex, phase } = momentAt(schedule.calendar, t);
  if (session === undefined) return NO_SCAN;
  if (timeframe === '1d') return phase === 'RTH' ? 0 : NO_SCAN;
  if (schedule.session !== sessionIndex) {
    schedule.session = sessionIndex;
    schedule.times.forEach((minute, k) => {
      const at = newYorkInstant(session.date, minute);
      schedule.instants[k] = at <= session.close ? at : Infinity;
    });
  }
  let due = NO_SCAN;
  let latest = before;
  for (let k = 0; k < schedule.instants.length; k++) {
    const at = read(schedule.instants, k);
    if (at <= t && at > latest) {
      due = k;
      latest = at;
    }
  }
  return due;
}

/** Tells whether a list is made at an interval: for those who wait for it. Always no without a scanner. */
export function scanTimes(config: ScannerConfig | null, timeframe: Timeframe): (before: number, t: EpochMs) => boolean {
  if (config === null) return () => false;
  const schedule = newScanSchedule(config);
  return (before, t) => scanDue(schedule, timeframe, before, t) !== NO_SCAN;
}
