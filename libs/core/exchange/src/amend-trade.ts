import { cash, notional, quantity, type Price, type Quantity } from '@aitrader/model';
import { AMENDABLE_MS_MAX } from '@aitrader/core-portfolio';
import { endOrder, heldBy } from './end-order.ts';
import { isFinal, type Execution, type ExchangeOrder, type TradeUpdate } from './exchange-order.ts';
import { legsOf, noteWork, rootOf, say, setOpen, type ExchangeState } from './exchange-state.ts';
import { badOrder, notFound, type Refusal } from './refusal.ts';
import { record } from './trade.ts';

/*
 * Trades that the market takes back or restates.
 *
 * 1. A bust leaves cash and position as if the trade had never been; a correction, as if it had always read so.
 * 2. An order that is final stays so. Exits are for no more than what is left of their entry.
 */

/** Takes a trade back. */
export const bustTrade = (state: ExchangeState, executionId: string, updates: TradeUpdate[]): Refusal | undefined =>
  amend(state, executionId, undefined, updates);

/** Restates a trade: another price, or a smaller quantity. */
export const correctTrade = (
  state: ExchangeState,
  executionId: string,
  as: { readonly price: Price; readonly quantity: Quantity | undefined },
  updates: TradeUpdate[],
): Refusal | undefined => amend(state, executionId, as, updates);

type Restated = { readonly price: Price; readonly quantity: Quantity | undefined };

function amend(state: ExchangeState, executionId: string, as: Restated | undefined, updates: TradeUpdate[]): Refusal | undefined {
  const first = executionOf(state, executionId);
  const order = first === undefined ? undefined : state.orders.get(first.orderId);
  if (first === undefined || order === undefined) return notFound(`execution not found for ${executionId}`);
  const now = state.amended.get(first.id) ?? first;
  if (now.kind === 'bust') return badOrder('execution is busted already');
  if (first.t < state.now - AMENDABLE_MS_MAX) return badOrder('execution is too old to be amended');
  if (first.t < (state.settledTo.get(first.symbol) ?? 0)) return badOrder('execution is of before a corporate action');
  const size = as?.quantity ?? now.quantity;
  if (size > now.quantity || size <= 0) return badOrder('a correction cannot make an execution larger');
  const kept = as === undefined ? quantity(0) : size;
  order.filled = quantity(order.filled - now.quantity + kept);
  order.filledValue = cash(
    order.filledValue - notional(now.price, now.quantity) + (as === undefined ? 0 : notional(as.price, size)),
  );
  const amendment = record(state, order, {
    kind: as === undefined ? 'bust' : 'correction',
    amends: now.id,
    quantity: size,
    price: as?.price ?? now.price,
    fee: as === undefined ? cash(0) : now.fee,
    pessimistic: now.pessimistic,
  });
  state.amended.set(first.id, amendment);
  say(state, updates, as === undefined ? 'trade_bust' : 'trade_correct', order, amendment);
  fitExits(state, order, updates);
  return undefined;
}

/** The trade that an id is of, also the id of its amendment. */
function executionOf({ executions, executionAt }: ExchangeState, id: string): Execution | undefined {
  let found = executions[executionAt.get(id) ?? -1];
  while (found?.amends !== undefined) found = executions[executionAt.get(found.amends) ?? -1];
  return found;
}

function fitExits(state: ExchangeState, order: ExchangeOrder, updates: TradeUpdate[]): void {
  const root = rootOf(state, order);
  if (order !== root || root.role !== 'entry') return;
  const held = heldBy(state, root);
  for (const exit of legsOf(state, root)) {
    if (isFinal(exit.status) || exit.status === 'held' || exit.open <= held) continue;
    exit.quantity = quantity(exit.filled + held);
    if (held > 0) setOpen(state, exit, quantity(held));
    else endOrder(state, exit, 'canceled', updates);
  }
  noteWork(state, root);
}
