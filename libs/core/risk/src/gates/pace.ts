import { orderId } from '@aitrader/model';
import { messagesIn, repeatsOf } from '../entry-pace.ts';
import type { Intent } from '../intent.ts';
import { unknownOrders } from '../open-orders.ts';
import { atMost } from '../verdict.ts';

/*
 * Whether too much is asked too fast, or of a broker that has not answered.
 */

/** What was approved once is not approved again within a week, whoever asks. */
export const duplicateIntent = atMost<Intent>('DUPLICATE_INTENT', 'count', ({ state: { orders, settled } }, { id }) => {
  const order = orderId(id);
  return { value: orders.has(order) || settled.has(order) ? 1 : 0, limit: 0 };
});

/** With this one. */
export const intervalEntries = atMost<Intent>('INTERVAL_ENTRIES', 'count', ({ state: { pace, config } }) => ({
  value: pace.inInterval + 1,
  limit: config.entryLimits.perIntervalMax,
}));

/** With this one; who has reached the limit is out until an operator resumes. */
export const repeatedEntries = atMost<Intent>('REPEATED_ENTRIES', 'count', ({ state: { pace, config } }, wanted) => ({
  value: repeatsOf(pace, wanted) + 1,
  limit: config.entryLimits.repeatedMax,
}));

/** Orders and what was told of them, with this one: a symbol that keeps an hour busy is in some loop. */
export const symbolMessages = atMost<Intent>('SYMBOL_MESSAGES', 'count', ({ state: { pace, config, t } }, { symbol }) => ({
  value: messagesIn(pace, symbol, t) + 1,
  limit: config.entryLimits.symbolMessagesMax,
}));

/** By their events, and by execution's own word where it knows of more: a leg that several children of an order share is told of by the last one. */
export const unknownOutstanding = atMost<Intent>('UNKNOWN_ORDERS', 'count', ({ state: { orders, doubt, config } }) => ({
  value: Math.max(unknownOrders(orders), doubt?.holds.find(({ cause }) => cause === 'fate-unknown')?.symbols.length ?? 0),
  limit: config.entryLimits.unknownOrdersMax,
}));
