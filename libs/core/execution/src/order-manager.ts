/**
 * The order manager: execution as a fold over messages in their sequence.
 *
 * 1. The same messages give the same requests, byte for byte, also through a copy of the state.
 * 2. An order is asked for once. What is not known is not asked for again; what was certainly not taken may be, under the same id.
 * 3. Nothing is entered while a halt stands, nor in a symbol that anything is in doubt in.
 * 4. A broker's word never throws.
 */
import {
  compareText,
  epochMs,
  quantity,
  QUANTITY_UNITS_PER_SHARE,
  type BarSlice,
  type BreakEvent,
  type Control,
  type EpochMs,
  type ExecutionReport,
  type Order,
  type OrderId,
  type Report,
  type OrderRequest,
  type Ticker,
} from '@aitrader/model';
import { dayEnd } from '@aitrader/core-simulation';
import { flowOf } from './account-figures.ts';
import { newAccountState } from './account-state.ts';
import { attend, phaseNow, submit, type Terms } from './attend.ts';
import { hearReport } from './hear-report.ts';
import { comeToTime, passOrder } from './pass-interval.ts';
import { beforeTarget, exitPrices, marketableLimit } from './limit-price.ts';
import { doubtIn, hearTime, isSettled, newManagedOrder, type ManagedOrder, type OrderManagerState } from './managed-order.ts';
import { accountBlock, noteOverdue, notePosition, noteReport } from './reconciliation.ts';
import { checkedConfig, type OrderManagerConfig } from './order-manager.config.ts';
import { say } from './ticket-moves.ts';

/** How long an order is remembered after its session: past the evening, and past a restart overnight, in milliseconds. */
const REMEMBERED_MS = 24 * 60 * 60 * 1000;

/** An order manager that knows of nothing. @throws OrderManagerConfigError */
export const newOrderManager = (config: OrderManagerConfig): OrderManagerState => ({
  config: checkedConfig(config),
  now: epochMs(0),
  isHalted: false,
  orders: new Map(),
  byRequest: new Map(),
  byBroker: new Map(),
  strays: new Map(),
  straysLost: 0,
  lastPrice: new Map(),
  account: newAccountState(),
  said: { fills: [], events: [], breaks: [] },
});

/** Takes an order on, and asks for its entry at once; one that is known already is passed over. What cannot be asked for ends as rejected. */
export function takeOrder(state: OrderManagerState, order: Order, out: OrderRequest[]): void {
  if (state.orders.has(order.id)) return;
  hearTime(state, order.t);
  const managed = newManagedOrder(order);
  const terms = refusalOf(state, order) ?? entryTerms(state, order);
  state.orders.set(order.id, managed);
  if (typeof terms === 'string') say(state, managed, { leg: 'entry', open: NOTHING }, 'rejected', terms);
  else submit({ state, out }, managed, 'entry', wholeShares(order), terms);
}

const NOTHING = quantity(0);
const wholeShares = ({ quantity: size }: Order): number => Math.floor(size / QUANTITY_UNITS_PER_SHARE) * QUANTITY_UNITS_PER_SHARE;

/** Why an order is not asked for, if it is not. The first that applies. */
function refusalOf(state: OrderManagerState, order: Order): string | undefined {
  if (state.isHalted) return 'halted';
  const doubt = entryBlock(state, order.symbol);
  if (doubt !== undefined) return doubt;
  if (!(wholeShares(order) > 0)) return 'no-whole-share';
  if (!(order.exitAt > state.now)) return 'exit-not-after-order';
  if (state.now - order.t > state.config.entryAgeMsMax) return 'too-old';
  return undefined;
}

/** How an entry is asked for in this part of the day, or why it cannot be. */
function entryTerms(state: OrderManagerState, { side, reference, stop, target }: Order): Terms | string {
  if (state.config.entries === 'market') return { class: 'bracket', exits: { stop, target }, limit: null, extendedHours: false };
  const phase = phaseNow(state);
  if (phase === 'CLOSED' || phase === 'OVERNIGHT') return 'no-session';
  const isRegular = phase === 'RTH';
  const exits = exitPrices(side, stop, target);
  const worst = marketableLimit(side, reference, isRegular ? state.config.collarBpRegular : state.config.collarBpExtended);
  const before = beforeTarget(side, exits.target);
  const limit = side === 'buy' ? (worst < before ? worst : before) : worst > before ? worst : before;
  const isBetween = side === 'buy' ? exits.stop < limit && limit < exits.target : exits.stop > limit && limit > exits.target;
  if (!isBetween) return 'exits-not-around-limit';
  return { class: isRegular ? 'bracket' : 'simple', exits: isRegular ? exits : null, limit, extendedHours: !isRegular };
}

/** Why nothing is entered in a symbol, if nothing is. O(orders). */
export function entryBlock(state: OrderManagerState, symbol: Ticker): string | undefined {
  const block = accountBlock(state, symbol);
  if (block !== undefined) return block;
  if (state.straysLost > 0) return 'words-lost';
  for (const reports of state.strays.values()) if (reports.some((report) => report.symbol === symbol)) return 'order-unknown';
  for (const managed of state.orders.values()) {
    const doubt = managed.order.symbol === symbol ? doubtIn(managed, state.config.exitRefusalsMax) : undefined;
    if (doubt !== undefined) return doubt;
  }
  return undefined;
}

/** Hears what the broker, or the gateway, says. */
export function takeReport(state: OrderManagerState, report: Report, out: OrderRequest[]): void {
  hearTime(state, report.t);
  notePosition(state, report);
  const id = hearReport(state, report);
  noteReport(state, report);
  const managed = id === undefined ? undefined : state.orders.get(id);
  if (managed !== undefined) attend({ state, out }, managed);
}

/**
 * Hears a command, which is in force at once: a halt calls off every entry at work, and leaves exits. A resume brings none back. What is
 * of no concern to orders at work is passed over.
 */
export function takeControl(state: OrderManagerState, command: Control, out: OrderRequest[]): void {
  hearTime(state, command.t);
  if (command.kind === 'resume') state.isHalted = false;
  if (command.kind !== 'halt') return;
  state.isHalted = true;
  for (const managed of state.orders.values()) {
    managed.isCalledOff = true;
    attend({ state, out }, managed);
  }
}

/** Before the bars of the interval that closes at `t` trade: what has to be out by then is closed at market. For `market` entries alone. */
export function beginInterval(state: OrderManagerState, t: EpochMs, out: OrderRequest[]): void {
  for (const managed of state.orders.values()) {
    if (t < managed.order.exitAt || isSettled(managed)) continue;
    comeToTime(managed);
    attend({ state, out }, managed);
  }
}

/**
 * Closes the interval `t` with its bars, one slice per shard: prices are watched, time is up for what has a time, and `report` is
 * overwritten with all that happened since the interval before, in canonical order of order id, then as it happened. What became of breaks
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
  for (const [id, managed] of state.orders) {
    if (!isSettled(managed)) passOrder({ state, out }, managed, t, bars);
    else if (t - dayEnd(managed.order.t) > REMEMBERED_MS) forget(state, id, managed);
  }
  noteOverdue(state);
  breaks.push(...state.said.breaks.splice(0));
  const { fills, events } = state.said;
  report.t = t;
  report.fills = fills.splice(0).sort(byOrder);
  report.events = events.splice(0).sort(byOrder);
}

/** Stable, so that what belongs to one order stays as it happened. */
const byOrder = (a: { readonly orderId: OrderId }, b: { readonly orderId: OrderId }): number => compareText(a.orderId, b.orderId);

function forget(
  { orders, byRequest, byBroker, lastPrice, account }: OrderManagerState,
  id: OrderId,
  managed: ManagedOrder,
): void {
  const { flow, turnover } = flowOf(managed);
  account.past = { flow: account.past.flow + flow, turnover: account.past.turnover + turnover };
  orders.delete(id);
  for (const request of managed.requestIds) byRequest.delete(request);
  for (const brokerId of managed.brokerIds) byBroker.delete(brokerId);
  const { symbol } = managed.order;
  if (![...orders.values()].some(({ order }) => order.symbol === symbol)) lastPrice.delete(symbol);
}
