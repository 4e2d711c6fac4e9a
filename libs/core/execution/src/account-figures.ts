/**
 * What the account should be, by executions and by nothing else.
 */
import { notional, type Ticker } from '@aitrader/model';
import type { CashFlow } from './account-state.ts';
import { exitSide, heldOf, type ManagedOrder, type OrderManagerState } from './managed-order.ts';
import { ordersIn } from './orders-by-symbol.ts';

/** What is held in a symbol by the executions of all orders that are remembered; below zero when short. O(orders in the symbol). */
export function positionOf(state: OrderManagerState, symbol: Ticker): number {
  let position = 0;
  for (const managed of ordersIn(state, symbol)) position += signedHeld(managed);
  return position;
}

/** The same of every symbol, flat ones left out. O(orders). */
export function positionsOf({ orders }: OrderManagerState): ReadonlyMap<Ticker, number> {
  const positions = new Map<Ticker, number>();
  for (const managed of orders.values()) {
    const held = signedHeld(managed);
    const { symbol } = managed.order;
    if (held !== 0) positions.set(symbol, (positions.get(symbol) ?? 0) + held);
  }
  return positions;
}

const signedHeld = (managed: ManagedOrder): number => (managed.order.side === 'buy' ? heldOf(managed) : -heldOf(managed));

/** What the executions of all orders come to, forgotten ones included. O(executions). */
export function cashFlowOf({ orders, account }: OrderManagerState): CashFlow {
  let { flow, turnover } = account.past;
  for (const managed of orders.values()) {
    const of = flowOf(managed);
    flow += of.flow;
    turnover += of.turnover;
  }
  return { flow, turnover };
}

/** What the executions of one order come to. */
export function flowOf({ executions }: ManagedOrder): CashFlow {
  let flow = 0;
  let turnover = 0;
  for (const { current } of executions.values()) {
    if (current === null) continue;
    const worth = notional(current.price, current.quantity);
    flow += (current.side === 'buy' ? -worth : worth) - current.fee;
    turnover += worth;
  }
  return { flow, turnover };
}

/**
 * Shares of an order that are not there to be exited: the broker does not have them, by its last word, or another order has exited them. To
 * sell them would be to go short. Whatever else is held in the symbol may be what the broker does not have, so each order there counts all of
 * them.
 */
export function absentOf(state: OrderManagerState, managed: ManagedOrder): number {
  const { order } = managed;
  const absent = absentIn(state, order.symbol);
  return Math.max(0, exitSide(order) === 'sell' ? absent : -absent) + exitedElsewhere(state, managed);
}

/**
 * Shares of an order that other orders of its side have exited beyond their own, as when an entry is undone while its exit fills. The newest
 * orders lack them first. O(orders in the symbol).
 */
export function exitedElsewhere(state: OrderManagerState, managed: ManagedOrder): number {
  const { symbol, side } = managed.order;
  let beyond = 0;
  let heldByNewer = 0;
  let isNewer = false;
  for (const other of ordersIn(state, symbol)) {
    if (other === managed) isNewer = true;
    else if (other.order.side === side) {
      const held = heldOf(other);
      if (held < 0) beyond -= held;
      else if (isNewer) heldByNewer += held;
    }
  }
  return Math.min(Math.max(0, heldOf(managed)), Math.max(0, beyond - heldByNewer));
}

/**
 * What of a position the broker does not have, signed as the position. Trades told since its last word may have been before that word, or after
 * it: of both the one that leaves less is reckoned with.
 */
export function absentIn(state: OrderManagerState, symbol: Ticker): number {
  const { differences, absent, foreign } = state.account;
  const difference = differences.get(positionKey(symbol));
  if (difference === undefined || difference.amount === 0) return absent.get(symbol) ?? 0;
  const ours = positionOf(state, symbol);
  const then = difference.told - (foreign.get(symbol) ?? 0);
  const since = ours + difference.amount;
  return ours > 0
    ? Math.max(0, ours - Math.max(0, Math.min(then, since)))
    : Math.min(0, ours - Math.min(0, Math.max(then, since)));
}

/** What differences of positions are kept by. */
export const positionKey = (symbol: Ticker): string => `position ${symbol}`;
