import type { TradingSession } from '@aitrader/core-sessions';
import type { JobStatus } from './job-row.ts';
import type { JobName } from './jobs.ts';
import type { ScheduleConfig } from './schedule-config.ts';
import type { ScheduleLog } from './schedule-log.ts';
import { jobId, timetableOf } from './timetable.ts';

/** A job of a date with what happened, as people and the console are shown it. Instants are epoch ms. */
export interface JobView {
  readonly id: string;
  readonly date: string;
  readonly name: JobName;
  readonly about: string;
  readonly isOn: boolean;
  readonly isForHooks: boolean;
  readonly at: number;
  readonly until: number;
  readonly by: number;
  readonly status: JobStatus;
  readonly isMissed: boolean;
  /** how often it was begun */
  readonly attempt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly words: string;
}

/** The timetable of a date, with what was said of its jobs so far. */
export const viewOfDay = (log: ScheduleLog, config: ScheduleConfig, session: TradingSession): readonly JobView[] =>
  timetableOf(config, session).map((job) => {
    const { status, isMissed, attempt, startedAt = null, endedAt = null, words } = log.row(job);
    const { date, name, isOn, at, until, by, definition } = job;
    return {
      ...{ id: jobId(job), date, name, about: definition.about, isOn, isForHooks: definition.isForHooks, at, until, by },
      ...{ status, isMissed, attempt, startedAt, endedAt, words },
    };
  });

/** What an operator should look at. */
export interface ScheduleTroubles {
  /** not done when they had to be, and not since */
  readonly missed: number;
  /** begun, the end not known, and not safe to repeat */
  readonly left: number;
  /** failed, and not done since */
  readonly failed: number;
}

/** The troubles among jobs. */
export function troublesOf(jobs: readonly Pick<JobView, 'status' | 'isMissed'>[]): ScheduleTroubles {
  const count = (isSo: (job: Pick<JobView, 'status' | 'isMissed'>) => boolean): number => jobs.filter(isSo).length;
  return {
    missed: count(({ status, isMissed }) => isMissed && status !== 'done'),
    left: count(({ status }) => status === 'left'),
    failed: count(({ status }) => status === 'failed'),
  };
}
