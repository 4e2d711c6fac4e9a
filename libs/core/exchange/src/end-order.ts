import { quantity } from '@aitrader/model';
import { isFinal, type ExchangeOrder, type TradeUpdate } from './exchange-order.ts';
import { groupOf, legsOf, noteWork, rootOf, say, setOpen, type ExchangeState } from './exchange-state.ts';
import { badOrder, notFound, type Refusal } from './refusal.ts';

/** Ends an order that is not final; nothing of it trades any more. */
export function endOrder(
  state: ExchangeState,
  order: ExchangeOrder,
  status: 'canceled' | 'expired' | 'replaced',
  updates: TradeUpdate[],
): void {
  if (isFinal(order.status)) return;
  order.status = status;
  setOpen(state, order, quantity(0));
  if (status === 'canceled') order.canceledAt = state.now;
  else if (status === 'expired') order.expiredAt = state.now;
  else order.replacedAt = state.now;
  say(state, updates, status, order);
}

/** Ends all of a group that is not final, its legs first. */
export function endGroup(
  state: ExchangeState,
  root: ExchangeOrder,
  status: 'canceled' | 'expired',
  updates: TradeUpdate[],
): void {
  for (const order of legsOf(state, root)) endOrder(state, order, status, updates);
  endOrder(state, root, status, updates);
  noteWork(state, root);
}

/** What a group's exits still hold of what its entry took; of an OCO group what it was placed for. Never below zero. */
export function heldBy(state: ExchangeState, root: ExchangeOrder): number {
  const exits = legsOf(state, root).filter(({ role }) => role !== 'entry');
  let held = root.role === 'entry' ? root.filled + root.restated : root.quantity - root.filled;
  for (const { filled } of exits) held -= filled;
  return Math.max(0, held);
}

/** Calls an order off, and with it the others of its group; refuses when it is final. */
export function cancelOrder(state: ExchangeState, id: string, updates: TradeUpdate[]): Refusal | undefined {
  const order = state.orders.get(id);
  if (order === undefined) return notFound(`order not found for ${id}`);
  // asked twice, it answers as before
  if (order.status === 'canceled' || order.status === 'pending_cancel') return undefined;
  if (isFinal(order.status) || order.status === 'pending_replace') return badOrder(`order is already in "${order.status}" state`);
  // an exit that is held back is at no market that would have to be asked
  if (state.delayed.cancel > 0 && order.status !== 'held') {
    state.delayed.cancel -= 1;
    order.waiting = 'cancel';
    order.status = 'pending_cancel';
    say(state, updates, 'pending_cancel', order);
  } else cancelNow(state, order, updates);
  return undefined;
}

/** Takes an order off the market at once. */
export function cancelNow(state: ExchangeState, order: ExchangeOrder, updates: TradeUpdate[]): void {
  const root = rootOf(state, order);
  if (order === root && isProtecting(state, root)) {
    endOrder(state, root, 'canceled', updates);
    noteWork(state, root);
  } else endGroup(state, root, 'canceled', updates);
}

/** Whether exits protect already what of an entry has filled: they go on then when its rest is called off. */
const isProtecting = (state: ExchangeState, root: ExchangeOrder): boolean =>
  state.config.rules === 'simulation' && root.role === 'entry' && root.legs.length > 0 && heldBy(state, root) > 0;

/** What became of each of several requests. */
export interface ItemResult {
  readonly id: string;
  readonly status: 200 | 500;
}

/** Calls off every order that is not final. Legs go with the first order of their group, which is the one that is told. */
export function cancelAll(state: ExchangeState, updates: TradeUpdate[]): readonly ItemResult[] {
  const roots = [...state.working].flatMap((id) => state.orders.get(id) ?? []);
  return roots
    .flatMap((root) => groupOf(state, root).find(({ status }) => !isFinal(status)) ?? [])
    .map(({ id }) => ({ id, status: cancelOrder(state, id, updates) === undefined ? 200 : 500 }));
}
