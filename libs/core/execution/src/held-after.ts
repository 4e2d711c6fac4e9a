import { quantity, sharesAfter, type CorporateAction, type Quantity, type Ticker } from '@aitrader/model';

/** The symbol that a company trades as after an action. */
export const symbolAfter = (symbol: Ticker, action: CorporateAction): Ticker =>
  action.kind === 'symbol-change' && action.symbol === symbol ? action.other : symbol;

/** What an order holds after an action. A company whose symbol another one takes is held no more, as in the account. */
export function heldAfter(symbol: Ticker, held: Quantity, action: CorporateAction): Quantity {
  const isTaken =
    action.kind === 'symbol-change' ? symbol === action.other : action.kind === 'new-listing' && symbol === action.symbol;
  if (isTaken) return quantity(0);
  return action.kind === 'split' && symbol === action.symbol ? sharesAfter(held, action) : held;
}
