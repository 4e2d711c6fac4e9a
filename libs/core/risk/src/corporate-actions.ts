import { cash, quantity, type CorporateAction, type OrderId } from '@aitrader/model';
import { actionsDue, symbolsOf } from '@aitrader/core-market';
import { applyAction, payDividends } from '@aitrader/core-portfolio';
import { dropClaims } from './claims.ts';
import { loseTrack } from './later-trades.ts';
import { followActionInSight } from './market-sight.ts';
import type { OpenOrder, SettledOrder } from './open-orders.ts';
import type { RiskState } from './state.ts';
import { forgetVolumes } from './volumes.ts';

/** Enters an interval: actions that are in force from it on change the ledger, the tape and the open orders before any of its facts. */
export function followActions(state: RiskState): void {
  for (const action of actionsDue(state.agenda, state.t)) {
    applyAction(state.ledger, action);
    followActionInSight(state, action);
    for (const symbol of symbolsOf(action)) {
      forgetVolumes(state.volumes, state.tape.index, symbol);
      loseTrack(state.forecasts.later, symbol);
      dropClaims(state.edges, symbol);
    }
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
