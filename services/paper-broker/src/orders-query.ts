import { badParameter, isFinal, legsOf, type ExchangeOrder, type ExchangeState } from '@aitrader/core-exchange';
import { readTime } from './exchange-time.ts';
import { orderAnswer, type Json } from './order-answer.ts';
import { Refused } from './refused.ts';

/** The filters of `GET /v2/orders`, as they come. */
export interface OrdersQuery {
  readonly status?: string;
  readonly limit?: string;
  readonly after?: string;
  readonly until?: string;
  readonly direction?: string;
  readonly nested?: string;
  readonly symbols?: string;
  readonly side?: string;
  readonly before_order_id?: string;
  readonly after_order_id?: string;
}

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 500;

/** The orders that a query asks for, the newest first unless it says otherwise. Nested legs are told within their first order. @throws Refused */
export function listOrders(state: ExchangeState, query: OrdersQuery): Json[] {
  const nested = query.nested === 'true';
  const limit = limitOf(query.limit);
  const isWanted = filterOf(state, query, nested);
  const ascending = oneOf('direction', query.direction, ['asc', 'desc'], 'desc') === 'asc';
  const all = [...state.orders.values()];
  if (!ascending) all.reverse();
  const found: Json[] = [];
  for (const order of all) {
    if (found.length >= limit) break;
    if (isWanted(order)) found.push(orderAnswer(state, order, nested));
  }
  return found;
}

function limitOf(text: string | undefined): number {
  const limit = text === undefined ? LIMIT_DEFAULT : Number(text);
  if (!Number.isInteger(limit) || limit < 1) throw new Refused(badParameter('invalid limit'));
  return Math.min(limit, LIMIT_MAX);
}

function oneOf<Word extends string>(name: string, given: string | undefined, words: readonly Word[], fallback: Word): Word {
  if (given === undefined || given === '') return fallback;
  const word = words.find((one) => one === given.toLowerCase());
  if (word === undefined) throw new Refused(badParameter(`invalid ${name}`));
  return word;
}

function filterOf(state: ExchangeState, query: OrdersQuery, nested: boolean): (order: ExchangeOrder) => boolean {
  const status = oneOf('status', query.status, ['open', 'closed', 'all'], 'open');
  const side = oneOf('side', query.side, ['buy', 'sell', 'both'], 'both');
  const symbols = query.symbols === undefined || query.symbols === '' ? undefined : new Set(query.symbols.split(','));
  const [after, until] = [timeOf('after', query.after), timeOf('until', query.until)];
  const [before, behind] = [placeOf(state, query.before_order_id), placeOf(state, query.after_order_id)];
  const hasStatus = (order: ExchangeOrder): boolean => status === 'all' || isFinal(order.status) === (status === 'closed');
  return (order) => {
    if (nested && order.parent !== undefined) return false;
    if (symbols !== undefined && !symbols.has(order.symbol)) return false;
    if (side !== 'both' && order.side !== side) return false;
    if (order.createdAt <= (after ?? -1) || order.createdAt >= (until ?? Infinity)) return false;
    if (order.n >= (before ?? Infinity) || order.n <= (behind ?? 0)) return false;
    return hasStatus(order) || (nested && status === 'open' && legsOf(state, order).some(hasStatus));
  };
}

function timeOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const t = readTime(text);
  if (t === undefined) throw new Refused(badParameter(`invalid ${name}`));
  return t;
}

function placeOf({ orders }: ExchangeState, id: string | undefined): number | undefined {
  if (id === undefined || id === '') return undefined;
  const order = orders.get(id);
  if (order === undefined) throw new Refused(badParameter(`order not found for ${id}`));
  return order.n;
}
