import type { DataWatch, LiveSources } from '@aitrader/core-market';
import type { BarSlice } from '@aitrader/model';
import type { WallClock } from '@aitrader/runtime-configuration';
import type { LiveVendor } from './live-vendor.ts';

/** Whom a live feed tells how it goes; `feed` is the vendor's that it is about. */
export interface LiveListener {
  readonly connected: (feed: string, at: number) => void;
  readonly disconnected: (feed: string, at: number, why: string) => void;
  readonly backfilled: (feed: string, from: number, to: number, bars: number) => void;
  /** a fetch failed, and is tried again after so many ms */
  readonly fetchFailed: (feed: string, error: Error, againMs: number) => void;
  /** a vendor refuses for good, and others are left */
  readonly refused: (feed: string, error: Error) => void;
  /** another vendor gives the bars from now on */
  readonly tookOver: (feed: string, from: string, t: number) => void;
  /** something of the vendor's was not used */
  readonly leftAside: (feed: string, what: string) => void;
}

export interface LiveFeedOptions {
  readonly sources: LiveSources;
  /** as many as there are sources, in the same order */
  readonly vendors: readonly LiveVendor[];
  readonly watch: DataWatch;
  readonly clock: WallClock;
  /** the close of the last minute that is wanted */
  readonly until: number;
  readonly listener: LiveListener;
  /** slices of the next minute that an earlier life of the feed has published, when it was killed before it had published all */
  readonly published: readonly BarSlice[];
  /** how often the last quarter of an hour is fetched again for trades that were reported late, ms */
  readonly lookAgainMs: number;
}
