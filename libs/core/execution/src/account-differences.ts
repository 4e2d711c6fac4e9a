/**
 * How the account that the broker tells of differs from what is known.
 *
 * 1. Positions and cash are held against executions; open orders against what is open for all that we know.
 * 2. Cash that came with positions that differ is theirs: while they stay as they are it is judged less that.
 */
import {
  compareText,
  QUANTITY_UNITS_PER_SHARE,
  runNamedBy,
  type AccountWord,
  type BreakKind,
  type RequestId,
  type Ticker,
} from '@aitrader/model';
import { cashFlowOf, positionKey, positionsOf } from './account-figures.ts';
import { isFinal } from './leg-status.ts';
import type { ManagedOrder, OrderManagerState, Place, Ticket } from './managed-order.ts';

/** One difference, as a word on the account shows it. */
export interface Found {
  readonly kind: BreakKind;
  readonly symbol: Ticker | null;
  readonly about: string | null;
  /** the run that a stranger's client order id names, by its name or the end of it; null where it names none */
  readonly run: string | null;
  readonly amount: number;
  readonly told: number;
}

/** All that differs, by what it is of: positions in canonical order of symbol, orders as they are told, ours as they were taken, cash. */
export function differencesIn(state: OrderManagerState, word: AccountWord): ReadonlyMap<string, Found> {
  const found = new Map<string, Found>();
  const positions = findPositions(state, word, found);
  findOrders(state, word, found);
  findCash(state, word, positions, found);
  return found;
}

/** Finds positions that differ, and returns a text of all that do, those included that the account was looked at too early for. */
function findPositions(state: OrderManagerState, word: AccountWord, found: Map<string, Found>): string {
  const { account } = state;
  let all = '';
  const ours = positionsOf(state);
  const theirs = new Map(word.positions.map(({ symbol, quantity }) => [symbol, quantity]));
  for (const symbol of [...new Set([...ours.keys(), ...theirs.keys(), ...account.foreign.keys()])].sort(compareText)) {
    const told = theirs.get(symbol) ?? 0;
    const amount = told - (ours.get(symbol) ?? 0) - (account.foreign.get(symbol) ?? 0);
    if (amount === 0) continue;
    const isOld = account.passed.get(symbol)?.has(told - (account.foreign.get(symbol) ?? 0)) ?? false;
    all += `${symbol} ${amount} ${String(isOld)}, `;
    if (!isOld) found.set(positionKey(symbol), { kind: 'position', symbol, about: null, run: null, amount, told });
  }
  return all;
}

function findOrders(state: OrderManagerState, word: AccountWord, found: Map<string, Found>): void {
  const listed = new Set<Ticket>();
  for (const { brokerId, symbol, request } of word.orders) {
    const ticket = ticketOf(state, state.byBroker.get(brokerId) ?? (request === null ? undefined : state.byRequest.get(request)));
    if (ticket !== undefined && !isFinal(ticket.status)) listed.add(ticket);
    else if (!state.account.tolerated.has(brokerId))
      found.set(`stranger ${brokerId}`, {
        kind: 'stranger',
        symbol,
        about: brokerId,
        run: runOf(request),
        amount: ONE,
        told: ONE,
      });
  }
  for (const managed of state.orders.values()) findMissing(managed, listed, found);
}

/** An order is there or is not; what size it has is nothing that a difference is of. */
const ONE = QUANTITY_UNITS_PER_SHARE;

const runOf = (request: RequestId | null): string | null => (request === null ? null : runNamedBy(request));

const ticketOf = ({ orders }: OrderManagerState, place: Place | null | undefined): Ticket | undefined =>
  place === null || place === undefined ? undefined : orders.get(place.orderId)?.groups[place.group]?.tickets[place.ticket];

/** What is in doubt is in doubt already, and what waits for its entry is at no market. */
function findMissing({ order, groups }: ManagedOrder, listed: ReadonlySet<Ticket>, found: Map<string, Found>): void {
  for (const { request, tickets } of groups) {
    for (const ticket of tickets) {
      const { status, open, leg, brokerId } = ticket;
      if (isFinal(status) || status === 'unknown' || status === 'new' || open === 0 || listed.has(ticket)) continue;
      found.set(`missing ${request.id} ${leg}`, {
        kind: 'missing',
        symbol: order.symbol,
        about: brokerId ?? request.id,
        run: null,
        amount: open,
        told: 0,
      });
    }
  }
}

function findCash(state: OrderManagerState, { cash }: AccountWord, positions: string, found: Map<string, Found>): void {
  const { account } = state;
  const residual = cash - cashFlowOf(state).flow - (account.cashBase ?? cash);
  if (positions === '') account.differing = { positions, cash: 0 };
  else if (positions !== account.differing.positions)
    account.differing = { positions, cash: residual - (account.differences.get(CASH)?.amount ?? 0) };
  const amount = unexplainedCash(state, cash);
  if (amount !== 0) found.set(CASH, { kind: 'cash', symbol: null, about: null, run: null, amount, told: cash });
}

const CASH = 'cash';
const BASIS_POINTS = 10_000;

/**
 * How much the account's cash is off, once it is off by more than may be: brokers take the fees of regulators at the end of the day, and
 * round. They are in proportion to what was traded, and a floor is for the rounding. Dividends, interest and transfers are not in it.
 */
export function unexplainedCash(state: OrderManagerState, told: number): number {
  const { account, config } = state;
  const { flow, turnover } = cashFlowOf(state);
  const off = told - flow - (account.cashBase ?? told - flow) - account.differing.cash;
  const { cashDriftMax = 0, cashDriftBp = 0 } = config.reconciliation ?? {};
  return Math.abs(off) > cashDriftMax + (turnover * cashDriftBp) / BASIS_POINTS ? off : 0;
}
