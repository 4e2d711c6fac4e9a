import type { Intent } from '../intent.ts';
import { perShare, reservedPerShare } from '../situation.ts';
import { atMost, sizes } from '../verdict.ts';

/*
 * What the account still has room for, open orders at their worst.
 */

export const openOrders = atMost<Intent>('OPEN_ORDERS', 'count', ({ state: { orders, config } }) => ({
  value: orders.size + 1,
  limit: config.openOrdersMax,
}));

export const symbolNotional = sizes<Intent>('SYMBOL_NOTIONAL', 'cash', ({ state: { config }, equity }, wanted) => ({
  value: Math.floor(equity * config.symbolNotionalFractionMax),
  limit: perShare(wanted),
}));

export const grossNotional = sizes<Intent>('GROSS_NOTIONAL', 'cash', ({ state: { config }, equity, committed }, wanted) => ({
  value: Math.floor(equity * config.grossNotionalFractionMax) - committed,
  limit: reservedPerShare(wanted),
}));

export const buyingPower = sizes<Intent>('BUYING_POWER', 'cash', ({ state: { config }, equity, committed }, wanted) => ({
  value: Math.floor(equity * config.buyingPowerMultiple) - committed,
  limit: reservedPerShare(wanted),
}));
