import type { AccountForecast } from './account-forecast.ts';
import { UNSAID, type AccountDoubt } from './account-doubt.ts';
import type { Cash, EpochMs, Price, Quantity } from './units.ts';
import type { GateFigure } from './gate-figure.ts';
import type { FillId, OrderId, SignalId, Ticker } from './ids.ts';
import type { Trip } from './trip.ts';

export type Side = 'buy' | 'sell';

/**
 * An order that risk approved: enter at market, protected by a stop and a target, closed at `exitAt` at the latest.
 * What every gate found travels with it.
 */
export interface Order {
  readonly id: OrderId;
  readonly t: EpochMs;
  readonly symbol: Ticker;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly type: 'market';
  readonly timeInForce: 'day';
  readonly reference: Price;
  readonly stop: Price;
  readonly target: Price;
  readonly exitAt: EpochMs;
  readonly signalId: SignalId;
  readonly gates: readonly GateFigure[];
}

/** An order that is left before its time: the strategy that it rests on believes in it no longer. Nothing keeps an order from being left. */
export interface OrderExit {
  readonly t: EpochMs;
  readonly orderId: OrderId;
  readonly symbol: Ticker;
  /** as the strategy gave it */
  readonly reason: string;
}

/** What risk refused: the first gate that did, and what it compared. */
export interface Denial extends GateFigure {
  readonly t: EpochMs;
  readonly symbol: Ticker;
  readonly signalId: SignalId;
  /** id of the halt that refused it, the first of those that stood; empty where none did */
  readonly trip: string;
  /** what every gate found, in their order, those behind the first refusal too */
  readonly gates: readonly GateFigure[];
}

/** The account as risk saw it when it decided an interval. */
export interface AccountSnapshot {
  readonly cash: Cash;
  readonly equity: Cash;
  /** sum of |position| at the last prices */
  readonly gross: Cash;
  /** buying power held for orders that have not filled */
  readonly reserved: Cash;
  readonly realised: Cash;
  readonly equityPeak: Cash;
  readonly drawdownPpm: number;
  readonly tradingState: TradingState;
}
export type TradingState = 'active' | 'halted';

/** Risk's word on one interval. */
export interface RiskDecision {
  t: EpochMs;
  account: AccountSnapshot;
  /** the halts that stand, in the order in which they were tripped */
  trips: readonly Trip[];
  /** in canonical order of order id */
  orders: Order[];
  /** in canonical order of order id; orders of intervals before alone */
  exits: OrderExit[];
  /** in canonical symbol order */
  denials: Denial[];
  /** at the intervals of forecasts, where there is anything to say */
  forecast: AccountForecast | null;
}

/** The part of an order that an event or fill belongs to: its entry, or one of the exits that protect it. */
export type Leg = 'entry' | 'stop' | 'target' | 'time';

/** What became of an order's leg. `unknown`: the broker has not answered; it counts as full exposure. */
export type OrderEventKind =
  'submitted' | 'accepted' | 'rejected' | 'replaced' | 'triggered' | 'canceled' | 'expired' | 'filled' | 'unknown';

export interface OrderEvent {
  readonly t: EpochMs;
  readonly orderId: OrderId;
  readonly symbol: Ticker;
  readonly leg: Leg;
  readonly kind: OrderEventKind;
  /** quantity of the leg still open after the event */
  readonly remaining: Quantity;
  readonly reason: string;
}

/** A (partial) execution; a bust undoes the fill it names, a correction restates it. */
export interface Fill {
  readonly id: FillId;
  readonly t: EpochMs;
  readonly orderId: OrderId;
  readonly symbol: Ticker;
  readonly leg: Leg;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly fee: Cash;
  readonly kind: 'execution' | 'bust' | 'correction';
  /** the fill that a bust or a correction is about */
  readonly amends: FillId | null;
  /** stop and target both lay inside the bar, and the worse one was taken */
  readonly pessimistic: boolean;
}

/** Execution's word that it has handled one interval; empty ones are sent too. */
export interface ExecutionReport {
  t: EpochMs;
  /** in canonical order of order id, then as they happened */
  fills: Fill[];
  events: OrderEvent[];
  /** what is doubted of the account at the end of the interval; null: nothing, so that it is known and heard and holds no entry back */
  doubt: AccountDoubt | null;
}

/** A report of nothing yet: of the account nothing is said either, which lets nothing be entered. */
export const newExecutionReport = (): ExecutionReport => ({ t: 0 as EpochMs, fills: [], events: [], doubt: UNSAID });
