import { actionCommands } from '@aitrader/core-market';
import {
  type CorporateAction,
  type EpochMs,
  item,
  newBarSlice,
  newStateSlice,
  type ProbabilityConfig,
  read,
  type Ticker,
  type Timeframe,
} from '@aitrader/model';
import { SEED_BARS } from './bank.ts';
import { type BarSteps, learnBars, settleBars } from './bar-steps.ts';
import { BAR, type Batch } from './batch.ts';
import { type Memory, PAST, REGIME } from './memory.ts';
import { applyBy, probabilityStage } from './probability-stage.ts';

/*
 * What the filter of regimes and fitted variances see, bar by bar, for fitting their parameters.
 *
 * 1. The figures are read out of the stage between its steps: nothing is computed a second time, and so nothing can differ.
 * 2. Every bar that the filter learns is there, in the order in which it learns them, and no other.
 * 3. The figures known at a bar depend on the bars up to it alone.
 */

/** Bars of one symbol in order of time, as many times (closes) as prices (USD). */
export interface PricedBars {
  readonly symbol: Ticker;
  readonly timeframe: Timeframe;
  readonly times: readonly EpochMs[];
  readonly closes: Float64Array;
  /** corporate actions that these prices follow: none is a return */
  readonly actions?: readonly CorporateAction[];
}

/** What the filter of regimes and fitted variances learn from, one number in each column for each bar that they learn. */
export interface RegimeFigures {
  /** closes of these bars */
  readonly times: readonly EpochMs[];
  /** closes of the bars that they were learned with: the next ones where they waited to be confirmed, else their own */
  readonly knownAt: readonly EpochMs[];
  /** innovation with its sign, in sd of the symbol's long past; the stage cuts it at `winsorZ` sd of its forecast */
  readonly innovations: Float64Array;
  /** the same in per cent of a pinned step: less the season, as fitted variances learn from it */
  readonly percents: Float64Array;
  /** ln of the variance of the last bars over what it was on average */
  readonly lnVariances: Float64Array;
}

const BP_PER_PERCENT = 100;
/** Who tells the stage of actions here. */
const ACTOR = 'fit';

/**
 * Runs the probability stage over a symbol's bars and returns what its filter of regimes and fitted variances see of each that it learned.
 * A bar that waits for confirmation is there once the next one has confirmed it, and never where that forgets it. Left out are the
 * first `warmUpBars`: until then the average over the long past is one of a few bars, which the variance of the last ones has hardly
 * had time to leave, and the states say WARMING_UP, so that nobody acts on their regimes. @throws RangeError as the stage
 */
export function regimeFigures(config: ProbabilityConfig, bars: PricedBars): RegimeFigures {
  const { symbol, timeframe, times, closes, actions = [] } = bars;
  const state = probabilityStage.initial(config);
  const slice = newBarSlice(0, timeframe, 1);
  slice.count = 1;
  slice.symbols[0] = symbol;
  const emit = newStateSlice(0, 1);
  const commands = [...actionCommands(actions, ACTOR, times[0] ?? 0)];
  const learned: EpochMs[] = [];
  const knownAt: EpochMs[] = [];
  const innovations: number[] = [];
  const percents: number[] = [];
  const lnVariances: number[] = [];
  let now = 0;
  const note = ({ past, regimes }: Memory, batch: Batch, barsBefore: number): void => {
    const seen = read(past, PAST.bars) - barsBefore;
    // seeds, whose squares are not cut, count as warm-up however short that is
    if (seen < state.parameters.warmUpBars || seen <= SEED_BARS + 1) return;
    learned.push(item(times, now - barsBefore));
    knownAt.push(item(times, now));
    innovations.push(signed(Math.sqrt(read(regimes, REGIME.surprise)), batch));
    percents.push(signed(Math.sqrt(read(batch.bars, BAR.observed)) / BP_PER_PERCENT, batch));
    lnVariances.push(read(regimes, REGIME.unusual));
  };
  const take: BarSteps = (parameters, moment, memory, batch) => {
    settleBars(parameters, moment, memory, batch);
    if (batch.confirming.count > 0) note(memory, batch, 1);
    learnBars(parameters, moment, memory, batch);
    if (batch.learned.count > 0) note(memory, batch, 0);
  };
  for (; now < times.length; now++) {
    const t = item(times, now);
    slice.t = t;
    slice.close[0] = read(closes, now);
    const control = commands.splice(0, commands.filter((command) => command.t < t).length);
    applyBy(take, state, { bars: slice, control }, emit);
  }
  return {
    times: learned,
    knownAt,
    innovations: Float64Array.from(innovations),
    percents: Float64Array.from(percents),
    lnVariances: Float64Array.from(lnVariances),
  };
}

/** With the sign of the innovation that was judged. The one bar of the slice is the first of its batch. */
const signed = (size: number, { bars }: Batch): number => (read(bars, BAR.judged) < 0 ? -size : size);
