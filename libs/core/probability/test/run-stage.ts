import {
  type BarSlice,
  item,
  newBarSlice,
  newStateSlice,
  type ProbabilityConfig,
  STATE_WIDTH,
  type StateSlice,
  ticker,
} from '@aitrader/model';
import { probabilityStage, type ProbabilityState } from '../src/index.ts';
import type { Series } from './real-series.ts';

/** What the stage took in and what it said; overwritten by the next bar. */
export interface Slices {
  readonly bars: BarSlice;
  readonly states: StateSlice;
}

/** Runs the stage over a series, bar by bar; `visit` sees every row (overwritten by the next one) and the state. */
export function runStage(
  { timeframe, times, closes }: Series,
  config: ProbabilityConfig,
  visit: (row: Float64Array, i: number, state: ProbabilityState, slices: Slices) => void,
): void {
  const state = probabilityStage.initial(config);
  const slice = newBarSlice(0, timeframe, 1);
  const emit = newStateSlice(0, 1);
  Object.assign(slice, { count: 1, symbols: [ticker('X')] });
  const row = emit.rows.subarray(0, STATE_WIDTH);
  times.forEach((t, i) => {
    slice.t = t;
    slice.close[0] = item(closes, i);
    probabilityStage.apply(state, { bars: slice, control: [] }, emit);
    visit(row, i, state, { bars: slice, states: emit });
  });
}
