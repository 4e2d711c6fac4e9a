import { actionCommands } from '@aitrader/core-market';
import {
  type CorporateAction,
  type EpochMs,
  newBarSlice,
  newStateSlice,
  type ProbabilityConfig,
  read,
  type Ticker,
  type Timeframe,
} from '@aitrader/model';
import { SEED_BARS } from './bank.ts';
import { BAR } from './batch.ts';
import { PAST, REGIME } from './memory.ts';
import { probabilityStage } from './probability-stage.ts';
import type { ProbabilityState } from './probability-state.ts';

/*
 * What the filter of regimes sees, bar by bar, for fitting its parameters.
 *
 * 1. The figures are read out of the stage after each of its steps: nothing is computed a second time, and so nothing can differ.
 * 2. The figures of a bar depend on the bars up to it alone.
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

/** What the filter of regimes learned from, one number in each column for each bar that it learned. */
export interface RegimeFigures {
  /** closes of these bars */
  readonly times: readonly EpochMs[];
  /** innovation with its sign, in sd of the symbol's long past; the stage cuts it at `winsorZ` sd of its forecast */
  readonly innovations: Float64Array;
  /** ln of the variance of the last bars over what it was on average */
  readonly lnVariances: Float64Array;
}

/** Who tells the stage of actions here. */
const ACTOR = 'fit';

/**
 * Runs the probability stage over a symbol's bars and returns the two figures that its filter of regimes saw of each. Left out are
 * bars while they wait for confirmation, since nothing is learned from them, and the first `warmUpBars`: until then the average over
 * the long past is one of a few bars, which the variance of the last ones has hardly had time to leave, and the states say
 * WARMING_UP, so that nobody acts on their regimes. @throws RangeError as the stage
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
  const innovations: number[] = [];
  const lnVariances: number[] = [];
  times.forEach((t, i) => {
    slice.t = t;
    slice.close[0] = read(closes, i);
    const control = commands.splice(0, commands.filter((command) => command.t < t).length);
    probabilityStage.apply(state, { bars: slice, control }, emit);
    if (!isLearned(state)) return;
    learned.push(t);
    innovations.push(innovationOf(state));
    lnVariances.push(read(state.memory.regimes, REGIME.unusual));
  });
  return { times: learned, innovations: Float64Array.from(innovations), lnVariances: Float64Array.from(lnVariances) };
}

/** Whether the bar just taken in was learned from; seeds, whose squares are not cut, count as warm-up however short that is. */
function isLearned({ memory, parameters }: ProbabilityState): boolean {
  const bars = read(memory.past, PAST.bars);
  return bars >= parameters.warmUpBars && bars > SEED_BARS + 1 && read(memory.past, PAST.held) === 0;
}

/** The one bar of the slice is the first of its batch. */
function innovationOf({ memory, batch }: ProbabilityState): number {
  const size = Math.sqrt(read(memory.regimes, REGIME.surprise));
  return read(batch.bars, BAR.innovation) < 0 ? -size : size;
}
