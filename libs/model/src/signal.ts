import type { EpochMs, Price } from './units.ts';
import type { SignalId, Ticker } from './ids.ts';

/** +1 expects the price to rise, −1 to fall. */
export type Direction = 1 | -1;

/** A forward log return as a distribution. `e8` is 1e-8 of a log return; quantiles stand at `QUANTILE_LEVELS`. */
export interface ReturnDistribution {
  readonly meanE8: number;
  readonly sdE8: number;
  /** degrees of freedom in 1e-3 */
  readonly dofMilli: number;
  readonly quantilesE8: readonly number[];
}

/** What a strategy believes at the close of one bar. It asks for nothing: risk decides. */
export interface Signal {
  readonly id: SignalId;
  readonly t: EpochMs;
  readonly symbol: Ticker;
  readonly strategy: string;
  readonly direction: Direction;
  /** the close that the signal was raised on, and that stop and target were measured from */
  readonly reference: Price;
  readonly stop: Price;
  readonly target: Price;
  readonly horizonMinutes: number;
  readonly forward: ReturnDistribution;
  /** P(velocity > 0), in 1e-6 */
  readonly velocityUpPpm: number;
  /** e8 per square root of a trading minute */
  readonly volatilityE8: number;
  /** P(regime) in 1e-6, in the order of REGIMES: calm, normal, turbulent */
  readonly regimePpm: readonly number[];
  readonly model: string;
  /** `STATE_FLAG` bits of the state that the signal rests on */
  readonly stateFlags: number;
}

/** All signals of one shard for one interval, in canonical symbol order; the empty one says that there was none. */
export interface SignalSlice {
  t: EpochMs;
  shard: number;
  signals: Signal[];
}

export const newSignalSlice = (shard: number): SignalSlice => ({ t: 0 as EpochMs, shard, signals: [] });
