/**
 * The execution stage with the simulated broker behind it.
 *
 * 1. An order is submitted once: one that comes again is passed over, until a day after the session that it was good for;
 *    after that it could only expire.
 * 2. An order that is over leaves the state; what stays is bounded by the orders at work and the ids of the session.
 * 3. Corporate actions change the orders at work before the bars of the first interval that they are in force in.
 * 4. At its exit time an order is closed at market, whatever it holds.
 *    So it is before its time, where risk says that its strategy believes in it no longer.
 * 5. Commands mean what they do at a broker: they call off entries, those of the interval's own orders too, and a flatten closes what is held,
 *    as at an exit time. They are in force before the bars of the interval that they are heard with, and none keeps anything from being left.
 *    Risk has heard them by the same interval, so that no order comes that they would be against.
 * 6. The report is in canonical order of order id, and within an order as things happened; results depend neither on the
 *    sharding nor on other orders.
 */
import {
  compareText,
  quantity,
  type Control,
  type ControlKind,
  type CorporateAction,
  type EpochMs,
  type ExecutionInput,
  type ExecutionReport,
  type Order,
  type OrderExit,
  type OrderId,
  type SimulationConfig,
  type Stage,
  type Ticker,
} from '@aitrader/model';
import { type ActionAgenda, actionsDue, hearActions, newAgenda } from '@aitrader/core-market';
import {
  dayEnd,
  goOnWithOrders,
  newSimulatedBroker,
  restateOrders,
  simulatedBroker,
  watchBars,
  type BrokerEvent,
  type SimulatedBrokerState,
} from '@aitrader/core-simulation';
import { heldAfter, symbolAfter } from './held-after.ts';
import {
  applyBrokerEvent,
  heldBy,
  isOver,
  newWorkingOrder,
  noteOwn,
  type LifecycleFault,
  type WorkingOrder,
} from './order-lifecycle.ts';

/** How long an id is remembered after its order's session, in milliseconds: past the evening, and past a restart overnight. */
const TAKEN_MS_MAX = 24 * 60 * 60 * 1000;

/** All that the stage remembers. Plain data. */
export interface ExecutionState {
  readonly broker: SimulatedBrokerState;
  readonly working: Map<OrderId, WorkingOrder>;
  /** corporate actions that are not in force yet */
  readonly agenda: ActionAgenda;
  /** ids of the orders that were taken on, by the end of the session that they are good for */
  readonly taken: Map<EpochMs, Set<OrderId>>;
}

const newExecutionState = (config: SimulationConfig): ExecutionState => ({
  broker: newSimulatedBroker(config),
  working: new Map(),
  agenda: newAgenda(),
  taken: new Map(),
});

/** Thrown when broker and lifecycle contradict one another: a defect, never the market's doing. */
export class LifecycleError extends Error {
  override readonly name = 'LifecycleError';
  readonly fault: LifecycleFault;
  constructor(id: OrderId, fault: LifecycleFault) {
    super(`order ${id}: ${JSON.stringify(fault)}`);
    this.fault = fault;
  }
}

/** Submits what risk approved, lets the simulated broker trade the interval's bars, and reports what became of the orders. */
export const simulatedExecutionStage: Stage<SimulationConfig, ExecutionState, ExecutionInput, ExecutionReport> = {
  initial: newExecutionState,
  layout: 'execution-simulated/1',
  goOn: (config, [ended]) => {
    const fresh = newExecutionState(config);
    return ended === undefined ? fresh : { ...ended, broker: goOnWithOrders(fresh.broker, ended.broker) };
  },

  apply: (state, { t, bars, decision, control }, report) => {
    report.t = t;
    report.fills.length = 0;
    report.events.length = 0;
    report.doubt = null;
    for (const command of control) hearActions(state.agenda, command);
    const due = actionsDue(state.agenda, t);
    if (decision !== undefined)
      takeOrders(state, t, due.length === 0 ? decision.orders : underNewSymbols(decision.orders, due), report);
    if (state.working.size === 0) {
      watchBars(state.broker, t, bars);
      return;
    }
    for (const action of due) follow(state, t, action, report);
    for (const command of control) obey(state, t, command, due, report);
    for (const exit of decision?.exits ?? []) leaveOrder(state, t, exit, report);
    closeDue(state, t, report);
    const events: BrokerEvent[] = [];
    simulatedBroker.step(state.broker, t, bars, events);
    hear(state, events, report);
    // an order ends by what it reports
    if (report.fills.length + report.events.length === 0) return;
    for (const [id, working] of state.working) if (isOver(working)) state.working.delete(id);
    inCanonicalOrder(report.fills);
    inCanonicalOrder(report.events);
  },
};

function takeOrders(state: ExecutionState, t: EpochMs, orders: readonly Order[], report: ExecutionReport): void {
  for (const order of orders) {
    if (!isNew(state, t, order)) continue;
    const working = newWorkingOrder(order);
    state.working.set(order.id, working);
    demand(working, noteOwn(working, { t, leg: 'entry', kind: 'submitted', remaining: order.quantity, reason: '' }, report));
    const events: BrokerEvent[] = [];
    simulatedBroker.take(state.broker, t, { kind: 'submit', leg: 'entry', order }, events);
    hear(state, events, report);
  }
}

/** Whether an order was never taken on; it counts as taken on from here. Forgets sessions long over. */
function isNew({ working, taken }: ExecutionState, t: EpochMs, order: Order): boolean {
  if (working.has(order.id)) return false;
  for (const until of taken.keys()) if (t - until > TAKEN_MS_MAX) taken.delete(until);
  const until = dayEnd(order.t);
  const ids = taken.get(until) ?? new Set();
  if (ids.has(order.id)) return false;
  taken.set(until, ids.add(order.id));
  return true;
}

/** Orders of the interval before, under the symbols that they would trade as from this one on. */
const underNewSymbols = (orders: readonly Order[], due: readonly CorporateAction[]): readonly Order[] =>
  orders.map((order) => due.reduce((renamed, action) => ({ ...renamed, symbol: symbolAfter(renamed.symbol, action) }), order));

/** Lets a corporate action change the orders at work, before the bars of the first interval that it is in force in. */
function follow(state: ExecutionState, t: EpochMs, action: CorporateAction, report: ExecutionReport): void {
  for (const working of state.working.values()) {
    const held = heldBy(working);
    const after = heldAfter(working.order.symbol, held, action);
    working.restated = quantity(working.restated + after - held);
    working.order = { ...working.order, symbol: symbolAfter(working.order.symbol, action) };
  }
  const events: BrokerEvent[] = [];
  restateOrders(state.broker, t, action, events);
  hear(state, events, report);
}

function closeDue(state: ExecutionState, t: EpochMs, report: ExecutionReport): void {
  for (const working of state.working.values()) {
    if (t >= working.order.exitAt && canClose(working)) close(state, t, working, '', report);
  }
}

/** Leaves an order before its time: what of it has not entered is called off, and what is held is closed. One that is over is passed over. */
function leaveOrder(state: ExecutionState, t: EpochMs, { orderId, reason }: OrderExit, report: ExecutionReport): void {
  const working = state.working.get(orderId);
  if (working === undefined) return;
  callOff(state, t, working, reason, report);
  if (canClose(working)) close(state, t, working, reason, report);
}

/** Closes at market what an order holds, and says why, when it is not its time. */
function close(state: ExecutionState, t: EpochMs, working: WorkingOrder, reason: string, report: ExecutionReport): void {
  demand(working, noteOwn(working, { t, leg: 'time', kind: 'submitted', remaining: heldBy(working), reason }, report));
  const events: BrokerEvent[] = [];
  simulatedBroker.take(state.broker, t, { kind: 'submit', leg: 'time', orderId: working.order.id }, events);
  hear(state, events, report);
}

/** Commands that call off what has not entered. */
const CALLING_OFF: readonly ControlKind[] = ['halt', 'reduce-only', 'flatten', 'cancel', 'disarm'];

/** Does what a command asks of the orders at work. A symbol may be named as it was before the actions that are in force from now on. */
function obey(
  state: ExecutionState,
  t: EpochMs,
  { kind, symbols }: Control,
  due: readonly CorporateAction[],
  report: ExecutionReport,
): void {
  if (!CALLING_OFF.includes(kind)) return;
  const named = new Set(symbols.flatMap((symbol) => [symbol, due.reduce<Ticker>(symbolAfter, symbol)]));
  for (const working of state.working.values()) {
    if (named.size > 0 && !named.has(working.order.symbol)) continue;
    callOff(state, t, working, kind, report);
    if (kind === 'flatten' && canClose(working)) close(state, t, working, kind, report);
  }
}

function callOff(state: ExecutionState, t: EpochMs, { order }: WorkingOrder, reason: string, report: ExecutionReport): void {
  const events: BrokerEvent[] = [];
  simulatedBroker.take(state.broker, t, { kind: 'cancel', leg: 'entry', orderId: order.id, reason }, events);
  hear(state, events, report);
}

/** A stop that was triggered leaves at market already. */
const canClose = (working: WorkingOrder): boolean =>
  heldBy(working) > 0 && working.legs.time.status === 'new' && working.legs.stop.status !== 'triggered';

function hear({ working }: ExecutionState, events: readonly BrokerEvent[], report: ExecutionReport): void {
  for (const event of events) {
    const order = working.get(event.orderId);
    if (order === undefined) throw new LifecycleError(event.orderId, { error: 'ORDER_UNKNOWN' });
    demand(order, applyBrokerEvent(order, event, report));
  }
}

/** The simulated broker is ours: what it says that cannot be is a defect. */
function demand({ order }: WorkingOrder, fault: LifecycleFault | undefined): void {
  if (fault !== undefined) throw new LifecycleError(order.id, fault);
}

/** Stable, so that what belongs to one order stays as it happened. */
function inCanonicalOrder(rows: { readonly orderId: OrderId }[]): void {
  if (rows.length > 1) rows.sort((a, b) => compareText(a.orderId, b.orderId));
}
