import { cash, notional, type Cash, type Price, type Quantity } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';

/** The market's convention for fees on loans of stock. */
const DAYS_PER_YEAR = 360;
const MS_PER_DAY = 24 * 60 * 60 * 1000;
const NOON = 12 * 60;

/**
 * What it costs to stay short of `borrowed` shares from one trade date (`YYYY-MM-DD`) to a later one: their value at the last close, times
 * the rate, over 360, for each civil day between, so that a weekend costs three. Rounded up to the cash unit.
 */
export function borrowFee(from: string, to: string, borrowed: Quantity, at: Price, ratePerYear: number): Cash {
  const days = Math.round((newYorkInstant(to, NOON) - newYorkInstant(from, NOON)) / MS_PER_DAY);
  return cash(Math.ceil((notional(at, borrowed) * ratePerYear * days) / DAYS_PER_YEAR));
}
