import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ConfigurationError, documentIn, problemsOf } from '@aitrader/runtime-configuration';
import { isMissingFile } from '@aitrader/runtime-storage';
import { compareText, item } from '@aitrader/model';
import { readSweep } from './read-sweep.ts';
import type { SweepReport, TrialReport } from './run-sweep.ts';
import { WALK_FORWARD_FILE, type WalkForwardReport } from './walk-forward.ts';
import { SWEEP_FILE } from './write-sweep.ts';

/*
 * The sweeps of a home: each a folder of its own in `sweeps/`, as `--into` leaves it.
 *
 * 1. One that cannot be read is listed as that, with what is wrong with it, and hides no other.
 * 2. A file that has not changed is read once, however often the list is asked for.
 */

/** The folder of a home that sweeps are kept in. */
export const SWEEPS_FOLDER = 'sweeps';
/** Folders that are looked at: more were not made by hand. */
export const SWEEPS_MAX = 200;
/** More than a sweep of thousands of trials over years has. */
const FILE_BYTES_MAX = 256_000_000;
/** A name of a folder; no path to another place. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** What of a sweep is listed. */
export interface SweepSummary {
  readonly trials: number;
  /** trade dates, and the first and the last of them; empty where there is none */
  readonly dates: number;
  readonly from: string;
  readonly to: string;
  /** the trial with the highest Sharpe ratio per year, and the probability that its true one is above what luck gives the best of so many */
  readonly best: number;
  readonly sharpe: number;
  readonly deflated: number | null;
  /** the probability that the best of one half is below the median in the other: null where there were too few dates */
  readonly overfitting: number | null;
}

/** A folder of the sweeps. */
export interface ListedSweep {
  readonly name: string;
  /** when its report was written last, ms since 1970; 0 where it has none */
  readonly writtenAt: number;
  /** null where it cannot be read */
  readonly summary: SweepSummary | null;
  /** what is wrong with it, or null */
  readonly problem: string | null;
  /** whether a walk-forward result lies beside it */
  readonly hasWalkForward: boolean;
}

/** A sweep that was opened, with the walk-forward result beside it, or what is wrong with that. */
export interface OpenedSweep {
  readonly name: string;
  readonly sweep: SweepReport;
  readonly walkForward: WalkForwardReport | null;
  readonly walkForwardProblem: string | null;
}

/** Thrown when there is no sweep of that name. */
export class UnknownSweepError extends Error {
  override readonly name = 'UnknownSweepError';
  constructor(name: string) {
    super(`there is no sweep ${JSON.stringify(name)} in ${SWEEPS_FOLDER}/ of this home`);
  }
}

interface Known {
  readonly stamp: string;
  readonly summary: SweepSummary | null;
  readonly problem: string | null;
}

/** The sweeps of one home. */
export class SweepShelf {
  readonly #folder: string;
  readonly #known = new Map<string, Known>();

  constructor(home: string) {
    this.#folder = path.join(home, SWEEPS_FOLDER);
  }

  /** All of them, those that were written last first; none where nothing was kept yet. */
  async list(): Promise<readonly ListedSweep[]> {
    const names = await this.#names();
    const listed = await Promise.all(names.map((name) => this.#listed(name)));
    for (const name of this.#known.keys()) if (!names.includes(name)) this.#known.delete(name);
    return listed.sort((a, b) => b.writtenAt - a.writtenAt || compareText(a.name, b.name));
  }

  /** Opens one. @throws UnknownSweepError; ConfigurationError naming the file, and each field and value that is wrong */
  async open(name: string): Promise<OpenedSweep> {
    if (!NAME.test(name) || !(await this.#names()).includes(name)) throw new UnknownSweepError(name);
    const folder = path.join(this.#folder, name);
    refuseLarge(path.join(folder, SWEEP_FILE), (await stamped(path.join(folder, SWEEP_FILE)))?.bytes ?? 0);
    const { sweep } = await readSweep(folder);
    try {
      return { name, sweep, walkForward: (await readWalkForward(folder, sweep)) ?? null, walkForwardProblem: null };
    } catch (error) {
      return { name, sweep, walkForward: null, walkForwardProblem: problemOf(error) };
    }
  }

  async #names(): Promise<readonly string[]> {
    try {
      const entries = await readdir(this.#folder, { withFileTypes: true });
      const folders = entries.filter((entry) => entry.isDirectory() && NAME.test(entry.name)).map((entry) => entry.name);
      return folders.sort(compareText).slice(0, SWEEPS_MAX);
    } catch (error) {
      if (isMissingFile(error)) return [];
      throw error;
    }
  }

  async #listed(name: string): Promise<ListedSweep> {
    const folder = path.join(this.#folder, name);
    const file = path.join(folder, SWEEP_FILE);
    const [report, walk] = await Promise.all([stamped(file), stamped(path.join(folder, WALK_FORWARD_FILE))]);
    const stamp = report === undefined ? 'none' : `${report.writtenAt} ${report.bytes}`;
    const before = this.#known.get(name);
    const known = before?.stamp === stamp ? before : { stamp, ...(await summarised(folder, file, report?.bytes)) };
    this.#known.set(name, known);
    const { summary, problem } = known;
    return { name, writtenAt: report?.writtenAt ?? 0, summary, problem, hasWalkForward: walk !== undefined };
  }
}

async function stamped(file: string): Promise<{ readonly writtenAt: number; readonly bytes: number } | undefined> {
  try {
    const { mtimeMs, size } = await stat(file);
    return { writtenAt: Math.floor(mtimeMs), bytes: size };
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw error;
  }
}

async function summarised(folder: string, file: string, bytes: number | undefined): Promise<Omit<Known, 'stamp'>> {
  if (bytes === undefined) return { summary: null, problem: `it has no ${SWEEP_FILE} yet: the sweep goes on, or was ended` };
  try {
    refuseLarge(file, bytes);
    const { sweep } = await readSweep(folder);
    return { summary: summaryOf(sweep), problem: null };
  } catch (error) {
    return { summary: null, problem: problemOf(error) };
  }
}

function refuseLarge(file: string, bytes: number): void {
  if (bytes > FILE_BYTES_MAX)
    throw new ConfigurationError(file, [`the whole: is of ${bytes} bytes, more than ${FILE_BYTES_MAX}`]);
}

const problemOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);

/** What of a sweep is listed. */
export function summaryOf({ trials, dates, choice }: SweepReport): SweepSummary {
  const best = trials.reduce((top: TrialReport, trial) => (trial.sharpe > top.sharpe ? trial : top), item(trials, 0));
  return {
    ...{ trials: trials.length, dates: dates.length, from: dates[0] ?? '', to: dates.at(-1) ?? '' },
    ...{ best: best.trial, sharpe: best.sharpe, deflated: best.deflated },
    overfitting: choice.overfitting?.probability ?? null,
  };
}

const range = z.strictObject({ first: z.iso.date(), last: z.iso.date(), dates: z.int().min(1) });
const share = z.number().min(0).max(1);
const walkForwardSchema = z.strictObject({
  plan: z.strictObject({ folds: z.int().min(1), embargo: z.int().min(0), by: z.enum(['sharpe', 'return']) }),
  trials: z.int().min(1),
  folds: z.array(
    z.strictObject({
      ...{ chosenOn: range, test: range, trial: z.int().min(1), sets: z.record(z.string(), z.unknown()) },
      ...{ score: z.number(), totalReturn: z.number(), sharpe: z.number(), rank: z.int().min(1) },
    }),
  ),
  ...{ dates: z.array(z.iso.date()), returns: z.array(z.number()), equity: z.array(z.number()) },
  ...{ totalReturn: z.number(), maxDrawdown: z.number().min(0), sharpe: z.number() },
  ...{ probabilistic: share.nullable(), trackRecordMin: z.number().min(0).nullable() },
  hindsight: z.strictObject({ trial: z.int().min(1), totalReturn: z.number(), sharpe: z.number() }),
  digest: z.string(),
});

/** Reads the walk-forward result beside a sweep; undefined where there is none. @throws ConfigurationError, also for one of another sweep */
async function readWalkForward(folder: string, sweep: SweepReport): Promise<WalkForwardReport | undefined> {
  const file = path.join(folder, WALK_FORWARD_FILE);
  const found = await stamped(file);
  if (found === undefined) return undefined;
  refuseLarge(file, found.bytes);
  const given = documentIn(file, await readFile(file), 'sweep');
  const result = walkForwardSchema.safeParse(given);
  if (!result.success) throw new ConfigurationError(file, problemsOf(result.error, given));
  if (result.data.digest !== sweep.digest)
    throw new ConfigurationError(file, ['digest: is of another sweep than the one that lies beside it']);
  return result.data;
}
