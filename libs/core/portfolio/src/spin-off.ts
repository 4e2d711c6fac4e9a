import { cash, price, type Cash, type Price, type Ticker } from '@aitrader/model';
import { scaled } from './holding.ts';
import { bookOf, setValue, type Ledger, type Position, type Unvalued } from './ledger-state.ts';

/*
 * The worth of a company that was spun off. Where nobody has said it, it is what the parent lost by its first price after the spin-off, or
 * by what the company itself is first traded at, whichever comes first: the two together are worth what the parent was.
 */

/** Learns from the first price of a parent or of the company spun off what each is worth, just before that price marks its position. */
export function learnWorth(ledger: Ledger, { symbol }: Position, at: Price): void {
  const own = ledger.unvalued.get(symbol);
  if (own !== undefined) split(ledger, symbol, own, scaled(at, BigInt(own.newShares), BigInt(own.oldShares)));
  for (const [company, terms] of ledger.unvalued) {
    const parent = terms.parent === symbol ? ledger.positions.get(symbol) : undefined;
    if (parent !== undefined) split(ledger, company, terms, Math.max(0, parent.mark - at));
  }
}

/** Divides value and cost between parent and company; `lost` is what a share of the parent is worth less, in units of price. */
function split(ledger: Ledger, company: Ticker, { parent: of, newShares, oldShares }: Unvalued, lost: number): void {
  ledger.unvalued.delete(company);
  const parent = ledger.positions.get(of);
  const position = ledger.positions.get(company);
  if (parent === undefined || position === undefined) return;
  moveWorth(ledger, parent, position, Math.min(lost, parent.mark), price(scaled(lost, BigInt(oldShares), BigInt(newShares))));
}

/** Moves `lost` units of price a share, and their part of the cost, from a parent's position to that in the company at price `at`. */
export function moveWorth(ledger: Ledger, parent: Position, company: Position, lost: number, at: Price): void {
  if (lost === 0 || parent.mark === 0) return;
  const of = BigInt(parent.mark);
  const worth = cash(scaled(parent.marketValue, BigInt(lost), of));
  const cost = cash(scaled(parent.cost, BigInt(lost), of));
  moveCost(ledger, parent, company, cost);
  setValue(ledger, parent, price(parent.mark - lost), cash(parent.marketValue - worth));
  setValue(ledger, company, at, cash(company.marketValue + worth));
}

function moveCost(ledger: Ledger, from: Position, to: Position, cost: Cash): void {
  from.cost = cash(from.cost - cost);
  to.cost = cash(to.cost + cost);
  for (const { symbol, cost: held } of [from, to]) {
    const { settled, total } = bookOf(ledger, symbol);
    settled.cost = cash(settled.cost + held - total.cost);
    total.cost = held;
  }
}
