export { findingsAt, strategiesStage, type ConditionFinding, type StrategyFindings } from './strategies-stage.ts';
export { newStrategyLists, sayTogether, type StrategyLists } from './strategy-lists.ts';
export { type StrategiesState } from './remembered.ts';
export { assertSensible, STRATEGY_CATALOGUE, STRATEGY_COLUMNS } from './registry.ts';
