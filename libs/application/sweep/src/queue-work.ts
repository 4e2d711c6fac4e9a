import type { TakenPart, WorkQueue } from '@aitrader/runtime-bus';
import { namedTrial, type Trial } from './grid.ts';
import type { ResultGround } from './hash-of.ts';
import { decodePart, groundOf, type QueuedPart } from './queue-part.ts';
import { lineOf } from './result-file.ts';
import { TrialFailed } from './trial-groups.ts';
import type { TrialWorker } from './trial-workers.ts';

/*
 * What one does with a part of a sweep that it has taken.
 *
 * 1. A trial that is told already is not run again, whoever ran it.
 * 2. All results of a part are told before it is off the queue; each is told once, and who comes to another one says so.
 * 3. What would fail wherever it is tried is told as a failure; what fails here alone gives the part back.
 */

export const RESULT = 'result';
export const FAILURE = 'failure';
/** A part that was taken as often and never came to its end takes its takers down with it. */
export const TAKEN_MAX = 5;

export interface LaneWork {
  readonly queue: WorkQueue;
  readonly lane: string;
  readonly ground: ResultGround;
  readonly worker: TrialWorker;
  readonly signal: AbortSignal;
  /** told how far the part in hand is */
  readonly onProgress?: (share: number) => void;
}

/** Two came to different results for one configuration, market and code. */
class ResultsDiffer extends Error {
  override readonly name = 'ResultsDiffer';
}

/** Takes a part of the lane, or waits for one for as long, and runs what is missing of it: how many trials; undefined when none came. */
export async function workOnce(work: LaneWork, waitMs: number): Promise<number | undefined> {
  const taken = await work.queue.take(work.lane, waitMs);
  if (taken === undefined) return undefined;
  if (work.signal.aborted) {
    await taken.giveBack();
    return undefined;
  }
  return taken.during(() => perform(work, taken));
}

async function perform(work: LaneWork, taken: TakenPart): Promise<number> {
  const failed = async (message: string): Promise<number> => {
    await work.queue.tell(work.lane, FAILURE, taken.key, message);
    await taken.finish();
    return 0;
  };
  let part: QueuedPart;
  try {
    part = partFor(work, taken);
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
  if (taken.taken > TAKEN_MAX)
    return failed(
      `${trialsText(part)} were taken ${taken.taken - 1} times by workers, none of which came to the end of it: they were stopped, or died`,
    );
  try {
    const done = await runMissing(work, part);
    await taken.finish();
    return done;
  } catch (error) {
    if (error instanceof TrialFailed) return failed(failureText(error, part));
    if (error instanceof ResultsDiffer) return failed(error.message);
    await taken.giveBack();
    throw error;
  }
}

/** @throws Error for a part of another code or market than its lane's */
function partFor({ ground }: LaneWork, { data }: TakenPart): QueuedPart {
  const part = decodePart(data);
  const { code, market } = groundOf(part);
  if (code !== ground.code || market !== ground.market)
    throw new Error('a part of a sweep lies among those of other code or bars');
  return part;
}

async function runMissing(work: LaneWork, { trials }: QueuedPart): Promise<number> {
  const { queue, lane, ground, worker, signal, onProgress = () => undefined } = work;
  const missing: Trial[] = [];
  for (const trial of trials) if ((await queue.told(lane, RESULT, trial.configHash)) === undefined) missing.push(trial);
  if (missing.length === 0) return 0;
  const configs = missing.map(({ config }) => config);
  const outcomes = await worker.run(configs, onProgress, signal).catch((error: unknown) => {
    const at = error instanceof TrialFailed ? missing[error.at] : undefined;
    throw at === undefined || !(error instanceof Error)
      ? error
      : new TrialFailed(trials.indexOf(at), error.message, { cause: error });
  });
  for (const [at, trial] of missing.entries()) {
    const outcome = outcomes[at];
    if (outcome === undefined) throw new Error(`${namedTrial(trial)} came to no result`);
    const line = lineOf({ ...ground, config: trial.configHash, outcome });
    const before = await queue.tell(lane, RESULT, trial.configHash, line);
    if (before !== undefined && Buffer.from(before).toString() !== line)
      throw new ResultsDiffer(
        `${namedTrial(trial)} came to other results at another worker: one of them does not compute as this one does`,
      );
  }
  return missing.length;
}

const failureText = (error: TrialFailed, { trials }: QueuedPart): string => {
  const trial = trials[error.at];
  return `${trial === undefined ? 'a trial' : namedTrial(trial)}: ${error.message}`;
};

const trialsText = ({ trials }: QueuedPart): string => {
  const numbers = trials.map(({ index }) => index + 1);
  return `${trials.length} trials (${Math.min(...numbers)} to ${Math.max(...numbers)})`;
};
