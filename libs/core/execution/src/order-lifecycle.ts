/**
 * What is known of one order at work: the status of each leg, and beside it what traded.
 *
 * 1. Filled quantities are the sum of the executions as they finally read; an execution counts once, however often it is told.
 * 2. A refused event changes nothing.
 */
import { quantity, type ExecutionReport, type Fill, type FillId, type Leg, type Order, type Quantity } from '@aitrader/model';
import type { BrokerEvent, LegTraded } from '@aitrader/core-simulation';
import { isFinal, nextStatus, type IllegalTransition, type LegEvent, type LegStatus } from './leg-status.ts';

/** One leg of an order at work. */
export interface LegState {
  status: LegStatus;
  /** what it traded in all */
  filled: Quantity;
  /** what of it is still open, by the broker's last word */
  remaining: Quantity;
}

/** An order at work. Plain data. */
export interface WorkingOrder {
  /** under the symbol that it trades as now */
  order: Order;
  /** what corporate actions added to the shares that are held, or took away */
  restated: Quantity;
  readonly legs: Readonly<Record<Leg, LegState>>;
  /** what the order traded, as it reads now, by the id that each execution first had */
  readonly executions: Map<FillId, Fill>;
  /** every execution, bust and correction that was heard of */
  readonly heard: Set<FillId>;
}

/** An amendment of a trade that this order does not know. */
export interface UnknownExecution {
  readonly error: 'EXECUTION_UNKNOWN';
  readonly fill: FillId;
  readonly amends: FillId | null;
}

/** A word on an order that is not at work. */
export interface UnknownOrder {
  readonly error: 'ORDER_UNKNOWN';
}

/** Why an event could not be applied. */
export type LifecycleFault = IllegalTransition | UnknownExecution | UnknownOrder;

const newLeg = (): LegState => ({ status: 'new', filled: quantity(0), remaining: quantity(0) });

/** An order that nobody was told of yet. */
export const newWorkingOrder = (order: Order): WorkingOrder => ({
  order,
  restated: quantity(0),
  legs: { entry: newLeg(), stop: newLeg(), target: newLeg(), time: newLeg() },
  executions: new Map(),
  heard: new Set(),
});

/** What the order entered and has not exited, as corporate actions restate it; below zero only if a broker exited too much. */
export const heldBy = ({ legs, restated }: WorkingOrder): Quantity =>
  quantity(legs.entry.filled + restated - legs.stop.filled - legs.target.filled - legs.time.filled);

/** Nothing is held, and no leg is open or in doubt. */
export function isOver(working: WorkingOrder): boolean {
  const { entry, stop, target, time } = working.legs;
  return isFinal(entry.status) && heldBy(working) === 0 && isIdle(stop) && isIdle(target) && isIdle(time);
}

const isIdle = ({ status }: LegState): boolean => status === 'new' || isFinal(status);

/**
 * Applies a broker's word and reports it. What is known already is passed over: a trade by its execution id, so that nothing is
 * filled twice; any other word when it changes neither status nor open quantity.
 * Returns the fault if the event cannot be applied, having changed and reported nothing.
 */
export function applyBrokerEvent(working: WorkingOrder, event: BrokerEvent, report: ExecutionReport): LifecycleFault | undefined {
  if ('fill' in event) return applyTrade(working, event, report);
  return moveLeg(working, event, report);
}

/** Notes what we did ourselves: a leg was submitted, or its fate is not known. */
export function noteOwn(
  working: WorkingOrder,
  event: Pick<BrokerEvent, 't' | 'leg' | 'remaining' | 'reason'> & { readonly kind: 'submitted' | 'unknown' },
  report: ExecutionReport,
): LifecycleFault | undefined {
  return moveLeg(working, { ...event, orderId: working.order.id, symbol: working.order.symbol }, report);
}

type Move = Omit<BrokerEvent, 'kind' | 'fill'> & { readonly kind: Exclude<LegEvent, LegTraded['kind'] | 'held'> | 'filled' };

function moveLeg(working: WorkingOrder, move: Move, report: ExecutionReport): LifecycleFault | undefined {
  const leg = working.legs[move.leg];
  const status = nextStatus(leg.status, move.kind);
  if (typeof status === 'object') return status;
  const remaining = isFinal(status) ? quantity(0) : move.remaining;
  if (status === leg.status && remaining === leg.remaining) return undefined;
  leg.status = status;
  leg.remaining = remaining;
  pushEvent({ ...move, remaining }, report);
  return undefined;
}

function pushEvent({ t, orderId, symbol, leg, kind, remaining, reason }: Move, { events }: ExecutionReport): void {
  events.push({ t, orderId, symbol, leg, kind, remaining, reason });
}

function applyTrade(working: WorkingOrder, event: LegTraded, report: ExecutionReport): LifecycleFault | undefined {
  const { fill, kind } = event;
  if (working.heard.has(fill.id)) return undefined;
  const leg = working.legs[event.leg];
  const status = nextStatus(leg.status, kind);
  if (typeof status === 'object') return status;
  const amends = kind === 'busted' || kind === 'corrected';
  const first = amends ? firstIdOf(working, fill) : fill.id;
  if (first === undefined) return { error: 'EXECUTION_UNKNOWN', fill: fill.id, amends: fill.amends };
  restate(working, first, kind === 'busted' ? undefined : fill);
  const inDoubt = status === 'unknown' && leg.status !== 'unknown';
  working.heard.add(fill.id);
  leg.status = status;
  leg.remaining = isFinal(status) ? quantity(0) : event.remaining;
  report.fills.push(fill);
  const { remaining } = leg;
  if (!amends) pushEvent({ ...event, remaining, kind: 'filled' }, report);
  else if (inDoubt) pushEvent({ ...event, remaining, kind: 'unknown' }, report);
  return undefined;
}

/** The first id of the execution that an amendment names by any of its ids, if it is one of the same leg. */
function firstIdOf({ executions }: WorkingOrder, { amends, leg }: Fill): FillId | undefined {
  for (const [first, fill] of executions) {
    if ((first === amends || fill.id === amends) && fill.leg === leg) return first;
  }
  return undefined;
}

/** Lets an execution read as `fill`, or not at all, and keeps the leg's filled quantity in step. */
function restate({ legs, executions }: WorkingOrder, first: FillId, fill: Fill | undefined): void {
  const before = executions.get(first);
  if (before !== undefined) legs[before.leg].filled = quantity(legs[before.leg].filled - before.quantity);
  executions.delete(first);
  if (fill === undefined) return;
  executions.set(first, fill);
  legs[fill.leg].filled = quantity(legs[fill.leg].filled + fill.quantity);
}
