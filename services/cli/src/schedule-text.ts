import type { JobView } from '@aitrader/application-schedule';
import { newYorkDate, newYorkInstant, type TradingSession } from '@aitrader/core-sessions';
import { epochMs } from '@aitrader/model';

const MINUTE_MS = 60_000;
const MINUTES_PER_HOUR = 60;
const twoDigits = (value: number): string => String(value).padStart(2, '0');
const clock = (minutes: number): string =>
  `${twoDigits(Math.floor(minutes / MINUTES_PER_HOUR))}:${twoDigits(minutes % MINUTES_PER_HOUR)}`;

/** Time of day in New York, with the day where it is another one than `date`. */
function newYorkTime(t: number, date: string): string {
  const day = newYorkDate(epochMs(t));
  // on the days that a job may lie on the clock does not change after three in the morning
  const minutes = Math.floor((t - newYorkInstant(day, 180)) / MINUTE_MS) + 180;
  return `${clock(minutes)}${day === date ? '' : ` (${day})`}`;
}

/** The timetable of a date with what happened, for people. */
export function dayText({ date, earlyClose }: TradingSession, jobs: readonly JobView[], now: number): string {
  const heading = `${date}${earlyClose ? ', closes early' : ''}`;
  if (jobs.length === 0) return `${heading}: the schedule has no jobs`;
  const lines = jobs.map((job) => {
    const utc = new Date(job.at).toISOString().slice(11, 16);
    return `  ${newYorkTime(job.at, date).padEnd(8)} ET  ${utc} UTC  ${job.name.padEnd(17)}  ${standing(job, now)}`;
  });
  return [heading, ...lines].join('\n');
}

function standing(job: JobView, now: number): string {
  const { date, status, isMissed, attempt, startedAt, endedAt, words, isOn, at, until } = job;
  const said = words === '' ? '' : `: ${words}`;
  const again = attempt > 1 ? `, begun ${attempt} times` : '';
  const when = (t: number | null): string => (t === null ? '' : ` at ${newYorkTime(t, date)}`);
  const late = isMissed ? ', not done when it had to be' : '';
  switch (status) {
    case 'done':
      return `done${when(endedAt)}${again}${late}${said}`;
    case 'failed':
      return `failed${when(endedAt)}${again}${late}${said}`;
    case 'started':
      return `under way since${when(startedAt).replace(' at', '')}${again}${late}`;
    case 'claimed':
      return `about to begin${late}`;
    case 'left':
      return `begun${when(startedAt)}, its end is not known, and it is not safe to repeat: look, and run it by hand${late}`;
    case 'open':
      if (!isOn) return 'off';
      if (isMissed) return 'missed';
      if (now < at) return 'to come';
      return now <= until ? 'due' : 'not begun';
  }
}
