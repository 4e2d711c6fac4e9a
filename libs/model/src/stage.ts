import type { BarSlice } from './bar.ts';
import type { Control } from './control.ts';
import type { Ticker } from './ids.ts';
import type { EpochMs } from './units.ts';
import type { ExecutionReport, RiskDecision } from './order.ts';
import type { SignalSlice } from './signal.ts';
import type { StateSlice } from './state.ts';
import type { Watchlist } from './watchlist.ts';

/**
 * The shape of every stage: a pure reducer over one interval. `apply` folds `input` into `state` (in place) and writes its
 * word on the interval into `emit`, which the host reuses: a stage overwrites all of it, every time. No clock, no I/O, no
 * randomness, no logger. A state is plain data (objects, arrays, maps, typed arrays), so that a host can store it and
 * restore it bit for bit.
 */
export interface Stage<Config, State, Input, Emit> {
  readonly initial: (config: Config) => State;
  readonly apply: (state: State, input: Input, emit: Emit) => void;
  /** what a state is made of, and in which version: another one whenever this code could not go on with an earlier state as it is */
  readonly layout: string;
  /**
   * The state that a run begins with which follows another one: what the stage's instances knew at the end of that one, by a configuration
   * and a number of shards that may be others now. `owns` tells the symbols of this instance. The ended states are used up.
   */
  readonly goOn: (config: Config, ended: readonly State[], owns: (symbol: Ticker) => boolean) => State;
}

export interface ProbabilityInput {
  readonly bars: BarSlice;
  /** commands recorded since the interval before, in their recorded order */
  readonly control: readonly Control[];
}

export interface StrategyInput {
  readonly bars: BarSlice;
  /** row i belongs to bar i */
  readonly states: StateSlice;
  /** commands recorded since the interval before, in their recorded order */
  readonly control: readonly Control[];
}

export interface ScannerInput {
  readonly t: EpochMs;
  /** one slice per shard */
  readonly bars: readonly BarSlice[];
  /** one slice per shard; row i belongs to bar i */
  readonly states: readonly StateSlice[];
  /** commands recorded since the interval before, in their recorded order */
  readonly control: readonly Control[];
}

export interface ExecutionInput {
  readonly t: EpochMs;
  /** one slice per shard */
  readonly bars: readonly BarSlice[];
  /** what risk decided at the close of the interval before */
  readonly decision: RiskDecision | undefined;
  /** commands recorded since the interval before, in their recorded order */
  readonly control: readonly Control[];
}

export interface RiskInput {
  readonly t: EpochMs;
  /** one slice per shard */
  readonly bars: readonly BarSlice[];
  /** one slice per shard; row i belongs to bar i */
  readonly states: readonly StateSlice[];
  /** one slice per shard */
  readonly signals: readonly SignalSlice[];
  readonly report: ExecutionReport;
  /** what a scan made at this interval */
  readonly watchlist: Watchlist | null;
  /** commands recorded since the interval before, in their recorded order */
  readonly control: readonly Control[];
}
