import { setTimeout as sleep } from 'node:timers/promises';
import { marketOf } from '@aitrader/application-markets';
import { SWEEP_SUBJECTS } from '@aitrader/contracts';
import { WorkQueue, type Bus, type WorkQueueOptions } from '@aitrader/runtime-bus';
import { queuePartsOf } from './batches.ts';
import type { Trial } from './grid.ts';
import type { ResultGround } from './hash-of.ts';
import { encodePart, keyOfPart, laneOf } from './queue-part.ts';
import { FAILURE, RESULT, workOnce } from './queue-work.ts';
import { lineOf, resultIn } from './result-file.ts';
import type { Finish, SweepQueue, SweepRequest } from './sweep-request.ts';
import { crewOf } from './trial-workers.ts';
import type { TrialOutcome } from './trial-tally.ts';

/*
 * A sweep whose parts anybody may take from a queue.
 *
 * 1. What is told on the queue counts whoever told it, so that a coordinator goes on where one before it was ended, and two of them share
 *    the work.
 * 2. A part that is neither there nor told is put again: it may have been withdrawn by another coordinator, or lost with the server.
 * 3. Parts of a sweep that ends before its results are there are withdrawn.
 */

/** The queue of all sweeps of a bus. */
export const openSweepQueue = (bus: Bus, options?: WorkQueueOptions): Promise<WorkQueue> =>
  WorkQueue.open(bus, SWEEP_SUBJECTS, options);

const POLL_MS = 200;
const PUT_AGAIN_MS = 5_000;
const WAIT_MS = 1_000;

interface Part {
  readonly key: string;
  readonly trials: readonly Trial[];
}

export interface QueuedTrials {
  readonly request: SweepRequest;
  readonly host: SweepQueue;
  readonly ground: ResultGround;
  /** outcomes that are there, by the hash of the configuration; takes up what is told */
  readonly outcomes: ReadonlyMap<string, TrialOutcome>;
  readonly finish: Finish;
}

/** Has the trials run that are missing, by whoever takes them; with workers of its own among these. @throws Error naming a trial that failed */
export async function sweepByQueue(queued: QueuedTrials): Promise<void> {
  const { request, host, ground } = queued;
  const lane = laneOf(ground);
  const stop = new AbortController();
  const signal = AbortSignal.any([host.signal, stop.signal]);
  const parts = queuePartsOf(request.trials).map((trials): Part => ({ key: keyOfPart(trials), trials }));
  const crew = crewOf(request.workers, request.market, { source: request.source, market: ground.market });
  await shareKnown(queued, lane, parts);
  const works = crew.map(async (worker) => {
    try {
      while (!signal.aborted) await workOnce({ queue: host.queue, lane, ground, worker, signal }, WAIT_MS);
    } catch (error) {
      if (!signal.aborted) stop.abort(error);
    }
  });
  try {
    await follow(queued, lane, parts, signal);
  } finally {
    stop.abort(new Error('the sweep is over'));
    await Promise.all(works);
    await Promise.all(crew.map((worker) => worker.close()));
    const left = unfinished(parts, queued.outcomes);
    await Promise.all(left.map(({ key }) => host.queue.withdraw({ lane, key }))).catch(() => undefined);
  }
}

const unfinished = (parts: readonly Part[], outcomes: ReadonlyMap<string, TrialOutcome>): readonly Part[] =>
  parts.filter(({ trials }) => trials.some(({ configHash }) => !outcomes.has(configHash)));

/** Tells what is known here of parts that are not done, so that nobody does it again, and forgets what failed before: it is tried again. */
async function shareKnown({ host, ground, outcomes }: QueuedTrials, lane: string, parts: readonly Part[]): Promise<void> {
  for (const { key, trials } of unfinished(parts, outcomes)) {
    await host.queue.forget(lane, FAILURE, key);
    for (const { configHash } of trials) {
      const outcome = outcomes.get(configHash);
      if (outcome !== undefined)
        await host.queue.tell(lane, RESULT, configHash, lineOf({ ...ground, config: configHash, outcome }));
    }
  }
}

async function follow(queued: QueuedTrials, lane: string, parts: readonly Part[], signal: AbortSignal): Promise<void> {
  const { request, outcomes } = queued;
  const progress = request.listener.progress('sweeping');
  let seq = 0;
  let lastPut = Number.NEGATIVE_INFINITY;
  try {
    for (;;) {
      seq = await takeTold(queued, lane, parts, seq);
      progress.at(outcomes.size / request.trials.length);
      const left = unfinished(parts, outcomes);
      if (left.length === 0) return;
      signal.throwIfAborted();
      if (performance.now() - lastPut > PUT_AGAIN_MS) {
        await putMissing(queued, lane, left);
        lastPut = performance.now();
      }
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    progress.done();
  }
}

/** Takes up all that was told since. @throws Error for a part that failed, or a result that is not whole */
async function takeTold(
  { request, host, ground, outcomes, finish }: QueuedTrials,
  lane: string,
  parts: readonly Part[],
  after: number,
): Promise<number> {
  const keys = new Set(parts.map(({ key }) => key));
  const wanted = new Set(request.trials.map(({ configHash }) => configHash));
  const found = new Map<string, TrialOutcome>();
  let seq = after;
  for (let told = await host.queue.toldAfter(lane, seq); told !== undefined; told = await host.queue.toldAfter(lane, seq)) {
    seq = told.seq;
    const text = Buffer.from(told.data).toString();
    if (told.kind === FAILURE && keys.has(told.key)) throw new Error(text);
    if (told.kind !== RESULT || !wanted.has(told.key) || outcomes.has(told.key)) continue;
    const result = resultIn(text);
    if (result?.config !== told.key || result.market !== ground.market || result.code !== ground.code)
      throw new Error(`what was told of the trial with configuration ${told.key} on the queue is no whole result of this sweep`);
    found.set(told.key, result.outcome);
  }
  if (found.size > 0) await finish([...found].map(([configHash, outcome]) => ({ configHash, outcome })));
  return seq;
}

async function putMissing({ request, host }: QueuedTrials, lane: string, left: readonly Part[]): Promise<void> {
  const there = new Set((await host.queue.unfinished(lane)).map(({ key }) => key));
  for (const { key, trials } of left)
    if (!there.has(key)) await host.queue.put({ lane, key }, encodePart(trials, marketOf(request.market), request.source));
}
