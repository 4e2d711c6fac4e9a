import {
  dollarsOf,
  notional,
  sharesOf,
  type OrderRequest,
  type Price,
  type ReplaceRequest,
  type SubmitRequest,
} from '@aitrader/model';
import type { GatewayOptions } from './gateway.options.ts';

/*
 * The last look at a request before it is sent.
 *
 * 1. A cancel is never refused. What closes a position is not refused for its age, nor for how many there were, nor because a run is not armed.
 * 2. Each refusal carries the figures compared. What cannot be compared is refused.
 */

const MINUTE_MS = 60_000;

type Sent = SubmitRequest | ReplaceRequest;
type Check = (hop: LastHop, request: Sent, now: number) => string | undefined;

/** Looks at requests for orders, and counts those that are sent. */
export class LastHop {
  readonly options: Pick<GatewayOptions, 'limits' | 'approved' | 'isArmed'>;
  /** instants at which orders of the last minute were sent, the oldest first */
  #sent: number[] = [];

  constructor(options: Pick<GatewayOptions, 'limits' | 'approved' | 'isArmed'>) {
    this.options = options;
  }

  /** An order was sent. */
  count(at: number): void {
    this.#sent.push(at);
  }

  /** Orders sent within a minute. */
  sentBy(now: number): number {
    this.#sent = this.#sent.filter((at) => at > now - MINUTE_MS);
    return this.#sent.length;
  }

  /** Why a request is not sent, if it is not: the first that applies. */
  refusalOf(request: Sent, now: number): string | undefined {
    for (const check of CHECKS) {
      const refusal = check(this, request, now);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }
}

const isExit = ({ leg }: OrderRequest): boolean => leg !== 'entry';

/** An entry is for what was approved, for no more of it, and for as long as it is good; what closes a position only has to belong to one. */
const approval: Check = ({ options }, request, now) => {
  const order = options.approved(request);
  const { orderId, symbol, quantity } = request;
  if (order === undefined) return `not-approved: no recorded order stands behind ${orderId}`;
  if (isExit(request)) return undefined;
  if (symbol !== order.symbol) return `not-approved: ${orderId} is of ${order.symbol}, not of ${symbol}`;
  if (request.kind === 'submit' && request.side !== order.side)
    return `not-approved: ${orderId} is to ${order.side}, not to ${request.side}`;
  if (!(quantity <= order.quantity))
    return `not-approved: ${orderId} is of ${sharesOf(order.quantity)} shares, not of ${sharesOf(quantity)}`;
  // bars that are played have their own time
  const isGood = options.limits.ageMsMax === 0 || now < order.exitAt;
  return isGood ? undefined : `not-approved: ${orderId} was good until ${new Date(order.exitAt).toISOString()}`;
};

/** Set apart from the order manager's own look, which the request rests on. */
const arming: Check = ({ options }, request, now) =>
  isExit(request) || options.isArmed(now) ? undefined : 'not-armed: the run has not been armed to trade with real money today';

const age: Check = ({ options: { limits } }, request, now) => {
  const ageMs = now - request.t;
  if (isExit(request) || limits.ageMsMax === 0 || ageMs <= limits.ageMsMax) return undefined;
  return `too-old: ${ageMs} ms, at most ${limits.ageMsMax}`;
};

const size: Check = ({ options: { limits } }, request) => {
  const shares = sharesOf(request.quantity);
  return shares <= limits.quantityMax ? undefined : `quantity: ${shares} shares, at most ${limits.quantityMax}`;
};

const value: Check = ({ options: { limits } }, request) => {
  const at = worstPrice(request);
  // an exit at the market has no price to be held against; its size has been
  if (at === undefined) return isExit(request) ? undefined : 'notional: an entry without any price cannot be valued';
  const dollars = dollarsOf(notional(at, request.quantity));
  return dollars <= limits.notionalMax ? undefined : `notional: ${dollars} dollars, at most ${limits.notionalMax}`;
};

/** The highest price that a request names: no more than it is paid for an order that trades between its prices. */
function worstPrice(request: Sent): Price | undefined {
  const exits = request.kind === 'submit' && request.exits !== null ? [request.exits.target, request.exits.stop] : [];
  const prices = [request.limit, request.stop, ...exits].filter((one) => one !== null);
  return prices.sort((a, b) => b - a)[0];
}

const rate: Check = (hop, request, now) => {
  const { ordersPerMinute } = hop.options.limits;
  const sent = hop.sentBy(now);
  if (isExit(request) || sent < ordersPerMinute) return undefined;
  return `rate: ${sent} orders in the last minute, at most ${ordersPerMinute}`;
};

const CHECKS: readonly Check[] = [approval, arming, age, size, value, rate];
