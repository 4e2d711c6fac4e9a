/**
 * What happens to a ticket.
 *
 * 1. The table of a leg decides. A pair that is not in it makes the ticket unknown, with its reason: a broker is not ours to correct.
 * 2. What was assumed is overturned by any word of the broker.
 * 3. Doubt opens nothing again.
 */
import { quantity, type OrderEventKind } from '@aitrader/model';
import { isFinal, nextStatus, type LegEvent } from './leg-status.ts';
import {
  entryLeft,
  type Certainty,
  type ManagedOrder,
  type OrderManagerState,
  type Ticket,
  type TicketGroup,
} from './managed-order.ts';

/** Lets an event happen to a ticket, and says what changed. */
export function moveTicket(
  state: OrderManagerState,
  managed: ManagedOrder,
  ticket: Ticket,
  event: LegEvent,
  reason: string,
  certainty: Certainty = 'confirmed',
): void {
  const amends = event === 'busted' || event === 'corrected';
  const before = { status: ticket.status, open: ticket.open };
  const next = nextStatus(ticket.certainty === 'assumed' && !amends ? 'unknown' : ticket.status, event);
  const isFault = typeof next === 'object';
  ticket.status = isFault ? 'unknown' : next;
  if (!amends) ticket.certainty = ticket.status === 'unknown' ? 'assumed' : certainty;
  ticket.open = quantity(openAfter(ticket));
  if (ticket.leg === 'entry' && isFinal(before.status)) noteTurnedUp(managed, ticket);
  if (before.status === ticket.status && before.open === ticket.open) return;
  const kind = isFault || (amends && ticket.status === 'unknown') ? 'unknown' : KIND_OF[event];
  if (kind === undefined) return;
  say(state, managed, ticket, kind, isFault ? `${event}-when-${before.status}` : reason);
}

/**
 * An entry that was over for all that anybody knew is alive, or has traded. What was to be asked for again is here then; where it was asked
 * for, the order goes on with both, less what is too much. An order that was over is called off.
 */
function noteTurnedUp(managed: ManagedOrder, ticket: Ticket): void {
  if (ticket.open === 0 && ticket.filled === 0 && ticket.told === 0) return;
  const isAlone = managed.due === null && entryLeft(managed) === ticket.open;
  managed.due = null;
  if (ticket.open > 0 && isAlone) managed.isCalledOff = true;
}

function openAfter({ status, open, quantity: whole, filled }: Ticket): number {
  if (isFinal(status)) return 0;
  const rest = Math.max(0, whole - filled);
  return status === 'unknown' ? Math.min(open, rest) : rest;
}

/** How what happened to a leg is told; amendments are told by their fills. */
const KIND_OF: Readonly<Record<LegEvent, OrderEventKind | undefined>> = {
  submitted: 'submitted',
  held: undefined,
  accepted: 'accepted',
  rejected: 'rejected',
  replaced: 'replaced',
  triggered: 'triggered',
  canceled: 'canceled',
  expired: 'expired',
  executed: 'filled',
  filled: 'filled',
  busted: undefined,
  corrected: undefined,
  unknown: 'unknown',
};

/** Puts a ticket in doubt, whatever it was. */
export function doubtTicket(state: OrderManagerState, managed: ManagedOrder, ticket: Ticket, reason: string): void {
  if (ticket.status === 'unknown') return;
  ticket.status = 'unknown';
  ticket.certainty = 'assumed';
  say(state, managed, ticket, 'unknown', reason);
}

/**
 * Tells what became of a leg. Of an entry that was asked for several times what may still be entered is told, and one of them that ends
 * while another lives, or is to come, goes on as it.
 */
export function say(
  state: OrderManagerState,
  managed: ManagedOrder,
  { leg, open }: Pick<Ticket, 'leg' | 'open'>,
  kind: OrderEventKind,
  reason: string,
): void {
  const { order } = managed;
  const remaining = leg === 'entry' ? entryLeft(managed) : open;
  const goesOn = leg === 'entry' && remaining > 0 && ENDS.has(kind);
  const told = goesOn ? 'replaced' : kind;
  state.said.events.push({ t: state.now, orderId: order.id, symbol: order.symbol, leg, kind: told, remaining, reason });
}

const ENDS: ReadonlySet<OrderEventKind> = new Set<OrderEventKind>(['rejected', 'canceled', 'expired']);

/**
 * Draws what follows for a group from the end of one of its tickets: of a pair of exits one is of no use once all is out, an order that was
 * refused has no exits, and exits that wait for their entry end with it. That one exit was called off says nothing of the other, which
 * may be what called it off.
 */
export function settleGroup(state: OrderManagerState, managed: ManagedOrder, { request, tickets }: TicketGroup): void {
  if (request.class === 'simple') return;
  const [root] = tickets;
  const exits = tickets.filter(({ leg }) => leg !== 'entry');
  if (!isFinal(root.status) || root.filled > 0) reviveWith(state, managed, exits);
  const whole = root.leg === 'entry' ? root.filled : request.quantity;
  const isOut = whole > 0 && exits.reduce((sum, { filled }) => sum + filled, 0) >= whole;
  for (const exit of exits) {
    // what is in doubt is settled by a word on it alone
    if (isFinal(exit.status) || exit.status === 'unknown') continue;
    if (root.status === 'rejected') moveTicket(state, managed, exit, 'rejected', 'entry-over', 'assumed');
    else if (isOut && exits.some(({ status }) => status === 'filled'))
      moveTicket(state, managed, exit, 'canceled', 'one-cancels-other', 'assumed');
    else if (exit !== root && exit.status === 'new' && isFinal(root.status) && root.status !== 'filled')
      moveTicket(state, managed, exit, 'canceled', 'entry-over', 'assumed');
  }
}

/** What was taken to be refused with its entry, or with the other exit, is there with it. */
function reviveWith(state: OrderManagerState, managed: ManagedOrder, exits: readonly Ticket[]): void {
  for (const exit of exits)
    if (exit.status === 'rejected' && exit.certainty === 'assumed') moveTicket(state, managed, exit, 'held', '', 'assumed');
}
