import { z } from 'zod';

/*
 * What has happened to a job of a date: a row of facts, one after the other, and where they leave it.
 *
 * 1. A job is begun by one process: the fact that it was is stored before the process does anything.
 * 2. A job that is done stays done.
 * 3. Where it is begun again, the row says how often, and what was known of the time before.
 */

const common = {
  /** epoch ms, by the clock of whoever says it */
  at: z.number(),
  /** the process that says it */
  by: z.string(),
};
const factSchema = z.discriminatedUnion('fact', [
  z.strictObject({ fact: z.literal('claimed'), ...common, asked: z.string().nullable() }),
  z.strictObject({ fact: z.literal('started'), ...common, attempt: z.int().min(1) }),
  z.strictObject({
    fact: z.literal('running'),
    ...common,
    attempt: z.int(),
    host: z.string(),
    pid: z.int(),
    command: z.string(),
  }),
  z.strictObject({ fact: z.literal('done'), ...common, attempt: z.int(), seconds: z.number(), words: z.string() }),
  z.strictObject({
    fact: z.literal('failed'),
    ...{ ...common, attempt: z.int(), seconds: z.number(), words: z.string() },
    /** it was ended with the scheduler, and is no worse for it */
    stopped: z.boolean(),
  }),
  z.strictObject({ fact: z.literal('left'), ...common, attempt: z.int() }),
  z.strictObject({ fact: z.literal('missed'), ...common, due: z.number() }),
]);

/**
 * `claimed`: somebody is about to begin it; `running`: a child of whoever began it works on it; `left`: it was begun, its end is not known, and
 * it is not safe to repeat; `missed`: it was not done when it had to be.
 */
export type JobFact = z.infer<typeof factSchema>;
type FactName = JobFact['fact'];

export type JobStatus = 'open' | 'claimed' | 'started' | 'done' | 'failed' | 'left';

/** Which fact may come when, and where it leaves the job. */
const NEXT: Readonly<Record<JobStatus, Partial<Record<FactName, JobStatus>>>> = {
  open: { claimed: 'claimed', missed: 'open' },
  // somebody else may take up what was claimed: it was not begun
  claimed: { claimed: 'claimed', started: 'started', missed: 'claimed' },
  // begun again where it is safe to repeat and nobody is at it any more
  started: { running: 'started', started: 'started', done: 'done', failed: 'failed', left: 'left', missed: 'started' },
  done: {},
  failed: { claimed: 'claimed', started: 'started', missed: 'failed' },
  // whoever began it may come to its end after all, and somebody who has looked may begin it again
  left: { claimed: 'claimed', started: 'started', done: 'done', failed: 'failed', missed: 'left' },
};

/** The child that works on a job. */
export interface RunningChild {
  readonly host: string;
  readonly pid: number;
  readonly command: string;
}

/** Where a job of a date stands. */
export interface JobRow {
  readonly status: JobStatus;
  /** place of the last fact; 0 before the first */
  readonly seq: number;
  /** who said the last thing of it but that it was missed; empty before the first */
  readonly by: string;
  /** who asked for it by hand or by a hook, as long as that was not begun */
  readonly asked: string | null;
  readonly attempt: number;
  /** how often it was begun, but for those times that it was ended with its scheduler */
  readonly tried: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly running: RunningChild | undefined;
  /** it was not done when it had to be; it may be since */
  readonly isMissed: boolean;
  /** what was said at its end */
  readonly words: string;
  readonly facts: readonly JobFact[];
}

export const NEW_ROW: JobRow = {
  ...{ status: 'open', seq: 0, by: '', asked: null, attempt: 0, tried: 0, startedAt: undefined, endedAt: undefined },
  ...{ running: undefined, isMissed: false, words: '', facts: [] },
};

/** A row of the schedule holds what no program wrote. */
export class BrokenRow extends Error {
  override readonly name = 'BrokenRow';
}

/** Whether a fact may come next. */
export const mayFollow = ({ status }: JobRow, { fact }: JobFact): boolean => NEXT[status][fact] !== undefined;

/** The row with one more fact. @throws BrokenRow for one that cannot come there */
export function withFact(row: JobRow, fact: JobFact, seq: number): JobRow {
  const status = NEXT[row.status][fact.fact];
  if (status === undefined) throw new BrokenRow(`message ${seq} says ${fact.fact} of a job that is ${row.status}`);
  const next = { ...row, status, seq, facts: [...row.facts, fact], by: fact.fact === 'missed' ? row.by : fact.by };
  switch (fact.fact) {
    case 'claimed':
      return { ...next, asked: fact.asked };
    case 'started': {
      const { attempt, at } = fact;
      const begun = { attempt, tried: row.tried + 1, startedAt: at, endedAt: undefined, running: undefined };
      return { ...next, ...begun, asked: null, words: '' };
    }
    case 'running':
      return { ...next, running: { host: fact.host, pid: fact.pid, command: fact.command } };
    case 'done':
      return { ...next, endedAt: fact.at, words: fact.words, running: undefined };
    case 'failed':
      return { ...next, endedAt: fact.at, words: fact.words, running: undefined, tried: row.tried - Number(fact.stopped) };
    case 'left':
      return { ...next, running: undefined };
    case 'missed':
      return { ...next, isMissed: true };
  }
}

export const encodeFact = (fact: JobFact): string => JSON.stringify(fact);

/** @throws BrokenRow */
export function decodeFact(data: Uint8Array, seq: number): JobFact {
  let given: unknown;
  try {
    given = JSON.parse(Buffer.from(data).toString());
  } catch {
    throw new BrokenRow(`message ${seq} of the schedule is no JSON`);
  }
  const parsed = factSchema.safeParse(given);
  if (!parsed.success) throw new BrokenRow(`message ${seq} of the schedule says what no program of ours wrote`);
  return parsed.data;
}
