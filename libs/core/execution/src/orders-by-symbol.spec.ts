import { describe, expect, it } from '@jest/globals';
import { ids, ticker, type Ticker } from '@aitrader/model';
import { A, at, given } from '../test/given-manager.ts';
import type { ManagedOrder, OrderBook } from './managed-order.ts';
import { addOrder, newOrderBook, ordersIn, removeOrder, renameOrders } from './orders-by-symbol.ts';

const B = ticker('B');

/** An order that has just been taken on, under a symbol. */
function orderIn(symbol: Ticker): ManagedOrder {
  const manager = given();
  manager.take({ t: at('15:00') });
  const [managed] = manager.state().orders.values();
  if (managed === undefined) throw new Error('nothing was taken on');
  managed.order = { ...managed.order, symbol };
  return managed;
}

/** Orders under ids of their own. */
function bookOf(...symbols: readonly Ticker[]): { book: OrderBook; all: ManagedOrder[] } {
  const book = newOrderBook(new Map());
  const all = symbols.map((symbol, n) => {
    const managed = orderIn(symbol);
    managed.order = { ...managed.order, id: ids.order(`o.${n}`) };
    addOrder(book, managed);
    return managed;
  });
  return { book, all };
}

describe('orders by their symbols', () => {
  it('are found in the order in which they were taken on', () => {
    const { book, all } = bookOf(A, B, A);
    expect(ordersIn(book, A)).toEqual([all[0], all[2]]);
    expect(ordersIn(book, B)).toEqual([all[1]]);
    expect(ordersIn(book, ticker('C'))).toEqual([]);
    expect(newOrderBook(book.orders)).toEqual(book);
  });

  it('are found no more once they are forgotten', () => {
    const { book, all } = bookOf(A, B, A);
    for (const managed of all.slice(0, 2)) removeOrder(book, managed);
    expect(ordersIn(book, A)).toEqual([all[2]]);
    expect(ordersIn(book, B)).toEqual([]);
    expect(newOrderBook(book.orders)).toEqual(book);
  });

  it('are the same ones in a copy, by their symbols and by their ids', () => {
    const { book } = bookOf(A, B);
    const copy = structuredClone(book);
    expect(ordersIn(copy, A)[0]).toBe([...copy.orders.values()][0]);
    expect(copy).toEqual(book);
  });

  it('are found by another symbol once it is said that there is one', () => {
    const { book, all } = bookOf(A, B);
    for (const managed of all) managed.order = { ...managed.order, symbol: B };
    renameOrders(book);
    expect(ordersIn(book, A)).toEqual([]);
    expect(ordersIn(book, B)).toEqual(all);
  });
});
