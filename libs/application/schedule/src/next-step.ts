import type { JobRow } from './job-row.ts';
import type { PlannedJob } from './timetable.ts';

/*
 * What is to be done about a job of a date at an instant, by where its row stands.
 *
 * 1. It depends on the timetable, the rows and the instant alone: a clock that jumps changes when something is begun, never how often.
 * 2. What is done is never begun again, nor what is under way with somebody who is there.
 * 3. What was begun, and whose end is not known, is begun again only where that is safe.
 * 4. What is not done when it had to be is said once.
 */

/** How often a job is tried that is safe to repeat. */
export const TRIES_MAX = 4;
/** How long after a failure it is tried again. */
export const RETRY_WAIT_MS = 60_000;

export type Step = 'claim' | 'start' | 'leave' | 'miss';

export interface Standing {
  readonly job: PlannedJob;
  readonly row: JobRow;
  /** epoch ms */
  readonly now: number;
  /** who asks what to do */
  readonly me: string;
  /** whether whoever spoke last of the row, or the child that works on it, is there */
  readonly isThere: boolean;
  /** whether a job that it comes behind is under way, or to come while this one may still be begun */
  readonly isBehind: boolean;
  /** since when there is a schedule: what was due before is nobody's fault */
  readonly since: number;
}

/** The next step of a job; undefined where there is nothing to do now. */
export function nextStep(standing: Standing): Step | undefined {
  const { job, row, now, since } = standing;
  const isOver = row.status === 'done' || !isPlanned(standing);
  if (isOver) return undefined;
  if (now > job.by && job.by >= since && job.isOn && !row.isMissed) return 'miss';
  if (row.status === 'started') return ofStarted(standing);
  if (row.status === 'claimed') return ofClaimed(standing);
  if (row.status === 'left' || !isInTime(standing) || standing.isBehind) return undefined;
  if (row.status === 'failed') return mayTryAgain(standing) && now >= (row.endedAt ?? 0) + RETRY_WAIT_MS ? 'start' : undefined;
  return 'claim';
}

/** A job that is off is nothing to the schedule, unless somebody asked for it. */
const isPlanned = ({ job, row }: Standing): boolean => job.isOn || row.status !== 'open';

const isInTime = ({ job, now }: Standing): boolean => job.isOn && now >= job.at && now <= job.until;

const mayTryAgain = ({ job, row }: Standing): boolean => job.definition.isRepeatable && row.tried < TRIES_MAX;

function ofStarted(standing: Standing): Step | undefined {
  if (standing.isThere) return undefined;
  return mayTryAgain(standing) && standing.now <= standing.job.until ? 'start' : 'leave';
}

/** Whoever claimed it is about to begin it, or is gone without having done so. What was asked for is not too late. */
function ofClaimed(standing: Standing): Step | undefined {
  const { job, row, now, me, isThere } = standing;
  if (row.by !== me && isThere) return undefined;
  return row.asked !== null || now <= job.until ? 'start' : undefined;
}
