import { batchesOf } from './batches.ts';
import { namedTrial, type Trial } from './grid.ts';
import { codeHash, digestOf, marketHashOf } from './hash-of.ts';
import { sweepByQueue } from './queued-sweep.ts';
import { openResults } from './result-file.ts';
import { TrialFailed } from './trial-groups.ts';
import type { Finish, SweepRequest } from './sweep-request.ts';
import { choiceFiguresOf, sharpeFiguresOf, tableOf, type ChoiceFigures, type SharpeFigures } from './statistics.ts';
import { crewOf, type TrialWorker } from './trial-workers.ts';
import type { TrialOutcome } from './trial-tally.ts';

/*
 * A sweep: every configuration of a grid over the same bars.
 *
 * 1. The report is the same with any number of workers, here or elsewhere, in any order of their work, and however often it was ended and begun again; only
 *    the seconds and the count of those that were there already differ.
 */

/** What a trial was and came to. Money in dollars; shares as fractions. */
export interface TrialReport extends Omit<TrialOutcome, 'dates'>, SharpeFigures {
  /** from 1 on */
  readonly trial: number;
  /** what it set, by the path of the configuration */
  readonly sets: Readonly<Record<string, unknown>>;
  readonly configHash: string;
  /** equity at the end over the one at the start, − 1 */
  readonly totalReturn: number;
}

export interface SweepReport {
  readonly market: string;
  readonly code: string;
  /** trade dates of the returns, the same for every trial */
  readonly dates: readonly string[];
  /** in the order of the grid */
  readonly trials: readonly TrialReport[];
  readonly choice: ChoiceFigures;
  /** SHA-256 over the configuration and the digest of every trial, in their order */
  readonly digest: string;
  readonly seconds: number;
  /** trials whose results were there already */
  readonly resumed: number;
}

/** Runs what is missing of a sweep, and reports on all of it. @throws Error where results of other bars or code lie */
export async function runSweep(request: SweepRequest): Promise<SweepReport> {
  const { market, trials, into, listener } = request;
  const ground = { market: marketHashOf(market), code: codeHash() };
  const started = performance.now();
  const results = into === undefined ? undefined : await openResults(into, ground);
  const outcomes = new Map<string, TrialOutcome>(results?.known);
  const missing = trials.filter(({ configHash }) => !outcomes.has(configHash));
  const resumed = trials.length - missing.length;
  if (results !== undefined && results.broken > 0)
    listener.warn(`${results.broken} lines of the results were not whole, and count for nothing`);
  if (resumed > 0) listener.remark(`${resumed} of ${trials.length} trials were there already`);
  const finish: Finish = async (found) => {
    for (const { configHash, outcome } of found) outcomes.set(configHash, outcome);
    await results?.add(found);
  };
  try {
    if (missing.length > 0 && request.queued !== undefined)
      await sweepByQueue({ request, host: request.queued, ground, outcomes, finish });
    else await runMissing(request, ground.market, missing, finish);
  } finally {
    await results?.close();
  }
  return { ...reportOf(trials, outcomes), ...ground, seconds: (performance.now() - started) / 1000, resumed };
}

async function runMissing(
  { market, source, workers, listener }: SweepRequest,
  marketHash: string,
  missing: readonly Trial[],
  finish: Finish,
): Promise<void> {
  const batches = batchesOf(missing, workers);
  const queue = [...batches.entries()];
  const shares = batches.map(() => 0);
  const progress = listener.progress('sweeping');
  const show = (): void =>
    progress.at(shares.reduce((sum, share, at) => sum + share * (batches[at]?.length ?? 0), 0) / missing.length);
  const crew = crewOf(Math.min(workers, batches.length), market, { source, market: marketHash });
  /** Takes batches until none is left, or another worker has failed. */
  const work = async (worker: TrialWorker): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [at, batch] = next;
      const found = await worker
        .run(
          batch.map(({ config }) => config),
          (share) => {
            shares[at] = share;
            show();
          },
        )
        .catch((error: unknown) => {
          throw named(error, batch);
        });
      await finish(
        batch.flatMap(({ configHash }, i) => {
          const outcome = found[i];
          return outcome === undefined ? [] : [{ configHash, outcome }];
        }),
      );
    }
  };
  try {
    await Promise.all(crew.map(work));
  } finally {
    queue.length = 0;
    progress.done();
    await Promise.all(crew.map((worker) => worker.close()));
  }
}

/** An error by the trial that it is of. */
function named(error: unknown, batch: readonly Trial[]): unknown {
  const trial = error instanceof TrialFailed ? batch[error.at] : undefined;
  return trial === undefined || !(error instanceof Error)
    ? error
    : new Error(`${namedTrial(trial)}: ${error.message}`, { cause: error });
}

function reportOf(
  trials: readonly Trial[],
  outcomes: ReadonlyMap<string, TrialOutcome>,
): Pick<SweepReport, 'dates' | 'trials' | 'choice' | 'digest'> {
  const all = trials.map((trial) => {
    const outcome = outcomes.get(trial.configHash);
    if (outcome === undefined) throw new Error(`trial ${trial.index + 1} has no result`);
    return { trial, outcome };
  });
  const table = tableOf(all.map(({ outcome }) => outcome.returns));
  const figures = sharpeFiguresOf(table);
  return {
    dates: all[0]?.outcome.dates ?? [],
    trials: all.map(({ trial: { index, sets, configHash }, outcome }, at) => ({
      ...{ trial: index + 1, sets, configHash },
      ...withoutDates(outcome),
      totalReturn: outcome.equity.start > 0 ? outcome.equity.end / outcome.equity.start - 1 : 0,
      ...(figures[at] ?? { sharpe: 0, probabilistic: null, deflated: null, trackRecordMin: null }),
    })),
    choice: choiceFiguresOf(table),
    digest: digestOf(all.map(({ trial: { configHash }, outcome: { digest } }) => ({ configHash, digest }))),
  };
}

function withoutDates(outcome: TrialOutcome): Omit<TrialOutcome, 'dates'> {
  const { dates: _, ...rest } = outcome;
  return rest;
}
