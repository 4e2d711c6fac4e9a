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
  /** minutes after which what is entered on it is left at the latest; null: as long as a position of its hours is held */
  readonly holdMinutes: number | null;
  readonly forward: ReturnDistribution;
  /** P(velocity > 0), in 1e-6 */
  readonly velocityUpPpm: number;
  /** e8 per square root of a trading minute */
  readonly volatilityE8: number;
  /** P(regime) in 1e-6, in the order of REGIMES: calm, normal, turbulent */
  readonly regimePpm: readonly number[];
  /** index into REGIMES: the regime that the state announces */
  readonly regime: number;
  /** how often the symbol's closes of this session lay inside their 95 % intervals of late, in 1e-6, and how many were counted */
  readonly coverage95Ppm: number;
  readonly scored: number;
  readonly model: string;
  /** `STATE_FLAG` bits of the state that the signal rests on */
  readonly stateFlags: number;
}

/** What a strategy no longer believes: whatever was entered on its signals of that direction is to be left. */
export interface ExitSignal {
  readonly t: EpochMs;
  readonly symbol: Ticker;
  readonly strategy: string;
  readonly direction: Direction;
  /** why, in a word or two of the strategy's */
  readonly reason: string;
}

/** All signals and exits of one shard for one interval, in canonical symbol order; the empty one says that there was none. */
export interface SignalSlice {
  t: EpochMs;
  shard: number;
  signals: Signal[];
  exits: ExitSignal[];
}

export const newSignalSlice = (shard: number): SignalSlice => ({ t: 0 as EpochMs, shard, signals: [], exits: [] });
