export { EstimationError } from './estimation-error.ts';
export { type FitResult, type ParameterEstimate, estimateOf } from './fit-result.ts';
export {
  type Jet,
  type JetSpace,
  newJetSpace,
  newJet,
  clear,
  addMultiple,
  addProduct,
  keep,
  release,
  valueOf,
  slopeOf,
  curvatureOf,
  constant,
  variable,
  blend,
  plus,
  minus,
  affine,
  times,
  composed,
  reciprocal,
  ratio,
  squared,
  lnOf,
  log1pOf,
  expOf,
  logisticOf,
} from './jet.ts';
export { type Evaluation, type Objective } from './line-search.ts';
export {
  type LikelihoodModel,
  type LikelihoodDerivatives,
  likelihoodDerivatives,
  maximumLikelihood,
  requireSeries,
} from './maximum-likelihood.ts';
export { type Minimum, minimise, minimiseFromBest } from './minimise.ts';
export {
  type SquareMatrix,
  newMatrix,
  matrixOf,
  entry,
  setEntry,
  identity,
  tabulated,
  product,
  transposed,
  combination,
  applied,
  dot,
  cholesky,
  inversePositive,
  inverse,
  solved,
} from './square-matrix.ts';
export { type Covariances, type StandardErrors, outerProducts, covariances, standardErrorsOf } from './standard-errors.ts';
export { garchLikelihood, fitGarch } from './garch-likelihood.ts';
export {
  type GarchForm,
  type GarchParameters,
  garchParameterNames,
  garchParameters,
  garchVariances,
  garchForecast,
  firstVariance,
  nextVariance,
} from './garch-model.ts';
export { normality, heteroskedasticity, autocorrelations, ljungBox } from './diagnostics.ts';
export {
  type StateMoments,
  type FilteredSeries,
  type StateForecast,
  kalmanFilter,
  kalmanForecast,
  standardisedErrors,
  transitionOf,
  observationNoise,
} from './kalman-filter.ts';
export { type DiffuseConstant } from './kalman-recursion.ts';
export { type SmoothedMoments, kalmanSmoother } from './kalman-smoother.ts';
export { fitStateSpace, stateSpaceLikelihood } from './state-space-fit.ts';
export {
  type TimedSeries,
  type Prior,
  type StateSpaceModel,
  evenly,
  localLevel,
  localLinearTrend,
  revertingVelocity,
} from './state-space-model.ts';
