export { type Series } from './series.ts';
export {
  type Moments,
  autocorrelations,
  correlation,
  mean,
  momentsOf,
  sampleQuantile,
  sampleSd,
  sampleVariance,
  unbiasedKurtosis,
  unbiasedSkewness,
} from './moments.ts';
export { annualGrowth, annualVolatility, stability, totalReturn, wealthOf } from './growth.ts';
export { type Drawdown, calmarRatio, drawdownsOf, longestUnderwater, maxDrawdown, painIndex, ulcerIndex } from './drawdown.ts';
export { downsideDeviation, hitRate, omegaRatio, profitFactor, sharpeRatio, sortinoRatio, tailRatio } from './ratios.ts';
export { cornishFisherVar, gaussianShortfall, gaussianVar, historicalShortfall, historicalVar } from './tail-risk.ts';
export {
  type SharpeEstimate,
  deflatedSharpe,
  expectedMaximumSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeEstimateOf,
  sharpeStandardError,
} from './sharpe-inference.ts';
export {
  type Gaussian,
  type GaussianMixture,
  type StudentT,
  type StudentTMixture,
  logScoreOfGaussian,
  logScoreOfGaussianMixture,
  logScoreOfStudentT,
  logScoreOfStudentTMixture,
  pitOfGaussian,
  pitOfGaussianMixture,
  pitOfStudentT,
  pitOfStudentTMixture,
} from './forecast.ts';
export { crpsOfGaussian, crpsOfGaussianMixture, crpsOfStudentT } from './crps.ts';
export { crpsOfStudentTMixture, studentTDiversity } from './mixture-crps.ts';
export { crpsOfEnsemble, crpsOfQuantiles, fairCrpsOfEnsemble, intervalScore, pinballLoss } from './quantile-scores.ts';
export {
  type Coverage,
  centralCoverage,
  kolmogorovSmirnovDistance,
  kolmogorovSmirnovTest,
  normalScores,
  pitHistogram,
  randomizedPit,
  uniformityTest,
} from './pit.ts';
export { type TestResult } from './significance.ts';
export {
  type TransitionCounts,
  conditionalCoverageTest,
  independenceTest,
  kupiecTest,
  violationTransitions,
} from './violation-tests.ts';
export { heteroskedasticity, jarqueBeraTest, ljungBoxTest } from './residual-tests.ts';
export { type TrialReturns, returnsOf, sharpeRatiosOf } from './trial-returns.ts';
export { type BacktestOverfitting, backtestOverfitting } from './backtest-overfitting.ts';
export { stationaryBlockLength } from './stationary-bootstrap.ts';
export { type Resampling, type SuperiorityTests, superiorityTests } from './superiority.ts';
export { type IndexRange, type LabelledTimes, type PurgedFold, purgedFolds } from './purged-folds.ts';
export { type LogOptimalStake, logOptimalStake, logOptimalWeights } from './log-optimal.ts';
export { pairedLossTest } from './paired-losses.ts';
export { populationStability } from './population-stability.ts';
