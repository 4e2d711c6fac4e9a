import { badParameter, type ExchangeState, type Execution } from '@aitrader/core-exchange';
import { CASH_PLACES, decimalOf } from '@aitrader/model';
import { newYorkDate } from '@aitrader/core-sessions';
import { readTime, timeText } from './exchange-time.ts';
import { priceText, quantityText, type Json } from './order-answer.ts';
import { Refused } from './refused.ts';

/** The filters of `GET /v2/account/activities`, as they come. */
export interface ActivitiesQuery {
  readonly activity_types?: string | readonly string[];
  readonly category?: string;
  readonly order_id?: string;
  readonly date?: string;
  readonly until?: string;
  readonly after?: string;
  readonly direction?: string;
  readonly page_size?: string;
  readonly page_token?: string;
}

const PAGE_MAX = 100;

/**
 * The trades that a query asks for, the newest first unless it says otherwise, as they read now: one that was busted is gone, one that
 * was corrected has the correction's figures. A page goes on behind the id that is its token. @throws Refused
 */
export function listActivities(state: ExchangeState, query: ActivitiesQuery): Json[] {
  const size = query.page_size === undefined ? PAGE_MAX : Number(query.page_size);
  if (!Number.isInteger(size) || size < 1) throw new Refused(badParameter('invalid page_size'));
  if (!wantsFills(query)) return [];
  const isWanted = filterOf(query);
  const trades = state.executions.filter((one) => one.kind === 'execution' && isWanted(one));
  if (query.direction !== 'asc') trades.reverse();
  const all = trades.flatMap((one) => activityOf(state, one));
  const token = query.page_token ?? '';
  const from = token === '' ? 0 : all.findIndex(({ id }) => id === token) + 1;
  if (token !== '' && from === 0) throw new Refused(badParameter('invalid page_token'));
  return all.slice(from, from + Math.min(size, PAGE_MAX));
}

function wantsFills({ activity_types: types, category }: ActivitiesQuery): boolean {
  if (category === 'non_trade_activity') return false;
  const wanted = (typeof types === 'string' ? types.split(',') : (types ?? [])).filter((one) => one !== '');
  return wanted.length === 0 || wanted.includes('FILL');
}

function filterOf({ date, after, until, order_id: orderId }: ActivitiesQuery): (one: Execution) => boolean {
  const [first, last] = [timeOf('after', after), timeOf('until', until)];
  return ({ t, orderId: of }) =>
    (date === undefined || newYorkDate(t) === date) &&
    t > (first ?? -1) &&
    t < (last ?? Infinity) &&
    (orderId === undefined || orderId === of);
}

function timeOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const t = readTime(text);
  if (t === undefined) throw new Refused(badParameter(`invalid ${name}`));
  return t;
}

function activityOf(state: ExchangeState, one: Execution): readonly Json[] {
  const now = state.amended.get(one.id) ?? one;
  if (now.kind === 'bust') return [];
  return [
    {
      activity_type: 'FILL',
      id: `${timeText(one.t).replace(/\D/g, '')}::${one.id}`,
      _fee: decimalOf(now.fee, CASH_PLACES),
      cum_qty: quantityText(one.filled),
      leaves_qty: quantityText(one.open),
      order_id: one.orderId,
      order_status: one.status,
      price: priceText(now.price),
      qty: quantityText(now.quantity),
      side: state.orders.get(one.orderId)?.intent === 'sell_to_open' ? 'sell_short' : one.side,
      symbol: one.symbol,
      transaction_time: timeText(one.t),
      type: one.open === 0 ? 'fill' : 'partial_fill',
    },
  ];
}
