import { exp, normalCdf, normalQuantile } from '@aitrader/core-numeric';
import { momentsOf } from './moments.ts';
import { sharpeRatio } from './ratios.ts';
import { requireCount, requireFinite, requirePositive, requireReturns, type Series } from './series.ts';

/*
 * How far a Sharpe ratio can be believed. Every Sharpe ratio here is per period, never per year; kurtosis is 3 for a normal
 * distribution. Sources: Bailey and López de Prado (2012), "The Sharpe ratio efficient frontier", J. Risk 15, and (2014), "The
 * deflated Sharpe ratio", J. Portfolio Management 40.
 *
 * 1. The probability of beating a benchmark rises with the Sharpe ratio and falls with the benchmark.
 * 2. More trials, or more different ones, never make a result more believable.
 */

const EULER_GAMMA = 0.5772156649015329;

/** A Sharpe ratio per period, and the returns' shape that says how certain it is. */
export interface SharpeEstimate {
  readonly sharpe: number;
  readonly observations: number;
  readonly skewness: number;
  /** 3 for a normal distribution */
  readonly kurtosis: number;
}

/** The Sharpe ratio of returns above `riskFree`, a return per period. @throws RangeError when they do not vary, or below two */
export function sharpeEstimateOf(returns: Series, riskFree: number): SharpeEstimate {
  requireReturns(returns, 2);
  const { variance, skewness, kurtosis, count } = momentsOf(returns);
  requirePositive('variance of the returns', variance);
  return { sharpe: sharpeRatio(returns, riskFree, 1), observations: count, skewness, kurtosis };
}

/** 1 − γ₃ SR + (γ₄ − 1) SR² / 4: the variance of √(n − 1) times the estimate. */
function unitVariance({ sharpe, observations, skewness, kurtosis }: SharpeEstimate): number {
  requireCount('number of observations', observations, 2);
  for (const [name, value] of Object.entries({ sharpe, skewness, kurtosis })) requireFinite(name, value);
  const variance = 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe;
  if (!(variance > 0)) throw new RangeError(`no distribution has skewness ${skewness} and kurtosis ${kurtosis}`);
  return variance;
}

/** Standard error of the estimate: √((1 − γ₃ SR + (γ₄ − 1) SR² / 4) / (n − 1)). @throws RangeError for impossible moments */
export const sharpeStandardError = (estimate: SharpeEstimate): number =>
  Math.sqrt(unitVariance(estimate) / (estimate.observations - 1));

/** P(the true Sharpe ratio is above `benchmark`), PSR. @throws RangeError for impossible moments or a benchmark that is not finite */
export function probabilisticSharpe(estimate: SharpeEstimate, benchmark: number): number {
  requireFinite('benchmark', benchmark);
  return normalCdf((estimate.sharpe - benchmark) / sharpeStandardError(estimate));
}

/**
 * Observations needed before the probabilistic Sharpe ratio reaches `confidence`, MinTRL; Infinity when the estimate is not above
 * the benchmark. @throws RangeError for impossible moments or a confidence outside 0.5 … 1
 */
export function minimumTrackRecord(estimate: SharpeEstimate, benchmark: number, confidence: number): number {
  requireFinite('benchmark', benchmark);
  if (!(confidence >= 0.5 && confidence < 1)) throw new RangeError(`the confidence must be in 0.5 … 1, got ${confidence}`);
  const variance = unitVariance(estimate);
  if (estimate.sharpe <= benchmark) return Infinity;
  const deviations = normalQuantile(confidence) / (estimate.sharpe - benchmark);
  return 1 + variance * deviations * deviations;
}

/**
 * The Sharpe ratio per period that the best of `trials` without any skill is expected to show, when theirs vary by
 * `trialVariance`, per period too: √V ((1 − γ) Z(1 − 1/N) + γ Z(1 − 1/(N e))); 0 for a single trial. @throws RangeError
 */
export function expectedMaximumSharpe(trials: number, trialVariance: number): number {
  requireCount('number of trials', trials, 1);
  if (!(trialVariance >= 0 && trialVariance < Infinity))
    throw new RangeError(`the variance of the trials must be at least 0, got ${trialVariance}`);
  if (trials === 1) return 0;
  // −Z(q) = Z(1 − q), without the rounding of 1 − q
  const best = -normalQuantile(1 / trials);
  const beyond = -normalQuantile(exp(-1) / trials);
  return Math.sqrt(trialVariance) * ((1 - EULER_GAMMA) * best + EULER_GAMMA * beyond);
}

/** P(the true Sharpe ratio is above what luck alone gives the best of `trials`), DSR. @throws RangeError as its parts do */
export function deflatedSharpe(estimate: SharpeEstimate, trials: number, trialVariance: number): number {
  return probabilisticSharpe(estimate, expectedMaximumSharpe(trials, trialVariance));
}
