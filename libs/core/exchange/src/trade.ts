import { quantity, cash, ids, notional, type Cash, type Price, type Quantity } from '@aitrader/model';
import { applyFill } from '@aitrader/core-portfolio';
import { feeOf } from '@aitrader/core-simulation';
import { derivedId } from './derived-ids.ts';
import type { Execution, ExchangeOrder, TradeUpdate } from './exchange-order.ts';
import { say, setOpen, type ExchangeState } from './exchange-state.ts';
import { positionIn } from './margin.ts';

/** A trade of an order, at least one unit and at most what is open of it: the ledger, the order and the stream hear of it. */
export function trade(
  state: ExchangeState,
  order: ExchangeOrder,
  size: Quantity,
  at: Price,
  updates: TradeUpdate[],
  pessimistic = false,
): void {
  order.filled = quantity(order.filled + size);
  order.filledValue = cash(order.filledValue + notional(at, size));
  setOpen(state, order, quantity(order.open - size));
  const isDone = order.open === 0;
  if (isDone) order.filledAt = state.now;
  order.status = isDone ? 'filled' : isWaiting(order) ? order.status : 'partially_filled';
  const execution = record(state, order, {
    kind: 'execution',
    amends: undefined,
    quantity: size,
    price: at,
    fee: cash(feeOf(order.side, size, at, state.now, state.config.simulation) + loanCharged(state, order)),
    pessimistic,
  });
  say(state, updates, isDone ? 'fill' : 'partial_fill', order, execution);
}

/** What is owed for the loan of the symbol's shares: whoever buys them back is charged for all of it. */
function loanCharged({ owed }: ExchangeState, { side, symbol }: ExchangeOrder): Cash {
  const charged = side === 'buy' ? (owed.get(symbol) ?? cash(0)) : cash(0);
  if (charged > 0) owed.delete(symbol);
  return charged;
}

const isWaiting = ({ waiting }: ExchangeOrder): boolean => waiting !== undefined;

type Traded = Pick<Execution, 'kind' | 'amends' | 'quantity' | 'price' | 'fee' | 'pessimistic'>;

/** Books a trade, or the undoing or restating of one. */
export function record(state: ExchangeState, order: ExchangeOrder, traded: Traded): Execution {
  const { numbered, config, executions, executionAt, ledger, now } = state;
  numbered.execution += 1;
  const id = derivedId(config.seed, 'execution', numbered.execution);
  applyFill(ledger, {
    id: ids.fill(id),
    t: now,
    orderId: ids.order(order.id),
    symbol: order.symbol,
    leg: order.role,
    side: order.side,
    quantity: traded.quantity,
    price: traded.price,
    fee: traded.fee,
    kind: traded.kind,
    amends: traded.amends === undefined ? null : ids.fill(traded.amends),
    pessimistic: traded.pessimistic,
  });
  const execution: Execution = {
    ...traded,
    id,
    n: numbered.execution,
    t: now,
    orderId: order.id,
    symbol: order.symbol,
    side: order.side,
    position: positionIn(state, order.symbol),
    filled: order.filled,
    open: order.open,
    status: order.status,
  };
  executionAt.set(id, executions.length);
  executions.push(execution);
  return execution;
}
