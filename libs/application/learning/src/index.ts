export {
  DATES_MIN,
  SCORES,
  compareSets,
  type Comparison,
  type ComparisonRequest,
  type ScoreComparison,
  type Verdict,
} from './comparison.ts';
export { DRIFT_METRICS, calibrationDrift, edgeDrift, featureDrift, type DriftFigure, type DriftMetric } from './drift.ts';
export { lastDrift, learn, promote, type Challenge, type LearnRequest, type LearnedModel } from './learn.ts';
export {
  CannotDecide,
  champion,
  championFile,
  decide,
  decisions,
  keepSet,
  learningFolder,
  rollBack,
  setFile,
  type Decision,
} from './parameter-sets.ts';
