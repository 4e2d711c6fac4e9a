import type { AccountSnapshot, Side } from './order.ts';
import type { OrderId, RunId, Ticker } from './ids.ts';
import type { Cash, EpochMs, Price, Quantity } from './units.ts';
import type { Timeframe } from './bar.ts';

/** What one instance of a stage knew at the end of a run. */
export interface CarriedState {
  /** the stage, or what else goes over */
  readonly of: string;
  /** −1 for the account */
  readonly shard: number;
  /** what the state is made of, and in which version */
  readonly layout: string;
  /** plain data */
  readonly state: unknown;
}

/** A position at the end of a run. */
export interface ClosingPosition {
  readonly symbol: Ticker;
  /** signed */
  readonly quantity: Quantity;
  /** signed cost basis */
  readonly cost: Cash;
  /** the last price that it was valued at */
  readonly mark: Price;
}

/** An order that is at work at the end of a run, or whose position is to be left. */
export interface ClosingOrder {
  readonly orderId: OrderId;
  readonly symbol: Ticker;
  /** of its entry */
  readonly side: Side;
  /** what it holds, signed as its entry; 0 while nothing has filled */
  readonly held: Quantity;
  readonly stop: Price;
  readonly target: Price;
  readonly exitAt: EpochMs;
}

/** What a run leaves at its end to the one that follows it. */
export interface Closing {
  readonly run: RunId;
  /** the digest over all facts of the run, in hex */
  readonly digest: string;
  /** close of its last interval */
  readonly t: EpochMs;
  readonly timeframe: Timeframe;
  readonly account: AccountSnapshot;
  /** in canonical order of symbols */
  readonly positions: readonly ClosingPosition[];
  /** in canonical order of order ids */
  readonly orders: readonly ClosingOrder[];
  /** in the order of stages and shards */
  readonly states: readonly CarriedState[];
}

/** The run that another one follows. */
export interface Followed {
  readonly run: RunId;
  /** the digest over all of its facts, in hex */
  readonly digest: string;
  /** SHA-256 of what it left, in hex */
  readonly closing: string;
}
