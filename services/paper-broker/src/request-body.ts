import { z } from 'zod';
import { badParameter, type OrderRequest, type ReplaceRequest } from '@aitrader/core-exchange';
import { Refused } from './refused.ts';

/*
 * What clients send. Amounts may be strings or numbers, nulls are as if they were not there, fields that are not known are left aside,
 * and JSON may come without saying that it is.
 */

const absent = z.null().transform(() => undefined);
const decimal = z.union([z.string(), z.number().transform(plainDecimal), absent]).optional();
const word = z.union([z.string(), absent]).optional();
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true'), absent]).optional();

const DECIMALS = 9;
/** A number as text without an exponent; what has more places than a share can be divided into stays as it is written. */
function plainDecimal(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(DECIMALS) : text;
}

const orderSchema = z.looseObject({
  symbol: word,
  qty: decimal,
  notional: decimal,
  side: word,
  type: word,
  time_in_force: word,
  order_class: word,
  limit_price: decimal,
  stop_price: decimal,
  trail_price: decimal,
  trail_percent: decimal,
  extended_hours: flag,
  client_order_id: word,
  position_intent: word,
  take_profit: z.union([z.looseObject({ limit_price: decimal }), absent]).optional(),
  stop_loss: z.union([z.looseObject({ stop_price: decimal, limit_price: decimal }), absent]).optional(),
});

/** An order that was posted. @throws Refused */
export function orderRequest(body: unknown): OrderRequest {
  const given = parsed(orderSchema, body);
  return {
    symbol: given.symbol,
    qty: given.qty,
    notional: given.notional,
    side: given.side,
    type: given.type,
    timeInForce: given.time_in_force,
    orderClass: given.order_class,
    limitPrice: given.limit_price,
    stopPrice: given.stop_price,
    trailPrice: given.trail_price,
    trailPercent: given.trail_percent,
    extendedHours: given.extended_hours,
    clientOrderId: given.client_order_id,
    positionIntent: given.position_intent,
    takeProfit: given.take_profit === undefined ? undefined : { limitPrice: given.take_profit.limit_price },
    stopLoss:
      given.stop_loss === undefined
        ? undefined
        : { stopPrice: given.stop_loss.stop_price, limitPrice: given.stop_loss.limit_price },
  };
}

const replaceSchema = z.looseObject({
  qty: decimal,
  limit_price: decimal,
  stop_price: decimal,
  trail: decimal,
  time_in_force: word,
  client_order_id: word,
});

/** A replacement that was patched. @throws Refused */
export function replaceRequest(body: unknown): ReplaceRequest {
  const given = parsed(replaceSchema, body);
  return {
    qty: given.qty,
    limitPrice: given.limit_price,
    stopPrice: given.stop_price,
    trail: given.trail,
    timeInForce: given.time_in_force,
    clientOrderId: given.client_order_id,
  };
}

/** A body by its schema; text is read as JSON. @throws Refused with the first field that is wrong */
export function parsed<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(contentOf(body));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Refused(badParameter(`invalid ${issue?.path.join('.') || 'request body'}`));
}

function contentOf(body: unknown): unknown {
  if (body === undefined || body === null || body === '') return {};
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    throw new Refused(badParameter('request body format is invalid'));
  }
}
