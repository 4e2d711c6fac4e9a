import { ADAPTED_LEVELS, QUANTILE_LEVELS } from '@aitrader/model';

/*
 * What the stage remembers of one symbol: SLOT_WIDTH numbers, one symbol after the other in one Float64Array. Log prices are in
 * bp (1e4 ln), variances in bp² per step, a step being one bar's length; what was emitted is in integers of e8. Figures also travel
 * through the slot from one function to the next: a double passed as an argument is boxed wherever the compiler does not inline.
 */

export const QUANTILES = QUANTILE_LEVELS.length;
export const ADAPTED = ADAPTED_LEVELS.length;
/** Index of the median among the levels. */
export const MEDIAN = 6;

/** The bank: variances that forget at different speeds, and fitted ones behind them, each with several shapes of tail. */
export const TRACKS = 8;
export const FITTED_TRACKS_MAX = 2;
export const SHAPES = 3;
export const EXPERTS = TRACKS * SHAPES;
const TRACKS_MAX = TRACKS + FITTED_TRACKS_MAX;

/** Where a forecast may be made, see bucket.ts. */
export const BUCKETS = 27;

export const REGIME_COUNT = 3;

/** Sessions whose calibration is kept apart, and the figures of each. */
export const SESSIONS_SCORED = 3;
export const COVERAGES = 5;
export const CALIBRATION = {
  coverage: 0,
  pit: COVERAGES,
  crps: COVERAGES + 1,
  logScore: COVERAGES + 2,
  scored: COVERAGES + 3,
} as const;
export const CALIBRATION_WIDTH = COVERAGES + 4;

/** What a fitted variance is known by: which model it is, and its parameters in bp². */
export const FITTED_VARIANCE = { model: 0, omega: 1, alpha: 2, gamma: 3, beta: 4 } as const;
export const FITTED_VARIANCE_WIDTH = 5;
/** One regime of a fitted chain: the law of the innovation, a normal one when dof is 0, and of the logarithm of the variance. */
export const FITTED_REGIME = { mean: 0, perScale: 1, dof: 2, lnFront: 3, varianceMean: 4, perVarianceSd: 5 } as const;
export const FITTED_REGIME_WIDTH = 6;

const WEIGHTS = TRACKS_MAX;
const RAW_FACTORS = WEIGHTS + TRACKS_MAX * SHAPES;
const ADAPTED_FACTORS = RAW_FACTORS + QUANTILES;
const SESSION_FACTORS = ADAPTED_FACTORS + ADAPTED;
const VISITS = SESSION_FACTORS + BUCKETS;
const RAW = VISITS + BUCKETS;
const ADAPTED_AT = RAW + QUANTILES;
const CALIBRATIONS = ADAPTED_AT + ADAPTED;
const FILTER_AT = CALIBRATIONS + SESSIONS_SCORED * CALIBRATION_WIDTH;
const SHAPE_WEIGHTS = FILTER_AT + 5;
const REGIMES_AT = SHAPE_WEIGHTS + SHAPES;
const REST = REGIMES_AT + REGIME_COUNT + 2;
const FITTED_AT = REST + 35;
const FITTED_REGIMES_AT = FITTED_AT + 2 + FITTED_TRACKS_MAX * FITTED_VARIANCE_WIDTH;

/** Offsets inside a slot. */
export const SLOT = {
  /** variances of the bank, TRACKS and the fitted ones, and weights that add up to 1 (shapes of a track together) */
  tracks: 0,
  weights: WEIGHTS,
  /** what stretches each quantile of the law: of the raw one (an offset in sd at the median) and of the adapted one on top of it */
  rawFactors: RAW_FACTORS,
  adaptedFactors: ADAPTED_FACTORS,
  /** variance of each bucket over that of the pinned one, and how often it was learned */
  sessionFactors: SESSION_FACTORS,
  visits: VISITS,
  /** quantiles of the last forecast, e8 */
  raw: RAW,
  adapted: ADAPTED_AT,
  /** SESSIONS_SCORED times CALIBRATION_WIDTH running means */
  calibrations: CALIBRATIONS,
  /** level in bp of ln(USD), velocity in bp per step, and their covariance */
  level: FILTER_AT,
  velocity: FILTER_AT + 1,
  levelVariance: FILTER_AT + 2,
  covariance: FILTER_AT + 3,
  velocityVariance: FILTER_AT + 4,
  /** weight of each shape over all tracks */
  shapes: SHAPE_WEIGHTS,
  /** P(regime), and what the filter of regimes sees next: squared sd of the long past, ln of the variance over its usual one */
  regimes: REGIMES_AT,
  surprise: REGIMES_AT + REGIME_COUNT,
  unusual: REGIMES_AT + REGIME_COUNT + 1,
  /** the bank's variance, and the sum of its squared weights */
  variance: REST,
  concentration: REST + 1,
  /** the last forecast: mean and variance of the return in bp and bp², the bank's variance behind it, where it was made */
  forecastMean: REST + 2,
  forecastVariance: REST + 3,
  forecastBase: REST + 4,
  forecastBucket: REST + 5,
  /** last close in bp, and bars seen */
  close: REST + 6,
  bars: REST + 7,
  /** trading minute and session of the last bar */
  minute: REST + 8,
  session: REST + 9,
  /** 1 while the last bar waits for confirmation; its close, innovation, and the forecast it missed */
  held: REST + 10,
  heldClose: REST + 11,
  heldInnovation: REST + 12,
  heldVariance: REST + 13,
  heldBucket: REST + 14,
  /** variance of the last few bars, the mean of its logarithm over a long past, and the announced regime with its challenger */
  fastVariance: REST + 15,
  slowLnVariance: REST + 16,
  label: REST + 17,
  candidate: REST + 18,
  candidateBars: REST + 19,
  /** how the last bar lay under its forecast: sd, a probability, nats, e8 */
  z: REST + 20,
  pit: REST + 21,
  logScore: REST + 22,
  crps: REST + 23,
  /** passed on within a bar: its return in e8, its innovation in bp, that one's square, cut, in squared sd of its forecast */
  outcome: REST + 24,
  innovation: REST + 25,
  square: REST + 26,
  /** median and sd of the forecast in e8, before rounding */
  centre: REST + 27,
  unit: REST + 28,
  /** mean and variance of the raw law, e8 and e8² */
  lawMean: REST + 29,
  lawVariance: REST + 30,
  /** variance in bp² with which the close is seen, and how many steps' worth of noise came before it */
  noise: REST + 31,
  noiseSteps: REST + 32,
  /** sum of the bank's weights before they are made to add up to 1 */
  weightSum: REST + 33,
  /** a bit for every model whose parameters that came last could not be taken up */
  refused: REST + 34,
  /** how many fitted variances there are, whether a fitted chain is in force, and their parameters: see FITTED_VARIANCE */
  fittedTracks: FITTED_AT,
  hasFittedRegimes: FITTED_AT + 1,
  fittedVariances: FITTED_AT + 2,
  /** REGIME_COUNT² transitions, and REGIME_COUNT times FITTED_REGIME_WIDTH */
  fittedTransition: FITTED_REGIMES_AT,
  fittedRegimes: FITTED_REGIMES_AT + REGIME_COUNT * REGIME_COUNT,
} as const;

export const SLOT_WIDTH = FITTED_REGIMES_AT + REGIME_COUNT * (REGIME_COUNT + FITTED_REGIME_WIDTH);
