export { type Broker, type BrokerCommand, type BrokerEvent, type LegChanged, type LegTraded } from './broker.ts';
export { type Bracket } from './bracket.ts';
export {
  type SimulatedBrokerState,
  SimulationConfigError,
  goOnWithOrders,
  newSimulatedBroker,
  restateOrders,
  simulatedBroker,
  watchBars,
} from './simulated-broker.ts';
export { costByKind, type CostByKind, type Standing } from './cost-by-kind.ts';
export { dayEnd } from './day-order.ts';
export { type Print, closeOf, printOf, marketPrice, participationCap, feeOf, worthOf } from './fill-model.ts';
export { borrowFee } from './borrow.ts';
export { beginOf, hasArrived } from './order-arrival.ts';
export { feesNotKnown, regulatoryFee } from './regulatory-fees.ts';
export { type SpreadBook, configuredHalfSpread, learnSpreads, newSpreadBook, toldHalfSpread } from './spread-book.ts';
export { type Costs, bestFor, betterOf, limitPassed, sizeOf, slipped, stopTouched, worstFor } from './fill-rules.ts';
export {
  type CostBook,
  type RoundTrip,
  type Venture,
  goOnWithCosts,
  halfSpreadBpOf,
  learnCosts,
  newCostBook,
  roundTripOf,
} from './expected-cost.ts';
