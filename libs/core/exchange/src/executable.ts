import { price, type EpochMs, type Price, type Quantity } from '@aitrader/model';
import {
  bestFor,
  betterOf,
  limitPassed,
  sizeOf,
  slipped,
  stopTouched,
  worstFor,
  type Costs,
  type Print,
} from '@aitrader/core-simulation';
import type { ExchangeOrder } from './exchange-order.ts';

/*
 * What one order, on its own, does in one bar.
 *
 * 1. What lies at the open is certain; what lies inside a bar is taken at its price, and never better.
 * 2. Who comes to the market pays the spread; who rests in it at a limit is passed before he trades.
 */

/** A trade that a bar allows. `inside`: some time within the bar, rather than at its open. */
export interface Executable {
  readonly size: Quantity;
  readonly price: Price;
  readonly inside: boolean;
}

/** When a bar closed, and what it charges. */
export interface BarTime extends Costs {
  readonly t: EpochMs;
  /** limit of what a buy stop becomes once it is elected, see `collarOf`; undefined: it becomes a market order */
  readonly hasCollar: boolean;
}

/** A buy stop turns into a stop limit: 4 % over its stop below 50 dollars, 2.5 % over it from there on (vendor's page on orders). */
const COLLAR_CHEAP = 1040;
const COLLAR_DEAR = 1025;
const DEAR_FROM = 500_000;
const collarOf = (stop: Price): Price => price(Math.floor((stop * (stop < DEAR_FROM ? COLLAR_CHEAP : COLLAR_DEAR)) / 1000));

/** What an order that has `open` left, and room for `room`, trades in a bar; marks a stop that is elected. */
export function executableOf(order: ExchangeOrder, print: Print, room: number, time: BarTime): Executable | undefined {
  const size = sizeOf(order.open, room);
  switch (order.type) {
    case 'market':
      return size > 0 ? { size, price: slipped(startOf(order, print), order.side, size, print, time), inside: false } : undefined;
    case 'limit':
      return order.limit === undefined ? undefined : atLimit(order, order.limit, startOf(order, print), print, size, time);
    case 'stop':
    case 'stop_limit':
      return atStop(order, order.stop, print, size, time);
    case 'trailing_stop': {
      const found = atStop(order, trailedStop(order, print), print, size, time);
      trail(order, print);
      return found;
    }
  }
}

/** The closing auction trades at the close. */
const startOf = ({ timeInForce }: ExchangeOrder, print: Print): Price => (timeInForce === 'cls' ? print.close : print.open);

function atLimit(
  order: ExchangeOrder,
  limit: Price,
  start: Price,
  print: Print,
  size: Quantity,
  time: BarTime,
): Executable | undefined {
  if (size === 0) return undefined;
  const { side, rested } = order;
  if (!rested) {
    const paid = slipped(start, side, size, print, time);
    if (!limitPassed(side === 'buy' ? 'sell' : 'buy', limit, paid)) return { size, price: paid, inside: false };
  } else if (limitPassed(side, limit, start)) return { size, price: betterOf(side, start, limit), inside: false };
  if (order.timeInForce !== 'day' && order.timeInForce !== 'gtc') return undefined;
  return limitPassed(side, limit, bestFor(side, print)) ? { size, price: limit, inside: true } : undefined;
}

function atStop(
  order: ExchangeOrder,
  stop: Price | undefined,
  print: Print,
  size: Quantity,
  time: BarTime,
): Executable | undefined {
  if (stop === undefined) return undefined;
  const { side } = order;
  const wasElected = order.elected;
  const gapped = wasElected || stopTouched(side, stop, print.open);
  if (!gapped && !stopTouched(side, stop, worstFor(side, print))) return undefined;
  order.elected = true;
  if (size === 0) return undefined;
  const start = gapped ? print.open : stop;
  const paid = slipped(start, side, size, print, time);
  const limit = order.limit ?? (side === 'buy' && time.hasCollar ? collarOf(stop) : undefined);
  if (limit === undefined || !limitPassed(side === 'buy' ? 'sell' : 'buy', limit, paid))
    return { size, price: paid, inside: !gapped };
  // elected and too dear: it rests at its limit from the next bar on
  if (!wasElected || !limitPassed(side, limit, bestFor(side, print))) return undefined;
  return { size, price: limit, inside: true };
}

const PERCENT_UNITS = 1_000_000;
/** Where a trailing stop stands at the open: its distance from the best price so far, the open included. */
function trailedStop(order: ExchangeOrder, print: Print): Price | undefined {
  if (order.elected) return order.stop;
  order.highWater = order.highWater === undefined ? print.open : betterOf(order.side, order.highWater, print.open);
  return stopBehind(order, order.highWater);
}

/** Moves a trailing stop on by what the bar reached, once it lived through the bar. */
function trail(order: ExchangeOrder, print: Print): void {
  if (order.elected || order.highWater === undefined) return;
  order.highWater = betterOf(order.side, order.highWater, bestFor(order.side, print));
  stopBehind(order, order.highWater);
}

function stopBehind(order: ExchangeOrder, best: Price): Price {
  const distance = order.trailPrice ?? Math.round((best * (order.trailPercent ?? 0)) / PERCENT_UNITS);
  order.stop = price(order.side === 'sell' ? Math.max(1, best - distance) : best + distance);
  return order.stop;
}
