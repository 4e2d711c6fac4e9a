import { newYorkDate, sessionOn, sessionsBetween, type TradingSession } from '@aitrader/core-sessions';
import { epochMs, type EpochMs } from '@aitrader/model';
import { JOBS, type JobDefinition, type JobName } from './jobs.ts';
import type { ScheduleConfig } from './schedule-config.ts';
import { instantOf } from './session-time.ts';

/*
 * What a date has to be done, and when.
 *
 * 1. A date has jobs when the exchange trades on it, and no other has.
 * 2. Every job of a date comes once.
 */

/** A job of a date. */
export interface PlannedJob {
  readonly date: string;
  readonly name: JobName;
  readonly isOn: boolean;
  readonly at: EpochMs;
  /** it is not begun after this */
  readonly until: EpochMs;
  /** it has to be done by this */
  readonly by: EpochMs;
  readonly definition: JobDefinition;
  readonly arguments: readonly string[];
}

/** What a job of a date is called wherever it is spoken of: there is one of it. */
export const jobId = ({ date, name }: Pick<PlannedJob, 'date' | 'name'>): string => `schedule/${date}/${name}`;

/** The jobs of a session's date, by their time. */
export function timetableOf({ jobs }: ScheduleConfig, session: TradingSession): readonly PlannedJob[] {
  return jobs
    .map(({ name, isOn, at, until, by, arguments: told }) => ({
      ...{ date: session.date, name, isOn, definition: JOBS[name], arguments: told },
      ...{ at: instantOf(at, session), until: instantOf(until, session), by: instantOf(by, session) },
    }))
    .sort((a, b) => a.at - b.at);
}

const DAY_MS = 86_400_000;
/** Jobs lie up to half a day around their session; what was not done then is looked for as far back, over long weekends and a week away. */
const DAYS_BACK = 11;
const DAYS_AHEAD = 1;

/** The sessions whose jobs may have something to be done at an instant. @throws CalendarRangeError */
export const sessionsAround = (now: EpochMs): readonly TradingSession[] =>
  sessionsBetween(newYorkDate(epochMs(now - DAYS_BACK * DAY_MS)), newYorkDate(epochMs(now + DAYS_AHEAD * DAY_MS)));

/** The trading date before one. @throws CalendarRangeError */
export const dateBefore = (date: string): string | undefined => {
  const session = sessionOn(date);
  if (session === undefined) return undefined;
  return sessionsBetween(newYorkDate(epochMs(session.open - DAYS_BACK * DAY_MS)), date).at(-2)?.date;
};
