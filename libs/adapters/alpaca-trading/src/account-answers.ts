import { z } from 'zod';
import type {
  BrokerAccount,
  BrokerAsset,
  BrokerClock,
  BrokerExecution,
  BrokerOrder,
  BrokerPosition,
  WithText,
} from './broker-account.ts';
import { cashIn, priceIn, quantityIn } from './decimals.ts';

/*
 * Alpaca's answers and what we read of them (Trading API v2). Fields that came later are passed over, and one that may be missing is
 * null; one that is needed and is not what it should be is an error that names it.
 */

type Parse<T> = (text: string) => T | undefined;

/** A decimal in a string, or, as some answers have it, a number. */
const decimal = <T>(parse: Parse<T>, what: string) =>
  z.union([z.string(), z.number()]).transform((value, context): T => {
    const parsed = parse(String(value));
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: `${what} expected, got ${JSON.stringify(value)}` });
    return z.NEVER;
  });
const dollars = decimal(cashIn, 'an amount of dollars');
const priced = decimal(priceIn, 'a price');
const shares = decimal(quantityIn, 'a number of shares');
const printed = z.union([z.string(), z.number()]).transform(String);
const absent = null;

export const ACCOUNT = z
  .looseObject({
    id: z.string(),
    account_number: z.string(),
    status: z.string(),
    currency: z.string().default('USD'),
    cash: dollars,
    equity: dollars,
    last_equity: dollars,
    buying_power: dollars,
    regt_buying_power: dollars.nullish(),
    long_market_value: dollars,
    short_market_value: dollars,
    initial_margin: dollars,
    maintenance_margin: dollars,
    multiplier: z.coerce.number(),
    shorting_enabled: z.boolean(),
    trading_blocked: z.boolean(),
    account_blocked: z.boolean(),
    trade_suspended_by_user: z.boolean().default(false),
    transfers_blocked: z.boolean().default(false),
  })
  .transform((account): BrokerAccount => {
    const blocks = (['trading_blocked', 'account_blocked', 'trade_suspended_by_user', 'transfers_blocked'] as const).filter(
      (name) => account[name],
    );
    return {
      id: account.id,
      number: account.account_number,
      status: account.status,
      currency: account.currency,
      cash: account.cash,
      equity: account.equity,
      lastEquity: account.last_equity,
      buyingPower: account.buying_power,
      regtBuyingPower: account.regt_buying_power ?? absent,
      longMarketValue: account.long_market_value,
      shortMarketValue: account.short_market_value,
      initialMargin: account.initial_margin,
      maintenanceMargin: account.maintenance_margin,
      multiplier: account.multiplier,
      shortingEnabled: account.shorting_enabled,
      blocks,
    };
  });

export const POSITION = z
  .looseObject({
    symbol: z.string(),
    asset_class: z.string(),
    qty: shares,
    qty_available: shares.nullish(),
    cost_basis: dollars,
    avg_entry_price: printed,
    current_price: priced.nullish(),
    market_value: dollars.nullish(),
    unrealized_pl: dollars.nullish(),
  })
  .transform((position): BrokerPosition => ({
    symbol: position.symbol,
    assetClass: position.asset_class,
    quantity: position.qty,
    available: position.qty_available ?? absent,
    costBasis: position.cost_basis,
    averageEntryPrice: position.avg_entry_price,
    currentPrice: position.current_price ?? absent,
    marketValue: position.market_value ?? absent,
    unrealised: position.unrealized_pl ?? absent,
  }));

const ORDER_FIELDS = {
  id: z.string(),
  client_order_id: z.string(),
  symbol: z.string(),
  asset_class: z.string().default('us_equity'),
  side: z.string(),
  type: z.string(),
  order_class: z.string().default(''),
  time_in_force: z.string(),
  extended_hours: z.boolean().default(false),
  status: z.string(),
  qty: shares.nullish(),
  filled_qty: shares,
  filled_avg_price: printed.nullish(),
  limit_price: priced.nullish(),
  stop_price: priced.nullish(),
  replaces: z.string().nullish(),
  replaced_by: z.string().nullish(),
  submitted_at: z.string(),
  updated_at: z.string().nullish(),
};

const LEG = z.looseObject(ORDER_FIELDS).transform((leg) => orderOf(leg, []));
export const ORDER = z
  .looseObject({ ...ORDER_FIELDS, legs: z.array(LEG).nullish() })
  .transform((order) => orderOf(order, order.legs ?? []));

function orderOf(order: z.infer<z.ZodObject<typeof ORDER_FIELDS>>, legs: readonly BrokerOrder[]): BrokerOrder {
  return {
    id: order.id,
    clientOrderId: order.client_order_id,
    symbol: order.symbol,
    assetClass: order.asset_class,
    side: order.side,
    type: order.type,
    orderClass: order.order_class,
    timeInForce: order.time_in_force,
    extendedHours: order.extended_hours,
    status: order.status,
    quantity: order.qty ?? absent,
    filled: order.filled_qty,
    averageFillPrice: order.filled_avg_price ?? absent,
    limit: order.limit_price ?? absent,
    stop: order.stop_price ?? absent,
    replaces: order.replaces ?? absent,
    replacedBy: order.replaced_by ?? absent,
    submittedAt: order.submitted_at,
    updatedAt: order.updated_at ?? absent,
    legs,
  };
}

export const EXECUTION = z
  .looseObject({
    id: z.string(),
    activity_type: z.literal('FILL'),
    order_id: z.string(),
    symbol: z.string(),
    side: z.string(),
    qty: shares,
    price: printed,
    _fee: dollars.nullish(),
    transaction_time: z.string(),
  })
  .transform((fill, context): BrokerExecution => {
    const price = priceIn(fill.price);
    if (price === undefined) {
      context.addIssue({ code: 'custom', message: `price: a price expected, got ${JSON.stringify(fill.price)}` });
      return z.NEVER;
    }
    const { id, order_id: orderId, symbol, side, qty: quantity, price: printedPrice, transaction_time: at } = fill;
    return { id, orderId, symbol, side, quantity, price, printedPrice, fee: fill._fee ?? absent, at };
  });

export const CLOCK = z
  .looseObject({ timestamp: z.string(), is_open: z.boolean(), next_open: z.string(), next_close: z.string() })
  .transform(({ timestamp, is_open: isOpen, next_open: nextOpen, next_close: nextClose }): BrokerClock => ({
    now: timestamp,
    isOpen,
    nextOpen,
    nextClose,
  }));

export const ASSET = z
  .looseObject({
    id: z.string(),
    symbol: z.string(),
    name: z.string().default(''),
    class: z.string(),
    exchange: z.string(),
    status: z.string(),
    tradable: z.boolean(),
    marginable: z.boolean().default(false),
    shortable: z.boolean().default(false),
    fractionable: z.boolean().default(false),
    borrow_status: z.string().nullish(),
    attributes: z.array(z.string()).nullish(),
  })
  .transform((asset): BrokerAsset => ({
    id: asset.id,
    symbol: asset.symbol,
    name: asset.name,
    assetClass: asset.class,
    exchange: asset.exchange,
    status: asset.status,
    tradable: asset.tradable,
    marginable: asset.marginable,
    shortable: asset.shortable,
    fractionable: asset.fractionable,
    borrowStatus: asset.borrow_status ?? absent,
    attributes: asset.attributes ?? [],
  }));

/** The same, with the text that it was read from. */
export const withText = <T extends object>(schema: z.ZodType<T>): z.ZodType<WithText<T>> =>
  z.unknown().transform((document, context): WithText<T> => {
    const parsed = schema.safeParse(document);
    if (parsed.success) return { ...parsed.data, raw: JSON.stringify(document) };
    for (const { message, path } of parsed.error.issues) context.addIssue({ code: 'custom', message, path: [...path] });
    return z.NEVER;
  });

/** What a refusal says: `{"code": …, "message": …}`, the code not always there. */
export const REFUSAL = z.looseObject({ code: z.number().optional(), message: z.string() });
