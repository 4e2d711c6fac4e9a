import {
  quantity,
  ticker,
  type Cash,
  type Price,
  type Quantity,
  type Ticker,
  decimalOf,
  CASH_PLACES,
  QUANTITY_PLACES,
} from '@aitrader/model';
import type { ExchangeOrder, OrderTerms, PositionIntent } from './exchange-order.ts';
import { rootsIn, type ExchangeAsset, type ExchangeState } from './exchange-state.ts';
import { accountFigures, heldForOrders, positionIn, reservePrice } from './margin.ts';
import { takesAuctionOrders } from './order-hours.ts';
import { isFractional } from './order-shape.ts';
import { badOrder, badParameter, forbidden, isRefusal, type Refusal } from './refusal.ts';

/*
 * What the account and the market say to an order whose shape is right. The checks are made in this order, and the first one that fails
 * is the answer.
 */

/** What an order would do, once nothing speaks against it. */
export interface Placement {
  readonly symbol: Ticker;
  readonly intent: PositionIntent;
  readonly reserveAt: Price | undefined;
}

/** What an order would do to the account, or why it may not. `instead`: the order that it would replace. */
export function placementOf(state: ExchangeState, terms: OrderTerms, instead?: ExchangeOrder): Placement | Refusal {
  if (state.settings.suspendTrade) return forbidden('new orders are rejected by user request');
  const asset = assetFor(state, terms);
  if (isRefusal(asset)) return asset;
  const { symbol } = asset;
  const { clientOrderId, timeInForce } = terms;
  if (clientOrderId !== undefined && clientOrderId !== instead?.clientOrderId && state.byClientId.has(clientOrderId))
    return badParameter('client_order_id must be unique');
  if ((timeInForce === 'opg' || timeInForce === 'cls') && !takesAuctionOrders(state.now, timeInForce))
    return badOrder(`${timeInForce} orders are not accepted at this time`);
  return (
    washTrade(state, symbol, terms, instead) ??
    otherIntent(state, symbol, terms) ??
    (closes(state, symbol, terms) ? closingOf(state, symbol, terms, instead) : openingOf(state, asset, terms, instead))
  );
}

function assetFor({ assets, settings }: ExchangeState, terms: OrderTerms): ExchangeAsset | Refusal {
  const asset = assetNamed(assets, terms.symbol);
  if (asset === undefined) return badOrder(`asset "${terms.symbol}" not found`);
  if (!asset.tradable) return badOrder(`asset "${terms.symbol}" is not tradable`);
  if (isFractional(terms) && !(asset.fractionable && settings.fractionalTrading)) return forbidden('asset is not fractionable');
  return asset;
}

const TICKER = /^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/;
/** The asset that somebody named, if it is listed. */
export const assetNamed = (assets: ExchangeState['assets'], name: string): ExchangeAsset | undefined =>
  TICKER.test(name) ? assets.get(ticker(name)) : undefined;

/** Orders of one account that could trade with each other. Groups and trailing stops are exempt, as the vendor has it. */
function washTrade(state: ExchangeState, symbol: Ticker, terms: OrderTerms, instead?: ExchangeOrder): Refusal | undefined {
  if (!isPlain(terms)) return undefined;
  const against = rootsIn(state, symbol, terms.side === 'buy' ? 'sell' : 'buy').filter((one) => isPlain(one) && one !== instead);
  if (against.length === 0) return undefined;
  const crossing = against.find((one) => one.type !== 'limit' || terms.type !== 'limit' || crosses(terms, one));
  if (crossing === undefined) return undefined;
  const reason = `opposite side ${crossing.type === 'limit' ? 'limit' : 'market/stop'} order exists`;
  return forbidden('potential wash trade detected. use complex orders', {
    reject_reason: reason,
    existing_order_id: crossing.id,
  });
}

const isPlain = ({ orderClass, type }: Pick<OrderTerms, 'orderClass' | 'type'>): boolean =>
  (orderClass === '' || orderClass === 'simple') && type !== 'trailing_stop';
/** Two limits that could trade with each other; one that is missing could with any. */
function crosses({ side, limit }: OrderTerms, { limit: other }: ExchangeOrder): boolean {
  if (limit === undefined || other === undefined) return true;
  return side === 'buy' ? limit >= other : other >= limit;
}

const closes = (state: ExchangeState, symbol: Ticker, { side, orderClass }: OrderTerms): boolean =>
  orderClass === 'oco' || (side === 'buy' ? positionIn(state, symbol) < 0 : positionIn(state, symbol) > 0);

/** An order that says what it is to be is nothing else: to close what is not there opens nothing. */
function otherIntent(state: ExchangeState, symbol: Ticker, terms: OrderTerms): Refusal | undefined {
  const { side, intent } = terms;
  const inferred: PositionIntent = `${side}_to_${closes(state, symbol, terms) ? 'close' : 'open'}`;
  if (intent === undefined || intent === inferred) return undefined;
  return badOrder(`position intent mismatch, inferred: ${inferred}, specified: ${intent}`);
}

/** An order against a position may take of it what no other order is to take. */
function closingOf(state: ExchangeState, symbol: Ticker, terms: OrderTerms, instead?: ExchangeOrder): Placement | Refusal {
  const { side } = terms;
  const position = positionIn(state, symbol);
  const existing = quantity(side === 'sell' ? Math.max(position, 0) : Math.max(-position, 0));
  const held = heldForOrders(state, symbol);
  const others = quantity(Math.min(existing, held.quantity - (instead?.open ?? 0)));
  const available = quantity(existing - Math.max(others, 0));
  const last = state.lastPrice.get(symbol);
  if (terms.notional !== undefined && others > 0)
    return { ...forbidden('unable to open new notional orders while having open closing position orders'), code: undefined };
  if (terms.notional !== undefined && last === undefined) return noPrice(terms.symbol);
  const wanted = terms.quantity ?? sharesFor(terms.notional, last);
  if (wanted > available) {
    const words = `insufficient qty available for order (requested: ${shares(wanted)}, available: ${shares(available)})`;
    return forbidden(words, {
      available: shares(available),
      existing_qty: shares(existing),
      held_for_orders: shares(quantity(Math.max(others, 0))),
      related_orders: held.orders.filter((id) => id !== instead?.id),
      symbol,
    });
  }
  return { symbol, intent: side === 'sell' ? 'sell_to_close' : 'buy_to_close', reserveAt: undefined };
}

/** An order that opens or adds needs buying power, and if it sells short the right to. */
function openingOf(state: ExchangeState, asset: ExchangeAsset, terms: OrderTerms, instead?: ExchangeOrder): Placement | Refusal {
  const { side, symbol: name } = terms;
  const account = accountFigures(state);
  if (side === 'sell') {
    if (isFractional(terms)) return badOrder('fractional orders cannot be sold short');
    if (!account.shortingEnabled) return forbidden('account is not allowed to short');
    if (!(asset.shortable && asset.easyToBorrow)) return badOrder(`asset "${name}" cannot be sold short`);
  }
  const reserveAt = reservePrice(side, terms.limit ?? terms.stop, state.lastPrice.get(asset.symbol));
  if (reserveAt === undefined) return noPrice(name);
  const cost = terms.notional ?? costOf(reserveAt, terms.quantity ?? quantity(0));
  if (cost > account.buyingPower + (instead?.reserved ?? 0))
    return forbidden('insufficient buying power', { buying_power: dollars(account.buyingPower), cost_basis: dollars(cost) });
  return { symbol: asset.symbol, intent: side === 'sell' ? 'sell_to_open' : 'buy_to_open', reserveAt };
}

/** What an order costs in cash units, cut off; it may be more than any account could hold. */
const costOf = (at: Price, size: Quantity): bigint => (BigInt(at) * BigInt(size)) / PRODUCT_UNITS_PER_CASH_UNIT;

/** Nobody could say what the order is worth. */
const noPrice = (symbol: string): Refusal => badOrder(`asset "${symbol}" has no trade yet to price a market order by`);

/** How many shares an amount of cash buys, cut off to the quantity unit. */
export function sharesFor(amount: Cash | undefined, at: Price | undefined): Quantity {
  if (amount === undefined || at === undefined || at === 0) return quantity(0);
  const shares = Number((BigInt(amount) * PRODUCT_UNITS_PER_CASH_UNIT) / BigInt(at));
  return quantity(Math.min(shares, Number.MAX_SAFE_INTEGER));
}
/** price unit × quantity unit in cash units: see the model's units */
const PRODUCT_UNITS_PER_CASH_UNIT = 10_000_000n;

const shares = (units: Quantity): string => decimalOf(units, QUANTITY_PLACES);
const dollars = (units: Cash | bigint): string => decimalOf(units, CASH_PLACES);
