/**
 * A broker that fills orders from bars: pessimistic where a bar leaves a doubt, never earlier than it could have been.
 *
 * 1. An order trades only in bars that close after it was approved, and only in bars that are there and can be trusted.
 * 2. The entry fills at the open; what its share of the volume leaves over is carried to the next bars, until the close of its
 *    session or its exit time, whichever is first.
 * 3. Stop and target protect what has filled, from the very bar of the fill; when both lie inside a bar, the stop is taken.
 *    The first exit calls off what has not entered.
 * 4. A stop fills at its price, or at the open when that is worse; a target fills at its limit once the price went beyond it,
 *    or at the open when that is better. Stops and closes pay spread and impact, targets do not.
 * 5. A close fills from the first bar at or after the exit time, at its open, and works until all is out, whatever the hour.
 * 6. Never more is exited than entered, and nothing fills after the leg is final.
 * 7. What is estimated of an interval rests on the bars before it.
 * 8. A loan of shares that were sold short is paid for with the next exit: the fees of the exits are all that it cost.
 */
import {
  cash,
  epochMs,
  quantity,
  spreadNote,
  type BarSlice,
  type CorporateAction,
  type EpochMs,
  type Order,
  type OrderId,
  type SimulationConfig,
  type Ticker,
} from '@aitrader/model';
import { phaseAt, tradeDateAt } from '@aitrader/core-sessions';
import { borrowFee } from './borrow.ts';
import { endEntry, isOver, newBracket, report, tradeBracket, type Bracket, type Interval } from './bracket.ts';
import type { Broker, BrokerEvent } from './broker.ts';
import { dayEnd } from './day-order.ts';
import { closeOf, printOf } from './fill-model.ts';
import { hasArrived } from './order-arrival.ts';
import { restateBracket } from './restated-bracket.ts';
import { configuredHalfSpread, learnSpreads, newSpreadBook, toldHalfSpread, type SpreadBook } from './spread-book.ts';

/** The orders that the simulated broker works; those that are over are gone. Plain data. */
export interface SimulatedBrokerState {
  readonly config: SimulationConfig;
  readonly brackets: Map<OrderId, Bracket>;
  /** what bars have told of spreads; undefined where nobody asks */
  readonly spreads: SpreadBook | undefined;
  /** the last interval that it lived through, and its trade date; empty where that does not matter, or before the first */
  now: EpochMs;
  tradeDate: string;
}

/** Thrown on a simulation that could not mean what it says. */
export class SimulationConfigError extends RangeError {
  override readonly name = 'SimulationConfigError';
}

/** A simulated broker with nothing to do. @throws SimulationConfigError on a negative figure or a participation outside (0, 1] */
export function newSimulatedBroker(config: SimulationConfig): SimulatedBrokerState {
  const { participationMax, spreadSessions, spread, ...costs } = config;
  if (!(participationMax > 0 && participationMax <= 1)) {
    throw new SimulationConfigError(`participationMax must lie in (0, 1], got ${participationMax}`);
  }
  if (!(spreadSessions >= 1 && Number.isSafeInteger(spreadSessions))) {
    throw new SimulationConfigError(`spreadSessions must be a whole number of at least 1, got ${spreadSessions}`);
  }
  for (const [name, value] of Object.entries(costs)) {
    if (typeof value === 'number' && !(value >= 0 && value < Infinity))
      throw new SimulationConfigError(`${name} must be finite and not negative, got ${value}`);
  }
  const spreads = spread === 'estimated' ? newSpreadBook() : undefined;
  return { config: { ...config }, brackets: new Map(), spreads, now: epochMs(0), tradeDate: '' };
}

/** Goes on with the orders of a simulated broker that has ended, and with what bars have told it, by the costs of a fresh one. */
export const goOnWithOrders = (fresh: SimulatedBrokerState, ended: SimulatedBrokerState): SimulatedBrokerState => ({
  ...ended,
  config: fresh.config,
  spreads: fresh.spreads === undefined ? undefined : (ended.spreads ?? fresh.spreads),
});

/** The simulated side of the port. Its cost grows with the orders at work, and with the bars only where spreads are estimated. */
export const simulatedBroker: Broker<SimulatedBrokerState> = {
  take: (state, t, command, events) => {
    if (command.kind === 'submit' && command.leg === 'entry') accept(state, t, command.order, events);
    else {
      const bracket = state.brackets.get(command.orderId);
      if (bracket === undefined) return;
      const interval = intervalOf(state, t, events);
      if (command.leg === 'time') close(bracket, state.now, interval);
      else endEntry(bracket, 'canceled', command.reason, interval);
      drop(state, bracket);
    }
  },

  step: (state, t, bars, events) => {
    if (state.brackets.size > 0) {
      if (state.config.borrowRatePerYear > 0) turnDate(state, tradeDateAt(t));
      tradeAll(state, t, bars, events);
    }
    watchBars(state, t, bars);
  },
};

/** Lives through an interval in which nothing is at work: all that a broker does then is to learn from its bars. O(bars) at most. */
export function watchBars(state: SimulatedBrokerState, t: EpochMs, bars: readonly BarSlice[]): void {
  state.now = t;
  if (state.spreads !== undefined && anyBar(bars)) learnSpreads(state.spreads, state.config, t, bars);
}

function tradeAll(state: SimulatedBrokerState, t: EpochMs, bars: readonly BarSlice[], events: BrokerEvent[]): void {
  const hasBars = anyBar(bars);
  const interval = intervalOf(state, t, events);
  for (const bracket of state.brackets.values()) {
    // without a bar only time passes, which ends an entry at the close or at its exit time
    if (!hasBars && t < bracket.dayEnd && t < bracket.order.exitAt) continue;
    const { symbol } = bracket.order;
    expire(bracket, t > bracket.dayEnd, interval);
    const print = isAtMarket(state, bracket, t, bars) ? printOf(bars, t, symbol) : undefined;
    if (print !== undefined) tradeBracket(bracket, print, withToldSpread(state, interval, symbol));
    expire(bracket, t === bracket.dayEnd, interval);
    if (state.config.borrowRatePerYear > 0) bracket.mark = closeOf(bars, t, symbol) ?? bracket.mark;
    drop(state, bracket);
  }
}

/** Whether what is to trade has reached the market: the entry, or the close; stop and target are there with the entry. */
const isAtMarket = ({ config }: SimulatedBrokerState, bracket: Bracket, t: EpochMs, bars: readonly BarSlice[]): boolean =>
  hasArrived(bracket.order.t, t, bars, config) && (bracket.exit !== 'closing' || hasArrived(bracket.closeGiven, t, bars, config));

function withToldSpread({ spreads, config }: SimulatedBrokerState, interval: Interval, symbol: Ticker): Interval {
  if (spreads === undefined) return interval;
  const told = toldHalfSpread(spreads, config, interval.t, symbol);
  return { ...interval, halfSpreadBp: told.halfSpreadBp, spreadNote: spreadNote(told) };
}

/** Lets every loan of shares cost what it did since the last trade date. */
function turnDate(state: SimulatedBrokerState, date: string): void {
  const { brackets, config, tradeDate } = state;
  state.tradeDate = date;
  if (tradeDate === '' || tradeDate === date) return;
  for (const bracket of brackets.values()) {
    const { order, held, mark } = bracket;
    if (order.side !== 'sell' || held === 0 || mark === undefined) continue;
    bracket.owed = cash(bracket.owed + borrowFee(tradeDate, date, held, mark, config.borrowRatePerYear));
  }
}

/** Restates what is at work in the symbols of an action, before the bars of interval `t`, which is the first that it is in force in. */
export function restateOrders(state: SimulatedBrokerState, t: EpochMs, action: CorporateAction, events: BrokerEvent[]): void {
  const interval = intervalOf(state, t, events);
  for (const bracket of state.brackets.values()) {
    if (bracket.order.symbol === action.symbol) restateBracket(bracket, action, interval);
    else if (action.kind === 'symbol-change' && bracket.order.symbol === action.other)
      restateBracket(bracket, { ...action, kind: 'new-listing' }, interval);
    drop(state, bracket);
  }
}

function anyBar(bars: readonly BarSlice[]): boolean {
  for (const { count } of bars) if (count > 0) return true;
  return false;
}

function intervalOf({ config }: SimulatedBrokerState, t: EpochMs, events: BrokerEvent[]): Interval {
  return { t, halfSpreadBp: configuredHalfSpread(config, phaseAt(t)), config, events, spreadNote: '' };
}

function drop({ brackets }: SimulatedBrokerState, bracket: Bracket): void {
  if (isOver(bracket)) brackets.delete(bracket.order.id);
}

function accept(state: SimulatedBrokerState, t: EpochMs, order: Order, events: BrokerEvent[]): void {
  if (state.brackets.has(order.id)) return;
  const bracket = newBracket(order, dayEnd(order.t));
  const interval = intervalOf(state, t, events);
  const fault = faultOf(order);
  if (fault === undefined) {
    state.brackets.set(order.id, bracket);
    report(bracket, 'entry', 'accepted', order.quantity, '', interval);
  } else report(bracket, 'entry', 'rejected', quantity(0), fault, interval);
}

/** Why a bracket makes no sense, if it does not. */
function faultOf({ t, side, quantity: size, stop, target, exitAt }: Order): string | undefined {
  if (!(size > 0)) return 'no-quantity';
  if (!(exitAt > t)) return 'exit-not-after-order';
  if (!(side === 'buy' ? stop < target : stop > target)) return 'stop-beyond-target';
  return undefined;
}

/** An entry that would fill at or after its exit time is of no use; its day ends with the close. */
function expire(bracket: Bracket, dayOver: boolean, interval: Interval): void {
  if (interval.t >= bracket.order.exitAt) endEntry(bracket, 'expired', 'exit-time', interval);
  else if (dayOver) endEntry(bracket, 'expired', 'session-close', interval);
}

/** Ends the protection and leaves at market; an order whose stop was triggered leaves at market already. */
function close(bracket: Bracket, given: EpochMs, interval: Interval): void {
  if (bracket.exit !== 'protected') return;
  if (interval.t >= bracket.order.exitAt) endEntry(bracket, 'expired', 'exit-time', interval);
  else endEntry(bracket, 'canceled', 'exit-began', interval);
  if (bracket.held === 0) return;
  bracket.exit = 'closing';
  bracket.closeGiven = given;
  report(bracket, 'stop', 'canceled', quantity(0), 'closing', interval);
  report(bracket, 'target', 'canceled', quantity(0), 'closing', interval);
  report(bracket, 'time', 'accepted', bracket.held, '', interval);
}
