import type { BarSlice, Closing, Control, EpochMs, Timeframe } from '@aitrader/model';
import { openInterval } from './carried-states.ts';
import { newInterval, type Interval } from './interval.ts';
import { newPipeline, type StageFactory, type StagePart } from './pipeline.ts';

const NONE: readonly Control[] = [];

/** Sees every complete interval of a run; it must copy what it keeps, since the host reuses the interval. */
export type IntervalWatcher = (interval: Interval) => void;

export interface InProcessRun {
  readonly stages: StageFactory;
  readonly shards: number;
  readonly timeframe: Timeframe;
  /** fills the next interval's slices, one per shard; false when there is none, or none yet */
  readonly next: (slices: BarSlice[]) => boolean;
  /** asked when there is no next interval: false while more may come. Without it there never are more */
  readonly isOver?: () => boolean;
  /** commands recorded before the bars of an interval */
  readonly controlBefore?: (t: EpochMs) => readonly Control[];
  readonly watchers: readonly IntervalWatcher[];
  /** what the run goes on from; its states are used up */
  readonly opening?: Closing | undefined;
  /** given what the stages know once the run is over */
  readonly onEnd?: (parts: readonly StagePart[], interval: Interval) => void;
}

/**
 * The in-process host: feeds intervals through the stage graph, with no serialisation and no promises on the way. Yields the
 * number of intervals done after every `chunk` of them, so that the caller can show progress, store a recording or stop; and whenever
 * more intervals have to be fetched before it can go on.
 */
export function* runInProcess(run: InProcessRun, chunk: number): Generator<number, number> {
  const { pass, parts } = newPipeline(run.stages, run.shards);
  const interval = newInterval(run.shards, run.timeframe);
  if (run.opening !== undefined) openInterval(interval, run.opening, parts);
  let done = 0;
  for (;;) {
    if (!run.next(interval.bars)) {
      if (!(run.isOver?.() ?? true)) {
        yield done;
        continue;
      }
      run.onEnd?.(parts, interval);
      return done;
    }
    const [first] = interval.bars;
    if (first === undefined) throw new Error('a run has at least one shard');
    interval.t = first.t;
    interval.control = run.controlBefore?.(first.t) ?? NONE;
    interval.executionControl = interval.control;
    interval.shardControl.fill(interval.control);
    pass(interval);
    for (const watch of run.watchers) watch(interval);
    done += 1;
    if (done % chunk === 0) yield done;
  }
}
