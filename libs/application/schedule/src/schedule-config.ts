import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ConfigurationError, problemsOf } from '@aitrader/runtime-configuration';
import { ioProblem } from '@aitrader/runtime-storage';
import { JOB_NAMES, JOBS, type JobName } from './jobs.ts';
import { SESSION_TIME_FORM, instantOf, sessionTimeOf, type SessionTime } from './session-time.ts';
import { sessionAt } from '@aitrader/core-sessions';

/** What may stand in braces in what a job is told. */
export const PLACEHOLDERS = ['run', 'date', 'before', 'home', 'folder', 'attempt', 'vendor', 'symbols'] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];
const IN_BRACES = /\{([^{}]*)\}/g;

/** A job as the schedule has it. */
export interface ScheduledJob {
  readonly name: JobName;
  readonly isOn: boolean;
  readonly at: SessionTime;
  readonly until: SessionTime;
  readonly by: SessionTime;
  /** what `aitrader` is told, with placeholders; of `record` what stands behind `paper` */
  readonly arguments: readonly string[];
}

/** Whom the recording of a date asks, and for which symbols; '' where what it is told does not say. */
export interface RecordedMarket {
  readonly vendor: string;
  /** comma-separated */
  readonly symbols: string;
}

export interface ScheduleConfig {
  /** what the runs are called: the date stands behind it */
  readonly runs: string;
  /** the run that the first one goes on from */
  readonly follows: string | undefined;
  /** whether recordings begin with the parameters that were promoted, where there are any */
  readonly isLearning: boolean;
  /** what `{vendor}` and `{symbols}` are */
  readonly market: RecordedMarket;
  /** in the order of the table of jobs */
  readonly jobs: readonly ScheduledJob[];
}

const ATTEMPTS_SHOWN_MAX = 64;
const time = z.string().refine((text) => sessionTimeOf(text) !== undefined, SESSION_TIME_FORM);
const words = z
  .string()
  .refine(
    (text) => [...text.matchAll(IN_BRACES)].every(([, name]) => PLACEHOLDERS.some((one) => one === name)),
    `has something in braces that is none of ${PLACEHOLDERS.map((name) => `{${name}}`).join(' ')}`,
  );
const jobSchema = z.strictObject({
  on: z.boolean().optional(),
  at: time.optional(),
  until: time.optional(),
  by: time.optional(),
  arguments: z.array(words).max(ATTEMPTS_SHOWN_MAX).optional(),
});
/** `-YYYY-MM-DD` stands behind it, and a run's name has 63 characters. */
const RUNS = /^(paper|live)(-[a-z0-9]+)*$/;
const NAME_MAX = 52;
const schema = z.strictObject({
  runs: z.string().regex(RUNS, 'has to be paper or live, with words in lower case behind hyphens').max(NAME_MAX).default('paper'),
  follows: z.string().optional(),
  learned: z.boolean().default(false),
  jobs: z.partialRecord(z.enum(JOB_NAMES), jobSchema).default({}),
});
type GivenJob = z.infer<typeof jobSchema>;

/** A schedule by what is given. A job that is not named is not done. @throws ConfigurationError with every problem at once */
export function scheduleFrom(given: unknown, source: string): ScheduleConfig {
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new ConfigurationError(source, problemsOf(parsed.error, given));
  const { runs, follows, learned: isLearning, jobs: named } = parsed.data;
  const problems: string[] = [];
  const market = recordedMarket(named.record?.arguments ?? []);
  const jobs = JOB_NAMES.flatMap((name) => {
    const job = named[name];
    return job === undefined ? [] : [scheduled(name, job, market, problems)];
  });
  if (problems.length > 0) throw new ConfigurationError(source, problems);
  return { runs, follows, isLearning, market, jobs };
}

/** Whom the recording asks, and for which symbols, by what `paper` is told; '' where it is not. Of several vendors the first one gives the bars. */
function recordedMarket(told: readonly string[]): RecordedMarket {
  const valueOf = (option: string): string => {
    const place = told.findIndex((word) => word === option || word.startsWith(`${option}=`));
    const word = told[place] ?? '';
    return word.includes('=') ? word.slice(option.length + 1) : (told[place + 1] ?? '');
  };
  const has = (option: string): boolean => told.some((word) => word === option || word.startsWith(`${option}=`));
  const [vendor = ''] = has('--vendor') ? valueOf('--vendor').split(',') : [];
  return { vendor, symbols: has('--symbols') ? valueOf('--symbols') : '' };
}

function scheduled(name: JobName, given: GivenJob, market: RecordedMarket, problems: string[]): ScheduledJob {
  const definition = JOBS[name];
  const timeOf = (key: 'at' | 'until' | 'by'): SessionTime => {
    const found = sessionTimeOf(given[key] ?? definition[key]);
    if (found === undefined) throw new Error(`the table of jobs has no time in jobs.${name}.${key}`);
    return found;
  };
  const job = {
    ...{ name, isOn: given.on ?? true, at: timeOf('at'), until: timeOf('until'), by: timeOf('by') },
    arguments: given.arguments ?? definition.arguments,
  };
  for (const field of ['vendor', 'symbols'] as const)
    if (market[field] === '' && job.arguments.some((word) => word.includes(`{${field}}`)))
      problems.push(
        `jobs.${name}.arguments: has {${field}} in it, and jobs.record.arguments has no --${field}: say what aitrader is told`,
      );
  problems.push(...orderProblems(job, given));
  return job;
}

/** What can be said of an ordinary day and of a half day is said of both. */
function orderProblems(job: ScheduledJob, given: GivenJob): string[] {
  const said = (key: 'at' | 'until' | 'by'): string => `${key} ${given[key] ?? JOBS[job.name][key]}`;
  const isInOrder = [ORDINARY, HALF].every((session) => {
    const [at, until, by] = [job.at, job.until, job.by].map((one) => instantOf(one, session));
    return at !== undefined && until !== undefined && by !== undefined && at <= until && at <= by;
  });
  if (isInOrder) return [];
  return [
    `jobs.${job.name}: is due ${said('at')}, which has to come before ${said('until')} and ${said('by')} on half days, too`,
  ];
}

const [ORDINARY, HALF] = daysOfBothKinds();

/** Any session of usual hours, and any that closes early. */
function daysOfBothKinds() {
  let [usual, early] = [sessionAt(0), sessionAt(0)];
  for (let i = 0; sessionAt(i) !== undefined && (early?.earlyClose !== true || usual?.earlyClose !== false); i++) {
    const session = sessionAt(i);
    if (session?.earlyClose === true) early = session;
    else usual = session;
  }
  if (usual === undefined || early === undefined) throw new Error('the calendar has no half day');
  return [usual, early] as const;
}

/** Names a file with the schedule, in place of the home's own. */
export const SCHEDULE_VARIABLE = 'AITRADER_SCHEDULE';

/** The file with the schedule of a home. */
export const scheduleFileOf = (home: string, env: Readonly<Record<string, string | undefined>>): string => {
  const named = env[SCHEDULE_VARIABLE]?.trim() ?? '';
  return named === '' ? path.join(home, 'schedule.json') : named;
};

const EXPECTED = `a schedule is a JSON file that names its jobs: {"jobs": {"record": {"arguments": ["--vendor", "alpaca", "--symbols", "AAPL"]}, "flatten": {"at": "close-5m"}}}`;

/** The schedule in a file. @throws ConfigurationError that says what is wrong with it, by file, field and value */
export async function loadSchedule(file: string): Promise<ScheduleConfig> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new ConfigurationError(file, [`${ioProblem(error)}; ${EXPECTED}`]);
  });
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError(file, [`is no JSON: ${error instanceof Error ? error.message : String(error)}; ${EXPECTED}`]);
  }
  return scheduleFrom(given, file);
}

/** Words with what stands in braces put in. */
export const filledIn = (text: string, values: Readonly<Record<Placeholder, string>>): string =>
  text.replaceAll(IN_BRACES, (all, name: string) => {
    const placeholder = PLACEHOLDERS.find((one) => one === name);
    return placeholder === undefined ? all : values[placeholder];
  });
