/**
 * Executions, counted once by id.
 *
 * 1. An execution counts in every status of its ticket, however late, and once, however often it is told.
 * 2. An amendment that comes before what it amends waits for it. A bust is the last word on an execution.
 * 3. What is told as fills can be folded by who hears it: an amendment follows what it amends.
 */
import { quantity, type Fill, type FillId, type Report, type ReportedExecution } from '@aitrader/model';
import {
  exitSide,
  type CountedExecution,
  type ManagedOrder,
  type OrderManagerState,
  type Place,
  type Ticket,
} from './managed-order.ts';
import { doubtTicket, moveTicket } from './ticket-moves.ts';
import { noteChildAmended, noteChildFilled } from './work-children.ts';

/** Counts what a report tells of a trade of the ticket at `place`. */
export function hearExecution(state: OrderManagerState, managed: ManagedOrder, place: Place, report: Report): void {
  const { execution } = report;
  const ticket = ticketAt(managed, place);
  if (ticket === undefined) return;
  if (execution === null || !(execution.quantity > 0 || report.kind !== 'execution')) {
    doubtTicket(state, managed, ticket, 'execution-malformed');
    return;
  }
  if (managed.names.has(execution.id) || managed.early.some((one) => one.report.execution?.id === execution.id)) return;
  if (report.kind === 'execution') count(state, managed, { place, report, execution, ticket });
  else if (!amend(state, managed, report, execution)) managed.early.push({ place, report });
  hearEarly(state, managed);
}

export const ticketAt = ({ groups }: ManagedOrder, { group, ticket }: Place): Ticket | undefined =>
  groups[group]?.tickets[ticket];

interface Told {
  readonly place: Place;
  readonly report: Report;
  readonly execution: ReportedExecution;
  readonly ticket: Ticket;
}

function count(state: OrderManagerState, managed: ManagedOrder, { place, report, execution, ticket }: Told): void {
  const fill = fillOf(managed, ticket, report, execution, 'execution', null);
  managed.executions.set(execution.id, { ticket: place, current: fill, most: execution.quantity });
  managed.names.set(execution.id, execution.id);
  managed.heldSince ??= report.t;
  noteChildFilled(managed, place, execution);
  ticket.heard = quantity(ticket.heard + execution.quantity);
  ticket.filled = quantity(ticket.filled + execution.quantity);
  state.said.fills.push(fill);
  const isWhole = report.open === 0 || ticket.filled >= ticket.quantity;
  moveTicket(state, managed, ticket, isWhole ? 'filled' : 'executed', '');
}

/** Applies an amendment; false when what it amends was not told of. */
function amend(state: OrderManagerState, managed: ManagedOrder, report: Report, execution: ReportedExecution): boolean {
  const first = execution.amends === null ? undefined : managed.names.get(execution.amends);
  const counted = first === undefined ? undefined : managed.executions.get(first);
  const ticket = counted === undefined ? undefined : ticketAt(managed, counted.ticket);
  if (first === undefined || counted === undefined || ticket === undefined) return false;
  managed.names.set(execution.id, first);
  noteChildAmended(managed, first, execution, report.kind === 'bust' ? 0 : execution.quantity);
  if (counted.current === null) return true;
  // what is restated to nothing was undone
  if (report.kind === 'bust' || !(execution.quantity > 0)) {
    const bust: ReportedExecution = { ...execution, quantity: counted.current.quantity, price: counted.current.price };
    state.said.fills.push(fillOf(managed, ticket, report, bust, 'bust', first));
    restate(ticket, counted, null);
    moveTicket(state, managed, ticket, 'busted', 'bust');
  } else {
    const fill = fillOf(managed, ticket, report, execution, 'correction', first);
    state.said.fills.push(fill);
    restate(ticket, counted, fill);
    moveTicket(state, managed, ticket, 'corrected', '');
  }
  return true;
}

function restate(ticket: Ticket, counted: CountedExecution, fill: Fill | null): void {
  const after = fill?.quantity ?? 0;
  ticket.filled = quantity(ticket.filled - (counted.current?.quantity ?? 0) + after);
  ticket.heard = quantity(ticket.heard + Math.max(0, after - counted.most));
  counted.most = quantity(Math.max(counted.most, after));
  counted.current = fill;
}

/** Applies the amendments that waited for what is known now, each perhaps for another. */
function hearEarly(state: OrderManagerState, managed: ManagedOrder): void {
  for (let n = 0; n < managed.early.length; n++) {
    const report = managed.early[n]?.report;
    if (report === undefined || report.execution === null || !amend(state, managed, report, report.execution)) continue;
    managed.early.splice(n, 1);
    n = -1;
  }
}

function fillOf(
  { order }: ManagedOrder,
  { leg }: Ticket,
  { t }: Report,
  { id, quantity: size, price, fee }: ReportedExecution,
  kind: Fill['kind'],
  amends: FillId | null,
): Fill {
  const side = leg === 'entry' ? order.side : exitSide(order);
  return {
    id,
    t,
    orderId: order.id,
    symbol: order.symbol,
    leg,
    side,
    quantity: size,
    price,
    fee,
    kind,
    amends,
    pessimistic: false,
  };
}
