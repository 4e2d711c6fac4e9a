import type { Ticker } from './ids.ts';
import type { EpochMs } from './units.ts';

/** When a scan looks: before the regular hours, in them, or at the close of a daily bar. */
export const SCAN_KINDS = ['premarket', 'regular', 'daily'] as const;
export type ScanKind = (typeof SCAN_KINDS)[number];

/**
 * What a scan put on the list, as columns in the order of rank, the best first. It is in effect from the very interval that it was made
 * at: all it rests on closed with it, and what risk approves then trades in the next one. Every figure is a safe integer.
 */
export interface Watchlist {
  /** the interval that it was made at */
  readonly t: EpochMs;
  /** the last instant at which it is in effect: the end of its trade date */
  readonly until: EpochMs;
  readonly kind: ScanKind;
  /** the configured time of the scan, minutes of the day in New York; of daily bars, their close */
  readonly minute: number;
  /** symbols that had all figures and passed the filters */
  readonly eligible: number;
  readonly symbols: readonly Ticker[];
  /** 1e-6 */
  readonly scoreMicro: readonly number[];
  /** open, or before it the last price, over the last regular close less 1, 1e-6 */
  readonly gapPpm: readonly number[];
  /** volume of the trade date so far over its mean up to the same time of the days before, 1e-3; 0 when not known */
  readonly relativeVolumeMilli: readonly number[];
  /** true range of the trade date so far over the last price, 1e-6 */
  readonly rangePpm: readonly number[];
  /** velocity over its standard deviation, 1e-3 */
  readonly trendMilli: readonly number[];
  /** standard deviation of the next close's log return, 1e-8 */
  readonly uncertaintyE8: readonly number[];
}

/** The scanner's word on an interval: the list made at it, if it was one of a scan. */
export interface ScannerWord {
  t: EpochMs;
  watchlist: Watchlist | null;
}

export const newScannerWord = (): ScannerWord => ({ t: 0 as EpochMs, watchlist: null });
