/**
 * The orders that are remembered, by their symbols.
 *
 * 1. Orders come and go by the functions here alone, so that what is found by a symbol is never behind the orders.
 */
import type { OrderId, Ticker } from '@aitrader/model';
import type { ManagedOrder, OrderBook } from './managed-order.ts';

/** The orders of a book by their symbols. O(orders). */
export function newOrderBook(orders: Map<OrderId, ManagedOrder>): OrderBook {
  const book = { orders, bySymbol: new Map<Ticker, ManagedOrder[]>() };
  renameOrders(book);
  return book;
}

/** The orders in a symbol, in the order in which they were taken on. */
export const ordersIn = ({ bySymbol }: OrderBook, symbol: Ticker): readonly ManagedOrder[] => bySymbol.get(symbol) ?? [];

/** Remembers an order, behind all others. */
export function addOrder(book: OrderBook, managed: ManagedOrder): void {
  book.orders.set(managed.order.id, managed);
  find(book, managed);
}

/** Remembers an order no more. */
export function removeOrder(book: OrderBook, managed: ManagedOrder): void {
  const { id, symbol } = managed.order;
  const others = ordersIn(book, symbol).filter((one) => one !== managed);
  if (others.length > 0) book.bySymbol.set(symbol, others);
  else book.bySymbol.delete(symbol);
  book.orders.delete(id);
}

/** Finds all orders by the symbols that they have now: some have got another one. O(orders). */
export function renameOrders(book: OrderBook): void {
  book.bySymbol.clear();
  for (const managed of book.orders.values()) find(book, managed);
}

function find({ bySymbol }: OrderBook, managed: ManagedOrder): void {
  const others = bySymbol.get(managed.order.symbol);
  if (others === undefined) bySymbol.set(managed.order.symbol, [managed]);
  else others.push(managed);
}
