/*
 * What a breakout strategy believes about the log return over its horizon, from the state's figures alone.
 *
 * With h the horizon and v, σ, P the state's velocity, volatility and P(v > 0):
 *
 *   mean = v · k + IC · (2P − 1) · σ · √h          k = τ · (1 − exp(−h/τ))
 *   sd²  = σ² · h + var(level) + 2k · cov(level, velocity) + k² · var(velocity)
 *
 * The first term is the filter's own drift: a velocity that fades with a mean life of τ, integrated over the horizon. The state
 * does not say how fast its velocity fades, so τ is an assumption, at the short end of the lives that such filters are given,
 * which keeps the drift small. The second term is the belief in continuation, in the form of Grinold, "Alpha is volatility times
 * IC times score" (1994): σ√h is the volatility, 2P − 1 the score (−1 certain fall, +1 certain rise), and IC the correlation
 * of score and outcome that the strategy claims. The claim is an assumption, to be held against the calibration that every
 * backtest measures. The mean takes its sign from the state, never from the direction of the trade: when the two disagree,
 * whoever sizes the signal sees it.
 *
 * The variance is that of the random walk over the horizon, plus what the state does not know about where it starts from. The
 * shape is Student's t with the state's degrees of freedom: sums over a horizon have thinner tails, so that errs on the wide side.
 *
 * Invariants
 * 1. Every figure is a safe integer; the quantiles never fall from one level to the next.
 * 2. The distribution depends on the row and the horizon alone, whatever is cached.
 */
import { exp, studentTQuantile, toFixedPoint } from '@aitrader/core-numeric';
import { AT, PPM, QUANTILE_LEVELS, read, type ReturnDistribution } from '@aitrader/model';

/** The correlation of score and outcome that the strategy claims: 0.1 is about the best that forecasts of returns sustain. */
const INFORMATION_COEFFICIENT = 0.1;
/** Mean life of a velocity, trading minutes: a half-life of 21. */
const VELOCITY_LIFE_MINUTES = 30;
/** A state's variances are in 1e-6 bp², and 1e-3 bp is 10 e8. */
const E8_SQUARED_PER_VARIANCE_UNIT = 100;
/** Student's t has a variance only beyond 2 degrees of freedom. */
const DOF_MILLI_MIN = 2000;
const DOF_UNITS_PER_ONE = 1000;
/** Rows of multipliers kept. Models use a handful of degrees of freedom; one that varies them starts the cache over. */
const CACHED_DOF_MAX = 1024;

/** What turns a state into a belief over one horizon. Plain data. */
export interface Outlook {
  readonly horizonMinutes: number;
  /** the k above: minutes that a velocity is worth over the horizon */
  readonly velocityMinutes: number;
  /** quantiles of Student's t of variance 1 at `QUANTILE_LEVELS`, by degrees of freedom in 1e-3 */
  readonly quantilesOfDof: Map<number, readonly number[]>;
}

/** The outlook over a horizon in trading minutes. */
export function newOutlook(horizonMinutes: number): Outlook {
  const velocityMinutes = VELOCITY_LIFE_MINUTES * (1 - exp(-horizonMinutes / VELOCITY_LIFE_MINUTES));
  return { horizonMinutes, velocityMinutes, quantilesOfDof: new Map() };
}

/**
 * The forward return that the state's row at `offset` implies, in e8; undefined when a figure is missing, the volatility is not
 * positive, or the tails are too fat for a variance (2 degrees of freedom or fewer).
 */
export function forwardReturn(outlook: Outlook, rows: Float64Array, offset: number): ReturnDistribution | undefined {
  const { horizonMinutes, velocityMinutes } = outlook;
  const volatility = read(rows, offset + AT.volatility);
  const dofMilli = read(rows, offset + AT.predictiveDof);
  if (!(volatility > 0 && dofMilli > DOF_MILLI_MIN)) return undefined;
  const walk = volatility * Math.sqrt(horizonMinutes);
  const score = (2 * read(rows, offset + AT.velocityUp)) / PPM - 1;
  const mean = read(rows, offset + AT.velocity) * velocityMinutes + INFORMATION_COEFFICIENT * score * walk;
  const sd = Math.sqrt(walk * walk + startVariance(rows, offset, velocityMinutes));
  if (!Number.isFinite(mean) || !Number.isFinite(sd)) return undefined;
  return {
    meanE8: toFixedPoint(mean, 1),
    sdE8: toFixedPoint(sd, 1),
    dofMilli,
    quantilesE8: unitQuantiles(outlook.quantilesOfDof, dofMilli).map((quantile) => toFixedPoint(mean + sd * quantile, 1)),
  };
}

/** Variance of level + k · velocity as the state knows them, e8²; never negative, whatever rounding did to the covariance. */
function startVariance(rows: Float64Array, offset: number, velocityMinutes: number): number {
  const level = read(rows, offset + AT.levelVariance);
  const covariance = read(rows, offset + AT.levelVelocityCovariance);
  const velocity = read(rows, offset + AT.velocityVariance);
  const variance = level + velocityMinutes * (2 * covariance + velocityMinutes * velocity);
  return Math.max(0, variance) * E8_SQUARED_PER_VARIANCE_UNIT;
}

function unitQuantiles(quantilesOfDof: Map<number, readonly number[]>, dofMilli: number): readonly number[] {
  const known = quantilesOfDof.get(dofMilli);
  if (known !== undefined) return known;
  const dof = dofMilli / DOF_UNITS_PER_ONE;
  const toUnitVariance = Math.sqrt((dof - 2) / dof);
  const quantiles = QUANTILE_LEVELS.map((level) => studentTQuantile(level, dof) * toUnitVariance);
  if (quantilesOfDof.size >= CACHED_DOF_MAX) quantilesOfDof.clear();
  quantilesOfDof.set(dofMilli, quantiles);
  return quantiles;
}
