import { cash, quantity, read, readUint32, verdictOf, type BarSlice, type EpochMs } from '@aitrader/model';
import { phaseAt, tradeDateAt } from '@aitrader/core-sessions';
import { markToMarket } from '@aitrader/core-portfolio';
import {
  borrowFee,
  configuredHalfSpread,
  hasArrived,
  learnSpreads,
  printOf,
  toldHalfSpread,
  worthOf,
} from '@aitrader/core-simulation';
import { cancelNow, endGroup, endOrder, heldBy } from './end-order.ts';
import type { BarTime } from './executable.ts';
import { isFinal, type ExchangeOrder, type TimeInForce, type TradeUpdate } from './exchange-order.ts';
import { followActions } from './follow-actions.ts';
import { groupOf, listAsset, noteWork, say, setOpen, type ExchangeState } from './exchange-state.ts';
import { accountFigures } from './margin.ts';
import { replaceNow } from './replace-order.ts';
import { tradeGroup } from './trade-group.ts';

/*
 * An interval passes.
 *
 * 1. Time never goes back. An order trades only in bars that close after it was given.
 * 2. Orders expire after the bar that ends their time, and before any later one.
 * 3. What waits since before the interval takes effect after its bars: a cancel may meet a fill.
 * 4. Corporate actions come into force before anything trades in their date.
 * 5. What is estimated of an interval rests on the bars before it.
 */

/** Thrown when bars do not come in the order of time. */
export class TimeOrderError extends RangeError {
  override readonly name = 'TimeOrderError';
}

/** Lives through the interval that closed at `t` with these bars, one slice per shard. @throws TimeOrderError, CalendarRangeError */
export function advance(state: ExchangeState, t: EpochMs, bars: readonly BarSlice[], updates: TradeUpdate[]): void {
  if (!(t > state.now)) throw new TimeOrderError(`the interval ${t} does not come after ${state.now}`);
  // what is outside the calendar is refused before anything changes
  const [phase, date] = [phaseAt(t), tradeDateAt(t)];
  state.now = t;
  turnDate(state, date);
  followActions(state, t, updates);
  const { simulation: config, rules } = state.config;
  const time: BarTime = { t, config, halfSpreadBp: configuredHalfSpread(config, phase), hasCollar: rules === 'vendor' };
  for (const id of [...state.working]) {
    const root = state.orders.get(id);
    if (root === undefined) continue;
    expire(state, root, (at) => t > at, updates);
    if (hasArrived(root.createdAt, t, bars, config) && mayTrade(state, root, phase, updates)) {
      const print = printOf(bars, t, root.symbol);
      if (print !== undefined) tradeGroup(state, root, print, withToldSpread(state, root, time), updates);
      else if (IMMEDIATE.has(root.timeInForce)) endGroup(state, root, 'canceled', updates);
    }
    settle(state, root, updates);
    expire(state, root, (at) => t >= at, updates);
    noteWork(state, root);
  }
  mark(state, bars);
  if (state.spreads !== undefined) learnSpreads(state.spreads, config, t, bars);
}

function withToldSpread({ spreads }: ExchangeState, { symbol }: ExchangeOrder, time: BarTime): BarTime {
  return spreads === undefined
    ? time
    : { ...time, halfSpreadBp: toldHalfSpread(spreads, time.config, time.t, symbol).halfSpreadBp };
}

/** Trade at once or not at all. */
const IMMEDIATE: ReadonlySet<TimeInForce> = new Set<TimeInForce>(['ioc', 'fok']);

/** A new trade date: yesterday's last prices and worth are what today is compared with. */
function turnDate(state: ExchangeState, date: string): void {
  if (date === state.tradeDate) return;
  if (state.tradeDate !== '') {
    for (const [symbol, last] of state.lastPrice) state.lastDayPrice.set(symbol, last);
    const { equity, maintenanceMargin } = accountFigures(state);
    state.lastEquity = equity;
    state.lastMaintenance = maintenanceMargin;
    lendOver(state, date);
  }
  state.tradeDate = date;
}

/** Lets every loan of shares that were sold short cost what it does until a later trade date. */
function lendOver({ config, ledger, lastPrice, owed, tradeDate }: ExchangeState, date: string): void {
  const { borrowRatePerYear } = config.simulation;
  if (borrowRatePerYear === 0) return;
  for (const { symbol, quantity: held } of ledger.positions.values()) {
    const at = lastPrice.get(symbol);
    if (held >= 0 || at === undefined) continue;
    owed.set(symbol, cash((owed.get(symbol) ?? 0) + borrowFee(tradeDate, date, quantity(-held), at, borrowRatePerYear)));
  }
}

/** Whether a group is at the market in this part of the day. What was queued for it is made new. */
function mayTrade(state: ExchangeState, root: ExchangeOrder, phase: ReturnType<typeof phaseAt>, updates: TradeUpdate[]): boolean {
  if (state.config.rules === 'simulation') return true;
  if (phase !== 'RTH') return root.extendedHours && phase !== 'CLOSED' && phase !== 'OVERNIGHT';
  for (const order of groupOf(state, root)) {
    if (order.status !== 'accepted') continue;
    order.status = 'new';
    say(state, updates, 'new', order);
  }
  return root.timeInForce !== 'cls' || state.now >= root.expiresAt;
}

/** Ends what is not good any more. By the simulator's rules that is entries alone: who wants to get out does so whatever the hour. */
function expire(
  state: ExchangeState,
  root: ExchangeOrder,
  isOver: (expiresAt: EpochMs) => boolean,
  updates: TradeUpdate[],
): void {
  if (!isOver(root.expiresAt)) return;
  const isGtc = root.timeInForce === 'gtc';
  if (state.config.rules === 'vendor') endGroup(state, root, isGtc ? 'canceled' : 'expired', updates);
  else if (root.intent.endsWith('close')) return;
  else if (heldBy(state, root) === 0) endGroup(state, root, 'expired', updates);
  else endOrder(state, root, 'expired', updates);
}

/** Lets what was asked for before the interval take effect, where the order still is. */
function settle(state: ExchangeState, root: ExchangeOrder, updates: TradeUpdate[]): void {
  for (const order of groupOf(state, root)) {
    const { waiting } = order;
    if (waiting === undefined) continue;
    order.waiting = undefined;
    if (waiting === 'cancel') {
      if (isFinal(order.status)) say(state, updates, 'order_cancel_rejected', order);
      else cancelNow(state, order, updates);
    } else if (isFinal(order.status) || (waiting.quantity ?? Infinity) <= order.filled) {
      if (!isFinal(order.status)) order.status = order.filled > 0 ? 'partially_filled' : 'new';
      setOpen(state, order, order.open);
      say(state, updates, 'order_replace_rejected', order);
    } else replaceNow(state, order, waiting, updates);
  }
}

/** Takes the closes of bars that can be believed as what things are worth, and lists what is new. */
function mark(state: ExchangeState, bars: readonly BarSlice[]): void {
  for (const slice of bars) {
    for (let row = 0; row < slice.count; row++) {
      const symbol = slice.symbols[row];
      if (symbol === undefined) continue;
      if (!state.assets.has(symbol)) listAsset(state, symbol);
      const worth = worthOf(read(slice.close, row));
      if (verdictOf(readUint32(slice.flags, row)) === 'quarantined' || worth === undefined) continue;
      state.lastPrice.set(symbol, worth);
      markToMarket(state.ledger, symbol, worth);
    }
  }
}
