import {
  cashFromDollars,
  dollarsOf,
  priceFromDollars,
  quantityFromShares,
  sharesOf,
  ticker,
  type OrderRequest,
  type Report,
} from '@aitrader/model';
import {
  accountFigures,
  advance,
  bustTrade,
  correctTrade,
  isFinal,
  listAsset,
  newExchange,
  positionIn,
  type TradeUpdate,
} from '@aitrader/core-exchange';
import { askExchange, reportOf } from '@aitrader/core-execution';
import { notOffered, type BrokerFault, type TriedBroker } from './broker-contract.ts';
import type { Bar } from './exchange-client.ts';
import { at, cancel, sliceOf } from './recorded-gateway.ts';
import { endId, lastOf, replacement, SIMULATION, submission } from './tried-requests.ts';

const A = ticker('AAPL');
const CASH_DOLLARS = 100_000;

/** The exchange's core, asked as a run in one process asks it. */
export function exchangeInProcess(): Promise<TriedBroker> {
  const state = newExchange({
    ...{ seed: 's', from: at(0), cash: cashFromDollars(CASH_DOLLARS), rules: 'vendor', simulation: SIMULATION },
  });
  listAsset(state, A);
  const told: Report[] = [];
  const hear = (updates: readonly TradeUpdate[]): void => {
    for (const update of updates) told.push(reportOf(update));
  };
  const asked = (request: OrderRequest): Promise<void> => {
    const updates: TradeUpdate[] = [];
    const answer = askExchange(state, request, updates);
    hear(updates);
    told.push(answer);
    return Promise.resolve();
  };
  let minute = 0;
  const pass = (bar: Bar): Promise<void> => {
    const updates: TradeUpdate[] = [];
    minute += 1;
    advance(state, at(minute), [sliceOf(at(minute), { AAPL: bar })], updates);
    hear(updates);
    return Promise.resolve();
  };
  const amended = (fault: Extract<BrokerFault, { readonly kind: 'bust' | 'correct' }>): Promise<void> => {
    const updates: TradeUpdate[] = [];
    const id = state.executions.at(-1)?.id ?? '';
    const refusal =
      fault.kind === 'bust'
        ? bustTrade(state, id, updates)
        : correctTrade(state, id, { price: priceFromDollars(fault.price), quantity: quantityFromShares(fault.shares) }, updates);
    if (refusal !== undefined) throw new Error(refusal.message);
    hear(updates);
    return Promise.resolve();
  };
  void pass([100, 100, 100, 100]);
  return Promise.resolve({
    submit: (order) => asked(submission(order)),
    cancel: (about) => asked(cancel(endId(about), submission(about), { brokerId: lastOf(told, about.id) })),
    replace: (change) => asked({ ...replacement(change), brokerId: lastOf(told, change.about.id) }),
    pass,
    fault: (fault) => {
      if (fault.kind === 'bust' || fault.kind === 'correct') return amended(fault);
      if (fault.kind === 'cancel-later') state.delayed.cancel += 1;
      else if (fault.kind === 'replace-later') state.delayed.replace += 1;
      else return notOffered(fault.kind);
      return Promise.resolve();
    },
    settle: () => Promise.resolve(),
    told: () => told,
    books: () =>
      Promise.resolve({
        position: sharesOf(positionIn(state, A)),
        open: [...state.orders.values()].filter(({ status }) => !isFinal(status)).length,
        orders: [...state.orders.values()].map(({ clientOrderId, replaces }) => ({
          id: clientOrderId,
          replaces: replaces === undefined ? null : (state.orders.get(replaces)?.clientOrderId ?? null),
        })),
      }),
    buyingPower: () => Promise.resolve(dollarsOf(accountFigures(state).buyingPower)),
    close: () => Promise.resolve(),
  });
}
