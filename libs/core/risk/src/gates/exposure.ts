import type { Cash } from '@aitrader/model';
import type { Intent } from '../intent.ts';
import { perShare, reservedPerShare } from '../situation.ts';
import { atMost, sizes } from '../verdict.ts';
import { shortfallRoom } from '../worst-case.ts';

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

/** So many times the equity, cut to what the figures can hold. */
const allowedOf = (equity: Cash, times: number): number => Math.min(Math.floor(equity * times), ALLOWED_MAX);
const ALLOWED_MAX = Number.MAX_SAFE_INTEGER - 1;

/** All that is reserved counts as if it were on this side. */
export const netNotional = sizes<Intent>('NET_NOTIONAL', 'cash', ({ state: { config, ledger }, equity, reserved }, wanted) => {
  let net = 0;
  for (const { marketValue } of ledger.positions.values()) net += marketValue;
  const left = allowedOf(equity, config.entryLimits.netNotionalFractionMax) - wanted.direction * net - reserved;
  return { value: left, limit: reservedPerShare(wanted) };
});

/** Positions of the symbol's sector and all that is reserved in it; symbols of no sector are one of their own. */
export const sectorNotional = sizes<Intent>('SECTOR_NOTIONAL', 'cash', ({ state, equity }, wanted) => {
  const { config, ledger, orders } = state;
  const { sectors, sectorNotionalFractionMax } = config.entryLimits;
  const sectorOf = (symbol: string): number => sectors.findIndex(({ symbols }) => symbols.includes(symbol));
  const own = sectorOf(wanted.symbol);
  let taken = 0;
  for (const { symbol, marketValue } of ledger.positions.values()) if (sectorOf(symbol) === own) taken += Math.abs(marketValue);
  for (const { symbol, reserved } of orders.values()) if (sectorOf(symbol) === own) taken += reserved;
  return { value: allowedOf(equity, sectorNotionalFractionMax) - taken, limit: reservedPerShare(wanted) };
});

/** Room that the account's mean loss in its worst 2.5 % leaves, the order and all that is open counted in full. */
export const expectedShortfall = sizes<Intent>('EXPECTED_SHORTFALL', 'cash', ({ state, equity, worst }, wanted) => {
  const room = shortfallRoom(state, worst, wanted.symbol, wanted.direction, equity * state.config.expectedShortfallFractionMax);
  return { value: Math.min(Math.floor(room), ALLOWED_MAX), limit: perShare(wanted) };
});
