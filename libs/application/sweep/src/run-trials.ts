import { setImmediate as breathe } from 'node:timers/promises';
import { newMarketFeed, type OpenMarket } from '@aitrader/application-markets';
import { commandFeed, nextInterval, parametersDue } from '@aitrader/core-market';
import { probabilityStage } from '@aitrader/core-probability';
import { item, newBarSlice, newStateSlice, STATE_WIDTH, type RunConfig } from '@aitrader/model';
import { bindStage, newMarketDigest } from '@aitrader/runtime-engine';
import { hashOf } from './hash-of.ts';
import { newTrialGroups, SHARDS, type Shared } from './trial-groups.ts';
import { newDateClock, type TrialOutcome } from './trial-tally.ts';

/*
 * Many configurations over one market, in one process.
 *
 * 1. A trial's facts are those of a run in process by its configuration alone: what is done once for several is what follows from the same
 *    bars, states and parameters.
 * 2. The bars are read once, and a stretch of them is held with its states; how much that is depends on the symbols alone.
 *
 * A stretch passes through the probability stage, then through one list of strategies after the other, and last through risk: what a stage
 * remembers of symbols then stays in the processor's caches while it is used.
 */

/** Numbers of bars and states that a stretch holds, 16 MB of them. */
const STRETCH_NUMBERS = 2_000_000;
const STRETCH_INTERVALS_MAX = 256;
/** Numbers of a bar and its flags. */
const BAR_WIDTH = 6;

export interface TrialRun {
  readonly market: Pick<OpenMarket, 'bars' | 'parameters' | 'levels' | 'actions'>;
  /** of one `probability` */
  readonly configs: readonly RunConfig[];
  readonly onProgress?: (share: number) => void;
  /** ends the run between two stretches */
  readonly signal?: AbortSignal | undefined;
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
  const groups = newTrialGroups(configs, digest);
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
    groups.pass(stretch, filled);
    onProgress?.(barsRead() / bars.count);
    if (isDrained()) await more();
    await breathe();
  }
  return groups.outcomes(clock.dates);
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
