import type { LiveEvents, StreamedBar } from '@aitrader/adapter-live-bars';
import type { ClockSample } from '@aitrader/core-market';
import type { Ticker } from '@aitrader/model';

/** A vendor of live minute bars: a stream, and a way to ask for what it may have lost. */
export interface LiveVendor {
  /** vendor and feed, as recorded with every bar */
  readonly feed: string;
  /** 0 where whole bars are streamed; a minute where they are made of trades, so that half a minute of listening makes none */
  readonly exposureMs: number;
  /** how long after its close a minute is complete when it is asked for */
  readonly completeMs: number;
  /** keeps one connection up until it is closed */
  readonly stream: (events: LiveEvents) => { readonly open: () => void; readonly close: () => void };
  /** every bar of the symbols whose close is within the bounds, both included, epoch ms. @throws when any may be missing */
  readonly fetch: (symbols: readonly Ticker[], from: number, to: number, signal: AbortSignal) => Promise<readonly StreamedBar[]>;
  /** what the vendor's last answer proves of its clock; undefined before the first one */
  readonly clock: () => ClockSample | undefined;
}
