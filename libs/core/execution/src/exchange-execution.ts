/**
 * Execution with the paper exchange behind it, in one stage: what a run at that exchange does over its API, without the API.
 *
 * 1. Orders, words and bars come in the order in which a recording of such a run has them.
 * 2. What the exchange says is heard before the answer to what was asked.
 */
import {
  decimalOf,
  epochMs,
  ids,
  intentOf,
  newReport,
  PRICE_PLACES,
  QUANTITY_PLACES,
  type BarSlice,
  type BrokerWord,
  type Cash,
  type ExecutionInput,
  type ExecutionReport,
  type OrderRequest,
  type Price,
  type ReplaceRequest,
  type Report,
  type ReportKind,
  type Request,
  type SimulationConfig,
  type Stage,
  type SubmitRequest,
} from '@aitrader/model';
import {
  advance,
  cancelOrder,
  isRefusal,
  legsOf,
  listAsset,
  newExchange,
  placeOrder,
  replaceOrder,
  tellActions,
  type ExchangeState,
  type TradeUpdate,
  type UpdateKind,
} from '@aitrader/core-exchange';
import { newSpreadBook } from '@aitrader/core-simulation';
import {
  goOnAtBroker,
  hearBars,
  hearCommand,
  hearDecision,
  hearWords,
  newSequencedExecution,
  newSequencedWord,
  type SequencedExecutionState,
} from './sequenced-execution.ts';
import type { OrderManagerConfig } from './order-manager.config.ts';

/** What the stage is made of. */
export interface ExchangeExecutionConfig {
  readonly manager: OrderManagerConfig;
  readonly simulation: SimulationConfig;
  readonly rules: 'vendor' | 'simulation';
  readonly cash: Cash;
}

/** Plain data. */
export interface ExchangeExecutionState {
  readonly execution: SequencedExecutionState;
  readonly config: ExchangeExecutionConfig;
  /** opened just before the first interval */
  exchange: ExchangeState | null;
}

/** The stage. */
export const exchangeExecutionStage: Stage<ExchangeExecutionConfig, ExchangeExecutionState, ExecutionInput, ExecutionReport> = {
  initial: (config) => ({
    execution: newSequencedExecution({ manager: config.manager, followsBars: true }),
    config,
    exchange: null,
  }),
  layout: 'execution-exchange/2',
  goOn: (config, [ended]) => {
    const fresh = { execution: newSequencedExecution({ manager: config.manager, followsBars: true }), config, exchange: null };
    if (ended === undefined) return fresh;
    const exchange = ended.exchange === null ? null : withCosts(ended.exchange, config);
    return { execution: goOnAtBroker(fresh.execution, ended.execution), config, exchange };
  },
  apply: (state, { t, bars, decision, control }, report) => {
    const exchange = (state.exchange ??= openExchange(state.config, t));
    const { execution } = state;
    const word = newSequencedWord();
    list(exchange, bars);
    if (decision !== undefined) hearDecision(execution, decision, word);
    for (const command of control) {
      tellActions(exchange, command.actions);
      hearCommand(execution, command, word);
    }
    perform(execution, exchange, bars, word);
    hearBars(execution, t, bars, word);
    perform(execution, exchange, bars, word);
    Object.assign(report, word.report);
  },
};

/** The account as it is, by the costs and the rules of today. */
const withCosts = (exchange: ExchangeState, { simulation, rules }: ExchangeExecutionConfig): ExchangeState => ({
  ...exchange,
  config: { ...exchange.config, simulation, rules },
  spreads: simulation.spread === 'estimated' ? (exchange.spreads ?? newSpreadBook()) : undefined,
});

const openExchange = ({ simulation, rules, cash }: ExchangeExecutionConfig, t: number): ExchangeState =>
  newExchange({ seed: 'memory', from: epochMs(t - 1), cash, simulation, rules });

function list(exchange: ExchangeState, bars: readonly BarSlice[]): void {
  for (const { symbols, count } of bars) {
    for (let row = 0; row < count; row++) {
      const symbol = symbols[row];
      if (symbol !== undefined && !exchange.assets.has(symbol)) listAsset(exchange, symbol);
    }
  }
}

/** Performs what is asked, and what follows from its answers. */
function perform(
  execution: SequencedExecutionState,
  exchange: ExchangeState,
  bars: readonly BarSlice[],
  word: ReturnType<typeof newSequencedWord>,
): void {
  for (let next = word.requests.shift(); next !== undefined; next = word.requests.shift())
    hearWords(execution, answersTo(exchange, next, bars), word);
}

function answersTo(exchange: ExchangeState, request: Request, bars: readonly BarSlice[]): readonly BrokerWord[] {
  const updates: TradeUpdate[] = [];
  if (request.kind !== 'advance') {
    const answer = askExchange(exchange, request, updates);
    return [...updates.map(reportOf), answer];
  }
  advance(exchange, request.t, bars, updates);
  return [...updates.map(reportOf), { kind: 'passed', t: request.t, request: request.id }];
}

/** Asks the exchange, and returns its answer; what happened is added to `updates`. */
export function askExchange(exchange: ExchangeState, request: OrderRequest, updates: TradeUpdate[]): Report {
  const base = { ...newReport(exchange.now, 'other', request.symbol), request: request.id };
  if (request.kind === 'cancel') {
    const id = request.brokerId ?? exchange.byClientId.get(request.about) ?? '';
    const refusal = cancelOrder(exchange, id, updates);
    return { ...base, kind: refusal === undefined ? 'pending' : 'refused', word: refusal?.message ?? '' };
  }
  if (request.kind === 'replace') {
    const id = request.brokerId ?? exchange.byClientId.get(request.about) ?? '';
    const replaced = replaceOrder(exchange, id, changesOf(request), updates);
    return isRefusal(replaced)
      ? { ...base, kind: 'refused', brokerId: id, word: replaced.message }
      : { ...base, kind: 'pending', brokerId: id };
  }
  const placed = placeOrder(exchange, ticketOf(request), updates);
  if (isRefusal(placed)) return { ...base, kind: 'refused', word: placed.message };
  const legs = legsOf(exchange, placed).map(({ id, role: leg }) => ({ leg, brokerId: id }));
  return { ...base, kind: 'accepted', brokerId: placed.id, legs };
}

const text = (at: Price | null): string | undefined => (at === null ? undefined : decimalOf(at, PRICE_PLACES));

const ticketOf = (request: SubmitRequest): Parameters<typeof placeOrder>[1] => ({
  symbol: request.symbol,
  qty: decimalOf(request.quantity, QUANTITY_PLACES),
  side: request.side,
  type: request.limit === null && request.class !== 'oco' ? 'market' : 'limit',
  timeInForce: request.timeInForce,
  orderClass: request.class,
  extendedHours: request.extendedHours,
  clientOrderId: request.id,
  positionIntent: intentOf(request),
  limitPrice: text(request.limit),
  takeProfit: request.exits === null ? undefined : { limitPrice: text(request.exits.target) },
  stopLoss: request.exits === null ? undefined : { stopPrice: text(request.exits.stop) },
});

const changesOf = ({ id, quantity, limit, stop }: ReplaceRequest): Parameters<typeof replaceOrder>[2] => ({
  qty: decimalOf(quantity, QUANTITY_PLACES),
  limitPrice: text(limit),
  stopPrice: text(stop),
  clientOrderId: id,
});

const READINGS: Readonly<Record<UpdateKind, ReportKind>> = {
  pending_new: 'accepted',
  accepted: 'accepted',
  new: 'new',
  partial_fill: 'execution',
  fill: 'execution',
  canceled: 'canceled',
  expired: 'expired',
  replaced: 'replaced',
  pending_cancel: 'pending',
  pending_replace: 'pending',
  order_cancel_rejected: 'pending',
  order_replace_rejected: 'pending',
  trade_bust: 'bust',
  trade_correct: 'correction',
};

/** What the exchange tells of an order, as the manager hears it. */
export const reportOf = ({
  kind,
  t,
  order: { id: brokerId, symbol, filled, open, replacedBy },
  execution,
}: TradeUpdate): Report => ({
  ...newReport(t, READINGS[kind], symbol),
  ...{ brokerId, successor: replacedBy ?? null, filled, open, word: kind },
  execution:
    execution === undefined
      ? null
      : {
          id: ids.fill(execution.id),
          quantity: execution.quantity,
          price: execution.price,
          fee: execution.fee,
          amends: execution.amends === undefined ? null : ids.fill(execution.amends),
        },
});
