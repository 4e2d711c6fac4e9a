import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { champion, championFile } from '@aitrader/application-learning';
import { runId, type RunId } from '@aitrader/model';
import { commandLineOf, isComplete, listRecordings, recordedManifestOf, type Bus } from '@aitrader/runtime-bus';
import { programFile } from '@aitrader/runtime-configuration';
import { sessionOn } from '@aitrader/core-sessions';
import { EARLIER_HOOK_SECRET_VARIABLE, HOOK_SECRET_VARIABLE } from './hooks.ts';
import { filledIn, type Placeholder, type ScheduleConfig } from './schedule-config.ts';
import type { JobEnd, JobWork, Performer } from './scheduler.ts';
import { dateBefore, type PlannedJob } from './timetable.ts';

/** How long a child may take to come to its end when it is told to. */
const END_MS_MAX = 20_000;
const WORDS_MAX = 500;
/** Variables that are the scheduler's own: a command goes by the folder of keys, and no job needs the hooks' secret. */
const OWN_ALONE = {
  ...{ AITRADER_BUS_KEY: undefined, AITRADER_SUPERVISED: undefined },
  ...{ [HOOK_SECRET_VARIABLE]: undefined, [EARLIER_HOOK_SECRET_VARIABLE]: undefined },
};

export interface PerformerOptions {
  readonly home: string;
  readonly bus: Bus;
  readonly config: ScheduleConfig;
  readonly now: () => number;
  /** brings the records of the home to where they are kept beyond this machine, where they are; a job that was done is done all the same */
  readonly keep?: () => Promise<void>;
  /** what is started with what; the built command line, unless a test has its own */
  readonly command?: readonly [program: string, ...first: string[]];
}

/** The run of a date. */
export const runOfDate = ({ runs }: Pick<ScheduleConfig, 'runs'>, date: string): RunId => runId(`${runs}-${date}`);

/** Where what a job of a date said and made is kept. */
export const jobFolder = (home: string, date: string): string => path.join(home, 'schedule', date);

/** Does jobs as children of this process, which are commands of `aitrader`. What they say is kept in files. */
export const newPerformer =
  (options: PerformerOptions): Performer =>
  async (work) => {
    // the parameters in force are a record; halts and exits wait for none
    if (work.job.name === 'record' && options.config.isLearning) await options.keep?.();
    const told = await argumentsOf(options, work);
    if (typeof told === 'string') return { isDone: true, isStopped: false, words: told };
    const end = await child(options, work, told);
    const after = await kept(options, end);
    return work.job.name === 'record' ? recordedToTheEnd(options, work.job, after) : after;
  };

/** The end of a job, which says so where what it wrote could not be kept beyond this machine. */
async function kept({ keep }: PerformerOptions, end: JobEnd): Promise<JobEnd> {
  try {
    await keep?.();
    return end;
  } catch (error) {
    const why = `what it wrote is kept on this machine alone: ${error instanceof Error ? error.message : String(error)}`;
    return { ...end, words: (end.words === '' ? why : `${end.words}; ${why}`).slice(0, WORDS_MAX) };
  }
}

/** What `aitrader` is told; words where there is nothing left to do. */
async function argumentsOf(options: PerformerOptions, { job, attempt }: JobWork): Promise<readonly string[] | string> {
  const { home, config } = options;
  const { date } = job;
  const run = runOfDate(config, date);
  const values: Record<Placeholder, string> = {
    ...{ run, date, home, attempt: String(attempt), ...config.market },
    before: dateBefore(date) ?? '',
    folder: jobFolder(home, date),
  };
  const told = job.arguments.map((text) => filledIn(text, values));
  return job.name === 'record' ? recordingOf(options, job, told) : told;
}

/** The recording of a date is begun behind the last one before it, or gone on with where it is there. */
async function recordingOf(
  options: PerformerOptions,
  { date }: PlannedJob,
  told: readonly string[],
): Promise<readonly string[] | string> {
  const { bus, config, now } = options;
  const run = runOfDate(config, date);
  const known = (await listRecordings(bus)).map((entry) => entry.run);
  if (known.includes(run)) {
    const isOver = await hasEnded(bus, run);
    return isOver ? `${run} is recorded to its end` : ['paper', '--continue', run, '--one-day'];
  }
  const session = sessionOn(date);
  if (session === undefined || now() >= session.postClose) throw new Error(`${date} is over, and ${run} was not begun`);
  const before =
    known
      .filter((one) => isOfSchedule(config, one) && one < run)
      .sort()
      .at(-1) ?? config.follows;
  const learned =
    config.isLearning && (await champion(options.home)) !== null ? ['--parameters', championFile(options.home)] : [];
  return ['paper', ...told, ...learned, '--one-day', '--run', run, ...(before === undefined ? [] : ['--follow', before])];
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const isOfSchedule = ({ runs }: ScheduleConfig, run: string): boolean =>
  run.startsWith(`${runs}-`) && DATE.test(run.slice(runs.length + 1));

async function hasEnded(bus: Bus, run: RunId): Promise<boolean> {
  const manifest = await recordedManifestOf(bus, run);
  return manifest !== undefined && isComplete(bus, run, manifest);
}

/** A run that was stopped ends well, and is not over. */
async function recordedToTheEnd({ bus, config }: PerformerOptions, { date }: PlannedJob, end: JobEnd): Promise<JobEnd> {
  const run = runOfDate(config, date);
  if (!end.isDone || (await hasEnded(bus, run))) return end;
  return { isDone: false, isStopped: end.isStopped, words: `${run} did not come to its end` };
}

async function child(options: PerformerOptions, work: JobWork, told: readonly string[]): Promise<JobEnd> {
  const { home, command = [process.execPath, '--enable-source-maps', programFile('cli')] } = options;
  const { job, attempt, stopped, onChild } = work;
  const folder = jobFolder(home, job.date);
  mkdirSync(folder, { recursive: true });
  const [out, log] = ['out', 'log'].map((kind) => path.join(folder, `${job.name}.${attempt}.${kind}`)) as [string, string];
  const [program, ...first] = command;
  // Ctrl-C at a terminal is for the scheduler to hand on
  const started = spawn(program, [...first, ...told], {
    ...{ stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    env: { ...process.env, AITRADER_HOME: home, ...OWN_ALONE },
  });
  started.stdout.pipe(createWriteStream(out));
  started.stderr.pipe(createWriteStream(log));
  const ended = new Promise<number | string>((resolve, reject) => {
    started.once('error', reject);
    started.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  const { pid } = started;
  const end = (): void => void started.kill('SIGTERM');
  const atOnce = (): NodeJS.Timeout => setTimeout(() => started.kill('SIGKILL'), END_MS_MAX);
  let late: NodeJS.Timeout | undefined;
  const whenStopped = (): void => {
    end();
    late = atOnce();
  };
  stopped.addEventListener('abort', whenStopped, { once: true });
  try {
    // where that cannot be said the child goes on all the same: it is waited for
    if (pid !== undefined) await onChild({ host: hostname(), pid, command: commandLineOf(pid) ?? '' }).catch(() => undefined);
    const code = await ended;
    const words = code === 0 ? '' : `${lastLine(await readFile(log, 'utf8'))} (ended with ${code}; ${log})`;
    return { isDone: code === 0, isStopped: stopped.aborted, words: words.slice(0, WORDS_MAX) };
  } finally {
    clearTimeout(late);
    stopped.removeEventListener('abort', whenStopped);
  }
}

/** What somebody wants to read first: the error, or the last that was said. */
function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => line.includes('error')) ?? lines.at(-1) ?? 'it said nothing').trim();
}
