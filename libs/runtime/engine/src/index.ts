export { bindStage, type BoundStage } from './bound-stage.ts';
export { newInterval, newRiskDecision, type Interval } from './interval.ts';
export {
  newPipeline,
  type Pipeline,
  type StagePart,
  type StageFactory,
  type StageStep,
  type ProbabilityStage,
  type StrategyStage,
  type ExecutionStage,
  type RiskStage,
} from './pipeline.ts';
export { newMarketDigest, newRunDigest, signalsInOrder, type Digest, type MarketDigest, type RunDigest } from './digest.ts';
export { newGateTally, type GateRefusals, type GateTally } from './gate-tally.ts';
export { newEdgeTally, type EdgeTally, type StrategyEdge } from './edge-tally.ts';
export { newForecastTally, type ForecastsKept, type ForecastTally } from './forecast-tally.ts';
export { actionCounts, newRunTally, type ActionsOfKind, type RunSummary, type RunTally } from './summary.ts';
export { type RunCosts, type SymbolSpread } from './cost-tally.ts';
export { runInProcess, type InProcessRun, type IntervalWatcher } from './in-process.ts';
export {
  CarriedStateError,
  DECISION,
  carriedDecision,
  carriedStates,
  decisionBefore,
  goOnFrom,
  openInterval,
} from './carried-states.ts';
