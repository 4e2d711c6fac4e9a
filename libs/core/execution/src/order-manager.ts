/**
 * The order manager: execution as a fold over messages in their sequence.
 *
 * 1. The same messages give the same requests, byte for byte, also through a copy of the state.
 * 2. A request is made once. What is not known is not asked for again; what is not there, or was not taken, may be, under an id of its own.
 *    Should it turn up, what is too much of it is called off, and closed where it has filled.
 * 3. Nothing is entered while a halt stands, nor in a symbol that anything is in doubt in. What is held is left all the same.
 * 4. A broker's word never throws.
 */
import {
  compareText,
  epochMs,
  type BarSlice,
  type BreakEvent,
  type EpochMs,
  type ExecutionReport,
  type Order,
  type OrderExit,
  type OrderId,
  type Report,
  type OrderRequest,
} from '@aitrader/model';
import { newAgenda } from '@aitrader/core-market';
import { dayEnd } from '@aitrader/core-simulation';
import { flowOf } from './account-figures.ts';
import { newAccountState } from './account-state.ts';
import { attend } from './attend.ts';
import { enter } from './entry.ts';
import { accountDoubt } from './entry-blocks.ts';
import { followActions } from './follow-actions.ts';
import { hearReport } from './hear-report.ts';
import { comeToTime, passOrder } from './pass-interval.ts';
import { hearTime, isSettled, newManagedOrder, type ManagedOrder, type OrderManagerState } from './managed-order.ts';
import { addOrder, newOrderBook, ordersIn, removeOrder } from './orders-by-symbol.ts';
import { noteOverdue, notePosition, noteReport } from './reconciliation.ts';
import { newVolumeSeen } from './volume-seen.ts';
import { checkedConfig, type OrderManagerConfig } from './order-manager.config.ts';

/** How long an order is remembered after its session: past the evening, and past a restart overnight, in milliseconds. */
const REMEMBERED_MS = 24 * 60 * 60 * 1000;

/** An order manager that knows of nothing. @throws OrderManagerConfigError */
export const newOrderManager = (config: OrderManagerConfig): OrderManagerState => ({
  config: checkedConfig(config),
  now: epochMs(0),
  isHalted: false,
  armedFor: null,
  reduceOnly: new Set(),
  ...newOrderBook(new Map()),
  byRequest: new Map(),
  byBroker: new Map(),
  strays: new Map(),
  straysLost: 0,
  lastPrice: new Map(),
  volumes: config.working === null ? null : newVolumeSeen(),
  account: newAccountState(),
  agenda: newAgenda(),
  said: { fills: [], events: [], breaks: [] },
});

/** Takes an order on, and asks for its entry at once; one that is known already is passed over. What cannot be asked for ends as rejected. */
export function takeOrder(state: OrderManagerState, order: Order, out: OrderRequest[]): void {
  if (state.orders.has(order.id)) return;
  hearTime(state, order.t);
  const managed = newManagedOrder(order);
  addOrder(state, managed);
  enter({ state, out }, managed);
}

/** Leaves an order before its time: what of it has not entered is called off, and what is held is closed. One that is not known, or over, is passed over. */
export function leaveOrder(state: OrderManagerState, { orderId, t }: OrderExit, out: OrderRequest[]): void {
  hearTime(state, t);
  const managed = state.orders.get(orderId);
  if (managed === undefined || isSettled(managed)) return;
  managed.isCalledOff = true;
  // also where nothing is held yet: what still fills is not to be kept
  managed.leaving ??= 'time';
  attend({ state, out }, managed);
}

/** Hears what the broker, or the gateway, says. */
export function takeReport(state: OrderManagerState, report: Report, out: OrderRequest[]): void {
  hearTime(state, report.t);
  notePosition(state, report);
  const id = hearReport(state, report);
  noteReport(state, report);
  const managed = id === undefined ? undefined : state.orders.get(id);
  if (managed === undefined) return;
  if (managed.due === 'at-once') enter({ state, out }, managed);
  attend({ state, out }, managed);
}

/**
 * Before the bars of the interval that closes at `t` trade: what has to be out by then is closed at market. For `market` entries alone. All
 * that is asked for is in the shares of before the interval's corporate actions: the exchange follows them when it lives through it.
 */
export function beginInterval(state: OrderManagerState, t: EpochMs, out: OrderRequest[]): void {
  for (const managed of state.orders.values()) {
    if (t < managed.order.exitAt || isSettled(managed)) continue;
    comeToTime(managed);
    attend({ state, out }, managed);
  }
}

/**
 * Closes the interval `t` with its bars, one slice per shard: prices are watched, time is up for what has a time, and `report` is
 * overwritten with all that happened since the interval before, in canonical order of order id, then as it happened, and with what is doubted
 * of the account by then. What became of breaks
 * is added to `breaks`.
 */
export function passInterval(
  state: OrderManagerState,
  t: EpochMs,
  bars: readonly BarSlice[],
  report: ExecutionReport,
  out: OrderRequest[],
  breaks: BreakEvent[] = [],
): void {
  hearTime(state, t);
  followActions(state, t);
  for (const managed of state.orders.values()) {
    if (!isSettled(managed)) passOrder({ state, out }, managed, t, bars);
    else if (t - dayEnd(managed.order.t) > REMEMBERED_MS) forget(state, managed);
  }
  noteOverdue(state);
  breaks.push(...state.said.breaks.splice(0));
  const { fills, events } = state.said;
  report.t = t;
  report.fills = fills.splice(0).sort(byOrder);
  report.events = events.splice(0).sort(byOrder);
  report.doubt = accountDoubt(state);
}

/** Stable, so that what belongs to one order stays as it happened. */
const byOrder = (a: { readonly orderId: OrderId }, b: { readonly orderId: OrderId }): number => compareText(a.orderId, b.orderId);

function forget(state: OrderManagerState, managed: ManagedOrder): void {
  const { byRequest, byBroker, lastPrice, account } = state;
  const { flow, turnover } = flowOf(managed);
  account.past = { flow: account.past.flow + flow, turnover: account.past.turnover + turnover };
  removeOrder(state, managed);
  for (const request of managed.requestIds) byRequest.delete(request);
  for (const brokerId of managed.brokerIds) byBroker.delete(brokerId);
  const { symbol } = managed.order;
  if (ordersIn(state, symbol).length === 0) lastPrice.delete(symbol);
}
