import { PPM } from '@aitrader/model';
import type { Intent } from '../intent.ts';
import { openOrdersIn } from '../open-orders.ts';
import { isLastSuspect } from '../tape.ts';
import { atMost } from '../verdict.ts';

/*
 * Whether this symbol may be entered, and that way.
 */

/**
 * Entries alone are held against the list: what is held already gets out by its own exits. Without a scanner the run trades its universe,
 * which is said as 0 of 0. With one, no list that is in effect leaves nothing to know, and a symbol that is not on it has no rank.
 */
export const watchlist = atMost<Intent>('WATCHLIST', 'count', ({ state: { config, watchlist: list, t } }, { symbol }) => {
  if (config.entriesIn === 'universe') return { value: 0, limit: 0 };
  if (list === null || !(t >= list.t && t <= list.until)) return { value: NaN, limit: NaN };
  const rank = list.symbols.indexOf(symbol) + 1;
  return { value: rank === 0 ? NaN : rank, limit: list.symbols.length };
});

export const shortAllowed = atMost<Intent>('SHORT_ALLOWED', 'flags', ({ state: { config } }, { direction }) => ({
  value: direction === 1 ? 0 : direction === -1 ? 1 : NaN,
  limit: config.shortAllowed ? 1 : 0,
}));

/** Shares that are dear to borrow are called back or dearer tomorrow, whatever the edge is after what they cost today. A long borrows none. */
export const borrowRate = atMost<Intent>('BORROW_RATE', 'ppm', ({ state: { config } }, { direction }) => {
  const { borrowRateMax: most } = config.entryLimits;
  if (most === null) return { value: 0, limit: 0 };
  return { value: direction === 1 ? 0 : Math.round(config.costs.borrowRatePerYear * PPM), limit: Math.round(most * PPM) };
});

/** One at a time: a position, or an order on the way to one or out of one, blocks its symbol. */
export const openExposure = atMost<Intent>('OPEN_EXPOSURE', 'count', ({ state: { ledger, orders } }, { symbol }) => ({
  value: openOrdersIn(orders, symbol) + (ledger.positions.has(symbol) ? 1 : 0),
  limit: 0,
}));

/** A halt that was told holds until the symbol is heard again. */
export const symbolHalted = atMost<Intent>('SYMBOL_HALTED', 'flags', ({ state: { halted } }, { symbol }) => ({
  value: halted.has(symbol) ? 1 : 0,
  limit: 0,
}));

/** Place of the symbol among those that are never entered. */
export const restricted = atMost<Intent>('RESTRICTED', 'count', ({ state: { config } }, { symbol }) => ({
  value: config.entryLimits.restricted.indexOf(symbol) + 1,
  limit: 0,
}));

/** A last bar that is not believed yet. */
export const quarantined = atMost<Intent>('QUARANTINED', 'flags', ({ state: { tape } }, { symbol }) => ({
  value: isLastSuspect(tape, symbol) ? 1 : 0,
  limit: 0,
}));
