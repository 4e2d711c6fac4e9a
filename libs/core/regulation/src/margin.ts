import { cash, notional, price, quantity, type Cash, type Price, type Quantity } from '@aitrader/model';

/*
 * What a position has to be covered by, at a price of 1e-4 dollar, in cash units: the house's table (Alpaca's, of 2022), which asks for no less
 * than FINRA Rule 4210(c).
 */

/** Below this equity there is neither margin nor short selling (Rule 4210(b)); cash units. */
export const MARGIN_EQUITY_MIN = cash(2_000_000_000);
/** Below this equity at the close before, a pattern day trader may not trade; cash units. */
export const DAY_TRADER_EQUITY_MIN = cash(25_000_000_000);

const MAINTENANCE_PERCENT = 30;
const PERCENT = 100;
const LOW_PRICE_LONG = price(25_000);
const LOW_PRICE_SHORT = price(50_000);

/**
 * Long under $2.50: all of it, else 30 %. Short under $5: all of it or $2.50 a share; else 30 % or $5 a share, whichever is more. `held` is
 * signed; rounded up.
 */
export function maintenanceOf(held: Quantity, at: Price): Cash {
  const shares = quantity(Math.abs(held));
  const value = notional(at, shares);
  const part = cash(Math.ceil((value * MAINTENANCE_PERCENT) / PERCENT));
  if (held > 0) return at < LOW_PRICE_LONG ? value : part;
  return at < LOW_PRICE_SHORT
    ? cash(Math.max(value, notional(LOW_PRICE_LONG, shares)))
    : cash(Math.max(part, notional(LOW_PRICE_SHORT, shares)));
}
