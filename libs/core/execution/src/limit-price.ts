import { price, priceStepAt, type Price, type Side } from '@aitrader/model';

/*
 * Prices that an exchange takes.
 *
 * 1. From one dollar on a price is of whole cents, below of hundredths of them (Regulation NMS, rule 612).
 * 2. A marketable limit is never worse than its collar allows, unless the nearest step of the grid is, and never better than its reference.
 */

const BASIS_POINTS = 10_000;

/** The nearest price on the grid that is not above; at least one unit. */
export const tickBelow = (units: number): Price =>
  price(Math.max(1, Math.floor(units / priceStepAt(units)) * priceStepAt(units)));
/** The nearest price on the grid that is not below. */
export const tickAbove = (units: number): Price => price(Math.max(1, Math.ceil(units / priceStepAt(units)) * priceStepAt(units)));

/** The limit of an order that is to trade at once, `collarBp` basis points worse than the reference at most. */
export function marketableLimit(side: Side, reference: Price, collarBp: number): Price {
  const away = (reference * collarBp) / BASIS_POINTS;
  if (side === 'buy') return price(Math.max(tickBelow(reference + away), tickAbove(reference)));
  return price(Math.min(tickAbove(reference - away), tickBelow(reference)));
}

/** The prices of exits on the grid, each moved towards the entry: what it gives is a little less, never later. */
export function exitPrices(entry: Side, stop: Price, target: Price): { readonly stop: Price; readonly target: Price } {
  if (entry === 'buy') return { stop: tickAbove(stop), target: tickBelow(target) };
  return { stop: tickBelow(stop), target: tickAbove(target) };
}

/** The worst limit of an entry that lies before its target still. */
export const beforeTarget = (entry: Side, target: Price): Price =>
  entry === 'buy' ? tickBelow(target - 1) : tickAbove(target + 1);
