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
  lnGammaRatioOf,
} from './jet.ts';
export { type Evaluation, type Objective } from './line-search.ts';
export {
  type LikelihoodModel,
  type LikelihoodDerivatives,
  type Likeliest,
  type Search,
  likelihoodDerivatives,
  likeliest,
  maximumLikelihood,
  evaluated,
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
export { fitEgarch } from './egarch-fit.ts';
export { egarchLikelihood } from './egarch-likelihood.ts';
export { type EgarchForm, type EgarchParameters, egarchParameterNames, egarchVariances, nextLnVariance } from './egarch-model.ts';
export {
  type EvaluatedModel,
  type FitSearch,
  type FittableModel,
  type ParameterRecord,
  type PathColumn,
  recordOf,
} from './fittable-model.ts';
export { fittableEgarch, egarchFrom } from './fittable-egarch.ts';
export { fittableGarch, garchFrom } from './fittable-garch.ts';
export { fittableHmm } from './fittable-hmm.ts';
export { fittableMsar, msarFrom } from './fittable-msar.ts';
export { fittableStateSpace } from './fittable-state-space.ts';
export { logPricesBp, percentReturns } from './price-series.ts';
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
export { stationaryLaw } from './hmm-chain.ts';
export { type BaumWelchStep, type HmmPrior, baumWelchStep, PLAIN_STEP } from './hmm-em.ts';
export { type EmissionFloors } from './hmm-emission-fit.ts';
export { type DiscreteEmission, type Emission, type GaussianEmission, type StudentEmission } from './hmm-emission.ts';
export { type HmmFit, type HmmFitSettings, fitHmm, fitHmmFrom, HMM_FIT_SETTINGS, hmmPrior } from './hmm-fit.ts';
export { type LabelSettings, type LabelState, firstLabel, LABEL_SETTINGS, nextLabel, requireLabelSettings } from './hmm-label.ts';
export {
  type HiddenMarkovModel,
  type HmmFiltered,
  type HmmPath,
  type HmmSmoothed,
  decodeHmm,
  filterHmm,
  requireHmm,
  smoothHmm,
  sortedByVariance,
} from './hmm-model.ts';
export { hmmEstimates } from './hmm-standard-errors.ts';
export { type HmmForm, hmmFrom } from './hmm-form.ts';
export { type FittedFamily } from './hmm-starts.ts';
export { type HmmStepParameters, hmmFirstStep, hmmStep, hmmStepParameters } from './hmm-step.ts';
export { type MsarFit, fitMsar, msarEstimates } from './msar-fit.ts';
export { type MsarShape } from './msar-likelihood.ts';
export { type MarkovSwitchingModel, type MsarSmoothed, decodeMsar, smoothMsar, sortedByMean } from './msar-model.ts';
