import { cash, quantity, type Cash, type Quantity, type Side } from '@aitrader/model';
import { derivedId } from './derived-ids.ts';
import type { ExchangeOrder, OrderRole, OrderTerms, OrderType, TradeUpdate } from './exchange-order.ts';
import { noteWork, say, setOpen, type ExchangeState } from './exchange-state.ts';
import { placementOf, sharesFor, type Placement } from './order-checks.ts';
import { expiryOf, phaseFrom } from './order-hours.ts';
import { termsOf, type OrderRequest } from './order-request.ts';
import { isRefusal, type Refusal } from './refusal.ts';

/** Takes an order, or refuses it. What is answered is the order as the exchange first has it: `pending_new`, or `accepted` for later. */
export function placeOrder(state: ExchangeState, request: OrderRequest, updates: TradeUpdate[]): ExchangeOrder | Refusal {
  const terms = termsOf(request, state.config.rules === 'simulation');
  return isRefusal(terms) ? terms : placeTerms(state, terms, updates);
}

/** The same for terms that are read already. */
export function placeTerms(state: ExchangeState, terms: OrderTerms, updates: TradeUpdate[]): ExchangeOrder | Refusal {
  const placement = placementOf(state, terms);
  if (isRefusal(placement)) return placement;
  const root = firstOrder(state, terms, placement);
  root.legs = legsFor(state, terms, root);
  return begin(state, root, updates);
}

/** Puts an order to work that is whole, with its legs; returns it as it is answered. */
export function begin(state: ExchangeState, root: ExchangeOrder, updates: TradeUpdate[]): ExchangeOrder {
  noteWork(state, root);
  const active = [root, ...(root.orderClass === 'oco' ? root.legs : []).flatMap((id) => state.orders.get(id) ?? [])];
  const queued = isQueued(state, root);
  for (const order of active) order.status = queued ? 'accepted' : 'pending_new';
  const answer = { ...root };
  for (const order of active) {
    if (!queued) order.status = 'new';
    say(state, updates, queued ? 'accepted' : 'new', order);
  }
  return answer;
}

/** Outside regular hours orders wait, or work without having been made new: neither can be replaced. */
const isQueued = ({ config, now }: ExchangeState, { timeInForce }: ExchangeOrder): boolean =>
  config.rules === 'vendor' && (phaseFrom(now) !== 'RTH' || timeInForce === 'opg');

/** What is particular to one order of a group. */
interface Particulars {
  readonly role: OrderRole;
  readonly type: OrderType;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly notional: Cash | undefined;
  readonly limit: ExchangeOrder['limit'];
  readonly stop: ExchangeOrder['stop'];
  readonly parent: string | undefined;
  readonly clientOrderId: string | undefined;
}

function firstOrder(state: ExchangeState, terms: OrderTerms, placement: Placement): ExchangeOrder {
  const isExit = terms.orderClass === 'oco';
  const priced = placement.reserveAt ?? state.lastPrice.get(placement.symbol);
  const size = terms.quantity ?? sharesFor(terms.notional, priced);
  return newOrder(state, terms, placement, {
    role: isExit ? 'target' : 'entry',
    type: terms.type,
    side: terms.side,
    quantity: size,
    notional: terms.notional,
    limit: isExit ? (terms.target ?? terms.limit) : terms.limit,
    stop: terms.stop,
    parent: undefined,
    clientOrderId: terms.clientOrderId,
  });
}

function legsFor(state: ExchangeState, terms: OrderTerms, root: ExchangeOrder): readonly string[] {
  const { orderClass, target, stopLoss, stopLossLimit } = terms;
  const isExit = orderClass === 'oco';
  const side: Side = isExit ? terms.side : terms.side === 'buy' ? 'sell' : 'buy';
  const placement: Placement = {
    symbol: root.symbol,
    intent: side === 'sell' ? 'sell_to_close' : 'buy_to_close',
    reserveAt: undefined,
  };
  const base = { side, quantity: root.quantity, notional: undefined, parent: root.id, clientOrderId: undefined } as const;
  const legs: ExchangeOrder[] = [];
  if (target !== undefined && !isExit)
    legs.push(newOrder(state, terms, placement, { ...base, role: 'target', type: 'limit', limit: target, stop: undefined }));
  if (stopLoss !== undefined) {
    const type = stopLossLimit === undefined ? 'stop' : 'stop_limit';
    legs.push(newOrder(state, terms, placement, { ...base, role: 'stop', type, limit: stopLossLimit, stop: stopLoss }));
  }
  return legs.map(({ id }) => id);
}

function newOrder(state: ExchangeState, terms: OrderTerms, placement: Placement, own: Particulars): ExchangeOrder {
  const { config, now, numbered } = state;
  numbered.order += 1;
  const n = numbered.order;
  const { clientOrderId = derivedId(config.seed, 'client', n), ...rest } = own;
  const order: ExchangeOrder = {
    ...unmarked(state, n),
    ...rest,
    ...placement,
    clientOrderId,
    timeInForce: terms.timeInForce,
    orderClass: terms.orderClass,
    extendedHours: terms.extendedHours,
    trailPrice: terms.trailPrice,
    trailPercent: terms.trailPercent,
    expiresAt: expiryOf(now, terms.timeInForce, terms.extendedHours),
    replaces: undefined,
  };
  enter(state, order);
  return order;
}

const NOTHING = cash(0);

/** What no order has when it begins. */
export const unmarked = ({ config, now }: ExchangeState, n: number) => ({
  id: derivedId(config.seed, 'order', n),
  n,
  highWater: undefined,
  status: 'held' as const,
  open: quantity(0),
  reserved: NOTHING,
  filled: quantity(0),
  restated: quantity(0),
  filledValue: NOTHING,
  elected: false,
  rested: false,
  createdAt: now,
  updatedAt: now,
  filledAt: undefined,
  canceledAt: undefined,
  expiredAt: undefined,
  replacedAt: undefined,
  replacedBy: undefined,
  waiting: undefined,
  legs: [],
});

/** Keeps a new order, which begins with all of it open. */
export function enter(state: ExchangeState, order: ExchangeOrder): void {
  state.orders.set(order.id, order);
  state.byClientId.set(order.clientOrderId, order.id);
  setOpen(state, order, order.quantity);
}
