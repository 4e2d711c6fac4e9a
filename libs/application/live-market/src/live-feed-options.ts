import type { DataWatch, LiveMinutes } from '@aitrader/core-market';
import type { WallClock } from '@aitrader/runtime-configuration';
import type { LiveVendor } from './live-vendor.ts';

/** Whom a live feed tells how it goes. */
export interface LiveListener {
  readonly connected: (at: number) => void;
  readonly disconnected: (at: number, why: string) => void;
  readonly backfilled: (from: number, to: number, bars: number) => void;
  /** a fetch failed, and is tried again after so many ms */
  readonly fetchFailed: (error: Error, againMs: number) => void;
  /** something of the vendor's was not used */
  readonly leftAside: (what: string) => void;
  readonly raw: (frame: Uint8Array, at: number) => void;
}

export interface LiveFeedOptions {
  readonly live: LiveMinutes;
  readonly watch: DataWatch;
  readonly vendor: LiveVendor;
  readonly clock: WallClock;
  /** the close of the last minute that is wanted */
  readonly until: number;
  readonly listener: LiveListener;
  /** how often the last quarter of an hour is fetched again for trades that were reported late, ms */
  readonly lookAgainMs: number;
}
