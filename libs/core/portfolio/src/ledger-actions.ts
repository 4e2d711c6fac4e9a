import {
  cash,
  price,
  priceAfter,
  priceOfCash,
  quantity,
  QUANTITY_UNITS_PER_SHARE,
  sharesAfter,
  type Cash,
  type CorporateAction,
  type EpochMs,
  type Price,
  type Quantity,
  type Ticker,
} from '@aitrader/model';
import { scaled } from './holding.ts';
import { bookOf, setValue, settleAll, takePosition, type Book, type Ledger, type Position } from './ledger-state.ts';
import { moveWorth } from './spin-off.ts';

/*
 * A ledger over corporate actions, for long and short positions alike.
 *
 * 1. A split, a dividend, a spin-off and a change of symbol leave the equity as it was, to the unit. What a price is rounded by is not
 *    gained or lost: a position keeps its exact value until its next price.
 * 2. Whole shares come of a split. What is left of one is settled in cash, at the price before it.
 * 3. Who holds at the ex-date is entitled to the dividend, who is short owes it; it is cash from the day of payment on.
 * 4. A company whose symbol goes to another one is worth nothing to its holders, and what its sellers owed at its last price.
 * 5. Fills of before an action can be amended no more.
 */

const WHOLE_SHARE = BigInt(QUANTITY_UNITS_PER_SHARE);

/** Folds an action that is in force in. Does nothing when the ledger holds no position in its symbol. O(fills kept of the symbol). */
export function applyAction(ledger: Ledger, action: CorporateAction): void {
  const book = ledger.books.get(action.symbol);
  if (book !== undefined) settleAll(book);
  if (action.kind === 'symbol-change') giveAnotherSymbol(ledger, action.symbol, action.other);
  const position = ledger.positions.get(action.symbol);
  if (book === undefined || position === undefined) return;
  switch (action.kind) {
    case 'split':
      return exchange(ledger, book, position, action);
    case 'cash-dividend':
      return entitle(ledger, position, action);
    case 'spin-off':
      return spinOff(ledger, position, action);
    case 'new-listing':
      return writeOff(ledger, book, position);
    case 'symbol-change':
  }
}

/** Pays the dividends whose day has come before the interval that closes at `t`. */
export function payDividends(ledger: Ledger, t: EpochMs): void {
  while (ledger.payables[0] !== undefined && ledger.payables[0].payAt < t) {
    const { symbol, amount } = ledger.payables[0];
    ledger.payables.shift();
    ledger.due = cash(ledger.due - amount);
    ledger.cash = cash(ledger.cash + amount);
    const { settled, total } = bookOf(ledger, symbol);
    settled.flow = cash(settled.flow + amount);
    total.flow = cash(total.flow + amount);
  }
}

/** Whether `payDividends` would pay any. */
export const isPaymentDue = ({ payables }: Ledger, t: EpochMs): boolean => (payables[0]?.payAt ?? Infinity) < t;

function exchange(ledger: Ledger, book: Book, position: Position, action: CorporateAction): void {
  const { quantity: held, cost, marketValue, mark } = position;
  const { newShares, oldShares } = action;
  const kept = sharesAfter(held, action);
  // of what was held, in old shares, the part that whole new ones come of
  const [part, whole] = [BigInt(kept) * BigInt(oldShares), BigInt(held) * BigInt(newShares)];
  const lieu = cash(marketValue - scaled(marketValue, abs(part), abs(whole)));
  const released = cash(cost - scaled(cost, abs(part), abs(whole)));
  const at = priceAfter(mark, action);
  settleInCash(ledger, book, lieu, released);
  restate(book, kept, cash(cost - released), at);
  takePosition(ledger, position.symbol, book.total);
  if (kept !== 0) setValue(ledger, position, at, cash(marketValue - lieu));
}

const abs = (n: bigint): bigint => (n < 0n ? -n : n);

/** Takes `amount` of cash for what had cost `released`. */
function settleInCash(ledger: Ledger, { settled, total }: Book, amount: Cash, released: Cash): void {
  ledger.cash = cash(ledger.cash + amount);
  ledger.cost = cash(ledger.cost - released);
  ledger.realised = cash(ledger.realised + amount - released);
  for (const each of [settled, total]) {
    each.flow = cash(each.flow + amount);
    each.realised = cash(each.realised + amount - released);
  }
}

function restate({ settled, total }: Book, held: Quantity, cost: Cash, lastPrice: Price): void {
  for (const each of [settled, total]) Object.assign(each, { quantity: held, cost, lastPrice });
}

/** The price falls by the dividend when the right to it arises, so that who holds has neither gained nor lost. */
function entitle(ledger: Ledger, position: Position, action: CorporateAction): void {
  const { cash: perShare, payAt } = action;
  const { symbol, quantity: held, marketValue, mark } = position;
  const amount = cash(scaled(held, BigInt(perShare), WHOLE_SHARE));
  ledger.due = cash(ledger.due + amount);
  ledger.income = cash(ledger.income + amount);
  const after = ledger.payables.findIndex((payable) => payable.payAt > payAt);
  ledger.payables.splice(after < 0 ? ledger.payables.length : after, 0, { symbol, payAt, amount });
  setValue(ledger, position, priceAfter(mark, action), cash(marketValue - amount));
}

/** The shares of the company are kept to the unit of quantity; it takes cost and worth of its parent with it, at once or when known. */
function spinOff(ledger: Ledger, parent: Position, { cash: worth, newShares, oldShares, other }: CorporateAction): void {
  const book = bookOf(ledger, other);
  settleAll(book);
  const added = Number((BigInt(parent.quantity) * BigInt(newShares)) / BigInt(oldShares));
  const known = ledger.positions.get(other);
  if (added === 0) return;
  restate(book, quantity(book.total.quantity + added), book.total.cost, known?.mark ?? price(0));
  const company = known ?? newPosition(ledger, other, book.total.quantity);
  company.quantity = book.total.quantity;
  const perShare = worth > 0 ? priceOfCash(worth) : scaled(company.mark, BigInt(newShares), BigInt(oldShares));
  if (worth === 0 && !company.marked) ledger.unvalued.set(other, { parent: parent.symbol, newShares, oldShares });
  else
    moveWorth(
      ledger,
      parent,
      company,
      Math.min(perShare, parent.mark),
      price(scaled(perShare, BigInt(oldShares), BigInt(newShares))),
    );
  if (book.total.quantity !== 0) return;
  settleInCash(ledger, book, company.marketValue, company.cost);
  restate(book, quantity(0), cash(0), company.mark);
  takePosition(ledger, other, book.total);
}

function newPosition(ledger: Ledger, symbol: Ticker, held: Quantity): Position {
  const position = { symbol, quantity: held, cost: cash(0), mark: price(0), marked: false, marketValue: cash(0) };
  ledger.positions.set(symbol, position);
  return position;
}

const writeOff = (ledger: Ledger, book: Book, position: Position): void =>
  close(ledger, book, position, cash(Math.min(0, position.marketValue)));

/** Ends a position for an amount of cash. */
function close(ledger: Ledger, book: Book, position: Position, amount: Cash): void {
  settleInCash(ledger, book, amount, position.cost);
  restate(book, quantity(0), cash(0), price(0));
  ledger.unvalued.delete(position.symbol);
  takePosition(ledger, position.symbol, book.total);
}

/** Everything of a symbol moves to another one. What is held there of an earlier company is closed at its mark, whether anything moves or not: it
 * is no part of this one. */
function giveAnotherSymbol(ledger: Ledger, from: Ticker, to: Ticker): void {
  const earlier = ledger.positions.get(to);
  if (earlier !== undefined) {
    const held = bookOf(ledger, to);
    settleAll(held);
    close(ledger, held, earlier, earlier.marketValue);
  }
  const book = ledger.books.get(from);
  if (book === undefined) return;
  const position = ledger.positions.get(from);
  const there = bookOf(ledger, to);
  settleAll(there);
  const { settled } = book;
  for (const each of [there.settled, there.total]) {
    each.quantity = quantity(each.quantity + settled.quantity);
    each.cost = cash(each.cost + settled.cost);
    each.flow = cash(each.flow + settled.flow);
    each.realised = cash(each.realised + settled.realised);
    each.fees = cash(each.fees + settled.fees);
    each.lastPrice = settled.lastPrice;
  }
  ledger.books.delete(from);
  ledger.payables = ledger.payables.map((payable) => (payable.symbol === from ? { ...payable, symbol: to } : payable));
  renameUnvalued(ledger, from, to);
  if (position === undefined) return;
  const { mark, marked, marketValue } = position;
  takePosition(ledger, from, { ...settled, quantity: quantity(0) });
  takePosition(ledger, to, there.total);
  const moved = ledger.positions.get(to);
  if (moved === undefined) return;
  moved.marked = marked;
  setValue(ledger, moved, mark, marketValue);
}

function renameUnvalued({ unvalued }: Ledger, from: Ticker, to: Ticker): void {
  for (const [company, terms] of unvalued) if (terms.parent === from) unvalued.set(company, { ...terms, parent: to });
  const terms = unvalued.get(from);
  if (terms === undefined) return;
  unvalued.delete(from);
  unvalued.set(to, terms);
}
