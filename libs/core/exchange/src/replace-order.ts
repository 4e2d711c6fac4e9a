import { QUANTITY_UNITS_PER_SHARE, price, quantity, unitsOf, PRICE_PLACES } from '@aitrader/model';
import { derivedId } from './derived-ids.ts';
import { endOrder } from './end-order.ts';
import {
  TIMES_IN_FORCE,
  type AcceptedReplace,
  type ExchangeOrder,
  type OrderTerms,
  type ReplaceTerms,
  type TradeUpdate,
} from './exchange-order.ts';
import { legsOf, noteWork, rootOf, say, setOpen, type ExchangeState } from './exchange-state.ts';
import { placementOf } from './order-checks.ts';
import { expiryOf } from './order-hours.ts';
import { priceIn, quantityIn } from './order-request.ts';
import { shapeProblem, stopDistanceProblem } from './order-shape.ts';
import { enter, unmarked } from './place-order.ts';
import { badOrder, badParameter, isRefusal, notFound, type Refusal } from './refusal.ts';

/** A replacement as somebody wrote it: decimals as text. */
export interface ReplaceRequest {
  readonly qty?: string | undefined;
  readonly limitPrice?: string | undefined;
  readonly stopPrice?: string | undefined;
  readonly trail?: string | undefined;
  readonly timeInForce?: string | undefined;
  readonly clientOrderId?: string | undefined;
}

const REPLACEABLE: ReadonlySet<ExchangeOrder['status']> = new Set(['new', 'partially_filled', 'held']);

/**
 * Replaces an order by another one with a new id, which takes over what is open of it, or refuses. A quantity is that of the whole
 * order, what has filled included; the new order is for the rest.
 */
export function replaceOrder(
  state: ExchangeState,
  id: string,
  request: ReplaceRequest,
  updates: TradeUpdate[],
): ExchangeOrder | Refusal {
  const order = state.orders.get(id);
  if (order === undefined) return notFound(`order not found for ${id}`);
  if (!REPLACEABLE.has(order.status) || order.notional !== undefined || order.elected)
    return badOrder('unable to replace order in current state');
  const changes = changesIn(order, request);
  if (isRefusal(changes)) return changes;
  const accepted = acceptedOf(state, order, changes);
  if (isRefusal(accepted)) return accepted;
  if (state.delayed.replace === 0 || order.status === 'held') return replaceNow(state, order, accepted, updates);
  state.delayed.replace -= 1;
  order.waiting = accepted;
  order.status = 'pending_replace';
  setOpen(state, order, order.open);
  say(state, updates, 'pending_replace', order);
  return { ...order };
}

function changesIn(order: ExchangeOrder, request: ReplaceRequest): ReplaceTerms | Refusal {
  const size = request.qty === undefined ? undefined : quantityIn(request.qty);
  if (typeof size === 'object') return size;
  if (size !== undefined && order.parent !== undefined) return badOrder('qty of an order leg cannot be replaced');
  if (size !== undefined && size % QUANTITY_UNITS_PER_SHARE !== 0) return badOrder('qty must be a whole number of shares');
  const limit = priceIn('limit_price', request.limitPrice);
  if (typeof limit === 'object') return limit;
  const stop = priceIn('stop_price', request.stopPrice);
  if (typeof stop === 'object') return stop;
  const trail = request.trail === undefined ? undefined : unitsOf(request.trail, PRICE_PLACES);
  if (typeof trail === 'string' || (trail !== undefined && trail <= 0)) return badParameter('trail must be > 0');
  const timeInForce = TIMES_IN_FORCE.find((one) => one === request.timeInForce);
  if (request.timeInForce !== undefined && timeInForce === undefined) return badParameter('invalid time_in_force');
  const { clientOrderId } = request;
  return { quantity: size, limit, stop, trail, timeInForce, clientOrderId };
}

/** The changes, unless something speaks against the order as it would be after them. */
function acceptedOf(state: ExchangeState, order: ExchangeOrder, changes: ReplaceTerms): AcceptedReplace | Refusal {
  if (changes.trail !== undefined && order.type !== 'trailing_stop') return badParameter('trail is for trailing stop orders');
  if (changes.quantity !== undefined && changes.quantity <= order.filled)
    return badOrder('qty must be greater than filled quantity');
  if (changes.clientOrderId !== undefined && state.byClientId.has(changes.clientOrderId))
    return badParameter('client_order_id must be unique');
  const terms = termsAfter(order, changes);
  const shape = shapeProblem(terms);
  if (shape !== undefined) return shape;
  if (order.parent !== undefined) return legProblem(state, order, terms) ?? { ...changes, reserveAt: undefined };
  const placement = placementOf(state, { ...terms, orderClass: order.orderClass }, order);
  return isRefusal(placement) ? placement : { ...changes, reserveAt: placement.reserveAt };
}

/** A leg stays on its side of the other one. */
function legProblem(state: ExchangeState, order: ExchangeOrder, terms: OrderTerms): Refusal | undefined {
  const root = rootOf(state, order);
  const target = root.role === 'target' ? root : legsOf(state, root).find(({ role }) => role === 'target');
  const base = order.role === 'target' ? terms.limit : target?.limit;
  const stop = order.role === 'stop' ? terms.stop : legsOf(state, root).find(({ role }) => role === 'stop')?.stop;
  return base === undefined || stop === undefined ? undefined : stopDistanceProblem(order.side === 'sell', stop, base);
}

/** The terms of what would be at work: of an order of a group those of that order alone, its legs are checked beside it. */
function termsAfter(order: ExchangeOrder, changes: ReplaceTerms): OrderTerms {
  return {
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    timeInForce: changes.timeInForce ?? order.timeInForce,
    orderClass: '',
    extendedHours: order.extendedHours,
    quantity: quantity((changes.quantity ?? order.quantity) - order.filled),
    notional: undefined,
    limit: changes.limit ?? order.limit,
    stop: order.type === 'trailing_stop' ? changes.stop : (changes.stop ?? order.stop),
    ...trailAfter(order, changes),
    target: undefined,
    stopLoss: undefined,
    stopLossLimit: undefined,
    intent: undefined,
    clientOrderId: changes.clientOrderId,
  };
}

function trailAfter({ trailPrice, trailPercent }: ExchangeOrder, { trail }: ReplaceTerms) {
  if (trail === undefined) return { trailPrice, trailPercent };
  return trailPercent === undefined ? { trailPrice: price(trail), trailPercent } : { trailPrice, trailPercent: trail };
}

/** Puts the changed order in the place of the old one. */
export function replaceNow(
  state: ExchangeState,
  old: ExchangeOrder,
  changes: AcceptedReplace,
  updates: TradeUpdate[],
): ExchangeOrder {
  const { numbered, now } = state;
  numbered.order += 1;
  const fresh = unmarked(state, numbered.order);
  const terms = termsAfter(old, changes);
  const wasHeld = old.status === 'held';
  const replacement: ExchangeOrder = {
    ...old,
    ...fresh,
    clientOrderId: changes.clientOrderId ?? derivedId(state.config.seed, 'client', numbered.order),
    timeInForce: terms.timeInForce,
    quantity: quantity((changes.quantity ?? old.quantity) - old.filled),
    limit: terms.limit,
    stop: old.type === 'trailing_stop' ? undefined : terms.stop,
    trailPrice: terms.trailPrice,
    trailPercent: terms.trailPercent,
    reserveAt: old.reserveAt === undefined ? undefined : (changes.reserveAt ?? old.reserveAt),
    expiresAt: terms.timeInForce === old.timeInForce ? old.expiresAt : expiryOf(now, terms.timeInForce, old.extendedHours),
    highWater: undefined,
    rested: false,
    replaces: old.id,
    parent: old.parent,
    legs: old.legs,
    status: wasHeld ? 'held' : 'new',
  };
  const wasRoot = rootOf(state, old);
  old.replacedBy = replacement.id;
  endOrder(state, old, 'replaced', updates);
  enter(state, replacement);
  takePlace(state, wasRoot, old, replacement);
  if (!wasHeld) say(state, updates, 'new', replacement);
  return { ...replacement };
}

/** A replaced order leaves its place in the group to the new one, first order or leg. */
function takePlace(state: ExchangeState, root: ExchangeOrder, old: ExchangeOrder, replacement: ExchangeOrder): void {
  if (old === root) {
    for (const leg of legsOf(state, old)) {
      leg.parent = replacement.id;
      if (leg.status === 'held' || replacement.orderClass === 'oco') {
        leg.quantity = replacement.quantity;
        setOpen(state, leg, leg.quantity);
      }
    }
    old.legs = [];
    noteWork(state, old);
    noteWork(state, replacement);
  } else root.legs = root.legs.map((id) => (id === old.id ? replacement.id : id));
}
