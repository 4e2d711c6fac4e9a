import {
  ADAPTED,
  BUCKETS,
  CONTENDERS_MAX,
  DAYPARTS,
  EXPERTS,
  FITTED_TRACKS_MAX,
  GROUPS,
  QUANTILES,
  REGIME_COUNT,
  SESSIONS_SCORED,
  SHAPES,
  SHARE_RATES,
  TRACKS,
} from './sizes.ts';

/*
 * What the stage remembers of its symbols: columns of numbers, a row of each column a symbol, with what is used together in one column:
 * so thousands of symbols pass through the processor's caches a concept at a time, and a function shows by the columns that it takes
 * what it reads and writes. Log prices are in bp (1e4 ln), variances in bp² per step, a step being one bar's length.
 *
 * Modules that run for every bar bind the places they use to constants of their own: the compiler takes those for numbers, and imported
 * ones for variables.
 */

/** Last close in bp, bars seen, trading minute and session of the last bar; and a bar that waits for confirmation. */
export const PAST = {
  closeBp: 0,
  bars: 1,
  minute: 2,
  session: 3,
  /** 1 while the last bar waits; its close, its innovation, and the forecast it missed */
  held: 4,
  heldCloseBp: 5,
  heldInnovation: 6,
  heldVariance: 7,
  heldBucket: 8,
  /** a bit for every model whose fitted parameters that came last could not be taken up */
  refused: 9,
} as const;
export const PAST_WIDTH = 10;

/**
 * Mean and variance of the next return in bp and bp², the variance of a pinned step behind it, where it was made, its quantiles in e8, and
 * the group that it is of: the part of the day times REGIME_COUNT, and the regime's label.
 */
export const FORECAST = {
  mean: 0,
  variance: 1,
  base: 2,
  bucket: 3,
  raw: 4,
  adapted: 4 + QUANTILES,
  group: 4 + QUANTILES + ADAPTED,
} as const;
export const FORECAST_WIDTH = 5 + QUANTILES + ADAPTED;

/**
 * What stretches each quantile of the law, in the group of the forecast: of the raw one (an offset in sd at the median), of the adapted one on
 * top of it, and the scale of all of them; how many forecasts the raw ones, and the scale, learned from.
 */
export const FACTOR = {
  raw: 0,
  adapted: QUANTILES,
  scale: QUANTILES + ADAPTED,
  visits: QUANTILES + ADAPTED + 1,
  times: QUANTILES + ADAPTED + 2,
} as const;
export const FACTOR_WIDTH = QUANTILES + ADAPTED + 3;

/**
 * Of each part of the day: the raw factors as they were left, how many forecasts they learned from; the share of the closes that did not
 * change, the share that would not for being rounded to the tick, and of how many closes.
 */
export const SHAPE = {
  raw: 0,
  visits: QUANTILES,
  unchanged: QUANTILES + 1,
  rounded: QUANTILES + 2,
  closes: QUANTILES + 3,
} as const;
export const SHAPE_WIDTH = QUANTILES + 4;

/** Of each group as it was left, and last of the whole: its part in the adapted factors, the scale, and what that learned from. */
export const ADAPTATION = { adapted: 0, scale: ADAPTED, times: ADAPTED + 1 } as const;
export const ADAPTATION_WIDTH = ADAPTED + 2;

/**
 * The variance of a pinned step, the sum of the experts' squared weights, and the weight of each shape, of bank and fitted variances together;
 * of the variance what fitted ones have in it; how many of those there are. Of the bank alone: the variance of each track; and of each expert what is `keep` times of its weight, but for the `even` share.
 */
export const BANK = {
  variance: 0,
  concentration: 1,
  shapes: 2,
  fittedPart: 2 + SHAPES,
  fittedTracks: 3 + SHAPES,
  keep: 4 + SHAPES,
  even: 5 + SHAPES,
  tracks: 6 + SHAPES,
  experts: 6 + SHAPES + TRACKS,
} as const;
export const BANK_WIDTH = BANK.experts + EXPERTS;

/** By bucket: variance over that of the pinned one, and how often it was learned. */
export const SEASON = { factors: 0, visits: BUCKETS } as const;
export const SEASON_WIDTH = 2 * BUCKETS;

/** Level in bp of ln(USD), velocity in bp per step, and their covariance. */
export const FILTER = { level: 0, velocity: 1, levelVariance: 2, covariance: 3, velocityVariance: 4 } as const;
export const FILTER_WIDTH = 5;

/** P(regime), and what the filter of regimes works with. */
export const REGIME = {
  law: 0,
  /** what it saw last: squared sd of the long past, ln of the variance over its usual one */
  surprise: REGIME_COUNT,
  unusual: REGIME_COUNT + 1,
  /** variance of the last few bars, and the mean of its logarithm over a long past */
  fastVariance: REGIME_COUNT + 2,
  slowLnVariance: REGIME_COUNT + 3,
  /** the announced regime, its challenger, and for how many bars in a row that has been likely */
  label: REGIME_COUNT + 4,
  candidate: REGIME_COUNT + 5,
  candidateBars: REGIME_COUNT + 6,
  /** 1 when a fitted chain is in force */
  isFitted: REGIME_COUNT + 7,
  /** how much of the way back to the usual variance a forecast takes, and what that was learned from */
  reversion: REGIME_COUNT + 8,
  evidence: REGIME_COUNT + 9,
} as const;
export const REGIME_WIDTH = REGIME_COUNT + 10;

/** Of each session scored: running share of bars inside the raw 95 % interval, and forecasts scored. */
export const CALIBRATION = { coverage95: 0, scored: 1 } as const;
export const CALIBRATION_WIDTH = 2;

/** A variance that contends with others: where it stands, the weight of each shape within it, and its likelihood of the last bar. */
export const CONTENDER = { variance: 0, shapes: 1, likelihood: 1 + SHAPES } as const;
export const CONTENDER_WIDTH = 2 + SHAPES;
/** A fitted variance: which model it is, and its parameters, for a variance in bp². */
export const FITTED_VARIANCE = { model: 0, omega: 1, alpha: 2, gamma: 3, beta: 4 } as const;
export const FITTED_VARIANCE_WIDTH = 5;
/** One regime of a fitted chain: the law of the innovation, a normal one when dof is 0, and of the logarithm of the variance. */
export const FITTED_REGIME = { mean: 0, perScale: 1, dof: 2, lnFront: 3, varianceMean: 4, perVarianceSd: 5 } as const;
export const FITTED_REGIME_WIDTH = 6;
const CONTENDERS_AT = FITTED_TRACKS_MAX * FITTED_VARIANCE_WIDTH;
const RATES_AT = CONTENDERS_AT + CONTENDERS_MAX * CONTENDER_WIDTH;
const TRANSITION_AT = RATES_AT + SHARE_RATES * (1 + CONTENDERS_MAX);
/**
 * Fitted variances; of a symbol that has any, its contenders, which are the bank as it is by itself and then those; the weight of each share
 * rate, and at each rate that of every contender; the transitions of a fitted chain, and its regimes.
 */
export const FITTED = {
  variances: 0,
  contenders: CONTENDERS_AT,
  rates: RATES_AT,
  weights: RATES_AT + SHARE_RATES,
  transition: TRANSITION_AT,
  regimes: TRANSITION_AT + REGIME_COUNT * REGIME_COUNT,
} as const;
export const FITTED_WIDTH = FITTED.regimes + REGIME_COUNT * FITTED_REGIME_WIDTH;

/** The columns, each as many numbers a symbol as its WIDTH says. */
export interface Memory {
  past: Float64Array;
  forecasts: Float64Array;
  factors: Float64Array;
  shapes: Float64Array;
  adaptations: Float64Array;
  bank: Float64Array;
  season: Float64Array;
  filter: Float64Array;
  regimes: Float64Array;
  calibration: Float64Array;
  fitted: Float64Array;
}

/** Memory with room for so many symbols, all of it 0. */
export function newMemory(symbols: number): Memory {
  return {
    past: new Float64Array(symbols * PAST_WIDTH),
    forecasts: new Float64Array(symbols * FORECAST_WIDTH),
    factors: new Float64Array(symbols * FACTOR_WIDTH),
    shapes: new Float64Array(symbols * DAYPARTS * SHAPE_WIDTH),
    adaptations: new Float64Array(symbols * (GROUPS + 1) * ADAPTATION_WIDTH),
    bank: new Float64Array(symbols * BANK_WIDTH),
    season: new Float64Array(symbols * SEASON_WIDTH),
    filter: new Float64Array(symbols * FILTER_WIDTH),
    regimes: new Float64Array(symbols * REGIME_WIDTH),
    calibration: new Float64Array(symbols * SESSIONS_SCORED * CALIBRATION_WIDTH),
    fitted: new Float64Array(symbols * FITTED_WIDTH),
  };
}

/** How many symbols there is room for. */
export const roomIn = ({ past }: Memory): number => past.length / PAST_WIDTH;

/** Makes room for so many symbols; what the others hold stays. */
export function growMemory(memory: Memory, symbols: number): void {
  const larger = newMemory(symbols);
  larger.past.set(memory.past);
  larger.forecasts.set(memory.forecasts);
  larger.factors.set(memory.factors);
  larger.shapes.set(memory.shapes);
  larger.adaptations.set(memory.adaptations);
  larger.bank.set(memory.bank);
  larger.season.set(memory.season);
  larger.filter.set(memory.filter);
  larger.regimes.set(memory.regimes);
  larger.calibration.set(memory.calibration);
  larger.fitted.set(memory.fitted);
  Object.assign(memory, larger);
}

/** Forgets a symbol: its row of each column is 0 again. */
export function clearMemory(memory: Memory, slot: number): void {
  const rows: readonly (readonly [Float64Array, number])[] = [
    [memory.past, PAST_WIDTH],
    [memory.forecasts, FORECAST_WIDTH],
    [memory.factors, FACTOR_WIDTH],
    [memory.shapes, DAYPARTS * SHAPE_WIDTH],
    [memory.adaptations, (GROUPS + 1) * ADAPTATION_WIDTH],
    [memory.bank, BANK_WIDTH],
    [memory.season, SEASON_WIDTH],
    [memory.filter, FILTER_WIDTH],
    [memory.regimes, REGIME_WIDTH],
    [memory.calibration, SESSIONS_SCORED * CALIBRATION_WIDTH],
    [memory.fitted, FITTED_WIDTH],
  ];
  for (const [column, width] of rows) column.fill(0, slot * width, (slot + 1) * width);
}
