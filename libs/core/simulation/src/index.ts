export { type Broker, type BrokerCommand, type BrokerEvent, type LegChanged, type LegTraded } from './broker.ts';
export { type Bracket } from './bracket.ts';
export {
  type SimulatedBrokerState,
  SimulationConfigError,
  newSimulatedBroker,
  restateOrders,
  simulatedBroker,
} from './simulated-broker.ts';
export { dayEnd } from './day-order.ts';
export { type Print, printOf, marketPrice, participationCap, feeOf } from './fill-model.ts';
export { type Costs, bestFor, betterOf, limitPassed, sizeOf, slipped, stopTouched, worstFor } from './fill-rules.ts';
