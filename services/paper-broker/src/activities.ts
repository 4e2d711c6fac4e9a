import { badParameter, type AccountActivity, type ExchangeState, type Execution } from '@aitrader/core-exchange';
import { CASH_PLACES, decimalOf, epochMs, type EpochMs } from '@aitrader/model';
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
 * What happened to the account, the newest first unless the query says otherwise: trades as they read now (one that was busted is gone, one that
 * was corrected has the correction's figures), and what corporate actions did. A page goes on behind the id that is its token. @throws Refused
 */
export function listActivities(state: ExchangeState, query: ActivitiesQuery): Json[] {
  const size = query.page_size === undefined ? PAGE_MAX : Number(query.page_size);
  if (!Number.isInteger(size) || size < 1) throw new Refused(badParameter('invalid page_size'));
  const all = wantedOf(state, query);
  const token = query.page_token ?? '';
  const from = token === '' ? 0 : all.findIndex(({ id }) => id === token) + 1;
  if (token !== '' && from === 0) throw new Refused(badParameter('invalid page_token'));
  return all.slice(from, from + Math.min(size, PAGE_MAX));
}

function wantedOf(state: ExchangeState, query: ActivitiesQuery): readonly Json[] {
  const isWanted = filterOf(query);
  const isOfType = typesOf(query);
  const trades = !isOfType('FILL') ? [] : state.executions.filter((one) => one.kind === 'execution' && isWanted(one));
  const others = state.activities.filter((one) => isOfType(TYPES[one.kind]) && isWanted({ ...one, orderId: undefined }));
  const found = [
    ...trades.map((one) => ({ t: one.t, rows: () => activityOf(state, one) })),
    ...others.map((one) => ({ t: one.t, rows: () => [accountActivity(one)] })),
  ].sort((a, b) => a.t - b.t);
  if (query.direction !== 'asc') found.reverse();
  return found.flatMap(({ rows }) => rows());
}

/** Which types of activities a query asks for. */
function typesOf({ activity_types: types, category }: ActivitiesQuery): (type: string) => boolean {
  const wanted = (typeof types === 'string' ? types.split(',') : (types ?? [])).filter((one) => one !== '');
  return (type) => {
    if (category === 'non_trade_activity' && type === 'FILL') return false;
    if (category === 'trade_activity' && type !== 'FILL') return false;
    return wanted.length === 0 || wanted.includes(type);
  };
}

const TYPES: Readonly<Record<AccountActivity['kind'], string>> = {
  split: 'SPLIT',
  dividend: 'DIV',
  'spin-off': 'SPIN',
  'symbol-change': 'NC',
  'write-off': 'REORG',
};
const HALF_DAY_MS = 12 * 60 * 60_000;

function accountActivity({ n, t, kind, at, symbol, quantity, amount, perShare }: AccountActivity): Json {
  return {
    activity_type: TYPES[kind],
    id: `${digitsOf(t)}::${kind}.${n}`,
    created_at: timeText(t),
    currency: 'USD',
    // a date begins in the evening before it
    date: newYorkDate(epochMs(at + HALF_DAY_MS)),
    net_amount: decimalOf(amount, CASH_PLACES),
    ...(perShare === undefined ? {} : { per_share_amount: decimalOf(perShare, CASH_PLACES) }),
    qty: quantityText(quantity),
    status: 'executed',
    symbol,
  };
}

const digitsOf = (t: EpochMs): string => timeText(t).replace(/\D/g, '');

/** What is asked of an activity: of a trade its order, too. */
type Dated = Pick<Execution, 't'> & { readonly orderId: string | undefined };

function filterOf({ date, after, until, order_id: orderId }: ActivitiesQuery): (one: Dated) => boolean {
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
      id: `${digitsOf(one.t)}::${one.id}`,
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
