import { legsOf, type Execution, type ExchangeOrder, type ExchangeState, type TradeUpdate } from '@aitrader/core-exchange';
import { CASH_PLACES, PRICE_PLACES, QUANTITY_PLACES, decimalOf, ratioOf } from '@aitrader/model';
import type { Price, Quantity } from '@aitrader/model';
import { timeOrNull, timeText } from './exchange-time.ts';

/*
 * Orders and what happens to them, in the vendor's JSON: amounts are decimal strings, what is not there is null.
 */

export type Json = Record<string, unknown>;

export const quantityText = (units: Quantity | number): string => decimalOf(units, QUANTITY_PLACES);
export const priceText = (units: Price | number): string => decimalOf(units, PRICE_PLACES);
const priceOrNull = (units: Price | undefined): string | null => (units === undefined ? null : priceText(units));
/** Value in 1e-6 dollar by quantity in 1e-9 share: 1e3 brings both to one unit. */
const VALUE_TO_QUANTITY = 1000n;
const AVERAGE_PLACES = 6;
/** Average price of what an amount of cash was paid for. */
export const averageText = (value: number, quantity: number): string =>
  ratioOf(BigInt(value) * VALUE_TO_QUANTITY, BigInt(quantity), AVERAGE_PLACES);

/** An order; with `nested`, its legs within it, which have no word on legs of their own. */
export function orderAnswer(state: ExchangeState, order: ExchangeOrder, nested = true): Json {
  const legs = nested ? legsOf(state, order) : [];
  return { ...orderFields(state, order), legs: legs.length === 0 ? null : legs.map((leg) => orderFields(state, leg)) };
}

function orderFields(state: ExchangeState, order: ExchangeOrder): Json {
  return {
    id: order.id,
    client_order_id: order.clientOrderId,
    created_at: timeText(order.createdAt),
    updated_at: timeText(order.updatedAt),
    submitted_at: timeText(order.createdAt),
    filled_at: timeOrNull(order.filledAt),
    expired_at: timeOrNull(order.expiredAt),
    expires_at: timeText(order.expiresAt),
    canceled_at: timeOrNull(order.canceledAt),
    failed_at: null,
    replaced_at: timeOrNull(order.replacedAt),
    replaced_by: order.replacedBy ?? null,
    replaces: order.replaces ?? null,
    asset_id: state.assets.get(order.symbol)?.id ?? '',
    symbol: order.symbol,
    asset_class: 'us_equity',
    notional: order.notional === undefined ? null : decimalOf(order.notional, CASH_PLACES),
    qty: order.notional === undefined ? quantityText(order.quantity) : null,
    filled_qty: quantityText(order.filled),
    filled_avg_price: order.filled === 0 ? null : averageText(order.filledValue, order.filled),
    order_class: order.orderClass,
    order_type: order.type,
    type: order.type,
    side: order.side,
    position_intent: order.intent,
    time_in_force: order.timeInForce,
    limit_price: priceOrNull(order.limit),
    stop_price: priceOrNull(order.stop),
    status: order.status,
    extended_hours: order.extendedHours,
    trail_percent: order.trailPercent === undefined ? null : decimalOf(order.trailPercent, PRICE_PLACES),
    trail_price: priceOrNull(order.trailPrice),
    hwm: priceOrNull(order.highWater),
    source: null,
    subtag: null,
  };
}

/** A message of the stream `trade_updates`. `eventId` tells messages apart and is in their order. */
export function updateMessage(state: ExchangeState, update: TradeUpdate, executionId: string, eventId: string): Json {
  const { kind, order, execution, t } = update;
  const traded = execution === undefined ? {} : tradedFields(execution);
  return {
    stream: 'trade_updates',
    data: {
      at: timeText(t),
      event: kind,
      event_id: eventId,
      execution_id: execution?.id ?? executionId,
      order: orderAnswer(state, order, false),
      timestamp: timeText(t),
      ...traded,
    },
  };
}

/** `_fee` is ours: the vendor says nothing of what a trade costs. */
const tradedFields = ({ price, quantity, position, amends, fee }: Execution): Json => ({
  price: priceText(price),
  qty: quantityText(quantity),
  position_qty: quantityText(position),
  _fee: decimalOf(fee, CASH_PLACES),
  ...(amends === undefined ? {} : { previous_execution_id: amends }),
});
