/**
 * What the order manager remembers, and the figures that follow from it.
 *
 * 1. What an order holds is the sum of its executions as they read now, as corporate actions restated it, and nothing else.
 * 2. What may still be exited by orders at the broker is counted with its whole, also where it is in doubt.
 */
import {
  quantity,
  QUANTITY_UNITS_PER_SHARE,
  type BreakEvent,
  type EpochMs,
  type ExecutionReport,
  type HoldCause,
  type Fill,
  type FillId,
  type Leg,
  type Order,
  type OrderId,
  type Price,
  type Quantity,
  type Report,
  type OrderRequest,
  type RequestId,
  type Side,
  type SubmitRequest,
  type Ticker,
} from '@aitrader/model';
import type { ActionAgenda } from '@aitrader/core-market';
import type { AccountState } from './account-state.ts';
import { outcomeOf, type WorkedOrder } from './algorithms/worked-order.ts';
import { isFinal, type LegStatus } from './leg-status.ts';
import type { OrderManagerConfig } from './order-manager.config.ts';
import type { VolumeSeen } from './volume-seen.ts';

/** `confirmed`: the broker said so. `assumed`: it follows from something else, and any word of the broker overturns it. */
export type Certainty = 'confirmed' | 'assumed';

/** One order at the broker: what a request submitted, or an exit that is attached to it. */
export interface Ticket {
  readonly leg: Leg;
  quantity: Quantity;
  status: LegStatus;
  certainty: Certainty;
  brokerId: string | null;
  /** sum of its executions as they read now */
  filled: Quantity;
  /** sum of the most that each of its executions ever was */
  heard: Quantity;
  /** the most that the broker ever said has filled of it */
  told: Quantity;
  /** what of it may still trade; doubt never opens anything again */
  open: Quantity;
}

/** What one request submitted: the order itself, then the exits attached to it. */
export interface TicketGroup {
  request: SubmitRequest;
  readonly tickets: readonly [Ticket, ...Ticket[]];
  /** shares that corporate actions added to what its exits are for, or took; not there while none did */
  restated?: Quantity;
  /** when its end was last asked for, if it was */
  cancelAt: EpochMs | null;
}

/** An execution that was counted. */
export interface CountedExecution {
  readonly ticket: Place;
  /** as it reads now; null once it is busted */
  current: Fill | null;
  most: Quantity;
}

/** Where a ticket is: its order, the group among the order's, and its place in the group. */
export interface Place {
  readonly orderId: OrderId;
  readonly group: number;
  readonly ticket: number;
}

/** An order that was taken on. */
export interface ManagedOrder {
  /** as corporate actions have restated it */
  order: Order;
  readonly groups: TicketGroup[];
  /** ids of all requests that were made for it, and of all orders that the broker has for it */
  readonly requestIds: RequestId[];
  readonly brokerIds: string[];
  /** the entry is to be asked for again: now, or with the next interval */
  due: 'at-once' | 'next-interval' | null;
  /** the entry is to end */
  isCalledOff: boolean;
  /** why everything is to be closed, if it is */
  leaving: 'stop' | 'time' | null;
  /** an exit was not taken: none is tried again before the next interval */
  isQuiet: boolean;
  exitRefusals: number;
  /** shares that corporate actions added to what is held, or took */
  restated: Quantity;
  /** event time of its first execution */
  heldSince: EpochMs | null;
  /** by the first id of each execution */
  readonly executions: Map<FillId, CountedExecution>;
  /** the first id of an execution, by any id that it or its amendments have */
  readonly names: Map<FillId, FillId>;
  /** how it is worked in children, each of them an entry group, in their order; null: it is asked for whole */
  work: WorkedOrder | null;
  /** amendments of executions that were not told of yet */
  readonly early: { readonly place: Place; readonly report: Report }[];
}

/** All orders, and the same by the symbols that they have now, each in the order in which they were taken on. Plain data. */
export interface OrderBook {
  readonly orders: Map<OrderId, ManagedOrder>;
  readonly bySymbol: Map<Ticker, ManagedOrder[]>;
}

/** All that the order manager remembers. Plain data. */
export interface OrderManagerState extends OrderBook {
  readonly config: OrderManagerConfig;
  /** latest event time that was heard of */
  now: EpochMs;
  /** nothing is entered */
  isHalted: boolean;
  /** the trade date that an operator has armed the run for; null while none has */
  armedFor: string | null;
  /** symbols that nothing is entered in */
  readonly reduceOnly: Set<Ticker>;
  /** the submission that an id names; null for the id of another request */
  readonly byRequest: Map<RequestId, Place | null>;
  readonly byBroker: Map<string, Place>;
  /** words on orders of the broker's that nobody knows, by its id of them */
  readonly strays: Map<string, Report[]>;
  /** words that there was no room for */
  straysLost: number;
  /** last price of each symbol that something is at work in */
  readonly lastPrice: Map<Ticker, Price>;
  /** null where no order is worked by what trades */
  readonly volumes: VolumeSeen | null;
  readonly account: AccountState;
  /** corporate actions that are not in force yet */
  readonly agenda: ActionAgenda;
  /** what happened since the last interval */
  readonly said: Pick<ExecutionReport, 'fills' | 'events'> & { readonly breaks: BreakEvent[] };
}

/** Event time never goes back, whatever comes late. */
export function hearTime(state: OrderManagerState, t: EpochMs): void {
  if (t > state.now) state.now = t;
}

/** What the manager's parts hand each other: what is known, and the requests that follow. */
export interface Desk {
  readonly state: OrderManagerState;
  readonly out: OrderRequest[];
}

export const newTicket = (leg: Leg, size: Quantity, status: 'submitted' | 'new'): Ticket => ({
  leg,
  quantity: size,
  status,
  certainty: 'confirmed',
  brokerId: null,
  filled: quantity(0),
  heard: quantity(0),
  told: quantity(0),
  open: size,
});

export const newManagedOrder = (order: Order): ManagedOrder => ({
  order,
  groups: [],
  requestIds: [],
  brokerIds: [],
  due: null,
  isCalledOff: false,
  leaving: null,
  isQuiet: false,
  exitRefusals: 0,
  restated: quantity(0),
  heldSince: null,
  executions: new Map(),
  names: new Map(),
  work: null,
  early: [],
});

/** The side that an order's exits trade on. */
export const exitSide = ({ side }: Order): Side => (side === 'buy' ? 'sell' : 'buy');

const exitsOf = ({ tickets }: TicketGroup): readonly Ticket[] => tickets.filter(({ leg }) => leg !== 'entry');

/** The entry, as often as it was asked for. */
export const entriesOf = ({ groups }: ManagedOrder): readonly TicketGroup[] =>
  groups.filter(({ tickets: [root] }) => root.leg === 'entry');

/** What of an order may still be entered, all that may be alive of it counted; all of it when it is to be asked for again. */
export function entryLeft(managed: ManagedOrder): Quantity {
  let left = managed.due === null ? unsentOf(managed) : wholeShares(managed.order.quantity);
  for (const { tickets } of entriesOf(managed)) left += tickets[0].open;
  return quantity(left);
}

/** What of an order that is worked is to be sent still. */
export function unsentOf({ work }: ManagedOrder): Quantity {
  if (work === null || work.isCalledOff || work.now >= work.parent.until) return quantity(0);
  return outcomeOf(work).left;
}

/** Whole shares of what is not below zero; none of what is. */
export const wholeShares = (units: number): number =>
  Math.max(0, Math.floor(units / QUANTITY_UNITS_PER_SHARE)) * QUANTITY_UNITS_PER_SHARE;

/** What an order entered and has not exited; below zero when more was exited than entered. */
export function heldOf({ groups, restated }: Pick<ManagedOrder, 'groups' | 'restated'>): Quantity {
  let held: number = restated;
  for (const { tickets } of groups) for (const { leg, filled } of tickets) held += leg === 'entry' ? filled : -filled;
  return quantity(held);
}

/** What exits of a group may still trade: of a pair only one does, and those of an entry are for what it has taken. */
export function committedBy(group: TicketGroup): Quantity {
  const exits = exitsOf(group);
  const [root] = group.tickets;
  const whole = root.leg === 'entry' ? root.filled : group.request.quantity;
  let open = 0;
  let rest: number = whole + (group.restated ?? 0);
  for (const exit of exits) {
    open = Math.max(open, exit.open);
    rest -= exit.filled;
  }
  return quantity(Math.min(open, Math.max(rest, 0)));
}

/** What is said to have traded of a ticket that no execution was heard of for. */
export const unheardOf = ({ told, heard }: Ticket): Quantity => quantity(Math.max(0, told - heard));

/** What an order holds that no exit at the broker is for, or may turn out to have been for. Below zero: too much is at work. */
export function availableOf(managed: ManagedOrder): Quantity {
  let available: number = heldOf(managed);
  for (const group of managed.groups) {
    available -= committedBy(group);
    for (const exit of exitsOf(group)) available -= unheardOf(exit);
  }
  return quantity(available);
}

/** Whether a group is one that closes what is held, at once. */
export const isLeavingBy = ({ request }: TicketGroup): boolean =>
  request.class === 'simple' && (request.leg === 'stop' || request.leg === 'time');

/**
 * What was entered beyond the order, is held still, and is not being closed: the entry was asked for again, and the first was there all the
 * same.
 */
export function excessOf(managed: ManagedOrder): Quantity {
  let entered = 0;
  for (const { tickets } of entriesOf(managed)) entered += tickets[0].filled;
  let closing = 0;
  let closed = 0;
  for (const group of managed.groups) {
    if (!isLeavingBy(group)) continue;
    closing += committedBy(group);
    closed += group.tickets[0].filled;
  }
  const beyond = entered - wholeShares(managed.order.quantity) - closed - closing;
  return quantity(Math.max(0, Math.min(beyond, heldOf(managed) - closing)));
}

/** What is held under stops of the broker's that are at work, as they are in regular hours. */
export function underNativeStops({ groups }: ManagedOrder): Quantity {
  let covered = 0;
  for (const group of groups) {
    const stop = group.request.class === 'simple' ? undefined : group.tickets.find(({ leg }) => leg === 'stop');
    if (stop !== undefined && (stop.status === 'accepted' || stop.status === 'triggered')) covered += committedBy(group);
  }
  return quantity(covered);
}

/** Whether something of a group may still trade. */
export const isOpen = (group: TicketGroup): boolean => group.tickets.some(({ open }) => open > 0);

/** Whether an exit of a group may still trade. */
export const hasOpenExit = (group: TicketGroup): boolean => exitsOf(group).some(({ open }) => open > 0);

/** Nothing is held, nothing is open, and nothing is in doubt. */
export const isSettled = (managed: ManagedOrder): boolean =>
  heldOf(managed) === 0 &&
  managed.due === null &&
  unsentOf(managed) === 0 &&
  doubtIn(managed, Infinity) === undefined &&
  managed.groups.every((group) => !isOpen(group) && group.tickets.every(({ status }) => isFinal(status)));

/** Why nothing should be entered in an order's symbol, if something about the order is in doubt. */
export function doubtIn(managed: ManagedOrder, exitRefusalsMax: number): HoldCause | undefined {
  if (managed.early.length > 0) return 'execution-unknown';
  if (heldOf(managed) < 0) return 'exited-too-much';
  for (const { tickets } of managed.groups) {
    for (const ticket of tickets) {
      if (ticket.status === 'unknown') return 'fate-unknown';
      if (unheardOf(ticket) > 0) return 'execution-missing';
    }
  }
  return managed.exitRefusals >= exitRefusalsMax && heldOf(managed) > 0 ? 'unprotected' : undefined;
}
