export { riskStage } from './risk-stage.ts';
export { type MarketInput } from './market-facts.ts';
export { type RiskState } from './state.ts';
export {
  decideBeside,
  hearTogether,
  isLeftAlone,
  newAccountBeside,
  newSharedClaims,
  newSharedMarket,
  type SharedClaims,
  type SharedMarket,
} from './accounts-over-market.ts';
export { RiskInvariantError } from './invariant-error.ts';
export { followRecorded, wouldSay } from './would-say.ts';
export { underOtherRules, type OwnRestrictions, ownRestrictionsOf } from './other-rules.ts';
export { ENTRY_GATES, EXIT_GATES, MANUAL_GATES } from './gates/lists.ts';
export { type Found, type Gate, type GateOf, figureOf, SHARES_MAX } from './verdict.ts';
export { type Situation, situationOf } from './situation.ts';
export type { Intent, ManualIntent } from './intent.ts';
export { type LegFate, type OpenOrder, ENTRY_SLIPPAGE_PERCENT } from './open-orders.ts';
export { CORROBORATION_FRACTION, lastClose, markPositions } from './tape.ts';
export { edgeOverall } from './edge-ledger.ts';
export { RISK_COLUMNS } from './innovations.ts';
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
export { type MarketSight, followActionInSight, newMarketSight, seeMarket } from './market-sight.ts';
export {
  type AccountBook,
  type AccountForecasts,
  type ForecastScore,
  type HorizonForecast,
  enterPoint,
  newAccountForecasts,
} from './account-forecast.ts';
