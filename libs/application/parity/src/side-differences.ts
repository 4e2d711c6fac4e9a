import { equityOf } from '@aitrader/core-portfolio';
import { compareText, item, type EpochMs, type OrderId, type Ticker } from '@aitrader/model';
import type { AccountSide } from './account-side.ts';
import { isSameFills, tradesOf, worthAt, type OrderFills } from './fill-book.ts';
import { differencesOf } from './order-differences.ts';
import type { Bin, ParityLine } from './parity-line.ts';

/*
 * Two sides of an account, held against each other order by order.
 *
 * 1. The lines add up to the difference of their equities, to the unit: what no order accounts for is laid to what differed first, and where
 *    nothing did, to nothing that is known.
 */

/** What the differences of an order are laid to: each of its parts to what it is, or all of it to one cause, which is told. */
export type Cause = 'parts' | { readonly bin: Bin; readonly what: string; readonly recorded: string; readonly replayed: string };

/** The cause of each order, and the bin of what is of none where no order differs. */
export interface CauseOf {
  readonly order: (id: OrderId) => Cause;
  readonly otherwise: Bin;
}

interface DifferentOrder {
  readonly id: OrderId;
  readonly symbol: Ticker;
  readonly one: OrderFills | undefined;
  readonly other: OrderFills | undefined;
  /** what the shares are worth more that the first side holds in the end */
  worth: number;
  price: number;
}

/** The differences of two sides that have come to the interval `end`. */
export function differencesOfSides(one: AccountSide, other: AccountSide, end: EpochMs, of: CauseOf): readonly ParityLine[] {
  const orders = differentOrders(one, other);
  for (const [symbol, own] of Map.groupBy(orders, (order) => order.symbol)) shareWorth(one, other, symbol, own);
  const lines = orders.flatMap((order) => linesOf(order, end, of.order(order.id)));
  const total = equityOf(one.ledger) - equityOf(other.ledger);
  const rest = total - sumOf(lines);
  if (rest === 0) return lines;
  const first = lines.toSorted((a, b) => a.t - b.t)[0];
  const bin = first?.bin ?? of.otherwise;
  const what = 'dividends, and what else no order accounts for';
  return [...lines, { ...{ bin, t: end, order: null, symbol: null, what, recorded: '', replayed: '' }, costMicros: rest }];
}

function differentOrders(one: AccountSide, other: AccountSide): DifferentOrder[] {
  const ids = [...new Set([...one.book.ids(), ...other.book.ids()])].sort(compareText);
  return ids.flatMap((id): DifferentOrder[] => {
    const [ours, theirs] = [one.book.of(id), other.book.of(id)];
    const symbol = ours?.symbol ?? theirs?.symbol;
    if (symbol === undefined || isSameFills(ours, theirs)) return [];
    return [{ id, symbol, one: ours, other: theirs, worth: 0, price: 0 }];
  });
}

/** Shares the difference of a symbol's worth out among its orders: each takes what its own shares change, the first one what is left. */
function shareWorth(
  { ledger: one }: AccountSide,
  { ledger: other }: AccountSide,
  symbol: Ticker,
  orders: DifferentOrder[],
): void {
  const [ours, theirs] = [one.positions.get(symbol), other.positions.get(symbol)];
  const price = ours?.mark ?? theirs?.mark ?? 0;
  let units: number = ours?.quantity ?? 0;
  let rest = (ours?.marketValue ?? 0) - (theirs?.marketValue ?? 0);
  for (const order of orders) {
    const after = units - (order.one?.held ?? 0) + (order.other?.held ?? 0);
    order.price = price;
    order.worth = worthAt(price, units) - worthAt(price, after);
    units = after;
    rest -= order.worth;
  }
  item(orders, 0).worth += rest;
}

function linesOf({ id, symbol, one, other, worth, price }: DifferentOrder, end: EpochMs, cause: Cause): readonly ParityLine[] {
  const costMicros = (one?.flow ?? 0) - (other?.flow ?? 0) + worth;
  if (cause === 'parts') {
    const valued = (fills: OrderFills | undefined) => tradesOf(fills, { t: end, price, worth: worthAt(price, fills?.held ?? 0) });
    return addingUpTo(costMicros, differencesOf({ order: id, symbol }, valued(one), valued(other)));
  }
  const { bin, what, recorded, replayed } = cause;
  const t = (one ?? other)?.fills[0]?.interval ?? end;
  return [{ bin, t, order: id, symbol, what, recorded, replayed, costMicros }];
}

const sumOf = (lines: readonly ParityLine[]): number => lines.reduce((sum, { costMicros }) => sum + costMicros, 0);

/** Shares are worth whole units together, and are cut to whole units one by one: what is between belongs to the first line. */
function addingUpTo(total: number, lines: readonly ParityLine[]): readonly ParityLine[] {
  const [first, ...others] = lines;
  return first === undefined ? lines : [{ ...first, costMicros: first.costMicros + total - sumOf(lines) }, ...others];
}
