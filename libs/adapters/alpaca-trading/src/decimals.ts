import { CASH_PLACES, cash, nearestUnitsOf, price, PRICE_PLACES, QUANTITY_PLACES, quantity } from '@aitrader/model';
import type { Cash, Price, Quantity } from '@aitrader/model';

/*
 * Numbers as a broker prints them, decimals in strings, in our exact units. What is finer is rounded to the nearest, half away from zero:
 * where it matters, the text is kept beside it.
 */

/** Dollars a share; undefined for what is no price, or below nothing. */
export function priceIn(text: string): Price | undefined {
  const units = nearestUnitsOf(text, PRICE_PLACES);
  return units === undefined || units < 0 ? undefined : price(units);
}

/** Dollars; undefined for what is no amount. */
export function cashIn(text: string): Cash | undefined {
  const units = nearestUnitsOf(text, CASH_PLACES);
  return units === undefined ? undefined : cash(units);
}

/** Shares; undefined for what is no number of them. */
export function quantityIn(text: string): Quantity | undefined {
  const units = nearestUnitsOf(text, QUANTITY_PLACES);
  return units === undefined ? undefined : quantity(units);
}
