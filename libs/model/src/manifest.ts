import type { EpochMs } from './units.ts';
import type { RunId, Ticker } from './ids.ts';
import type { Timeframe } from './bar.ts';
import type { RunConfig } from './config.ts';
import type { Followed } from './closing.ts';

export type RunKind = 'live' | 'paper' | 'replay' | 'backtest';

/**
 * What prices were adjusted for after they were printed: nothing, splits, or splits and dividends. What a source does not tell is
 * unknown, and never guessed.
 */
export type Adjustment = 'raw' | 'split' | 'all' | 'unknown';

export const ADJUSTMENTS: readonly Adjustment[] = ['raw', 'split', 'all', 'unknown'];

/** Where a run's bars, or what goes with them, came from. */
export interface BarSource {
  readonly name: string;
  /** of the file as read, in hex; empty for a generated or a recorded source */
  readonly sha256: string;
  /** what it was recognised as */
  readonly shape: string;
  readonly adjustment: Adjustment;
}

/** A recording's first message: all that shaped the run. */
export interface Manifest {
  readonly run: RunId;
  readonly kind: RunKind;
  readonly createdAt: EpochMs;
  readonly codeVersion: string;
  /** SHA-256 of the code that ran, in hex, and the commit that was checked out there; empty when not known */
  readonly codeHash: string;
  readonly codeCommit: string;
  readonly nodeVersion: string;
  readonly shards: number;
  readonly timeframe: Timeframe;
  readonly universe: readonly Ticker[];
  readonly config: RunConfig;
  /** SHA-256 of the canonical JSON of the configuration as it was recorded */
  readonly configHash: string;
  readonly sources: readonly BarSource[];
  /** close times of the first and the last interval; both 0 when unknown beforehand */
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** the run that this one goes on from; null for one that begins from nothing */
  readonly follows: Followed | null;
}
