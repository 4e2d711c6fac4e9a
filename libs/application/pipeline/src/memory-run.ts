import { setImmediate as breathe } from 'node:timers/promises';
import type { MarketBars } from '@aitrader/application-markets';
import { firstInterval, intervalCount, newParameterFeed, newSliceFeed, nextInterval, parametersDue } from '@aitrader/core-market';
import type { ModelParameters, RunConfig } from '@aitrader/model';
import {
  newRunDigest,
  newRunTally,
  runInProcess,
  type Digest,
  type IntervalWatcher,
  type RunSummary,
  type StageFactory,
} from '@aitrader/runtime-engine';
import { stagesOf } from './stages.ts';

/** Intervals between two looks at the outside world: progress, a recording's flush, Ctrl-C. */
const CHUNK_INTERVALS = 4_096;

export interface MemoryRun {
  readonly table: MarketBars;
  readonly parameters?: readonly ModelParameters[];
  readonly config: RunConfig;
  readonly shards: number;
  /** the stages, when not those of the configuration */
  readonly stages?: StageFactory;
  readonly watchers?: readonly IntervalWatcher[];
  readonly onProgress?: (share: number) => void;
  /** awaited between chunks */
  readonly flush?: () => Promise<void>;
  /** intervals of a chunk */
  readonly chunk?: number;
}

export interface RunResult extends RunSummary {
  readonly seconds: number;
  readonly digest: Digest;
}

/** Runs a market through the in-process host, with digest and tally. */
export async function runInMemory(run: MemoryRun): Promise<RunResult> {
  const digest = newRunDigest();
  const tally = newRunTally(run.config.risk.startingCash);
  const feed = newSliceFeed(run.table, { shards: run.shards });
  const parameters = newParameterFeed(run.parameters ?? [], 'ingest', firstInterval(run.table));
  const total = run.onProgress === undefined ? 1 : intervalCount(run.table);
  const started = performance.now();
  const host = runInProcess(
    {
      stages: run.stages ?? stagesOf(run.config),
      shards: run.shards,
      timeframe: run.table.timeframe,
      next: (slices) => nextInterval(feed, slices),
      controlBefore: (t) => parametersDue(parameters, t),
      watchers: [digest.add, tally.add, ...(run.watchers ?? [])],
    },
    run.chunk ?? CHUNK_INTERVALS,
  );
  for (const done of host) {
    run.onProgress?.(done / total);
    await run.flush?.();
    await breathe();
  }
  await run.flush?.();
  run.onProgress?.(1);
  return { ...tally.current(), digest: digest.current(), seconds: (performance.now() - started) / 1000 };
}
