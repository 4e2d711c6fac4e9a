import { log1p, pow } from '@aitrader/core-numeric';

/*
 * How much of the capital to stake so that it grows fastest, what a smaller stake costs, and what it saves. Source, unless said
 * otherwise: Thorp (2006), "The Kelly criterion in blackjack, sports betting and the stock market", Handbook of Asset and
 * Liability Management. A stake of 1 is the whole capital; means, deviations and growth are per the same unit of time.
 *
 * 1. No stake grows faster than the Kelly stake; twice that stake grows no faster than none.
 * 2. A smaller fraction of it falls to any level less likely.
 * 3. What is staked of an uncertain mean is never more than of a certain one.
 */

/** @throws RangeError when a figure is outside `from` … `to`, ends excluded */
function requireWithin(name: string, value: number, from: number, to: number): void {
  if (!(value > from && value < to)) throw new RangeError(`the ${name} must be between ${from} and ${to}, got ${value}`);
}

/**
 * The stake at which capital grows fastest when its excess return has mean `mean` and standard deviation `sd`: mean / sd². Below 0
 * for a mean below 0. No figures are refused: an sd of 0 gives ±Infinity or NaN.
 */
export const kellyStake = (mean: number, sd: number): number => mean / (sd * sd);

/**
 * What to multiply the Kelly stake by when its mean is an estimate with standard error `error`: mean² / (mean² + error²). A stake of
 * k times mean / sd² grows at (k mean² − k² (mean² + error²) / 2) / sd² on average, which is most at this k. Source: the shrinkage of
 * Baker and McHale (2013), "Optimal betting under parameter uncertainty", Decision Analysis 10, for a quadratic growth.
 */
export const estimationShrinkage = (mean: number, error: number): number => (mean * mean) / (mean * mean + error * error);

/** The Kelly stake of the mean moved by its standard error towards 0, and 0 where that would cross it: a one-sided 84 % bound. */
export const lowerBoundStake = (mean: number, sd: number, error: number): number =>
  kellyStake(Math.sign(mean) * Math.max(0, Math.abs(mean) - error), sd);

/** Growth of the capital per unit of time at a stake: riskFree + stake · excess − stake² sd² / 2, `excess` the mean above riskFree. */
export const growthRate = (stake: number, excess: number, sd: number, riskFree: number): number =>
  riskFree + stake * excess - (stake * stake * sd * sd) / 2;

/** Growth above the risk-free rate at a fraction c of the Kelly stake, relative to that of the whole one: c (2 − c). */
export const relativeGrowth = (fraction: number): number => fraction * (2 - fraction);

/** Exponent of the fall probabilities: 2 / c − 1. */
function fallExponent(fraction: number): number {
  requireWithin('fraction of the Kelly stake', fraction, 0, 2);
  return 2 / fraction - 1;
}

/**
 * P(the capital ever falls to `level` of what it is now) at a fraction c of the Kelly stake: level^(2/c − 1), without a risk-free
 * rate. @throws RangeError for a level outside 0 … 1 or a fraction outside 0 … 2
 */
export function fallProbability(fraction: number, level: number): number {
  requireWithin('level', level, 0, 1);
  return pow(level, fallExponent(fraction));
}

/**
 * P(the capital reaches `high` before `low`, both relative to now) at a fraction c of the Kelly stake: (1 − low^e) / (1 −
 * (low / high)^e), e = 2/c − 1. @throws RangeError for low outside 0 … 1, high ≤ 1 or a fraction outside 0 … 2
 */
export function riseBeforeFallProbability(fraction: number, high: number, low: number): number {
  requireWithin('lower level', low, 0, 1);
  requireWithin('upper level', high, 1, Infinity);
  const exponent = fallExponent(fraction);
  return (1 - pow(low, exponent)) / (1 - pow(low / high, exponent));
}

/**
 * The share of the capital to bet at odds of `odds` to 1 when winning has probability `win`: (odds · win − (1 − win)) / odds, and
 * nothing without an edge. Source: Kelly (1956), "A new interpretation of information rate". @throws RangeError for win outside
 * 0 … 1 or odds ≤ 0
 */
export function binaryKellyStake(win: number, odds: number): number {
  requireWithin('probability of winning', win, 0, 1);
  requireWithin('odds', odds, 0, Infinity);
  return Math.max(0, (odds * win - (1 - win)) / odds);
}

/** Mean growth ln(capital) per bet at such odds and `stake` < 1: win ln(1 + odds · stake) + (1 − win) ln(1 − stake). @throws RangeError */
export function binaryGrowth(stake: number, win: number, odds: number): number {
  requireWithin('probability of winning', win, 0, 1);
  requireWithin('odds', odds, 0, Infinity);
  requireWithin('stake', stake, -1 / odds, 1);
  return win * log1p(odds * stake) + (1 - win) * log1p(-stake);
}
