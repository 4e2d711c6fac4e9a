/**
 * What commands do to orders at work.
 *
 * 1. A command is in force at once, whatever time it says: that may be of bars that are not here yet, or of somebody's clock.
 * 2. Commands call off entries, and ask for exits. None keeps anything from being left.
 * 3. Shares that are written off are off what our orders hold, at once and once for a break, whether it is open still or not: risk takes them
 *    off its books by the same word.
 * 4. What is closed is what our orders hold. What the account held before is nobody's to touch, adopted or not.
 */
import {
  freshWriteOff,
  quantity,
  requestIdOf,
  type AccountBreak,
  type Control,
  type OrderRequest,
  type Ticker,
} from '@aitrader/model';
import { hearActions } from '@aitrader/core-market';
import { attend } from './attend.ts';
import { heldOf, type Desk, type ManagedOrder, type OrderManagerState } from './managed-order.ts';
import { adopt, closeBreak, takeAsForeign, takeOffForeign } from './reconciliation.ts';
import { moveTicket, settleGroup } from './ticket-moves.ts';

/**
 * Hears a command. A resume brings nothing back that was called off. What is of no concern to orders at work is passed over; an order that an
 * operator asks for is risk's to decide. @throws CorporateActionError for an action that is told too late
 */
export function takeControl(state: OrderManagerState, command: Control, out: OrderRequest[]): void {
  const desk: Desk = { state, out };
  const { symbols } = command;
  switch (command.kind) {
    case 'halt':
      endEntries(desk, []);
      break;
    case 'reduce-only':
      endEntries(desk, symbols);
      break;
    case 'flatten':
      for (const managed of ordersOf(state, symbols)) managed.leaving ??= 'time';
      endEntries(desk, symbols);
      break;
    case 'cancel':
      callOff(desk, symbols);
      break;
    case 'resume':
      state.isHalted = false;
      state.reduceOnly.clear();
      break;
    case 'adopt':
      adopt(state, symbols);
      break;
    case 'arm':
      state.armedFor = command.about;
      break;
    case 'disarm':
      state.armedFor = null;
      callOff(desk, []);
      break;
    case 'close-break':
      settleBreak(desk, command);
      break;
    case 'corporate-actions':
      hearActions(state.agenda, command);
      break;
    case 'order':
    case 'limits':
    case 'model-parameters':
    case 'data-level':
    case 'end-of-bars':
      break;
  }
}

/** Lets nothing be entered in some symbols until a resume, in none of them by an empty list. */
function endEntries(desk: Desk, symbols: readonly Ticker[]): void {
  if (symbols.length === 0) desk.state.isHalted = true;
  for (const symbol of symbols) desk.state.reduceOnly.add(symbol);
  callOff(desk, symbols);
}

function callOff(desk: Desk, symbols: readonly Ticker[]): void {
  for (const managed of ordersOf(desk.state, symbols)) {
    managed.isCalledOff = true;
    attend(desk, managed);
  }
}

/** The orders in some symbols, all of them by an empty list. */
const ordersOf = ({ orders }: OrderManagerState, symbols: readonly Ticker[]): readonly ManagedOrder[] =>
  [...orders.values()].filter(({ order }) => symbols.length === 0 || symbols.includes(order.symbol));

/** Takes shares off what is held, the orders that were taken first before others; those that no order holds are another's. */
function writeOff(desk: Desk, command: Control, broken: AccountBreak | undefined): void {
  const { account, orders } = desk.state;
  const off = freshWriteOff(account.writtenOff, command);
  if (off === undefined) return;
  const sign = Math.sign(off.quantity);
  let left = Math.abs(off.quantity);
  const touched: ManagedOrder[] = [];
  for (const managed of orders.values()) {
    const { symbol, side } = managed.order;
    const taken = symbol === off.symbol && (side === 'buy') === sign > 0 ? Math.min(left, Math.max(0, heldOf(managed))) : 0;
    if (taken === 0) continue;
    managed.restated = quantity(managed.restated - taken);
    left -= taken;
    touched.push(managed);
  }
  if (broken?.kind === 'position' && broken.symbol === off.symbol)
    takeOffForeign(account, off.symbol, off.quantity - sign * left);
  else if (left > 0) takeAsForeign(account, off.symbol, -sign * left);
  for (const managed of touched) attend(desk, managed);
}

/** What others' orders did that a break was of has been looked at: words on them are in nobody's way any more. */
function letStraysBe({ strays }: OrderManagerState, { kind, symbol: of, about }: AccountBreak): void {
  for (const [brokerId, reports] of strays) {
    const isMeant = kind === 'stranger' ? brokerId === about : kind === 'position' && reports.some(({ symbol }) => symbol === of);
    if (isMeant) strays.delete(brokerId);
  }
}

/** An order that is not there is over, by an operator's word, until the broker says anything else. */
function settleBreak(desk: Desk, command: Control): void {
  const { state } = desk;
  const broken = closeBreak(state, command);
  if (broken !== undefined) letStraysBe(state, broken);
  writeOff(desk, command, broken);
  if (broken?.kind !== 'missing' || broken.about === null) return;
  const place = state.byBroker.get(broken.about) ?? state.byRequest.get(requestIdOf(broken.about));
  const managed = place === undefined || place === null ? undefined : state.orders.get(place.orderId);
  const group = place === undefined || place === null ? undefined : managed?.groups[place.group];
  const ticket = place === undefined || place === null ? undefined : group?.tickets[place.ticket];
  if (managed === undefined || group === undefined || ticket === undefined) return;
  moveTicket(state, managed, ticket, 'canceled', broken.id, 'assumed');
  settleGroup(state, managed, group);
  attend(desk, managed);
}
