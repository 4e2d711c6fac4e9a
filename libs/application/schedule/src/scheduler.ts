import { setTimeout as sleep } from 'node:timers/promises';
import { epochMs, type EpochMs } from '@aitrader/model';
import { JOBS, type JobName } from './jobs.ts';
import type { JobRow } from './job-row.ts';
import { nextStep, type Step } from './next-step.ts';
import type { ScheduleConfig } from './schedule-config.ts';
import type { JobKey, JobWords, ScheduleLog } from './schedule-log.ts';
import { sessionsAround, timetableOf, type PlannedJob } from './timetable.ts';

/** How often it is looked what is due: a clock that jumps is followed within this. */
const LOOK_MS = 500;

/** How a job came to its end. */
export interface JobEnd {
  readonly isDone: boolean;
  /** it was ended with its scheduler */
  readonly isStopped: boolean;
  readonly words: string;
}

/** A job to be done, and whom to tell that a child works on it. */
export interface JobWork {
  readonly job: PlannedJob;
  readonly attempt: number;
  readonly stopped: AbortSignal;
  readonly onChild: (child: { readonly host: string; readonly pid: number; readonly command: string }) => Promise<void>;
}

export type Performer = (work: JobWork) => Promise<JobEnd>;

export interface SchedulerOptions {
  readonly log: ScheduleLog;
  readonly config: ScheduleConfig;
  readonly now: () => number;
  readonly perform: Performer;
  /** told what becomes of jobs, and what goes wrong while it is looked */
  readonly onStep?: (job: JobKey, words: string) => void;
  readonly onProblem?: (error: unknown) => void;
  /** called in tests between what is said of a job, and what is done */
  readonly onPoint?: (point: 'claimed' | 'started' | 'performed' | 'ended', job: PlannedJob) => void;
}

const MS = 1_000;
/** A bus that is away is asked for half a minute each time. */
const END_TRIES_MAX = 100;

/**
 * Begins the jobs of trading dates when they are due, and says what became of them. Any number may be at work on one bus: each job is begun by
 * one of them.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #stopping = new AbortController();
  readonly #atWork = new Map<string, Promise<void>>();
  #since: number | undefined;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Looks what is due until `stopped`; what is under way is ended with it. */
  async run(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      await this.look().catch((error: unknown) => this.#options.onProblem?.(error));
      await sleep(LOOK_MS, undefined, { signal: stopped }).catch(() => undefined);
    }
    await this.stop();
  }

  /** Ends what is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.idle();
  }

  /** Until nothing is under way that was begun here. */
  async idle(): Promise<void> {
    while (this.#atWork.size > 0) await Promise.allSettled(this.#atWork.values());
  }

  /** Does what is to be done now, and does not wait for what it begins. */
  async look(): Promise<void> {
    const { log, now } = this.#options;
    this.#since ??= await log.since();
    await log.hear();
    const at = epochMs(Math.floor(now()));
    for (const job of this.jobsAround(at)) await this.#lookAt(job, at, this.#since);
  }

  /** The jobs of the dates around an instant, and where they stand. */
  jobsAround(at: EpochMs): readonly PlannedJob[] {
    return sessionsAround(at).flatMap((session) => timetableOf(this.#options.config, session));
  }

  /** Asks for a job before it is due, or again after it failed: it is begun at the next look. Returns where it stands. */
  async ask(key: JobKey, asked: string): Promise<JobRow> {
    const { log } = this.#options;
    await log.hear();
    await log.say(key, ({ status }) => (status === 'open' || status === 'failed' ? { fact: 'claimed', asked } : undefined));
    return log.row(key);
  }

  /** Does a job now, whatever the time, as somebody who has looked asks for it: also one that was left. Returns where it stands then. */
  async runNow(job: PlannedJob, asked: string): Promise<JobRow> {
    const { log } = this.#options;
    await log.hear();
    const row = log.row(job);
    if (row.status === 'done') return row;
    if ((row.status === 'started' || row.status === 'claimed') && (await log.isThere(row))) return row;
    if (row.status === 'started')
      await log.say(job, ({ seq }) => (seq === row.seq ? { fact: 'left', attempt: row.attempt } : undefined));
    if (await log.say(job, ({ status }) => (status === 'done' || status === 'started' ? undefined : { fact: 'claimed', asked })))
      await this.#begin(job);
    await this.idle();
    return log.row(job);
  }

  async #lookAt(job: PlannedJob, at: EpochMs, since: number): Promise<void> {
    const { log, onStep } = this.#options;
    if (this.#atWork.has(keyOf(job)) && log.row(job).isMissed) return;
    const row = log.row(job);
    const step = nextStep({
      ...{ job, row, now: at, me: log.me, since },
      isThere: this.#atWork.has(keyOf(job)) || (await this.#isThere(row)),
      isBehind: this.#isBehind(job, at),
    });
    if (step !== undefined && (await this.#take(step, job))) onStep?.(job, WORDS[step]);
  }

  /** Whether somebody else is at a job, or about to be: what is said to be ours, and is not in hand, is nobody's. */
  async #isThere(row: JobRow): Promise<boolean> {
    const { log } = this.#options;
    return (row.status === 'claimed' || row.status === 'started') && row.by !== log.me && (await log.isThere(row));
  }

  #isBehind({ date, definition }: PlannedJob, at: EpochMs): boolean {
    const { log } = this.#options;
    const others = this.jobsAround(at).filter((other) => other.date === date && definition.behind.includes(other.name));
    return others.some((other) => {
      const { status } = log.row(other);
      const isToCome = status === 'open' && other.isOn && at <= other.until;
      return isToCome || status === 'claimed' || status === 'started';
    });
  }

  async #take(step: Step, job: PlannedJob): Promise<boolean> {
    const { log, onPoint } = this.#options;
    switch (step) {
      case 'claim': {
        const isOurs = await log.say(job, ({ status }) => (status === 'open' ? { fact: 'claimed', asked: null } : undefined));
        if (isOurs) onPoint?.('claimed', job);
        return isOurs && this.#begin(job);
      }
      case 'start':
        return this.#begin(job);
      case 'leave':
        return log.say(job, ({ status, attempt }) => (status === 'started' ? { fact: 'left', attempt } : undefined));
      case 'miss':
        return log.say(job, ({ status, isMissed }) =>
          isMissed || status === 'done' ? undefined : { fact: 'missed', due: job.by },
        );
    }
  }

  /** Begins a job, if nobody else has done so since it was looked at. */
  async #begin(job: PlannedJob): Promise<boolean> {
    const { log, onPoint } = this.#options;
    const { seq } = log.row(job);
    const isOurs = await log.say(job, (row) => (row.seq === seq ? { fact: 'started', attempt: row.attempt + 1 } : undefined));
    if (!isOurs) return false;
    onPoint?.('started', job);
    const { attempt } = log.row(job);
    const work = this.#perform(job, attempt).catch((error: unknown) => this.#options.onProblem?.(error));
    this.#atWork.set(
      keyOf(job),
      work.finally(() => this.#atWork.delete(keyOf(job))),
    );
    return true;
  }

  async #perform(job: PlannedJob, attempt: number): Promise<void> {
    const { log, perform, onPoint, onStep } = this.#options;
    const begun = performance.now();
    const end = await perform({
      ...{ job, attempt, stopped: this.#stopping.signal },
      onChild: async (child) => void (await log.say(job, ifOurs(attempt, { fact: 'running', attempt, ...child }))),
    }).catch((error: unknown) => ({
      isDone: false,
      isStopped: false,
      words: error instanceof Error ? error.message : String(error),
    }));
    onPoint?.('performed', job);
    const seconds = Math.round(performance.now() - begun) / MS;
    const { isDone, isStopped: stopped, words } = end;
    const said = { attempt, seconds, words };
    await this.#sayEnd(job, ifOurs(attempt, isDone ? { fact: 'done', ...said } : { fact: 'failed', ...said, stopped }));
    onPoint?.('ended', job);
    onStep?.(job, `${isDone ? 'done' : 'failed'}${words === '' ? '' : `: ${words}`}`);
  }

  /** What is known of an end is not given up because the bus is away: nobody else knows it. */
  async #sayEnd(job: PlannedJob, words: (row: JobRow) => JobWords | undefined): Promise<void> {
    const { log, onProblem } = this.#options;
    for (let tries = 1; ; tries++) {
      try {
        await log.say(job, words);
        return;
      } catch (error) {
        onProblem?.(error);
        if (this.#stopping.signal.aborted || tries >= END_TRIES_MAX) throw error;
        await sleep(LOOK_MS);
      }
    }
  }
}

/** What is said of an attempt, as long as nobody has begun another one. */
const ifOurs =
  <T>(attempt: number, words: T) =>
  (row: JobRow): T | undefined =>
    row.attempt === attempt ? words : undefined;

const WORDS: Readonly<Record<Step, string>> = {
  claim: 'begun',
  start: 'begun',
  leave: 'left: it was begun, its end is not known, and it is not safe to repeat',
  miss: 'not done when it had to be',
};

const keyOf = ({ date, name }: JobKey): string => `${date}.${name}`;

/** Whether a hook may ask for a job. */
export const isForHooks = (name: JobName): boolean => JOBS[name].isForHooks;
