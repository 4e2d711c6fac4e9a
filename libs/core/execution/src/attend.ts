/**
 * What follows for an order from what is known of it.
 *
 * 1. What is held is protected as soon as it is known: by the broker's own pair of exits in regular hours, and outside of them by a target
 *    at the broker and a stop that is watched. No more is ever asked for than is held and under no other exit.
 * 2. Who leaves calls off the other exits, and waits for their end with what they are for; the rest goes at once.
 * 3. What was not taken is not tried again within the same interval.
 */
import { epochMs, quantity, requestId, type Leg, type Price, type SubmitRequest } from '@aitrader/model';
import { phaseAt, type Phase } from '@aitrader/core-sessions';
import { stopTouched } from '@aitrader/core-simulation';
import { absentOf, exitedElsewhere } from './account-figures.ts';
import { workOrder } from './algorithms/worked-order.ts';
import { exitPrices, marketableLimit } from './limit-price.ts';
import {
  availableOf,
  committedBy,
  entriesOf,
  excessOf,
  exitSide,
  hasOpenExit,
  heldOf,
  isLeavingBy,
  newTicket,
  unsentOf,
  wholeShares,
  type Desk,
  type ManagedOrder,
  type OrderManagerState,
  type TicketGroup,
} from './managed-order.ts';
import { say } from './ticket-moves.ts';

/** The phase of what begins now. */
export const phaseNow = ({ now }: OrderManagerState): Phase => phaseAt(epochMs(now + 1));

/** Asks for all that follows for an order. */
export function attend(desk: Desk, managed: ManagedOrder): void {
  // the first exit calls off what has not entered
  if (managed.work !== null && hasExited(managed)) managed.isCalledOff = true;
  if (managed.isCalledOff) callOffEntry(desk, managed);
  else trimEntries(desk, managed);
  if (heldOf(managed) > 0) {
    if (managed.leaving === null) shed(desk, managed);
    if (managed.leaving === null) protect(desk, managed);
    if (managed.leaving !== null) leave(desk, managed, managed.leaving);
  }
  trim(desk, managed);
}

const hasExited = ({ groups }: ManagedOrder): boolean =>
  groups.some(({ tickets }) => tickets.some(({ leg, filled }) => leg !== 'entry' && filled > 0));

function callOffEntry(desk: Desk, managed: ManagedOrder): void {
  const waits = managed.due !== null || unsentOf(managed) > 0;
  managed.due = null;
  if (managed.work !== null) workOrder(managed.work, { kind: 'called-off' }, []);
  if (waits) say(desk.state, managed, { leg: 'entry', open: quantity(0) }, 'canceled', 'not-asked-for');
  for (const group of entriesOf(managed)) if (group.tickets[0].open > 0) askCancel(desk, managed, group);
}

/**
 * Calls off what is asked for beyond the order: an entry was asked for again, and the first turned up. The newest goes, unless one of them is
 * all of what is too much.
 */
function trimEntries(desk: Desk, managed: ManagedOrder): void {
  let beyond = -wholeShares(managed.order.quantity);
  const open: TicketGroup[] = [];
  for (const group of entriesOf(managed)) {
    const [root] = group.tickets;
    beyond += root.filled + (group.cancelAt === null ? root.open : 0);
    if (group.cancelAt === null && root.open > 0) open.unshift(group);
  }
  while (beyond > 0) {
    const least = beyond;
    const group = open.find(({ tickets }) => tickets[0].open >= least) ?? open[0];
    if (group === undefined) return;
    open.splice(open.indexOf(group), 1);
    beyond -= group.tickets[0].open;
    askCancel(desk, managed, group);
  }
}

/** Asks for the end of a group, once, until it is due to be asked for again. */
export function askCancel({ state, out }: Desk, managed: ManagedOrder, group: TicketGroup): void {
  if (group.cancelAt !== null) return;
  group.cancelAt = state.now;
  const { order } = managed;
  const open = group.tickets.find((ticket) => ticket.open > 0) ?? group.tickets[0];
  const id = nextId(state, managed, open.leg);
  state.byRequest.set(id, null);
  out.push({
    kind: 'cancel',
    id,
    t: state.now,
    orderId: order.id,
    leg: open.leg,
    symbol: order.symbol,
    about: group.request.id,
    brokerId: open.brokerId,
  });
}

function nextId({ config }: OrderManagerState, { order, requestIds }: ManagedOrder, leg: Leg) {
  const id = requestId(config.requestPrefix, order.id, leg, requestIds.length);
  requestIds.push(id);
  return id;
}

function protect(desk: Desk, managed: ManagedOrder): void {
  const { state } = desk;
  const phase = state.config.entries === 'market' ? 'RTH' : phaseNow(state);
  const { order } = managed;
  const last = state.lastPrice.get(order.symbol);
  if (phase === 'RTH') {
    // the target that protected before the open makes room for a pair of exits
    for (const group of managed.groups) {
      if (group.request.extendedHours && group.request.leg === 'target' && hasOpenExit(group)) askCancel(desk, managed, group);
    }
  }
  const size = wholeShares(availableOf(managed) - absentOf(state, managed));
  if (size === 0) return;
  if (last !== undefined && stopTouched(exitSide(order), order.stop, last)) {
    managed.leaving = 'stop';
    return;
  }
  if (managed.isQuiet || managed.exitRefusals >= state.config.exitRefusalsMax) return;
  const exits = exitPrices(order.side, order.stop, order.target);
  if (phase === 'RTH') {
    const terms = { class: 'oco', exits, limit: null, extendedHours: false } as const;
    submit(desk, managed, 'target', size, terms);
  } else if (phase === 'PRE' || phase === 'POST') {
    submit(desk, managed, 'target', size, { class: 'simple', exits: null, limit: exits.target, extendedHours: true });
  }
}

function leave(desk: Desk, managed: ManagedOrder, why: 'stop' | 'time'): void {
  managed.isCalledOff = true;
  callOffEntry(desk, managed);
  for (const group of managed.groups) if (hasOpenExit(group) && !isLeavingBy(group)) askCancel(desk, managed, group);
  closeNow(desk, managed, why, availableOf(managed));
}

/** Closes what was entered beyond the order; exits that it is under end first, the newest ones. */
function shed(desk: Desk, managed: ManagedOrder): void {
  const excess = excessOf(managed);
  if (excess === 0) return;
  const available = Math.max(0, availableOf(managed));
  let under = excess - available;
  for (const group of managed.groups.toReversed()) {
    if (under <= 0) break;
    if (!hasOpenExit(group) || isLeavingBy(group)) continue;
    under -= committedBy(group);
    askCancel(desk, managed, group);
  }
  closeNow(desk, managed, 'time', Math.min(excess, available));
}

/** Closes shares that no exit is for, as soon as something trades. */
function closeNow(desk: Desk, managed: ManagedOrder, why: 'stop' | 'time', units: number): void {
  const { state } = desk;
  const { order } = managed;
  const phase = phaseNow(state);
  const size = wholeShares(Math.min(units, availableOf(managed) - absentOf(state, managed)));
  if (size === 0 || managed.isQuiet) return;
  if (state.config.entries === 'market') {
    submit(desk, managed, why, size, { class: 'simple', exits: null, limit: null, extendedHours: false });
    return;
  }
  if (phase === 'CLOSED' || phase === 'OVERNIGHT') return;
  const isRegular = phase === 'RTH';
  const collar = isRegular ? state.config.collarBpRegular : state.config.collarBpExtended;
  const limit = marketableLimit(exitSide(order), state.lastPrice.get(order.symbol) ?? order.reference, collar);
  submit(desk, managed, why, size, { class: 'simple', exits: null, limit, extendedHours: !isRegular });
}

/** Calls off exits that are for more than there is: a trade was undone, here or of another order, or came late. The newest go first. */
function trim(desk: Desk, managed: ManagedOrder): void {
  let excess = exitedElsewhere(desk.state, managed) - availableOf(managed);
  for (let n = managed.groups.length - 1; n >= 0 && excess > 0; n--) {
    const group = managed.groups[n];
    const committed = group === undefined ? 0 : committedBy(group);
    if (group === undefined || committed === 0) continue;
    askCancel(desk, managed, group);
    excess -= committed;
  }
}

/** What is particular to a submission. */
export type Terms = Pick<SubmitRequest, 'class' | 'exits' | 'limit' | 'extendedHours'>;

/** Submits an order for a leg. */
export function submit(
  { state, out }: Desk,
  managed: ManagedOrder,
  leg: 'entry' | 'stop' | 'target' | 'time',
  units: number,
  terms: Terms,
): void {
  const { order } = managed;
  const size = quantity(units);
  const request: SubmitRequest = {
    kind: 'submit',
    id: nextId(state, managed, leg),
    t: state.now,
    orderId: order.id,
    leg,
    symbol: order.symbol,
    side: leg === 'entry' ? order.side : exitSide(order),
    quantity: size,
    stop: null,
    timeInForce: 'day',
    ...terms,
  };
  const root = newTicket(leg, size, 'submitted');
  const attached =
    terms.class === 'bracket'
      ? [newTicket('target', size, 'new'), newTicket('stop', size, 'new')]
      : terms.class === 'oco'
        ? [newTicket('stop', size, 'submitted')]
        : [];
  const group: TicketGroup = { request, tickets: [root, ...attached], cancelAt: null };
  state.byRequest.set(request.id, { orderId: order.id, group: managed.groups.length, ticket: 0 });
  managed.groups.push(group);
  for (const ticket of group.tickets) if (ticket.status === 'submitted') say(state, managed, ticket, 'submitted', terms.class);
  out.push(request);
}

/** Whether an order would trade at a price. */
export const isMarketable = (group: TicketGroup, last: Price): boolean => {
  const { side, limit } = group.request;
  return limit === null || (side === 'buy' ? limit >= last : limit <= last);
};
