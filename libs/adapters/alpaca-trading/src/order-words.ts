import type { ReportKind } from '@aitrader/model';

/*
 * Alpaca's words for what an order is and what happens to it, and our reading of them (Trading API v2, `OrderStatus` and `trade_updates`).
 *
 * 1. A word that is not here is read as `other`: what it means for the order is not known.
 * 2. A status tells of no trade, whatever it says has filled.
 */

const STATUSES: Readonly<Record<string, ReportKind>> = {
  // taken, not yet at the market: so are all orders of extended hours, for as long as they work
  accepted: 'accepted',
  pending_new: 'accepted',
  pending_review: 'accepted',
  accepted_for_bidding: 'accepted',
  // an exit of a bracket before its entry has filled
  held: 'held',
  new: 'new',
  partially_filled: 'new',
  filled: 'filled',
  // nothing more of it today; neither is final by Alpaca's list
  done_for_day: 'done',
  calculated: 'done',
  canceled: 'canceled',
  expired: 'expired',
  replaced: 'replaced',
  rejected: 'rejected',
  // it works as before until the word of it comes
  pending_cancel: 'pending',
  pending_replace: 'pending',
  // a trade is guaranteed, and has not happened
  stopped: 'pending',
  // known, but it neither works nor is it over, and nobody says for how long
  suspended: 'other',
};

const EVENTS: Readonly<Record<string, ReportKind>> = {
  // since 2026-07-30
  accepted: 'accepted',
  pending_new: 'accepted',
  pending_review: 'accepted',
  accepted_for_bidding: 'accepted',
  held: 'held',
  new: 'new',
  partial_fill: 'execution',
  fill: 'execution',
  trade_bust: 'bust',
  trade_correct: 'correction',
  done_for_day: 'done',
  calculated: 'done',
  canceled: 'canceled',
  expired: 'expired',
  replaced: 'replaced',
  rejected: 'rejected',
  pending_cancel: 'pending',
  pending_replace: 'pending',
  stopped: 'pending',
  // what was asked for does not happen, and the order goes on
  order_cancel_rejected: 'pending',
  order_replace_rejected: 'pending',
  suspended: 'other',
  // it reads otherwise since, and the word does not say how
  restated: 'other',
};

const read = (words: Readonly<Record<string, ReportKind>>, word: string): ReportKind =>
  Object.hasOwn(words, word) ? (words[word] ?? 'other') : 'other';

/** What an order's status says of it. */
export const readingOfStatus = (status: string): ReportKind => read(STATUSES, status);
/** What an event of the account's stream says of its order. */
export const readingOfEvent = (event: string): ReportKind => read(EVENTS, event);
