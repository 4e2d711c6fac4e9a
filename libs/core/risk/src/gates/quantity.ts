import type { Intent } from '../intent.ts';
import { perShare } from '../situation.ts';
import { atLeast, sizes } from '../verdict.ts';

/*
 * How large an order may be, and how small.
 */

export const orderNotionalMax = sizes<Intent>('ORDER_NOTIONAL_MAX', 'cash', ({ state: { config } }, wanted) => ({
  value: config.orderNotionalMax,
  limit: perShare(wanted),
}));

/** Asked last: what all the others leave must still be worth its costs. */
export const orderNotionalMin = atLeast<Intent>('ORDER_NOTIONAL_MIN', 'cash', ({ state: { config } }, wanted, shares) => ({
  value: shares * perShare(wanted),
  limit: config.orderNotionalMin,
}));
