/**
 * Orders, and what is known of the account, over corporate actions.
 *
 * 1. Nothing works over a night: every order is good for its day, and actions come into force between days. An entry that is left is called off,
 *    since it was sized, and its exits were placed, by prices that no longer stand.
 * 2. A split restates what is held, and the prices of its exits; a dividend, and a spin-off whose worth is known, lower those.
 * 3. What was told and not said yet is said of the symbol as it is now, as whoever hears it has it by then.
 */
import { priceAfter, quantity, sharesAfter, type CorporateAction, type EpochMs, type Ticker } from '@aitrader/model';
import { actionsDue } from '@aitrader/core-market';
import { heldAfter, symbolAfter } from './held-after.ts';
import { committedBy, heldOf, type ManagedOrder, type OrderManagerState, type TicketGroup } from './managed-order.ts';
import { renameOrders } from './orders-by-symbol.ts';

/** Enters the interval that closes at `t`: the actions that are in force from it on change what they are of. */
export function followActions(state: OrderManagerState, t: EpochMs): void {
  for (const action of actionsDue(state.agenda, t)) follow(state, action);
}

function follow(state: OrderManagerState, action: CorporateAction): void {
  for (const managed of state.orders.values()) restate(managed, action);
  if (action.kind === 'symbol-change') renameOrders(state);
  restateAccount(state, action);
  restatePrices(state, action);
  if (action.kind !== 'symbol-change') return;
  const { fills, events } = state.said;
  for (const [n, fill] of fills.entries()) fills[n] = { ...fill, symbol: symbolAfter(fill.symbol, action) };
  for (const [n, event] of events.entries()) events[n] = { ...event, symbol: symbolAfter(event.symbol, action) };
}

function restate(managed: ManagedOrder, action: CorporateAction): void {
  const { order } = managed;
  const isTaken = action.kind === 'symbol-change' && order.symbol === action.other;
  if (order.symbol !== action.symbol && !isTaken) return;
  managed.isCalledOff = true;
  const held = heldOf(managed);
  managed.restated = quantity(managed.restated + heldAfter(order.symbol, held, action) - held);
  if (isTaken) return;
  for (const group of managed.groups) restateExits(group, action);
  managed.order = {
    ...order,
    symbol: symbolAfter(order.symbol, action),
    reference: priceAfter(order.reference, action),
    stop: priceAfter(order.stop, action),
    target: priceAfter(order.target, action),
  };
}

/** Exits at work over a night, as a broker of bars has them: it restates them as it does what they are for. */
function restateExits(group: TicketGroup, action: CorporateAction): void {
  const before = committedBy(group);
  if (action.kind !== 'split' || before === 0) return;
  group.restated = quantity((group.restated ?? 0) + sharesAfter(before, action) - before);
  for (const ticket of group.tickets) {
    if (ticket.leg === 'entry' || ticket.open === 0) continue;
    ticket.open = sharesAfter(ticket.open, action);
    ticket.quantity = quantity(ticket.filled + ticket.open);
  }
}

/** What is beside our orders goes the same way; differences that are no breaks yet are seen anew. */
function restateAccount({ account }: OrderManagerState, action: CorporateAction): void {
  const isOf = (symbol: Ticker): boolean =>
    symbol === action.symbol || (action.kind === 'symbol-change' && symbol === action.other);
  for (const shares of [account.foreign, account.absent]) {
    for (const [symbol, units] of [...shares].filter(([one]) => isOf(one))) {
      shares.delete(symbol);
      const after = heldAfter(symbol, quantity(units), action);
      if (after !== 0) shares.set(symbolAfter(symbol, action), after);
    }
  }
  if (account.adopted.delete(action.symbol)) account.adopted.add(symbolAfter(action.symbol, action));
  for (const [key, { symbol, break: broken }] of account.differences)
    if (broken === null && symbol !== null && isOf(symbol)) account.differences.delete(key);
  account.passed.clear();
}

function restatePrices({ lastPrice }: OrderManagerState, action: CorporateAction): void {
  const last = lastPrice.get(action.symbol);
  if (last === undefined) return;
  lastPrice.delete(action.symbol);
  if (action.kind !== 'new-listing') lastPrice.set(symbolAfter(action.symbol, action), priceAfter(last, action));
}
