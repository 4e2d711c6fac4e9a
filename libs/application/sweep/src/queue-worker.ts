import { setTimeout as sleep } from 'node:timers/promises';
import { marketOf, type OpenMarket, type RunMarket } from '@aitrader/application-markets';
import type { LaneKey, WorkQueue } from '@aitrader/runtime-bus';
import { shortJson, type BarSourceSpec } from '@aitrader/runtime-configuration';
import type { Listener } from '@aitrader/runtime-telemetry';
import { codeHash, hashOf, runningCode, type RunningCode } from './hash-of.ts';
import { codeOfPart, decodePart, groundOf, laneStart } from './queue-part.ts';
import { workOnce, type LaneWork } from './queue-work.ts';
import { crewOf } from './trial-workers.ts';

/*
 * A worker for whatever sweeps there are on a queue.
 *
 * 1. It takes parts of its own code alone, and only once it has found that its bars are those that they are meant for.
 * 2. The bars are opened once for all parts over them that come one after the other.
 */

/** Where things are on this machine that are elsewhere at the coordinator's. */
export interface Places {
  readonly bars?: readonly string[] | undefined;
  readonly parameters?: string | undefined;
  readonly actions?: string | undefined;
}

export interface QueueWorkerRequest {
  readonly queue: WorkQueue;
  readonly workers: number;
  readonly places: Places;
  readonly untilEmpty: boolean;
  /** ends the work: parts in hand are given back */
  readonly signal: AbortSignal;
  readonly open: (source: BarSourceSpec) => Promise<OpenMarket>;
  readonly listener: Listener;
}

/** What a worker has done. */
export interface WorkDone {
  readonly parts: number;
  readonly trials: number;
}

const WAIT_MS = 1_000;

/**
 * Takes parts until the signal, or until there are none.
 * @throws Error when there are only parts that it cannot do: of other code, or of bars that are not here
 */
export async function workForSweeps(request: QueueWorkerRequest): Promise<WorkDone> {
  const done = { parts: 0, trials: 0 };
  const refused = new Map<string, Error>();
  const { queue, signal, untilEmpty } = request;
  while (!signal.aborted) {
    const lanes = firstOfLanes(await queue.unfinished());
    const [first, ...others] = [...lanes.values()].filter(({ lane }) => !refused.has(lane));
    if (first !== undefined) {
      const refusal = await serve(request, first, done).catch((error: unknown) => refusalIn(request, error));
      if (refusal !== undefined) refused.set(first.lane, refusal);
      if (refusal !== undefined && others.length > 0) request.listener.warn(`passed over a sweep: ${refusal.message}`);
    } else if (lanes.size > 0) throw firstOf(lanes, refused);
    else if (untilEmpty) break;
    else await sleep(WAIT_MS, undefined, { signal }).catch(() => undefined);
  }
  return done;
}

const firstOfLanes = (parts: readonly LaneKey[]): ReadonlyMap<string, LaneKey> =>
  new Map(parts.toReversed().map((part) => [part.lane, part]));

/** Parts that cannot be done here, and nothing wrong with them. */
class NotHere extends Error {
  override readonly name = 'NotHere';
}

/** @throws whatever is no refusal, but for what comes of being stopped */
function refusalIn({ signal }: QueueWorkerRequest, error: unknown): NotHere | undefined {
  if (error instanceof NotHere) return error;
  if (signal.aborted) return undefined;
  throw error;
}

const firstOf = (lanes: ReadonlyMap<string, LaneKey>, refused: ReadonlyMap<string, Error>): Error =>
  [...lanes.keys()].flatMap((lane) => refused.get(lane) ?? [])[0] ?? new Error('there are only sweeps that were passed over');

/** Works on a lane until nothing comes for a while. @throws NotHere */
async function serve(request: QueueWorkerRequest, first: LaneKey, done: { parts: number; trials: number }): Promise<void> {
  const { queue, signal, listener } = request;
  const data = await queue.look(first);
  if (data === undefined) return;
  requireOwnCode(first.lane, data);
  const { market: wanted, source, code } = decodePart(data);
  const ground = groundOf({ code, market: wanted });
  const here = relocated(source, request.places);
  const market = await opened(request, here, wanted);
  const crew = crewOf(request.workers, market, { source: here, market: ground.market });
  listener.remark(`works for a sweep over ${market.bars.symbols.length} symbols, ${market.bars.count} bars`);
  const stop = new AbortController();
  const progress = listener.progress('working');
  const shares = crew.map(() => 0);
  const works = crew.map(async (worker, at) => {
    const onProgress = (share: number): void => {
      shares[at] = share;
      progress.at(shares.reduce((sum, each) => sum + each, 0) / shares.length);
    };
    const work = { queue, lane: first.lane, ground, worker, signal: AbortSignal.any([signal, stop.signal]), onProgress };
    await untilIdle(work, done).catch((error: unknown) => {
      stop.abort(error);
      throw error;
    });
  });
  try {
    await Promise.all(works);
  } finally {
    progress.done();
    await Promise.allSettled(works);
    await Promise.all(crew.map((worker) => worker.close()));
  }
}

/** Takes parts of a lane until none is left of it, those that others have among them: they may have to be taken again. */
async function untilIdle(work: LaneWork, done: { parts: number; trials: number }): Promise<void> {
  while (!work.signal.aborted) {
    const trials = await workOnce(work, WAIT_MS);
    if (trials !== undefined) {
      done.parts += 1;
      done.trials += trials;
    } else if ((await work.queue.unfinished(work.lane)).length === 0) return;
  }
}

/** @throws NotHere */
function requireOwnCode(lane: string, data: Uint8Array): void {
  if (lane.startsWith(laneStart(codeHash()))) return;
  const text = ({ version, hash, node }: Partial<RunningCode>): string =>
    `${version ?? 'an unknown version'} (${(hash ?? '').slice(0, 12) || 'no hash'}) on Node ${node ?? 'of an unknown version'}`;
  throw new NotHere(
    `it is swept by ${text(codeOfPart(data) ?? {})}, and this is ${text(runningCode())}: results would not be comparable; run the worker of the coordinator's build`,
  );
}

/** @throws NotHere for bars that cannot be opened, or are not those that are wanted */
async function opened({ open }: QueueWorkerRequest, source: BarSourceSpec, wanted: RunMarket): Promise<OpenMarket> {
  const market = await open(source).catch((error: unknown) => {
    throw new NotHere(
      `its bars cannot be opened here: ${error instanceof Error ? error.message : String(error)}; say where they are with --bars`,
      { cause: error },
    );
  });
  const found = marketOf(market);
  if (hashOf(found) === hashOf(wanted)) return market;
  throw new NotHere(`the bars here are not its own: ${differenceOf(wanted, found)}; say where those are with --bars`);
}

function differenceOf(wanted: RunMarket, found: RunMarket): string {
  for (const [at, source] of wanted.sources.entries()) {
    const other = found.sources[at];
    if (other === undefined) return `there is no ${shortJson(source.name)}`;
    if (other.name !== source.name) return `${shortJson(other.name)} stands for ${shortJson(source.name)}`;
    if (other.sha256 !== source.sha256) return `${shortJson(other.name)} has the SHA-256 ${other.sha256}, not ${source.sha256}`;
    if (hashOf(other) !== hashOf(source))
      return `${shortJson(other.name)} was read as ${shortJson(other)}, not ${shortJson(source)}`;
  }
  const field = (['timeframe', 'from', 'to', 'universe'] as const).find(
    (name) => JSON.stringify(wanted[name]) !== JSON.stringify(found[name]),
  );
  return field === undefined ? 'there are more files' : `${field} is ${shortJson(found[field])}, not ${shortJson(wanted[field])}`;
}

/** The source of a sweep as it lies here. @throws NotHere */
function relocated(source: BarSourceSpec, { bars, parameters, actions }: Places): BarSourceSpec {
  if (source.kind === 'synthetic' || source.kind === 'recording') return source;
  const named = {
    ...(parameters === undefined || source.parameters === undefined ? {} : { parameters }),
    ...(actions === undefined || source.actions === undefined ? {} : { actions }),
  };
  if (bars === undefined) return { ...source, ...named };
  if (source.kind === 'files') return { ...source, ...named, paths: [...bars] };
  const [folder] = bars;
  if (source.kind === 'archive' && folder !== undefined && bars.length === 1) return { ...source, ...named, path: folder };
  throw new NotHere(
    `its bars are ${source.kind === 'archive' ? 'an archive' : 'the built-in sample'}, and --bars names ${bars.join(', ')}`,
  );
}
