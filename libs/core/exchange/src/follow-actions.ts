import {
  cash,
  priceAfter,
  quantity,
  sharesAfter,
  type CorporateAction,
  type EpochMs,
  type Price,
  type Ticker,
} from '@aitrader/model';
import { actionsDue, hearActions, symbolsOf } from '@aitrader/core-market';
import { applyAction, payDividends } from '@aitrader/core-portfolio';
import type { AccountActivity } from './account-activity.ts';
import { endGroup, endOrder, heldBy } from './end-order.ts';
import { isFinal, type ExchangeOrder, type TradeUpdate } from './exchange-order.ts';
import { groupOf, listAsset, noteWork, setOpen, type ExchangeState } from './exchange-state.ts';
import { positionIn } from './margin.ts';

/*
 * An account over corporate actions, which come into force before the bars of the first interval of their date.
 *
 * 1. What would open something is called off: it was sized by prices that no longer stand. What closes something goes on: a split restates its
 *    size and prices, a dividend, and a spin-off whose worth is known, lower the prices (FINRA Rule 5330).
 * 2. Who holds at the ex-date gets the dividend on the day of payment, who is short owes it. Fractions of a share are settled in cash.
 * 3. Orders in the shares of a company whose symbol goes to another one end.
 * 4. An order's executions stay what they were; `restated` is what actions made of what it holds.
 */

/**
 * Is told of actions, before they come into force. Those that it was told of are passed over.
 * @throws CorporateActionError for one that would have been in force already
 */
export function tellActions(state: ExchangeState, actions: readonly CorporateAction[]): void {
  const fresh = actions.filter(({ id }) => !state.told.has(id));
  // all of them or none: whoever is refused may ask again
  const late = { waiting: [], entered: state.agenda.entered };
  hearActions(late, { actions: fresh });
  hearActions(state.agenda, { actions: fresh });
  for (const { id } of fresh) state.told.add(id);
}

/** Enters the interval that closes at `t`. */
export function followActions(state: ExchangeState, t: EpochMs, updates: TradeUpdate[]): void {
  for (const action of actionsDue(state.agenda, t)) follow(state, action, updates);
  pay(state, t);
}

function follow(state: ExchangeState, action: CorporateAction, updates: TradeUpdate[]): void {
  for (const id of [...state.working]) {
    const root = state.orders.get(id);
    if (root !== undefined) restateGroup(state, root, action, updates);
  }
  const { symbol, other, kind } = action;
  if (other !== symbol && !state.assets.has(other)) listAsset(state, other);
  const before = {
    held: positionIn(state, symbol),
    taken: positionIn(state, other),
    cash: state.ledger.cash,
    due: state.ledger.due,
  };
  if (kind === 'symbol-change' && before.taken !== 0) note(state, action, 'write-off', other, -before.taken, 0);
  applyAction(state.ledger, action);
  restatePrices(state, action);
  for (const one of symbolsOf(action)) state.settledTo.set(one, state.now);
  if (before.held === 0) return;
  const gained = state.ledger.cash - before.cash;
  if (kind === 'split') note(state, action, 'split', symbol, positionIn(state, symbol) - before.held, gained);
  else if (kind === 'spin-off') note(state, action, 'spin-off', other, positionIn(state, other) - before.taken, gained);
  else if (kind === 'new-listing') note(state, action, 'write-off', symbol, -before.held, gained);
  else if (kind === 'symbol-change') {
    note(state, action, 'symbol-change', symbol, -before.held, 0);
    note(state, action, 'symbol-change', other, before.held, 0);
  } else {
    const amount = cash(state.ledger.due - before.due);
    state.entitled.push({ symbol, payAt: action.payAt, quantity: before.held, perShare: action.cash, amount });
    state.entitled.sort((a, b) => a.payAt - b.payAt);
  }
}

function note(
  { activities, now }: ExchangeState,
  { exAt }: CorporateAction,
  kind: AccountActivity['kind'],
  symbol: Ticker,
  shares: number,
  amount: number,
): void {
  const n = activities.length + 1;
  activities.push({ n, t: now, kind, at: exAt, symbol, quantity: quantity(shares), amount: cash(amount), perShare: undefined });
}

function pay(state: ExchangeState, t: EpochMs): void {
  payDividends(state.ledger, t);
  while (state.entitled[0] !== undefined && state.entitled[0].payAt < t) {
    const { symbol, payAt, quantity: held, perShare, amount } = state.entitled[0];
    state.entitled.shift();
    const n = state.activities.length + 1;
    state.activities.push({ n, t, kind: 'dividend', at: payAt, symbol, quantity: held, amount, perShare });
  }
}

function restateGroup(state: ExchangeState, root: ExchangeOrder, action: CorporateAction, updates: TradeUpdate[]): void {
  const isTaken = action.kind === 'symbol-change' && root.symbol === action.other;
  if (isTaken || (action.kind === 'new-listing' && root.symbol === action.symbol))
    return endGroup(state, root, 'canceled', updates);
  if (root.symbol !== action.symbol) return;
  if (root.intent.endsWith('open')) {
    const held = quantity(heldBy(state, root));
    if (held === 0) return endGroup(state, root, 'canceled', updates);
    endOrder(state, root, 'canceled', updates);
    root.restated = quantity(root.restated + sharesAfter(held, action) - held);
  }
  for (const order of groupOf(state, root)) if (!isFinal(order.status)) restateOrder(state, order, action, updates);
  if (action.kind === 'symbol-change') rename(state, root, action.other);
  noteWork(state, root);
}

function restateOrder(state: ExchangeState, order: ExchangeOrder, action: CorporateAction, updates: TradeUpdate[]): void {
  const [limit, stop] = [restatedPrice(order.limit, action), restatedPrice(order.stop, action)];
  const open = action.kind === 'split' ? sharesAfter(order.open, action) : order.open;
  // what is left of it is no order
  if (limit === 0 || stop === 0 || open === 0) return endOrder(state, order, 'canceled', updates);
  order.limit = limit;
  order.stop = stop;
  order.highWater = restatedPrice(order.highWater, action);
  if (action.kind === 'split') order.trailPrice = restatedPrice(order.trailPrice, action);
  order.quantity = quantity(order.filled + open);
  setOpen(state, order, open);
}

const restatedPrice = (price: Price | undefined, action: CorporateAction): Price | undefined =>
  price === undefined ? undefined : priceAfter(price, action);

/** Under its new symbol a group is found by that. */
function rename(state: ExchangeState, root: ExchangeOrder, symbol: Ticker): void {
  state.workingIn.get(root.symbol)?.[root.side].delete(root.id);
  for (const order of groupOf(state, root)) order.symbol = symbol;
}

function restatePrices({ lastPrice, lastDayPrice, owed }: ExchangeState, action: CorporateAction): void {
  const { kind, symbol, other } = action;
  for (const prices of [lastPrice, lastDayPrice]) {
    const last = prices.get(symbol);
    if (kind === 'symbol-change' || kind === 'new-listing') prices.delete(symbol);
    if (last !== undefined && kind !== 'new-listing')
      prices.set(other === symbol || kind !== 'symbol-change' ? symbol : other, priceAfter(last, action));
  }
  const fee = owed.get(symbol);
  if (fee === undefined || kind !== 'symbol-change') return;
  owed.delete(symbol);
  owed.set(other, cash((owed.get(other) ?? 0) + fee));
}
