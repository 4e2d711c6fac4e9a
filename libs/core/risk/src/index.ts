export { riskStage } from './risk-stage.ts';
export { type RiskState, type Halt } from './state.ts';
export { RiskInvariantError } from './invariant-error.ts';
export { type Gate, type GateOf, GATES, MANUAL_GATES } from './gates.ts';
export type { Intent, ManualIntent } from './intent.ts';
export { type LegFate, type OpenOrder, ENTRY_SLIPPAGE_PERCENT } from './open-orders.ts';
export { CORROBORATION_FRACTION } from './tape.ts';
export { kellyFractionOf } from './kelly.ts';
export {
  binaryGrowth,
  binaryKellyStake,
  estimationShrinkage,
  fallProbability,
  growthRate,
  kellyStake,
  lowerBoundStake,
  relativeGrowth,
  riseBeforeFallProbability,
} from './kelly-criterion.ts';
