import { cash, quantity, type CorporateAction, type OrderId } from '@aitrader/model';
import { symbolsOf } from '@aitrader/core-market';
import { applyAction, payDividends } from '@aitrader/core-portfolio';
import { loseTrack } from './later-trades.ts';
import type { OpenOrder, SettledOrder } from './open-orders.ts';
import type { RiskState } from './state.ts';

/** Lets the actions that are in force from an interval on change the ledger and the open orders, before any of its facts. */
export function followActions(state: RiskState, due: readonly CorporateAction[]): void {
  for (const action of due) {
    applyAction(state.ledger, action);
    for (const symbol of symbolsOf(action)) loseTrack(state.forecasts.later, symbol);
    restateOrders(state.orders, action);
    renameSettled(state.settled, action);
  }
  payDividends(state.ledger, state.t);
}

/** Execution calls off every entry that has not filled; what has entered goes on under the new symbol. */
function restateOrders(orders: Map<OrderId, OpenOrder>, { kind, symbol, other }: CorporateAction): void {
  for (const [id, order] of orders) {
    if (order.symbol !== symbol) continue;
    const { exits: _before, ...rest } = order;
    const restated = { ...rest, symbol: kind === 'symbol-change' ? other : symbol, unfilled: quantity(0), reserved: cash(0) };
    orders.set(id, restated);
  }
}

function renameSettled(settled: Map<OrderId, SettledOrder>, { kind, symbol, other }: CorporateAction): void {
  if (kind !== 'symbol-change') return;
  for (const [id, order] of settled) if (order.symbol === symbol) settled.set(id, { ...order, symbol: other });
}
