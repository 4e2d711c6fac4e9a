import {
  ordersAtBroker,
  ordersSimulated,
  type ExchangeExecutionState,
  type ExecutionState,
  type HeldOrder,
  type SequencedExecutionState,
} from '@aitrader/core-execution';
import { BAR_RECALL_LAYOUT, type BarRecall, type FeedEnd } from '@aitrader/core-market';
import type { Ledger } from '@aitrader/core-portfolio';
import type { RiskState } from '@aitrader/core-risk';
import {
  compareText,
  quantity,
  type CarriedState,
  type Closing,
  type ClosingOrder,
  type OrderRequest,
  type Report,
  type RiskDecision,
  type RunId,
  type Timeframe,
} from '@aitrader/model';
import { CarriedStateError, carriedDecision, carriedStates, type StagePart } from '@aitrader/runtime-engine';

/** What a run came to, once its last interval is decided. */
export interface EndedRun {
  readonly run: RunId;
  /** over all of its facts */
  readonly digest: string;
  readonly timeframe: Timeframe;
  readonly parts: readonly StagePart[];
  /** risk's on the last interval */
  readonly decision: RiskDecision;
  readonly recall: BarRecall;
  /** of a run with a broker: what was told of orders that are not over */
  readonly told?: ToldAtBroker | undefined;
}

/** What was asked of a broker, and what it said, in the order in which it was recorded. */
export interface ToldAtBroker {
  readonly requests: OrderRequest[];
  readonly reports: Report[];
}

const FEED = 'ingest';
const GATEWAY = { of: 'gateway', layout: 'told/1' };

/** What a run leaves to the one that follows it. Its states are the run's own: they are to be written down before anything goes on. */
export function closingOf({ run, digest, timeframe, parts, decision, recall, told }: EndedRun): Closing {
  const states = carriedStates(parts);
  const feed = { of: FEED, shard: -1, layout: BAR_RECALL_LAYOUT, state: recall };
  const { ledger } = stateOf(states, 'risk') as RiskState;
  const positions = [...ledger.positions.values()].map(({ symbol, quantity: held, cost, mark }) => ({
    ...{ symbol, quantity: held, cost, mark },
  }));
  return {
    ...{ run, digest, timeframe, t: decision.t, account: decision.account },
    positions: positions.sort((a, b) => compareText(a.symbol, b.symbol)),
    orders: ordersOf(states, decision),
    states: [feed, ...states, carriedDecision(decision), ...(told === undefined ? [] : [{ ...GATEWAY, shard: -1, state: told }])],
  };
}

/** The ledger that a run left. @throws Error where it left none */
export const ledgerOf = ({ states }: Closing): Ledger => (stateOf(states, 'risk') as RiskState).ledger;

/** How the feed of a run ended. @throws CarriedStateError when this code does not know what it remembered */
export function feedEndOf({ run, t, states }: Closing): FeedEnd {
  const feed = states.find(({ of }) => of === FEED);
  if (feed?.layout !== BAR_RECALL_LAYOUT)
    throw new CarriedStateError(`${run} cannot be followed: its bars are remembered as ${feed?.layout ?? 'nothing'}`);
  return { t, recall: feed.state as BarRecall };
}

/** What was told at a broker of orders that were not over; nothing after a run without one. @throws CarriedStateError */
export function toldBefore({ run, states }: Closing): ToldAtBroker {
  const told = states.find(({ of }) => of === GATEWAY.of);
  if (told === undefined) return { requests: [], reports: [] };
  if (told.layout !== GATEWAY.layout)
    throw new CarriedStateError(`${run} cannot be followed: what its broker told is kept as ${told.layout}`);
  return told.state as ToldAtBroker;
}

function ordersOf(states: readonly CarriedState[], { orders }: RiskDecision): readonly ClosingOrder[] {
  const held = heldIn(states);
  const known = new Set(held.map(({ order }) => order.id));
  const decided = orders.filter(({ id }) => !known.has(id)).map((order) => ({ order, held: quantity(0) }));
  return [...held, ...decided].map(closingOrder).sort((a, b) => compareText(a.orderId, b.orderId));
}

/** Every kind of execution that there is. */
function heldIn(states: readonly CarriedState[]): readonly HeldOrder[] {
  const state = stateOf(states, 'execution') as ExecutionState | ExchangeExecutionState | SequencedExecutionState;
  if ('broker' in state) return ordersSimulated(state);
  return ordersAtBroker('manager' in state ? state.manager : state.execution.manager);
}

const closingOrder = ({ order: { id, symbol, side, stop, target, exitAt }, held }: HeldOrder): ClosingOrder => ({
  ...{ orderId: id, symbol, side, stop, target, exitAt },
  held: quantity(side === 'buy' ? held : -held),
});

function stateOf(states: readonly CarriedState[], stage: string): unknown {
  const carried = states.find(({ of }) => of === stage);
  if (carried === undefined) throw new Error(`there is no state of ${stage}`);
  return carried.state;
}
