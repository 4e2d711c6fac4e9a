import type { OrderTicket } from '@aitrader/adapter-alpaca-trading';
import {
  decimalOf,
  intentOf,
  PRICE_PLACES,
  QUANTITY_PLACES,
  type Price,
  type ReplaceRequest,
  type SubmitRequest,
} from '@aitrader/model';

/*
 * Requests as the broker takes them: decimals as text without trailing zeros, whole shares without a fraction.
 */

const priceText = (units: Price): string => decimalOf(units, PRICE_PLACES);

/** What a submission is at the broker. The request's id is the client order id. */
export function ticketOf(request: SubmitRequest): OrderTicket {
  const { id, symbol, side, quantity, timeInForce, extendedHours } = request;
  const usual = {
    symbol,
    qty: decimalOf(quantity, QUANTITY_PLACES),
    side,
    time_in_force: timeInForce,
    client_order_id: id,
    position_intent: intentOf(request),
  };
  const priced = { ...usual, ...pricesOf(request) };
  return extendedHours ? { ...priced, extended_hours: true } : priced;
}

type Prices = Readonly<Record<string, string | Readonly<Record<string, string>>>> & { readonly type: string };

function pricesOf({ class: orderClass, limit, stop, exits }: SubmitRequest): Prices {
  const attached =
    orderClass === 'simple' || exits === null
      ? {}
      : {
          order_class: orderClass,
          take_profit: { limit_price: priceText(exits.target) },
          stop_loss: { stop_price: priceText(exits.stop) },
        };
  // a pair of exits is a limit order by the broker's word, and has its prices as exits alone
  if (orderClass === 'oco') return { type: 'limit', ...attached };
  const type = stop === null ? (limit === null ? 'market' : 'limit') : limit === null ? 'stop' : 'stop_limit';
  return {
    type,
    ...(limit === null ? {} : { limit_price: priceText(limit) }),
    ...(stop === null ? {} : { stop_price: priceText(stop) }),
    ...attached,
  };
}

/** What a replacement changes. The new order has the request's id as its client order id. */
export const changesOf = ({ id, quantity, limit, stop }: ReplaceRequest): Readonly<Record<string, string>> => ({
  qty: decimalOf(quantity, QUANTITY_PLACES),
  client_order_id: id,
  ...(limit === null ? {} : { limit_price: priceText(limit) }),
  ...(stop === null ? {} : { stop_price: priceText(stop) }),
});
