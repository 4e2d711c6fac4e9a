import { cash, notional, type Cash, type EpochMs, type FillId, type Price, type Quantity, type Ticker } from '@aitrader/model';
import { addTrade, newHolding, type Holding, type Trade } from './holding.ts';

/** An open position and its value at the last mark. */
export interface Position {
  symbol: Ticker;
  /** signed */
  quantity: Quantity;
  /** signed cost basis */
  cost: Cash;
  /** last price it was marked at; the last fill's until the first mark */
  mark: Price;
  /** whether `mark` came from a mark rather than from a fill */
  marked: boolean;
  /** signed; at the last mark, or after a corporate action exactly what it left of the value before */
  marketValue: Cash;
}

/** A fill as it reads now, while it can still be amended. */
export interface KeptFill extends Trade {
  readonly id: FillId;
  readonly t: EpochMs;
}

/** One symbol's history: what is settled for good, what can still be amended, and the sum of both. */
export interface Book {
  readonly settled: Holding;
  /** by the id that each fill first had, in the order in which they came */
  readonly kept: Map<FillId, KeptFill>;
  readonly total: Holding;
}

/** Cash and positions of an account. Plain data; read it freely, and change it only through this module. */
export interface Ledger {
  cash: Cash;
  realised: Cash;
  fees: Cash;
  /** signed sum of the positions' cost */
  cost: Cash;
  /** only open ones */
  positions: Map<Ticker, Position>;
  /** signed sum over the positions */
  marketValue: Cash;
  /** sum of |market value| over the positions */
  gross: Cash;
  books: Map<Ticker, Book>;
  /** signed: dividends that positions are entitled to and that are not paid yet, those owed on short positions below zero */
  due: Cash;
  /** signed: all dividends that positions were entitled to */
  income: Cash;
  /** what `due` is made of, in the order of the days of payment */
  payables: Payable[];
  /** companies spun off whose worth is not known yet, by their symbol */
  unvalued: Map<Ticker, Unvalued>;
}

/** A dividend of a position, until it is paid. */
export interface Payable {
  readonly symbol: Ticker;
  readonly payAt: EpochMs;
  readonly amount: Cash;
}

/** A position in a company spun off, until it or its parent has a price of after the spin-off. */
export interface Unvalued {
  readonly parent: Ticker;
  readonly newShares: number;
  readonly oldShares: number;
}

/** An account that holds `startingCash` and nothing else. */
export const newLedger = (startingCash: Cash): Ledger => ({
  cash: startingCash,
  realised: cash(0),
  fees: cash(0),
  cost: cash(0),
  positions: new Map(),
  marketValue: cash(0),
  gross: cash(0),
  books: new Map(),
  due: cash(0),
  income: cash(0),
  payables: [],
  unvalued: new Map(),
});

/** A symbol of which nothing was traded yet. */
export const newBook = (): Book => ({ settled: newHolding(), kept: new Map(), total: newHolding() });

/** The book of a symbol, a new one when there is none. */
export function bookOf({ books }: Ledger, symbol: Ticker): Book {
  const book = books.get(symbol) ?? newBook();
  books.set(symbol, book);
  return book;
}

/** Settles all of a book for good: what a corporate action is about is amended no more. */
export function settleAll({ settled, kept }: Book): void {
  for (const trade of kept.values()) addTrade(settled, trade);
  kept.clear();
}

/** Lets a symbol's position be what its book says. */
export function takePosition(ledger: Ledger, symbol: Ticker, { quantity, cost, lastPrice }: Holding): void {
  const open = ledger.positions.get(symbol);
  if (quantity !== 0) {
    const position = open ?? { symbol, quantity, cost, mark: lastPrice, marked: false, marketValue: cash(0) };
    position.quantity = quantity;
    position.cost = cost;
    ledger.positions.set(symbol, position);
    value(ledger, position, position.marked ? position.mark : lastPrice);
  } else if (open !== undefined) {
    ledger.marketValue = cash(ledger.marketValue - open.marketValue);
    ledger.gross = cash(ledger.gross - Math.abs(open.marketValue));
    ledger.positions.delete(symbol);
  }
}

/** Values a position at a price. */
export const value = (ledger: Ledger, position: Position, at: Price): void =>
  setValue(ledger, position, at, notional(at, position.quantity));

/** Values a position at a price, and at just what is said, which may differ from it by what the price was rounded by. */
export function setValue(ledger: Ledger, position: Position, at: Price, marketValue: Cash): void {
  const before = position.marketValue;
  position.mark = at;
  position.marketValue = marketValue;
  ledger.marketValue = cash(ledger.marketValue - before + position.marketValue);
  ledger.gross = cash(ledger.gross - Math.abs(before) + Math.abs(position.marketValue));
}
