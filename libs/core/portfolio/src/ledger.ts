/**
 * The ledger: cash and positions, derived from fills, corporate actions and an operator's write-offs alone.
 *
 * 1. Conserved: after every fill, action and write-off, cash + due + Σ cost − realised − income + fees equals the starting cash, to the unit.
 * 2. A position is the signed sum of its symbol's fills less its write-offs, as corporate actions restate them; a flat symbol has no position.
 * 3. Equity is cash + due + Σ market value; market value and gross are kept as positions move, never recomputed.
 * 4. A bust leaves the ledger as if the busted fill had never been; a correction, as if it had always read so.
 * 5. What cannot be folded throws and changes nothing: a repeated id, an amendment of a fill that is not known.
 */
import {
  cash,
  ids,
  notional,
  quantity,
  type Cash,
  type EpochMs,
  type Fill,
  type FillId,
  type Price,
  type Ticker,
  type WriteOff,
} from '@aitrader/model';
import { addTrade } from './holding.ts';
import { newBook, takePosition, value, type Book, type KeptFill, type Ledger } from './ledger-state.ts';
import { learnWorth } from './spin-off.ts';

/** How long a fill can still be busted or corrected: a long weekend and the session after it, in milliseconds. */
export const AMENDABLE_MS_MAX = 5 * 24 * 60 * 60 * 1000;
/** How many fills of a symbol can still be amended: more than an order of prints of one round lot each; bounds the state. */
export const AMENDABLE_FILLS_MAX = 1024;

export type LedgerErrorCode = 'FILL_REPEATED' | 'FILL_UNKNOWN' | 'FILL_MALFORMED';

/** Thrown on a fill that the ledger cannot fold: a defect upstream, since fills are facts. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code: LedgerErrorCode;
  readonly fill: FillId;
  constructor(code: LedgerErrorCode, fill: Fill) {
    super(`${code}: ${fill.kind} ${fill.id} of ${fill.symbol}, quantity ${fill.quantity}, amends ${String(fill.amends)}`);
    this.code = code;
    this.fill = fill.id;
  }
}

/**
 * Folds one fill in. A bust's or correction's `amends` names the fill's first id or that of its latest correction; a bust's
 * own quantity, price and fee are not looked at. O(1) for an execution, O(kept fills of the symbol) for an amendment.
 * @throws LedgerError on the id of a fill that it still keeps, an amended fill that is unknown or too old, a quantity that is
 * not positive
 */
export function applyFill(ledger: Ledger, fill: Fill): void {
  moveBook(ledger, fill.symbol, (book) => {
    if (fill.kind === 'execution') execute(book, fill);
    else amend(book, fill);
  });
}

/** A write-off, by the id of the break that it is of. */
export interface LedgerWriteOff extends WriteOff {
  readonly id: string;
  readonly t: EpochMs;
}

/**
 * Takes shares off a position at the price that they are reckoned at: their part of the cost goes with them, and what is between is realised.
 * Shares beyond the position turn it over: execution's word on a trade may come later, and adds up with it. O(1).
 */
export function writeOff(ledger: Ledger, { id, t, symbol, quantity: units, price }: LedgerWriteOff): void {
  const trade: KeptFill = {
    ...{ id: ids.fill(`write-off ${id}`), t, side: units > 0 ? 'sell' : 'buy' },
    ...{ quantity: quantity(Math.abs(units)), price, fee: cash(0) },
  };
  moveBook(ledger, symbol, ({ kept, total }) => {
    addTrade(total, trade);
    // among the fills, so that an earlier one can be amended still
    kept.set(trade.id, trade);
  });
}

/** Changes a symbol's book, and what it adds to the account. */
function moveBook(ledger: Ledger, symbol: Ticker, change: (book: Book) => void): void {
  const book = ledger.books.get(symbol) ?? newBook();
  const { quantity: units, cost, flow, realised, fees, lastPrice } = book.total;
  change(book);
  ledger.books.set(symbol, book);
  ledger.cash = cash(ledger.cash + book.total.flow - flow);
  ledger.cost = cash(ledger.cost + book.total.cost - cost);
  ledger.realised = cash(ledger.realised + book.total.realised - realised);
  ledger.fees = cash(ledger.fees + book.total.fees - fees);
  if (units !== book.total.quantity || cost !== book.total.cost || lastPrice !== book.total.lastPrice) {
    takePosition(ledger, symbol, book.total);
  }
}

/** Values a position at a price, in units of 1e-4 dollar; does nothing when the symbol is flat. O(1). */
export function markToMarket(ledger: Ledger, symbol: Ticker, at: Price): void {
  const position = ledger.positions.get(symbol);
  if (position === undefined) return;
  position.marked = true;
  if (ledger.unvalued.size > 0) learnWorth(ledger, position, at);
  if (position.mark !== at || position.marketValue !== notional(at, position.quantity)) value(ledger, position, at);
}

/** Cash, dividends to come, and the signed market value of all positions. */
export const equityOf = (ledger: Ledger): Cash => cash(ledger.cash + ledger.due + ledger.marketValue);

/** Market value less cost of all positions: what closing them at their marks would realise, before fees. */
export const unrealisedOf = (ledger: Ledger): Cash => cash(ledger.marketValue - ledger.cost);

function execute(book: Book, fill: Fill): void {
  if (fill.quantity <= 0) throw new LedgerError('FILL_MALFORMED', fill);
  if (book.kept.has(fill.id)) throw new LedgerError('FILL_REPEATED', fill);
  addTrade(book.total, fill);
  book.kept.set(fill.id, keptFill(fill));
  settle(book, fill.t - AMENDABLE_MS_MAX);
}

/** Undoes or restates a kept fill at its own place, then folds the symbol again from what is settled. */
function amend({ settled, kept, total }: Book, fill: Fill): void {
  const first = fill.amends === null ? undefined : firstIdOf(kept, fill.amends);
  if (first === undefined) throw new LedgerError('FILL_UNKNOWN', fill);
  if (fill.kind === 'bust') kept.delete(first);
  else {
    if (fill.quantity <= 0) throw new LedgerError('FILL_MALFORMED', fill);
    if (firstIdOf(kept, fill.id) !== undefined) throw new LedgerError('FILL_REPEATED', fill);
    kept.set(first, keptFill(fill));
  }
  Object.assign(total, settled);
  for (const trade of kept.values()) addTrade(total, trade);
}

/** Settles for good what is older than `before` or beyond the bound. */
function settle({ settled, kept }: Book, before: number): void {
  for (const [first, oldest] of kept) {
    if (oldest.t >= before && kept.size <= AMENDABLE_FILLS_MAX) return;
    addTrade(settled, oldest);
    kept.delete(first);
  }
}

const keptFill = ({ id, t, side, quantity, price, fee }: Fill): KeptFill => ({ id, t, side, quantity, price, fee });

/** The first id of the kept fill that has this id, first or last. */
function firstIdOf(kept: ReadonlyMap<FillId, KeptFill>, id: FillId): FillId | undefined {
  if (kept.has(id)) return id;
  for (const [first, fill] of kept) if (fill.id === id) return first;
  return undefined;
}
