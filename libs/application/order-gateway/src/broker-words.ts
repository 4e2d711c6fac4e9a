import {
  priceIn,
  readingOfEvent,
  readingOfStatus,
  type BrokerExecution,
  type BrokerOrder,
  type TradeUpdate,
  type WithText,
} from '@aitrader/adapter-alpaca-trading';
import {
  cash,
  compareText,
  epochMs,
  ids,
  newReport,
  quantity,
  ticker,
  type EpochMs,
  type OrderRequest,
  type Quantity,
  type Report,
  type ReportedExecution,
  type ReportedLeg,
  type ReportKind,
  type RequestId,
  type Ticker,
} from '@aitrader/model';
import { isFinalKind } from './told-orders.ts';

/*
 * What the broker says, in our words.
 */

const NO_FEE = cash(0);
const NOTHING = quantity(0);

/** An instant as the broker prints it; undefined where it prints none. */
export function instantOf(text: string | null): EpochMs | undefined {
  const t = text === null ? Number.NaN : Date.parse(text);
  return Number.isSafeInteger(t) ? epochMs(t) : undefined;
}

/** A symbol of US equities; undefined for one that we cannot spell, such as a pair of currencies. */
export function symbolOf(text: string): Ticker | undefined {
  try {
    return ticker(text);
  } catch {
    return undefined;
  }
}

/** What answers a request without an order: `t` is the latest time that the broker was heard to have. */
export const answerReport = (
  { id, t: askedAt, symbol }: OrderRequest,
  t: EpochMs,
  kind: ReportKind,
  more: Partial<Pick<Report, 'word' | 'raw' | 'brokerId'>> = {},
): Report => ({ ...newReport(t > askedAt ? t : askedAt, kind, symbol), request: id, ...more });

/** The exits that an answer tells of with their entry, or with the first of a pair. */
export const legsOf = ({ legs }: BrokerOrder): readonly ReportedLeg[] =>
  legs.map(({ id, type }) => ({ leg: type === 'limit' ? 'target' : 'stop', brokerId: id }));

/** What of an order may still trade; null where the broker does not say. */
function openOf({ status, quantity: whole, filled }: BrokerOrder): Quantity | null {
  if (isFinalKind(readingOfStatus(status))) return NOTHING;
  return whole === null ? null : quantity(Math.max(0, whole - filled));
}

/** An order as the broker has it. */
export const orderReport = (order: BrokerOrder, symbol: Ticker, t: EpochMs, request: RequestId | null, raw: string): Report => ({
  ...newReport(t, readingOfStatus(order.status), symbol),
  request,
  brokerId: order.id,
  successor: order.replacedBy,
  legs: legsOf(order),
  filled: order.filled,
  open: openOf(order),
  word: order.status,
  raw,
});

/** What the stream says; undefined for what is about no US equity. A trade's own price is read to the nearest of our units. */
export function updateReport(
  { event, at, order, execution }: TradeUpdate,
  request: RequestId | null,
  raw: string,
): Report | undefined {
  const [t, symbol] = [instantOf(at), symbolOf(order.symbol)];
  if (t === undefined || symbol === undefined) return undefined;
  const kind = readingOfEvent(event);
  const isTrade = kind === 'execution' || kind === 'bust' || kind === 'correction';
  return {
    ...orderReport(order, symbol, t, request, raw),
    kind,
    execution: isTrade ? executionIn(execution) : null,
    word: event,
  };
}

function executionIn(execution: TradeUpdate['execution']): ReportedExecution | null {
  const at = execution === null ? undefined : priceIn(execution.printedPrice);
  if (execution === null || at === undefined) return null;
  const { id, quantity: size, fee, previousId } = execution;
  return {
    id: ids.fill(id),
    quantity: size,
    price: at,
    fee: fee ?? NO_FEE,
    amends: previousId === null ? null : ids.fill(previousId),
  };
}

const SEPARATOR = '::';
/** The part of an activity's id that may be the trade's own id: behind the time that it begins with. */
export const tradeIdOf = ({ id }: BrokerExecution): string =>
  id.includes(SEPARATOR) ? id.slice(id.lastIndexOf(SEPARATOR) + SEPARATOR.length) : id;

/** A trade among the account's activities. */
export const activityReport = (
  found: WithText<BrokerExecution>,
  symbol: Ticker,
  t: EpochMs,
  request: RequestId | null,
  trade: Pick<ReportedExecution, 'id' | 'amends'> & { readonly kind: 'execution' | 'correction' },
): Report => ({
  ...newReport(t, trade.kind, symbol),
  request,
  brokerId: found.orderId,
  execution: { id: trade.id, quantity: found.quantity, price: found.price, fee: found.fee ?? NO_FEE, amends: trade.amends },
  word: 'activity',
  raw: found.raw,
});

/** Canonical order of what has an id or a symbol. */
export const bySymbol = (a: { readonly symbol: string }, b: { readonly symbol: string }): number =>
  compareText(a.symbol, b.symbol);
export const byBrokerId = (a: { readonly brokerId: string }, b: { readonly brokerId: string }): number =>
  compareText(a.brokerId, b.brokerId);
