import { setImmediate as breathe } from 'node:timers/promises';
import { newMarketFeed, type OpenMarket } from '@aitrader/application-markets';
import { stagesOf } from '@aitrader/application-pipeline';
import { commandFeed, nextInterval, parametersDue } from '@aitrader/core-market';
import { probabilityStage } from '@aitrader/core-probability';
import { strategiesStage } from '@aitrader/core-strategies';
import {
  item,
  newBarSlice,
  newSignalSlice,
  newStateSlice,
  STATE_WIDTH,
  type BarSlice,
  type Control,
  type RunConfig,
  type SignalSlice,
  type StateSlice,
} from '@aitrader/model';
import {
  bindStage,
  newInterval,
  newMarketDigest,
  newPipeline,
  newRunDigest,
  type MarketDigest,
  type StageFactory,
  type StrategyStage,
} from '@aitrader/runtime-engine';
import { hashOf } from './hash-of.ts';
import { newDateClock, newTrialTally, type TrialOutcome } from './trial-tally.ts';

/*
 * Many configurations over one market, in one process.
 *
 * 1. A trial's facts are those of a run in process by its configuration alone: what is done once for several is what follows from the same
 *    bars, states and parameters.
 * 2. The bars are read once, and a stretch of them is held with its states; how much that is depends on the symbols alone.
 *
 * A stretch passes through one trial after the other, and not each interval through all trials: what a trial remembers then stays in the
 * processor's caches while it is used.
 */

/** One shard: decisions are the same with any number. */
const SHARDS = 1;
/** Numbers of bars and states that a stretch holds, 16 MB of them. */
const STRETCH_NUMBERS = 2_000_000;
const STRETCH_INTERVALS_MAX = 256;
/** Numbers of a bar and its flags. */
const BAR_WIDTH = 6;

/** An interval as all trials of one probability stage have it. */
interface Shared {
  readonly bars: BarSlice[];
  readonly states: StateSlice[];
  control: readonly Control[];
  /** whether a trade date begins with it */
  begins: boolean;
}

export interface TrialRun {
  readonly market: Pick<OpenMarket, 'bars' | 'parameters' | 'levels' | 'actions'>;
  /** of one `probability` */
  readonly configs: readonly RunConfig[];
  readonly onProgress?: (share: number) => void;
  /** ends the run between two stretches */
  readonly signal?: AbortSignal | undefined;
}

/** A trial that came to no end: which of those that were run together, from 0 on, and why. */
export class TrialFailed extends Error {
  override readonly name = 'TrialFailed';
  readonly at: number;
  constructor(at: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.at = at;
  }
}

/**
 * Runs configurations that have their probability stage in common; outcomes in their order.
 * @throws TrialFailed, Error for ones that have not, and the signal's reason
 */
export async function runTrials({ market, configs, onProgress, signal }: TrialRun): Promise<readonly TrialOutcome[]> {
  const [first] = configs;
  if (first === undefined) return [];
  const hash = hashOf(first.probability);
  if (configs.some(({ probability }) => hashOf(probability) !== hash)) throw new Error('trials have one probability stage');
  const { bars, parameters, levels, actions } = market;
  const commands = commandFeed({ parameters, levels, actions, first: bars.first }, 'ingest', undefined);
  const { feed, isDrained, isOver, more, barsRead } = await newMarketFeed(bars, SHARDS, actions);
  const probability = bindStage(probabilityStage, first.probability);
  const digest = newMarketDigest();
  const clock = newDateClock();
  const stretch = newStretch(bars);
  const follow = newTrialGroups(configs, digest);
  /** Fills the next interval of the stretch; false when there is none, or none yet. */
  const fill = (shared: Shared): boolean => {
    if (!nextInterval(feed, shared.bars)) return false;
    const slice = item(shared.bars, 0);
    shared.control = parametersDue(commands, slice.t);
    shared.begins = clock.enter(slice.t);
    probability.apply({ bars: slice, control: shared.control }, item(shared.states, 0));
    digest.add(shared);
    return true;
  };
  while (!isOver()) {
    signal?.throwIfAborted();
    let filled = 0;
    while (filled < stretch.length && fill(item(stretch, filled))) filled += 1;
    for (const { pass } of follow.groups) pass(stretch, filled);
    onProgress?.(barsRead() / bars.count);
    if (isDrained()) await more();
    await breathe();
  }
  return follow.outcomes(clock.dates);
}

function newStretch({ symbols, timeframe }: OpenMarket['bars']): readonly Shared[] {
  const capacity = Math.max(1, symbols.length);
  const intervals = Math.floor(STRETCH_NUMBERS / (capacity * (STATE_WIDTH + BAR_WIDTH)));
  return Array.from({ length: Math.min(STRETCH_INTERVALS_MAX, Math.max(1, intervals)) }, () => ({
    bars: [newBarSlice(0, timeframe, capacity)],
    states: [newStateSlice(0, capacity)],
    control: [],
    begins: false,
  }));
}

interface Trialled {
  /** takes the first `count` intervals of a stretch, with the signals on them */
  readonly pass: (stretch: readonly Shared[], count: number, signals: readonly SignalSlice[][]) => void;
  readonly outcome: (dates: readonly string[]) => TrialOutcome;
}

/** Trials by what they signal by: each list of strategies looks at the market once. */
function newTrialGroups(configs: readonly RunConfig[], digest: MarketDigest) {
  const trials = configs.map((config, at) => ({ at, config, trial: ofTrial(at, () => newTrial(config, digest)) }));
  const groups = [...Map.groupBy(trials, ({ config }) => hashOf(config.strategies)).values()].map((members) => {
    const first = item(members, 0);
    const strategies = ofTrial(first.at, () => bindStage(strategiesStage, first.config.strategies));
    const signals: SignalSlice[][] = [];
    return {
      pass: (stretch: readonly Shared[], count: number): void => {
        ofTrial(first.at, () => signal(strategies, stretch, count, signals));
        for (const { at, trial } of members) ofTrial(at, () => trial.pass(stretch, count, signals));
      },
    };
  });
  return { groups, outcomes: (dates: readonly string[]): TrialOutcome[] => trials.map(({ trial }) => trial.outcome(dates)) };
}

/** @throws TrialFailed for whatever is thrown */
function ofTrial<T>(at: number, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new TrialFailed(at, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function signal(strategies: StrategyStage, stretch: readonly Shared[], count: number, signals: SignalSlice[][]): void {
  for (let i = 0; i < count; i++) {
    const { bars, states, control } = item(stretch, i);
    const emit = (signals[i] ??= [newSignalSlice(0)]);
    strategies.apply({ bars: item(bars, 0), states: item(states, 0), control }, item(emit, 0));
  }
}

/** A stage whose facts are given. */
const given = {
  apply: (): void => undefined,
  snapshot: (): null => null,
  restore: (): void => undefined,
  goOn: (): void => undefined,
  layout: 'given',
};

function newTrial(config: RunConfig, market: MarketDigest): Trialled {
  const stages: StageFactory = { ...stagesOf(config), probability: () => given, strategy: () => given };
  const { pass } = newPipeline(stages, SHARDS);
  const interval = newInterval(SHARDS, '1m');
  const digest = newRunDigest(market);
  const tally = newTrialTally(config.risk.startingCash);
  return {
    pass: (stretch, count, signals) => {
      for (let i = 0; i < count; i++) {
        const { bars, states, control, begins } = item(stretch, i);
        interval.t = item(bars, 0).t;
        interval.bars = bars;
        interval.states = states;
        interval.signals = item(signals, i);
        interval.control = control;
        interval.executionControl = control;
        interval.shardControl.fill(control);
        if (begins) tally.begin();
        pass(interval);
        digest.add(interval);
        tally.add(interval);
      }
    },
    outcome: (dates) => ({ digest: digest.current().all, dates, ...tally.current() }),
  };
}
