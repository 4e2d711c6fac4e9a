import type { Cash, EpochMs, Price, Quantity } from './units.ts';
import type { FillId, Ticker } from './ids.ts';
import type { Leg } from './order.ts';
import type { RequestId } from './request.ts';

/**
 * Our reading of what a broker, or the gateway before it, says.
 * - `accepted`: taken, and not yet at the market; `held`: an exit that waits for its entry; `new`: at the market
 * - `rejected`: not taken after all, by the broker's or the exchange's word
 * - `refused`: it is certain that the request did nothing; `not-now`: the same, and it may be asked again later
 * - `unknown`: nobody knows what became of the request; `not-found`: looked up since, and the broker knows nothing of it
 * - `triggered`: a stop was elected; `replaced`: it goes on under another id or with other terms
 * - `canceled`, `expired`: over. `done`: nothing more of it today, which the broker does not call final
 * - `filled`: said to be filled; the executions themselves are words of their own
 * - `pending`: something was asked for, and has not happened
 * - `execution`, `bust`, `correction`: a trade, its undoing, its restating
 * - `other`: a word that we do not know, or do not know the meaning of
 */
export const REPORT_KINDS = [
  'accepted',
  'held',
  'new',
  'rejected',
  'refused',
  'not-now',
  'unknown',
  'not-found',
  'triggered',
  'replaced',
  'canceled',
  'expired',
  'done',
  'filled',
  'pending',
  'execution',
  'bust',
  'correction',
  'other',
] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

/** A trade as the broker tells it; told again under the same id it is the same trade. */
export interface ReportedExecution {
  readonly id: FillId;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly fee: Cash;
  /** the trade that a bust or a correction is about */
  readonly amends: FillId | null;
}

/** An order of the broker's own that belongs to the one a report is about. */
export interface ReportedLeg {
  readonly leg: Leg;
  readonly brokerId: string;
}

/** What became of a request for an order, or of an order at the broker. */
export interface Report {
  /** event time, as the broker has it */
  readonly t: EpochMs;
  readonly kind: ReportKind;
  readonly symbol: Ticker;
  /** the request that it names by its client order id; null where the broker names none of ours */
  readonly request: RequestId | null;
  /** the broker's id of the order that it is about; null where there is none yet */
  readonly brokerId: string | null;
  /** of one that was replaced, the id that it goes on under */
  readonly successor: string | null;
  /** the orders that belong to it, where they are told */
  readonly legs: readonly ReportedLeg[];
  /** what of the order has filled in all, by the broker's word; null where it does not say */
  readonly filled: Quantity | null;
  /** what of it is still open, by the broker's word; null where it does not say */
  readonly open: Quantity | null;
  /** one with `execution`, `bust` and `correction`, none with any other */
  readonly execution: ReportedExecution | null;
  /** the broker's own word, or its message */
  readonly word: string;
  /** the text as it came */
  readonly raw: string;
}

/** A report that says nothing but its kind yet. */
export const newReport = (t: EpochMs, kind: ReportKind, symbol: Ticker): Report => ({
  t,
  kind,
  symbol,
  request: null,
  brokerId: null,
  successor: null,
  legs: [],
  filled: null,
  open: null,
  execution: null,
  word: '',
  raw: '',
});

/** The broker lived through the interval that closed at `t`; all that came of it was reported before. */
export interface PassedWord {
  readonly kind: 'passed';
  readonly t: EpochMs;
  readonly request: RequestId;
}

/** Nothing is heard of the broker, or can be asked of it, from `t` on, until the next word on the account. */
export interface DisconnectedWord {
  readonly kind: 'disconnected';
  readonly t: EpochMs;
  readonly word: string;
}

/** What an account holds of a symbol by the broker's word: below zero when short. */
export interface AccountPosition {
  readonly symbol: Ticker;
  readonly quantity: Quantity;
}

/** An order that is open at the broker; null where it names none of ours. */
export interface AccountOrder {
  readonly brokerId: string;
  readonly symbol: Ticker;
  readonly request: RequestId | null;
}

/** Why an account is looked at when the regular session has closed: at rest, so that what differs then needs no second word. */
export const LOOK_AT_CLOSE = 'close';

/** How the account stands by the broker's word. What had become of our orders until then, as far as it was not known, was reported before. */
export interface AccountWord {
  readonly kind: 'account';
  readonly t: EpochMs;
  /** why it was looked at, such as `start`, `reconnected`, `schedule`, `asked`; LOOK_AT_CLOSE */
  readonly word: string;
  readonly cash: Cash;
  readonly equity: Cash;
  /** of US equities, in canonical order of symbol */
  readonly positions: readonly AccountPosition[];
  /** in canonical order of the broker's id; exits attached to others included */
  readonly orders: readonly AccountOrder[];
}

/** What the gateway has to tell. */
export type BrokerWord = Report | PassedWord | DisconnectedWord | AccountWord;

/** What the gateway heard together. */
export interface ReportBatch {
  /** counts the batches of a run, from 1 on */
  readonly n: number;
  /** latest event time of what is told, or heard of before */
  readonly t: EpochMs;
  /** as they were heard */
  readonly words: readonly BrokerWord[];
}
