import { quantity, type Quantity, type Ticker } from '@aitrader/model';
import { cancelAll } from './end-order.ts';
import type { ExchangeOrder, TradeUpdate } from './exchange-order.ts';
import type { ExchangeState } from './exchange-state.ts';
import { positionIn } from './margin.ts';
import { placeTerms } from './place-order.ts';
import { notFound, type Refusal } from './refusal.ts';

/** How much of a position is closed. A percentage is in units of 1e-9 percent; neither: all of it. */
export interface ClosePart {
  readonly quantity?: Quantity | undefined;
  readonly percentage?: number | undefined;
}

const HUNDRED_PERCENT = 100_000_000_000n;

/** Closes a position, or a part of it, by a market order for the day. */
export function closePosition(
  state: ExchangeState,
  symbol: Ticker,
  part: ClosePart,
  updates: TradeUpdate[],
): ExchangeOrder | Refusal {
  const position = positionIn(state, symbol);
  if (position === 0) return notFound('position does not exist');
  const whole = Math.abs(position);
  const share = part.percentage === undefined ? whole : Number((BigInt(whole) * BigInt(part.percentage)) / HUNDRED_PERCENT);
  const none = { limit: undefined, stop: undefined, trailPrice: undefined, trailPercent: undefined };
  const noLegs = { target: undefined, stopLoss: undefined, stopLossLimit: undefined };
  return placeTerms(
    state,
    {
      symbol,
      side: position > 0 ? 'sell' : 'buy',
      type: 'market',
      timeInForce: 'day',
      orderClass: '',
      extendedHours: false,
      quantity: part.quantity ?? quantity(share),
      notional: undefined,
      ...none,
      ...noLegs,
      clientOrderId: undefined,
      intent: undefined,
    },
    updates,
  );
}

/** What became of closing one of several positions. */
export interface ClosedPosition {
  readonly symbol: Ticker;
  readonly answer: ExchangeOrder | Refusal;
}

/** Closes every position, in the order in which they were opened; with `cancelOrders` all orders are called off first. */
export function closeAll(state: ExchangeState, cancelOrders: boolean, updates: TradeUpdate[]): readonly ClosedPosition[] {
  if (cancelOrders) cancelAll(state, updates);
  return [...state.ledger.positions.keys()].map((symbol) => ({ symbol, answer: closePosition(state, symbol, {}, updates) }));
}
