/**
 * 1. Over every day of ten years each job of each trading date is begun once, when its session says, and none on another day.
 * 2. Whenever somebody looks, and however the clock jumps meanwhile, a job that was done is not begun again.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newYorkDate, newYorkInstant, sessionOn } from '@aitrader/core-sessions';
import { epochMs } from '@aitrader/model';
import { itAgainst, referencePath } from '../../../../tools/testing/reference-data.ts';
import { NEW_ROW, withFact, type JobRow } from './job-row.ts';
import { JOB_NAMES } from './jobs.ts';
import { nextStep, TRIES_MAX } from './next-step.ts';
import { scheduleFrom } from './schedule-config.ts';
import { jobId, sessionsAround, timetableOf, type PlannedJob } from './timetable.ts';

const XNYS = referencePath('specs/xnys_calendar.json');
const MINUTE_MS = 60_000;
const QUIET_MS_MAX = 6 * 60 * MINUTE_MS;
const NEEDS = ['--told'];
const CONFIG = scheduleFrom({ jobs: Object.fromEntries(JOB_NAMES.map((name) => [name, { arguments: NEEDS }])) }, 'the test');

interface XnysFile {
  readonly range: readonly [string, string];
  readonly sessions: readonly { readonly date: string; readonly open: string; readonly close: string }[];
}
interface Begun {
  readonly id: string;
  readonly at: number;
}

/** A schedule whose rows are kept here, and whose jobs are done at once. */
class Rehearsal {
  readonly begun: Begun[] = [];
  readonly missed: string[] = [];
  readonly #rows = new Map<string, JobRow>();
  readonly #days = new Map<string, readonly PlannedJob[]>();
  readonly #since: number;

  constructor(since: number) {
    this.#since = since;
  }

  /** Looks at an instant, and tells when there is something to look at next. */
  look(now: number): number {
    // over nights and weekends it is looked now and then
    let next = now + QUIET_MS_MAX;
    for (const session of sessionsAround(epochMs(now))) {
      const day = this.#days.get(session.date) ?? timetableOf(CONFIG, session);
      this.#days.set(session.date, day);
      for (const job of day) {
        if (job.at > now) next = Math.min(next, job.at);
        this.#step(job, now);
      }
    }
    return next;
  }

  #step(job: PlannedJob, now: number): void {
    const id = jobId(job);
    const row = this.#rows.get(id) ?? NEW_ROW;
    const step = nextStep({ job, row, now, me: 'me', isThere: true, isBehind: false, since: this.#since });
    const said = { at: now, by: 'me' };
    if (step === 'miss') {
      this.missed.push(id);
      this.#rows.set(id, withFact(row, { fact: 'missed', due: job.by, ...said }, row.seq + 1));
    } else if (step === 'claim') {
      this.begun.push({ id, at: now });
      const claimed = withFact(row, { fact: 'claimed', asked: null, ...said }, row.seq + 1);
      const started = withFact(claimed, { fact: 'started', attempt: 1, ...said }, row.seq + 2);
      this.#rows.set(id, withFact(started, { fact: 'done', attempt: 1, seconds: 0, words: '', ...said }, row.seq + 3));
    } else if (step !== undefined) throw new Error(`${id}: ${step} of a job that is done at once`);
  }
}

const calendar = (): XnysFile => JSON.parse(readFileSync(XNYS, 'utf8'));

describe('a schedule over 2018 to 2027', () => {
  itAgainst(XNYS, 'begins every job of every trading date once, at its time, and none on another day', () => {
    const { range, sessions } = calendar();
    const from = newYorkInstant(range[0], 0);
    const to = newYorkInstant(range[1], 1_440);
    const rehearsal = new Rehearsal(from);
    for (let now: number = from; now < to;) now = rehearsal.look(now);
    // in the order of a day, and of days; by the calendar's own instants, which are those of another library
    const due = sessions.flatMap(({ date, open, close }) => {
      const session = sessionOn(date);
      if (session === undefined) throw new Error(`${date} is no session`);
      expect([session.open, session.close]).toEqual([Date.parse(open), Date.parse(close)]);
      return timetableOf(CONFIG, session).map((job) => ({ id: jobId(job), at: job.at }));
    });
    expect(rehearsal.begun).toHaveLength(sessions.length * JOB_NAMES.length);
    expect(rehearsal.begun).toEqual(due);
    expect(rehearsal.missed).toEqual([]);
  });
});

describe('times of a date', () => {
  const at = (date: string, name: string): string => {
    const session = sessionOn(date);
    const job = session && timetableOf(CONFIG, session).find((one) => one.name === name);
    return job === undefined ? 'none' : new Date(job.at).toISOString();
  };

  it.each([
    ['an ordinary day of winter', '2026-01-14', '2026-01-14T13:30:00.000Z', '2026-01-14T20:55:00.000Z'],
    ['an ordinary day of summer', '2026-07-15', '2026-07-15T12:30:00.000Z', '2026-07-15T19:55:00.000Z'],
    ['the Friday before clocks go forward', '2026-03-06', '2026-03-06T13:30:00.000Z', '2026-03-06T20:55:00.000Z'],
    ['the Monday after', '2026-03-09', '2026-03-09T12:30:00.000Z', '2026-03-09T19:55:00.000Z'],
    ['the Friday before clocks go back', '2026-10-30', '2026-10-30T12:30:00.000Z', '2026-10-30T19:55:00.000Z'],
    ['the Monday after', '2026-11-02', '2026-11-02T13:30:00.000Z', '2026-11-02T20:55:00.000Z'],
    ['the half day after Thanksgiving', '2026-11-27', '2026-11-27T13:30:00.000Z', '2026-11-27T17:55:00.000Z'],
    ['the half day before Christmas', '2026-12-24', '2026-12-24T13:30:00.000Z', '2026-12-24T17:55:00.000Z'],
    ['Thanksgiving', '2026-11-26', 'none', 'none'],
    ['the Sunday on which clocks go forward', '2026-03-08', 'none', 'none'],
    ['a day of mourning', '2025-01-09', 'none', 'none'],
  ])('are those of its session on %s, %s', (_, date, scan, flatten) => {
    expect([at(date, 'premarket-scan'), at(date, 'flatten')]).toEqual([scan, flatten]);
  });
});

describe('a clock that jumps', () => {
  const FROM = newYorkInstant('2026-11-23', 0);
  /** over Thanksgiving, its half day and a weekend */
  const SPAN_MINUTES = 8 * 1_440;
  /** ahead by a few minutes as the time goes by, by hours, and back by an hour */
  const jump = fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: 0, max: 30 }) },
    { weight: 1, arbitrary: fc.integer({ min: 60, max: 600 }) },
    { weight: 2, arbitrary: fc.integer({ min: -60, max: -1 }) },
  );

  it('has no job begun twice, and none out of its time; what is not begun is said once', () => {
    fc.assert(
      fc.property(fc.array(jump, { minLength: 50, maxLength: 600 }), (jumps) => {
        const rehearsal = new Rehearsal(FROM);
        let minute = 0;
        for (const by of jumps) {
          minute = Math.max(0, minute + by);
          rehearsal.look(FROM + minute * MINUTE_MS);
        }
        const ids = rehearsal.begun.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(new Set(rehearsal.missed).size).toBe(rehearsal.missed.length);
        for (const { id, at } of rehearsal.begun) {
          const [, date = '', name] = id.split('/');
          const session = sessionOn(date);
          const job = session && timetableOf(CONFIG, session).find((one) => one.name === name);
          expect(job !== undefined && job.at <= at && at <= job.until).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('leaves out nothing while it is looked often enough', () => {
    const rehearsal = new Rehearsal(FROM);
    for (let minute = 0; minute < SPAN_MINUTES; minute++) rehearsal.look(FROM + minute * MINUTE_MS);
    const dates = [...new Set(rehearsal.begun.map(({ id }) => id.split('/')[1]))];
    expect(dates).toEqual(['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-27', '2026-11-30']);
    expect(rehearsal.begun).toHaveLength(dates.length * JOB_NAMES.length);
  });
});

describe('a job that was begun', () => {
  const DATE = '2026-11-24';
  const session = sessionOn(DATE);
  const jobs = session === undefined ? [] : timetableOf(CONFIG, session);
  const said = { at: 0, by: 'another' };
  const started = (tries = 1): JobRow => {
    let row = withFact(NEW_ROW, { fact: 'claimed', asked: null, ...said }, 1);
    for (let attempt = 1; attempt <= tries; attempt++) row = withFact(row, { fact: 'started', attempt, ...said }, 1 + attempt);
    return row;
  };
  const stepOf = (job: PlannedJob, row: JobRow, isThere: boolean, now: number = job.at) =>
    nextStep({ job, row, now, me: 'me', isThere, isBehind: false, since: 0 });

  it.each(jobs.map((job) => [job.name, job] as const))('%s: is left alone while somebody is at it', (_, job) => {
    expect(stepOf(job, started(), true)).toBeUndefined();
  });

  it.each(jobs.map((job) => [job.name, job] as const))('%s: is begun again only where that is safe, and in time', (_, job) => {
    const { isRepeatable } = job.definition;
    expect(stepOf(job, started(), false)).toBe(isRepeatable ? 'start' : 'leave');
    expect(stepOf(job, started(TRIES_MAX), false)).toBe('leave');
    const late = Math.max(job.until, job.by) + 1;
    const missed = withFact(started(), { fact: 'missed', due: job.by, ...said }, 3);
    expect(stepOf(job, started(), false, late)).toBe('miss');
    expect(stepOf(job, missed, false, late)).toBe('leave');
  });

  it('is of the date that it was planned for', () => {
    expect([...new Set(jobs.map(({ at }) => newYorkDate(at)))]).toEqual([DATE]);
  });
});
