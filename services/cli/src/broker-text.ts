import type { BrokerAccount, BrokerOrder, BrokerPosition } from '@aitrader/application-broker-accounts';
import { cashText, money } from '@aitrader/application-wording';
import { dollarsOfPrice, sharesOf, type Price, type Quantity } from '@aitrader/model';

const pad = (text: string): string => text.padEnd(22);
const row = (name: string, value: string): string => `  ${pad(name)}${value}`;
const quantityText = (of: Quantity): string => sharesOf(of).toLocaleString('en-US', { maximumFractionDigits: 9 });
const priceText = (of: Price | null): string => (of === null ? '–' : money(dollarsOfPrice(of)));

/** An account for people. */
export function accountText(name: string, account: BrokerAccount): string {
  const { blocks, status, multiplier } = account;
  return [
    `${name}: account ${account.number}, ${status}${account.currency === 'USD' ? '' : `, in ${account.currency}`}`,
    row('equity', `${cashText(account.equity)} (${cashText(account.lastEquity)} at the last close)`),
    row('cash', cashText(account.cash)),
    row('buying power', `${cashText(account.buyingPower)}, ${multiplier} × margin`),
    row('long, short', `${cashText(account.longMarketValue)}, ${cashText(account.shortMarketValue)}`),
    row('margin', `initial ${cashText(account.initialMargin)}, maintenance ${cashText(account.maintenanceMargin)}`),
    row('short sales', account.shortingEnabled ? 'allowed' : 'not allowed'),
    ...(blocks.length === 0 ? [] : [row('does not trade', blocks.join(', '))]),
  ].join('\n');
}

/** Positions for people. */
export function positionsText(name: string, positions: readonly BrokerPosition[]): string {
  if (positions.length === 0) return `${name}: no positions`;
  return [
    `${name}: ${positions.length} ${positions.length === 1 ? 'position' : 'positions'}`,
    ...positions.map(positionText),
  ].join('\n');
}

function positionText({ symbol, quantity, averageEntryPrice, currentPrice, marketValue, unrealised }: BrokerPosition): string {
  const worth = marketValue === null ? '' : `, worth ${cashText(marketValue)}`;
  const gain = unrealised === null ? '' : `, unrealised ${cashText(unrealised)}`;
  return `  ${symbol.padEnd(8)} ${quantityText(quantity).padStart(10)} at ${averageEntryPrice}, now ${priceText(currentPrice)}${worth}${gain}`;
}

/** Orders for people, legs below their parents. */
export function ordersText(name: string, status: string, orders: readonly BrokerOrder[]): string {
  if (orders.length === 0) return `${name}: no ${status === 'all' ? '' : `${status} `}orders`;
  return [
    `${name}: ${orders.length} ${orders.length === 1 ? 'order' : 'orders'}`,
    ...orders.flatMap((order) => orderLines(order, '  ')),
  ].join('\n');
}

/** What an order waits for: the price that its type is named after, or both by name. */
function pricesText({ type, limit, stop }: BrokerOrder): string {
  if (type === 'limit' || type === 'stop') return ` ${priceText(type === 'limit' ? limit : stop)}`;
  return [stop === null ? '' : ` stop ${priceText(stop)}`, limit === null ? '' : ` limit ${priceText(limit)}`].join('');
}

function orderLines(order: BrokerOrder, indent: string): readonly string[] {
  const { side, symbol, quantity, filled, type, timeInForce, extendedHours, status } = order;
  const asked = quantity === null ? 'for dollars' : quantityText(quantity);
  const prices = pricesText(order);
  const done = filled === 0 ? '' : `, ${quantityText(filled)} filled at ${order.averageFillPrice ?? '–'}`;
  const hours = extendedHours ? ', extended hours' : '';
  const line = `${indent}${side} ${asked} ${symbol} ${type}${prices}, ${timeInForce}${hours}: ${status}${done}  ${order.submittedAt}  ${order.clientOrderId}`;
  return [line, ...order.legs.flatMap((leg) => orderLines(leg, `${indent}  `))];
}
