/**
 * What the end of an interval does to an order at work.
 *
 * 1. Bars are the clock: what waits for time waits for them.
 * 2. A bar that began before anything was held is looked at by its close alone: what came before is nobody's loss.
 * 3. Of a bar that cannot be trusted nothing is believed.
 */
import { MINUTES_OF, type BarSlice, type EpochMs } from '@aitrader/model';
import { printOf, stopTouched, worstFor, type Print } from '@aitrader/core-simulation';
import { askCancel, attend, isMarketable, phaseNow } from './attend.ts';
import { enter } from './entry.ts';
import { passWork } from './pass-work.ts';
import {
  exitSide,
  hasOpenExit,
  heldOf,
  isLeavingBy,
  isOpen,
  underNativeStops,
  type Desk,
  type ManagedOrder,
  type OrderManagerState,
  type TicketGroup,
} from './managed-order.ts';

const MS_PER_MINUTE = 60_000;

/** Lets interval `t` pass for an order, and asks for what follows. */
export function passOrder(desk: Desk, managed: ManagedOrder, t: EpochMs, bars: readonly BarSlice[]): void {
  const { state } = desk;
  const { order } = managed;
  const print = printOf(bars, t, order.symbol);
  if (print !== undefined) state.lastPrice.set(order.symbol, print.close);
  managed.isQuiet = false;
  if (t >= order.exitAt) comeToTime(managed);
  if (managed.due !== null && !managed.isCalledOff) enter(desk, managed);
  for (const group of managed.groups) {
    if (group.cancelAt !== null && isOpen(group) && state.now - group.cancelAt >= state.config.cancelMsMax) group.cancelAt = null;
    if (hangs(state, managed, group)) askCancel(desk, managed, group);
    if (print !== undefined && isLeavingBy(group) && hasOpenExit(group) && !isMarketable(group, print.close))
      askCancel(desk, managed, group);
  }
  if (print !== undefined && managed.leaving === null && isStopTouched(state, managed, t, print, bars)) managed.leaving = 'stop';
  if (!managed.isCalledOff && managed.leaving === null) passWork(desk, managed, t, print);
  attend(desk, managed);
}

/** Time is up for an order. */
export function comeToTime(managed: ManagedOrder): void {
  managed.isCalledOff = true;
  managed.leaving ??= heldOf(managed) > 0 ? 'time' : null;
}

/** Whether a bracket has filled for long without its exits being at work. */
function hangs({ now, config }: OrderManagerState, managed: ManagedOrder, group: TicketGroup): boolean {
  const { request, tickets } = group;
  const [root] = tickets;
  const heldSince = managed.work === null ? managed.heldSince : firstFillOf(managed, managed.groups.indexOf(group));
  if (config.entries === 'market' || request.class !== 'bracket' || heldSince === null || root.filled === 0) return false;
  return now - heldSince >= config.unprotectedMsMax && tickets.some(({ status }) => status === 'new');
}

/** When the first execution of a group was; each child of an order that is worked has exits of its own. */
function firstFillOf({ executions }: ManagedOrder, group: number): EpochMs | null {
  for (const { ticket, current } of executions.values()) if (ticket.group === group && current !== null) return current.t;
  return null;
}

/** Whether the stop of what no broker's stop guards was touched. */
function isStopTouched(
  state: OrderManagerState,
  managed: ManagedOrder,
  t: EpochMs,
  print: Print,
  bars: readonly BarSlice[],
): boolean {
  const held = heldOf(managed);
  const { order, heldSince } = managed;
  if (!(held > 0) || heldSince === null) return false;
  const guards = phaseNow(state) === 'RTH' || state.config.entries === 'market';
  if (guards && underNativeStops(managed) >= held) return false;
  const side = exitSide(order);
  const minutes = bars[0] === undefined ? 0 : MINUTES_OF[bars[0].timeframe];
  const began = t - minutes * MS_PER_MINUTE;
  return stopTouched(side, order.stop, began < heldSince ? print.close : worstFor(side, print));
}
