/*
 * What was entered after a forecast was made is in the account's equity, and not in the forecast: what it has gained is told apart.
 *
 * 1. What is not known is told as that: of shares that an action restated, that were written off, or whose fills were amended.
 * 2. It is bounded: orders of the sessions that forecasts wait for.
 */
import { notional, quantity, type EpochMs, type Fill, type Order, type OrderId, type Ticker } from '@aitrader/model';
import type { Ledger } from '@aitrader/core-portfolio';

/** An order that was approved while forecasts waited to come true, and what its fills have come to. Plain data. */
export interface LaterTrade {
  readonly since: EpochMs;
  readonly symbol: Ticker;
  /** 1e-9 share, short below 0 */
  units: number;
  /** cash that its fills have brought, less their fees */
  flow: number;
  isKnown: boolean;
}

export type LaterTrades = Map<OrderId, LaterTrade>;

export function noteEntries(trades: LaterTrades, orders: readonly Order[]): void {
  for (const { id, t, symbol } of orders) trades.set(id, { since: t, symbol, units: 0, flow: 0, isKnown: true });
}

export function noteFills(trades: LaterTrades, fills: readonly Fill[]): void {
  for (const { orderId, kind, side, quantity: filled, price, fee } of fills) {
    const trade = trades.get(orderId);
    if (trade === undefined) continue;
    const sign = side === 'buy' ? 1 : -1;
    trade.units += sign * filled;
    trade.flow -= sign * notional(price, filled) + fee;
    if (kind !== 'execution') trade.isKnown = false;
  }
}

/** Of a symbol's shares it is not known any more what they have gained. */
export function loseTrack(trades: LaterTrades, symbol: Ticker): void {
  for (const trade of trades.values()) if (trade.symbol === symbol) trade.isKnown = false;
}

/** What has been gained by what was entered from an instant on, at the marks of the ledger; NaN where that is not known. O(trades). */
export function gainedSince(trades: LaterTrades, { positions }: Ledger, from: EpochMs): number {
  let gain = 0;
  for (const { since, symbol, units, flow, isKnown } of trades.values()) {
    if (since < from) continue;
    const mark = units === 0 ? undefined : positions.get(symbol)?.mark;
    if (!isKnown || (units !== 0 && mark === undefined)) return NaN;
    gain += flow + (mark === undefined ? 0 : notional(mark, quantity(units)));
  }
  return gain;
}

/** Forgets what was entered before an instant. */
export function forgetBefore(trades: LaterTrades, from: number): void {
  for (const [id, { since }] of trades) if (since < from) trades.delete(id);
}
