import type { EpochMs, Ticker } from '@aitrader/model';

/** A bar as a vendor streams it. `t` is its close; prices are dollars, volume is shares. */
export interface StreamedBar {
  readonly symbol: Ticker;
  readonly t: EpochMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** a later version of a bar that was streamed before */
  readonly isUpdate: boolean;
}

/** Whom a stream of bars tells what happens; instants are epoch ms of the clock that the stream was given. */
export interface LiveEvents {
  /** everything that was asked for is subscribed to */
  readonly connected: (at: number) => void;
  /** nothing came any more from `at` on */
  readonly disconnected: (at: number, why: string) => void;
  readonly bar: (bar: StreamedBar, at: number) => void;
  readonly halt: (symbol: Ticker, halted: boolean, at: number) => void;
  /** a message as it came, for the audit */
  readonly raw: (frame: Uint8Array, at: number) => void;
  /** something was left aside: what it was */
  readonly leftAside: (what: string) => void;
  /** the vendor refuses for good; nothing is tried again */
  readonly refused: (error: Error) => void;
}
