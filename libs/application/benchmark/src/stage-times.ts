import { firstInterval, newParameterFeed, newSliceFeed, nextInterval, parametersDue } from '@aitrader/core-market';
import type { MarketBars } from '@aitrader/application-markets';
import { stagesOf } from '@aitrader/application-pipeline';

import {
  newRunDigest,
  newRunTally,
  runInProcess,
  type BoundStage,
  type IntervalWatcher,
  type StageFactory,
} from '@aitrader/runtime-engine';
import { TRADING_RULES } from './trading-rules.ts';

/** What an interval's time goes to in process, in the order in which it is spent. */
export const TIMED = ['feed', 'probability', 'strategy', 'execution', 'risk', 'digest', 'tally'] as const;
export type Timed = (typeof TIMED)[number];

/** Nanoseconds of each part for one bar, and for one interval. */
export interface StageTimes {
  readonly bars: number;
  readonly slices: number;
  readonly parts: readonly { readonly part: Timed; readonly nanosPerBar: number; readonly nanosPerSlice: number }[];
}

type Clock = Record<Timed, number>;

const NANOS_PER_MS = 1e6;

/** Reading the clock twice an interval and part is in these figures: about 50 ns each, which counts only where slices are narrow. */
export function stageTimes(table: MarketBars): StageTimes {
  const clock: Clock = { feed: 0, probability: 0, strategy: 0, execution: 0, risk: 0, digest: 0, tally: 0 };
  const digest = newRunDigest();
  const tally = newRunTally(TRADING_RULES.risk.startingCash);
  const feed = newSliceFeed(table, { shards: 1 });
  const parameters = newParameterFeed([], 'ingest', firstInterval(table));
  const run = runInProcess(
    {
      stages: timedStages(clock),
      shards: 1,
      timeframe: table.timeframe,
      next: timed(clock, 'feed', (slices) => nextInterval(feed, slices)),
      controlBefore: (t) => parametersDue(parameters, t),
      watchers: [watching(clock, 'digest', digest.add), watching(clock, 'tally', tally.add)],
    },
    Infinity,
  );
  let end = run.next();
  while (end.done !== true) end = run.next();
  const { bars, slices } = tally.current();
  return {
    bars,
    slices,
    parts: TIMED.map((part) => ({
      part,
      nanosPerBar: (clock[part] * NANOS_PER_MS) / bars,
      nanosPerSlice: (clock[part] * NANOS_PER_MS) / slices,
    })),
  };
}

function timed<Argument, Result>(
  clock: Clock,
  part: Timed,
  work: (argument: Argument) => Result,
): (argument: Argument) => Result {
  return (argument) => {
    const started = performance.now();
    const result = work(argument);
    clock[part] += performance.now() - started;
    return result;
  };
}

const watching = (clock: Clock, part: Timed, watch: IntervalWatcher): IntervalWatcher => timed(clock, part, watch);

function timedStages(clock: Clock): StageFactory {
  const stages = stagesOf(TRADING_RULES);
  const timedStage = <Input, Emit>(part: Timed, stage: BoundStage<Input, Emit>): BoundStage<Input, Emit> => ({
    ...stage,
    apply: (input, emit) => {
      const started = performance.now();
      stage.apply(input, emit);
      clock[part] += performance.now() - started;
    },
  });
  return {
    probability: () => timedStage('probability', stages.probability()),
    strategy: () => timedStage('strategy', stages.strategy()),
    execution: () => timedStage('execution', stages.execution()),
    risk: () => timedStage('risk', stages.risk()),
    scanner: undefined,
  };
}
