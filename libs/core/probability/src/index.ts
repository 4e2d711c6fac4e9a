export { isOfUse, parametersProblem } from './fitted-parameters.ts';
export { PROBABILITY_MODEL, probabilityStage } from './probability-stage.ts';
export { type ProbabilityParameters, type ProbabilityState } from './probability-state.ts';
export { type RegimeModel } from './regime.ts';
export { type PricedBars, type RegimeFigures, regimeFigures } from './regime-figures.ts';
export { type VelocityModel } from './transition.ts';
export {
  DERIVED_FIGURES,
  type FigureWalk,
  figuresOf,
  newFigureWalk,
  returnE8,
  scoreFigures,
  scoreUnderState,
  type StateFigures,
  walkCommands,
  walkFigures,
} from './state-figures.ts';
export { type Scores } from './law.ts';
export { bucketAt, DAYPART_NAMES, daypartOf } from './bucket.ts';
