import type { LiveEvents, StreamedBar } from '@aitrader/adapter-live-bars';
import type { ClockSample, Coverage } from '@aitrader/core-market';
import type { Adjustment, Ticker } from '@aitrader/model';

/** A vendor of live minute bars: a stream, and a way to ask for what it may have lost. */
export interface LiveVendor {
  /** vendor and feed, as recorded with every bar */
  readonly feed: string;
  /** what its prices are adjusted for */
  readonly adjustment: Adjustment;
  /** 0 where whole bars are streamed; a minute where they are made of trades, so that half a minute of listening makes none */
  readonly exposureMs: number;
  /** how long after its close a minute is complete when it is asked for */
  readonly completeMs: number;
  /** how long after its close its bars may come as a rule: a shorter grace would make revisions of all of them */
  readonly graceMsMin: number;
  /** whether its history says the same of a minute as its stream, but for corrections: then the last minutes are looked at again */
  readonly corrects: boolean;
  /** whether no order may rest on it while it stands in for another */
  readonly isLastResort: boolean;
  /** whether it is listened to only while it is needed */
  readonly isCold: boolean;
  /** which trades its minutes are made of, since bars of other trades cannot be held against one another as if they were of the same */
  readonly coverage: Coverage;
  /** how many symbols it is asked for in a minute, while it is not listened to, to be held against what is published; 0: it always is */
  readonly sampledSymbols: number;
  /** keeps one connection up until it is closed */
  readonly stream: (events: LiveEvents) => { readonly open: () => void; readonly close: () => void | Promise<void> };
  /** every bar of the symbols whose close is within the bounds, both included, epoch ms. @throws when any may be missing */
  readonly fetch: (symbols: readonly Ticker[], from: number, to: number, signal: AbortSignal) => Promise<readonly StreamedBar[]>;
  /** what the vendor's last answer proves of its clock; undefined before the first one */
  readonly clock: () => ClockSample | undefined;
  /** writes what is to be kept of its answers; called when nothing is asked any more */
  readonly close: () => Promise<void>;
}
