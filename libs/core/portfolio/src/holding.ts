import { cash, notional, price, quantity, type Cash, type Price, type Quantity, type Side } from '@aitrader/model';

/** What the fills of one symbol add up to. All amounts are sums over its whole history. */
export interface Holding {
  /** signed: long above zero, short below */
  quantity: Quantity;
  /** signed cost of what is held now */
  cost: Cash;
  /** signed flow of cash, fees included */
  flow: Cash;
  realised: Cash;
  fees: Cash;
  lastPrice: Price;
}

/** The part of a fill that moves a holding. */
export interface Trade {
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly fee: Cash;
}

export const newHolding = (): Holding => ({
  quantity: quantity(0),
  cost: cash(0),
  flow: cash(0),
  realised: cash(0),
  fees: cash(0),
  lastPrice: price(0),
});

/**
 * Folds one trade in. Average cost: a closed share takes its part of the cost with it, rounded to the cash unit; closing the
 * last one takes all that is left, so no rounding survives a flat position. A trade beyond zero closes and opens at its price.
 */
export function addTrade(holding: Holding, trade: Trade): void {
  const signed = trade.side === 'buy' ? trade.quantity : quantity(-trade.quantity);
  const paid = notional(trade.price, signed);
  const closing = closedBy(holding.quantity, signed);
  const closingPaid = closing === signed ? paid : notional(trade.price, closing);
  const released = closing === 0 ? cash(0) : shareOf(holding.cost, closing, holding.quantity);
  holding.realised = cash(holding.realised - closingPaid - released);
  holding.cost = cash(holding.cost - released + (paid - closingPaid));
  holding.quantity = quantity(holding.quantity + signed);
  holding.flow = cash(holding.flow - paid - trade.fee);
  holding.fees = cash(holding.fees + trade.fee);
  holding.lastPrice = trade.price;
}

/** The part of a signed trade that reduces the position, in the trade's own sign; zero when it only adds. */
function closedBy(held: Quantity, signed: Quantity): Quantity {
  if (held === 0 || held > 0 === signed > 0) return quantity(0);
  return Math.abs(signed) <= Math.abs(held) ? signed : quantity(-held);
}

/** cost × |closing| ÷ |held|, rounded half away from zero; the whole cost when all is closed. */
const shareOf = (cost: Cash, closing: Quantity, held: Quantity): Cash =>
  cash(scaled(cost, BigInt(Math.abs(closing)), BigInt(Math.abs(held))));

/** amount × times ÷ by, rounded half away from zero. Exact, in `bigint`. */
export function scaled(amount: number, times: bigint, by: bigint): number {
  const product = BigInt(amount) * times * 2n;
  return Number((product + (product < 0n ? -by : by)) / (by * 2n));
}
