export { type LegStatus, type LegEvent, type IllegalTransition, LEG_TRANSITIONS, nextStatus, isFinal } from './leg-status.ts';
export {
  type WorkingOrder,
  type LegState,
  type LifecycleFault,
  type UnknownExecution,
  type UnknownOrder,
  newWorkingOrder,
  applyBrokerEvent,
  noteOwn,
  heldBy,
  isOver,
} from './order-lifecycle.ts';
export { type HeldOrder, ordersAtBroker, ordersSimulated } from './held-orders.ts';
export { type ExecutionState, LifecycleError, simulatedExecutionStage } from './simulated-execution.ts';
export { type OrderManagerConfig, OrderManagerConfigError, managerConfigOf } from './order-manager.config.ts';
export {
  type Certainty,
  type ManagedOrder,
  type OrderManagerState,
  type Ticket,
  type TicketGroup,
  availableOf,
  committedBy,
  heldOf,
  isSettled,
} from './managed-order.ts';
export { exitPrices, marketableLimit, tickAbove, tickBelow } from './limit-price.ts';
export {
  type ExchangeExecutionConfig,
  type ExchangeExecutionState,
  askExchange,
  exchangeExecutionStage,
  reportOf,
} from './exchange-execution.ts';
export {
  type SequencedExecutionConfig,
  type SequencedExecutionState,
  type SequencedWord,
  atBrokerLayout,
  goOnAtBroker,
  hearBars,
  hearCommand,
  hearDecision,
  hearWords,
  mayBegin,
  newSequencedExecution,
  newSequencedWord,
} from './sequenced-execution.ts';
export { takeControl } from './commands.ts';
export { accountDoubt, entryBlock } from './entry-blocks.ts';
export { leaveOrder, newOrderManager, passInterval, takeOrder, takeReport } from './order-manager.ts';
export { differencesIn, type Found } from './account-differences.ts';
export { cashFlowOf, positionOf, positionsOf } from './account-figures.ts';
export type { CashFlow } from './account-state.ts';
export { openBreaks, takeAccount, takeDisconnected } from './reconciliation.ts';
export {
  type ParentOrder,
  type ParticipationPace,
  type TwapPace,
  ParentOrderError,
  parentProblem,
} from './algorithms/parent-order.ts';
export {
  type ChildOrder,
  type ChildRequest,
  type WorkedOrder,
  type WorkEvent,
  type WorkOutcome,
  committedOf,
  newWorkedOrder,
  openOf,
  outcomeOf,
  workOrder,
} from './algorithms/worked-order.ts';
export { heldAfter, symbolAfter } from './held-after.ts';
