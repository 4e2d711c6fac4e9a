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
export { type ExecutionState, LifecycleError, simulatedExecutionStage } from './simulated-execution.ts';
