/**
 * Open orders: what risk has approved and execution has not yet finished with.
 *
 * 1. An order is open until none of its legs can fill any more and its symbol is flat; then it is settled, and forgotten a week later.
 * 2. Buying power stays reserved for the part of an entry that may still fill, however long the broker is silent about it.
 * 3. Facts are applied, never refused, however late; a fact about an order that was never approved is a broken invariant.
 */
import {
  cash,
  notional,
  quantity,
  type Cash,
  type EpochMs,
  type ExecutionReport,
  type Fill,
  type Leg,
  type Order,
  type OrderEvent,
  type OrderEventKind,
  type OrderId,
  type Price,
  type Quantity,
  type Side,
  type Ticker,
} from '@aitrader/model';
import { applyFill, type Ledger } from '@aitrader/core-portfolio';
import { countExecution, type AccountRules } from './account-rules.ts';
import { RiskInvariantError } from './invariant-error.ts';

/** What is known of a leg: it may fill, it was refused, or it has come to another end. */
export type LegFate = 'working' | 'refused' | 'over';

/** Stop, target and the latest time of an order. */
export type OrderExits = Pick<Order, 'stop' | 'target' | 'exitAt'>;

/** An order that may still fill, or that holds a position. */
export interface OpenOrder {
  readonly symbol: Ticker;
  /** which way it enters; not known of orders that a program left which did not keep it */
  readonly side?: Side;
  readonly reference: Price;
  /** where it is left, as approved; not known of orders of before it was kept, or whose prices an action restated */
  readonly exits?: OrderExits;
  /** part of the entry that may still fill */
  unfilled: Quantity;
  /** buying power held for it */
  reserved: Cash;
  /** the legs that were heard of */
  readonly legs: Map<Leg, LegFate>;
  /** legs of which the broker has not said what became of them */
  readonly unknown?: Set<Leg>;
}

/** An order that is over, for all that is known. */
export interface SettledOrder {
  readonly symbol: Ticker;
  readonly side?: Side;
  readonly reference: Price;
  /** the interval that it was settled in */
  readonly t: EpochMs;
}

/**
 * How long an order that was settled can be heard of: a broker finds an order that it had said was not there, or tells of a trade late. Past
 * what execution remembers an order for, a holiday weekend between; milliseconds.
 */
export const SETTLED_MS_MAX = 7 * 24 * 60 * 60 * 1000;

/** What risk knows of orders. */
export interface OrderBook {
  readonly orders: Map<OrderId, OpenOrder>;
  /** the ones that were settled last, the oldest first */
  readonly settled: Map<OrderId, SettledOrder>;
}

/**
 * How much worse than its reference a market entry is reckoned to fill, percent, for longs and shorts alike: what a broker
 * itself may hold back (Alpaca: a market buy 2.5 to 4 % above the last price, a short sale 3 % above the ask).
 */
export const ENTRY_SLIPPAGE_PERCENT = 4;

const FATE: Readonly<Record<OrderEventKind, LegFate>> = {
  submitted: 'working',
  accepted: 'working',
  replaced: 'working',
  triggered: 'working',
  // silence is not an end: what is not known counts in full
  unknown: 'working',
  filled: 'over',
  canceled: 'over',
  expired: 'over',
  rejected: 'refused',
};

/**
 * The fate of a leg after an event. An end stays one whatever comes late, such as an acceptance that the fill overtook; only
 * doubt undoes it, as after a bust. A refusal is no end: brokers take it back. A fill that leaves something open ends nothing.
 */
function fateAfter(fate: LegFate | undefined, { kind, remaining }: OrderEvent): LegFate {
  if (kind === 'unknown') return 'working';
  if (fate === 'over') return 'over';
  return kind === 'filled' && remaining > 0 ? 'working' : FATE[kind];
}

/** Buying power to hold for an entry: its notional at the reference and the slippage reckoned with, rounded up. */
export function reservationFor(reference: Price, unfilled: Quantity): Cash {
  const atReference = notional(reference, unfilled);
  return cash(atReference + Math.ceil((atReference * ENTRY_SLIPPAGE_PERCENT) / 100));
}

/** Opens an order that was approved just now. */
export function openOrder(orders: Map<OrderId, OpenOrder>, order: Order): void {
  const { id, symbol, side, reference, quantity: unfilled, stop, target, exitAt } = order;
  orders.set(id, {
    symbol,
    side,
    reference,
    exits: { stop, target, exitAt },
    unfilled,
    reserved: reservationFor(reference, unfilled),
    legs: new Map([['entry', 'working']]),
    unknown: new Set(),
  });
}

/** Buying power held for all open orders. O(open orders), which `openOrdersMax` bounds. */
export function reservedCash(orders: ReadonlyMap<OrderId, OpenOrder>): Cash {
  let reserved = 0;
  for (const order of orders.values()) reserved += order.reserved;
  return cash(reserved);
}

/** How many open orders there are of which the broker has not said what became of a leg. */
export function unknownOrders(orders: ReadonlyMap<OrderId, OpenOrder>): number {
  let count = 0;
  for (const { unknown } of orders.values()) if (unknown !== undefined && unknown.size > 0) count++;
  return count;
}

/** How many open orders there are in a symbol. */
export function openOrdersIn(orders: ReadonlyMap<OrderId, OpenOrder>, symbol: Ticker): number {
  let count = 0;
  for (const order of orders.values()) if (order.symbol === symbol) count++;
  return count;
}

/** Folds execution's word on an interval: fills first, then what became of the legs. @throws RiskInvariantError, LedgerError */
export function foldReport(ledger: Ledger, book: OrderBook, rules: AccountRules, report: ExecutionReport): void {
  for (const fill of report.fills) foldFill(ledger, book, rules, fill);
  for (const event of report.events) foldEvent(book, event);
  if (report.fills.length + report.events.length > 0) settle(ledger, book, report.t);
}

/** A fill moves the ledger; what it leaves of its leg is for the event to say. */
function foldFill(ledger: Ledger, book: OrderBook, rules: AccountRules, fill: Fill): void {
  if (fill.kind === 'execution' || book.orders.has(fill.orderId)) orderOf(book, fill);
  else reopen(book.orders, fill.orderId, { symbol: fill.symbol, reference: fill.price });
  countExecution(rules, ledger, fill);
  applyFill(ledger, fill);
}

function foldEvent(book: OrderBook, event: OrderEvent): void {
  const order = orderOf(book, event);
  const fate = fateAfter(order.legs.get(event.leg), event);
  order.legs.set(event.leg, fate);
  if (event.kind === 'unknown') order.unknown?.add(event.leg);
  else order.unknown?.delete(event.leg);
  if (event.leg !== 'entry') return;
  order.unfilled = fate === 'working' ? stillUnfilled(order, event) : quantity(0);
  order.reserved = reservationFor(order.reference, order.unfilled);
}

/** Only a fill lowers it. A broker holds the larger of the old and the new order of a replacement; so does risk. */
const stillUnfilled = ({ unfilled }: OpenOrder, { kind, remaining }: OrderEvent): Quantity =>
  kind === 'filled' ? remaining : quantity(Math.max(unfilled, remaining));

function orderOf({ orders, settled }: OrderBook, about: OrderEvent | Fill): OpenOrder {
  const over = settled.get(about.orderId);
  const order = orders.get(about.orderId) ?? (over === undefined ? undefined : reopen(orders, about.orderId, over));
  if (order === undefined) throw new RiskInvariantError(`${about.kind} of ${about.orderId}, which is not an open order`);
  if (order.symbol !== about.symbol) throw new RiskInvariantError(`${about.kind} of ${about.orderId} in ${about.symbol}`);
  return order;
}

/** An order that was settled is heard of again: a trade is told late, or undone, or the broker has it after all. */
function reopen(orders: Map<OrderId, OpenOrder>, id: OrderId, of: Pick<OpenOrder, 'symbol' | 'side' | 'reference'>): OpenOrder {
  const { symbol, side, reference } = of;
  const order: OpenOrder = {
    symbol,
    ...(side && { side }),
    reference,
    unfilled: quantity(0),
    reserved: cash(0),
    legs: new Map(),
    unknown: new Set(),
  };
  orders.set(id, order);
  return order;
}

/** Orders that are over, and whose symbol is flat, are settled; those settled long ago are forgotten. O(orders). */
export function settle(ledger: Ledger, { orders, settled }: OrderBook, t: EpochMs): void {
  for (const [id, { symbol, side, reference, legs }] of orders) {
    if (ledger.positions.has(symbol) || mayFill(legs)) continue;
    orders.delete(id);
    settled.delete(id);
    settled.set(id, { symbol, ...(side && { side }), reference, t });
  }
  for (const [id, over] of settled) {
    if (t - over.t <= SETTLED_MS_MAX) return;
    settled.delete(id);
  }
}

function mayFill(legs: OpenOrder['legs']): boolean {
  for (const fate of legs.values()) if (fate === 'working') return true;
  return false;
}
