import {
  CASH_UNITS_PER_DOLLAR,
  cash,
  price,
  quantity,
  type Cash,
  type Price,
  type Quantity,
  type Side,
  unitsOf,
  PRICE_PLACES,
  QUANTITY_PLACES,
} from '@aitrader/model';
import {
  ORDER_CLASSES,
  ORDER_TYPES,
  POSITION_INTENTS,
  TIMES_IN_FORCE,
  type OrderClass,
  type OrderTerms,
  type OrderType,
  type PositionIntent,
  type TimeInForce,
} from './exchange-order.ts';
import { shapeProblem } from './order-shape.ts';
import { badOrder, badParameter, isRefusal, type Refusal } from './refusal.ts';

/** An order as somebody wrote it: decimals as text, nothing checked. */
export interface OrderRequest {
  readonly symbol?: string | undefined;
  readonly qty?: string | undefined;
  readonly notional?: string | undefined;
  readonly side?: string | undefined;
  readonly type?: string | undefined;
  readonly timeInForce?: string | undefined;
  readonly orderClass?: string | undefined;
  readonly limitPrice?: string | undefined;
  readonly stopPrice?: string | undefined;
  readonly trailPrice?: string | undefined;
  readonly trailPercent?: string | undefined;
  readonly extendedHours?: boolean | undefined;
  readonly clientOrderId?: string | undefined;
  readonly positionIntent?: string | undefined;
  readonly takeProfit?: { readonly limitPrice?: string | undefined } | undefined;
  readonly stopLoss?: { readonly stopPrice?: string | undefined; readonly limitPrice?: string | undefined } | undefined;
}

/** a notional may be written with nine places, and is counted in six */
const QUANTITY_UNITS_PER_CASH_UNIT = 1000;
const CLIENT_ORDER_ID_MAX = 128;
const NOTIONAL_MIN = CASH_UNITS_PER_DOLLAR;
/** From this price on, a dollar, prices are in cents; below, in hundredths of a cent. */
const DOLLAR = 10_000;
const CENT = 100;

/** The terms of a request, or the first thing that is wrong with it. `isFine`: prices need be on no grid but that of our unit. */
export function termsOf(request: OrderRequest, isFine: boolean): OrderTerms | Refusal {
  const words = wordsOf(request);
  if (isRefusal(words)) return words;
  const size = sizeIn(request);
  if (isRefusal(size)) return size;
  const prices = pricesIn(request, isFine);
  if (isRefusal(prices)) return prices;
  const { clientOrderId } = request;
  if (clientOrderId !== undefined && clientOrderId.length > CLIENT_ORDER_ID_MAX)
    return badParameter(`client_order_id must be no more than ${CLIENT_ORDER_ID_MAX} characters`);
  const terms: OrderTerms = { ...words, ...size, ...prices, clientOrderId: clientOrderId === '' ? undefined : clientOrderId };
  return shapeProblem(terms) ?? terms;
}

interface Words {
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
  readonly extendedHours: boolean;
  readonly intent: PositionIntent | undefined;
}

function wordsOf(request: OrderRequest): Words | Refusal {
  const { symbol = '', side, extendedHours = false } = request;
  if (symbol === '') return badParameter('symbol is required');
  if (side !== 'buy' && side !== 'sell') return badParameter('invalid side');
  const type = ORDER_TYPES.find((one) => one === request.type);
  if (type === undefined) return badParameter('invalid order type');
  const timeInForce = TIMES_IN_FORCE.find((one) => one === request.timeInForce);
  if (timeInForce === undefined) return badParameter('invalid time_in_force');
  const orderClass = ORDER_CLASSES.find((one) => one === (request.orderClass ?? ''));
  if (orderClass === undefined) return badParameter('invalid order_class');
  const { positionIntent } = request;
  const intent = POSITION_INTENTS.find((one) => one === positionIntent);
  if (positionIntent !== undefined && intent?.startsWith(side) !== true) return badParameter('invalid position_intent');
  return { symbol, side, type, timeInForce, orderClass, extendedHours, intent };
}

interface Size {
  readonly quantity: Quantity | undefined;
  readonly notional: Cash | undefined;
}

function sizeIn({ qty, notional }: OrderRequest): Size | Refusal {
  if (qty !== undefined && notional !== undefined) return badParameter('only one of qty or notional is accepted');
  if (qty !== undefined) {
    const size = quantityIn(qty);
    return typeof size === 'object' ? size : { quantity: size, notional: undefined };
  }
  if (notional === undefined) return badParameter('qty or notional is required');
  const units = unitsOf(notional, QUANTITY_PLACES);
  const amount = typeof units === 'number' ? Math.floor(units / QUANTITY_UNITS_PER_CASH_UNIT) : 0;
  if (amount < NOTIONAL_MIN) return badParameter('notional must be >= 1.00');
  return { quantity: undefined, notional: cash(amount) };
}

/** A quantity that somebody wrote. */
export function quantityIn(text: string): Quantity | Refusal {
  const units = unitsOf(text, QUANTITY_PLACES);
  return typeof units === 'number' && units > 0 ? quantity(units) : badParameter('qty must be > 0');
}

type Prices = Pick<OrderTerms, 'limit' | 'stop' | 'trailPrice' | 'trailPercent' | 'target' | 'stopLoss' | 'stopLossLimit'>;

function pricesIn(request: OrderRequest, isFine: boolean): Prices | Refusal {
  const limit = priceIn('limit_price', request.limitPrice, isFine);
  if (isBad(limit)) return limit;
  const stop = priceIn('stop_price', request.stopPrice, isFine);
  if (isBad(stop)) return stop;
  const trailPrice = priceIn('trail_price', request.trailPrice, isFine);
  if (isBad(trailPrice)) return trailPrice;
  const target = priceIn('take_profit.limit_price', request.takeProfit?.limitPrice, isFine);
  if (isBad(target)) return target;
  const stopLoss = priceIn('stop_loss.stop_price', request.stopLoss?.stopPrice, isFine);
  if (isBad(stopLoss)) return stopLoss;
  const stopLossLimit = priceIn('stop_loss.limit_price', request.stopLoss?.limitPrice, isFine);
  if (isBad(stopLossLimit)) return stopLossLimit;
  const trailPercent = request.trailPercent === undefined ? undefined : unitsOf(request.trailPercent, PRICE_PLACES);
  if (typeof trailPercent === 'string' || (trailPercent !== undefined && trailPercent <= 0))
    return badParameter('trail_percent must be > 0');
  return { limit, stop, trailPrice, trailPercent, target, stopLoss, stopLossLimit };
}

const isBad = (value: Price | Refusal | undefined): value is Refusal => typeof value === 'object';

/** A price that somebody wrote, on the grid that prices have unless it is `isFine`. `name` is the field, as the vendor spells it. */
export function priceIn(name: string, text: string | undefined, isFine = false): Price | Refusal | undefined {
  if (text === undefined) return undefined;
  const units = unitsOf(text, PRICE_PLACES);
  const subPenny = badOrder(`invalid ${name} ${text}. sub-penny increment does not fulfill minimum pricing criteria`);
  if (units === 'too-fine') return subPenny;
  if (units === 'malformed' || units <= 0) return badParameter(`${name} must be > 0`);
  return !isFine && units >= DOLLAR && units % CENT !== 0 ? subPenny : price(units);
}
