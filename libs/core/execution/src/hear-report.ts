/**
 * What a report says of a ticket.
 *
 * 1. The broker's id of an order says which ticket is meant, else the request that it names. What names none is kept until it does.
 * 2. An answer to a request is heard while its outcome is open; whatever the broker said of the order itself stands above it.
 * 3. No execution is made up: what is said to be filled is compared with what was heard.
 */
import { quantity, type OrderId, type Report, type ReportKind } from '@aitrader/model';
import type { LegEvent } from './leg-status.ts';
import { hearExecution, ticketAt } from './executions.ts';
import {
  entriesOf,
  type ManagedOrder,
  type OrderManagerState,
  type Place,
  type Ticket,
  type TicketGroup,
} from './managed-order.ts';
import { doubtTicket, moveTicket, settleGroup } from './ticket-moves.ts';
import { noteChildEnded } from './work-children.ts';

/** Words on orders that nobody knows which are kept: more than a day of an account brings; bounds the state. */
const STRAYS_MAX = 4096;

/** Applies a report; returns the order that it is about, unless nobody knows it. */
export function hearReport(state: OrderManagerState, report: Report): OrderId | undefined {
  const named = report.request === null ? undefined : state.byRequest.get(report.request);
  // the answer to a request for an end, or for other terms: what comes of it is another word
  if (named === null) return undefined;
  const place = (report.brokerId === null ? undefined : state.byBroker.get(report.brokerId)) ?? named;
  if (place === undefined) {
    keepStray(state, report);
    return undefined;
  }
  hear(state, place, report);
  for (const stray of straysOf(state, report)) {
    const found = stray.brokerId === null ? undefined : state.byBroker.get(stray.brokerId);
    if (found !== undefined) hear(state, found, stray);
  }
  return place.orderId;
}

function hear(state: OrderManagerState, place: Place, report: Report): void {
  const managed = state.orders.get(place.orderId);
  const group = managed?.groups[place.group];
  const ticket = managed === undefined ? undefined : ticketAt(managed, place);
  if (managed === undefined || group === undefined || ticket === undefined) return;
  const wasFilled = ticket.status === 'filled';
  if (ANSWERS.has(report.kind)) hearAnswer(state, managed, ticket, report);
  else {
    learnIds(state, managed, group, place, report);
    if (report.filled !== null) ticket.told = quantity(Math.max(ticket.told, report.filled));
    if (TRADES.has(report.kind)) hearExecution(state, managed, place, report);
    else hearStatus(state, managed, ticket, report);
  }
  // the end that was asked for came too late, and says nothing of the exits
  if (ticket.leg === 'entry' && ticket.status === 'filled' && !wasFilled) group.cancelAt = null;
  // under the simulator's rules the end of an entry leaves the exits of what has filled
  if (report.kind === 'canceled' && state.config.entries === 'market') group.cancelAt = null;
  noteChildEnded(managed, place, report);
  settleGroup(state, managed, group);
}

/** What answers a request, and is no word on an order. */
const ANSWERS: ReadonlySet<ReportKind> = new Set<ReportKind>(['refused', 'not-now', 'unknown', 'not-found']);
const TRADES: ReadonlySet<ReportKind> = new Set<ReportKind>(['execution', 'bust', 'correction']);

function hearAnswer(state: OrderManagerState, managed: ManagedOrder, ticket: Ticket, { kind, word }: Report): void {
  if (ticket.status !== 'submitted' && ticket.status !== 'unknown') return;
  // in doubt for another reason than a missing answer
  if (ticket.filled > 0 || ticket.heard > 0) return;
  if (kind === 'unknown') {
    moveTicket(state, managed, ticket, 'unknown', word);
    return;
  }
  const isExit = ticket.leg !== 'entry';
  // a child is not asked for again: what of it is certain to have done nothing is sent with the next one
  if (!isExit && managed.work === null && !managed.isCalledOff && isOnlyEntry(managed, ticket))
    managed.due = DUE_AFTER[kind] ?? null;
  // should the broker have an order under that id all the same, any word on it stands above the answer
  moveTicket(state, managed, ticket, 'rejected', word === '' ? kind : word, 'assumed');
  if (isExit) noteRefusal(state, managed, kind);
}

/** Whether no other entry of an order is alive, or has traded. */
const isOnlyEntry = (managed: ManagedOrder, ticket: Ticket): boolean =>
  entriesOf(managed).every(({ tickets: [root] }) => root === ticket || (root.open === 0 && root.filled === 0 && root.told === 0));

/** When an entry is asked for again that is not there: what never came at once, and what nobody would take when there is a chance. */
const DUE_AFTER: Readonly<Partial<Record<ReportKind, ManagedOrder['due']>>> = {
  'not-found': 'at-once',
  'not-now': 'next-interval',
};

/** An exit that never came is asked for again at once, until it was in vain for too often in a row. */
function noteRefusal({ config }: OrderManagerState, managed: ManagedOrder, kind: ReportKind): void {
  if (kind !== 'not-now') managed.exitRefusals += 1;
  if (kind !== 'not-found' || managed.exitRefusals >= config.exitRefusalsMax) managed.isQuiet = true;
}

/** What a word of the broker on an order does to it; `doubt` where nobody knows, nothing where it changes nothing. */
const EVENT_OF: Readonly<Partial<Record<ReportKind, LegEvent | 'doubt'>>> = {
  accepted: 'accepted',
  held: 'held',
  new: 'accepted',
  rejected: 'rejected',
  triggered: 'triggered',
  replaced: 'replaced',
  canceled: 'canceled',
  expired: 'expired',
  done: 'expired',
  filled: 'filled',
  other: 'doubt',
};

function hearStatus(state: OrderManagerState, managed: ManagedOrder, ticket: Ticket, { kind, word }: Report): void {
  const event = EVENT_OF[kind];
  if (event === undefined) return;
  if (event === 'doubt') {
    doubtTicket(state, managed, ticket, word === '' ? 'other' : word);
    return;
  }
  // the answer to the request, which its rejection overtook
  if (kind === 'accepted' && ticket.status === 'rejected' && ticket.certainty === 'confirmed') return;
  const isExit = ticket.leg !== 'entry';
  if (isExit && kind === 'rejected') noteRefusal(state, managed, kind);
  if (isExit && event === 'accepted') managed.exitRefusals = 0;
  moveTicket(state, managed, ticket, event, reasonOf(event, word), kind === 'done' ? 'assumed' : 'confirmed');
}

const reasonOf = (event: LegEvent, word: string): string => (event === 'accepted' || event === 'filled' ? '' : word);

/** Learns the broker's ids of an order, of what it goes on as, and of what is attached to it. */
function learnIds(state: OrderManagerState, managed: ManagedOrder, group: TicketGroup, place: Place, report: Report): void {
  if (report.brokerId !== null) bind(state, managed, place, report.brokerId);
  if (report.successor !== null) bind(state, managed, place, report.successor);
  for (const { leg, brokerId } of report.legs) {
    const ticket = group.tickets.findIndex((one) => one.leg === leg);
    if (ticket >= 0) bind(state, managed, { ...place, ticket }, brokerId);
  }
}

function bind(state: OrderManagerState, managed: ManagedOrder, place: Place, brokerId: string): void {
  if (state.byBroker.has(brokerId)) return;
  state.byBroker.set(brokerId, place);
  managed.brokerIds.push(brokerId);
  const ticket = ticketAt(managed, place);
  if (ticket !== undefined) ticket.brokerId = brokerId;
}

function keepStray(state: OrderManagerState, report: Report): void {
  const { brokerId } = report;
  // an answer that names nothing of ours says nothing
  if (brokerId === null || ANSWERS.has(report.kind)) return;
  let kept = 0;
  for (const reports of state.strays.values()) kept += reports.length;
  if (kept >= STRAYS_MAX) {
    state.straysLost += 1;
    return;
  }
  const before = state.strays.get(brokerId);
  if (before === undefined) state.strays.set(brokerId, [report]);
  else before.push(report);
}

/** Words that came before anybody knew what they are about, and are of orders that a report made known. */
function straysOf({ strays, byBroker }: OrderManagerState, { brokerId, successor, legs }: Report): readonly Report[] {
  if (strays.size === 0) return [];
  const found: Report[] = [];
  for (const id of [brokerId, successor, ...legs.map((leg) => leg.brokerId)]) {
    if (id === null || !byBroker.has(id)) continue;
    found.push(...(strays.get(id) ?? []));
    strays.delete(id);
  }
  return found;
}
