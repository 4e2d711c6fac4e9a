import { E8, type Direction, type ReturnDistribution } from '@aitrader/model';
import { estimationShrinkage, kellyStake } from './kelly-criterion.ts';

/**
 * Fraction of equity to stake on a signal: never below zero, and NaN when the distribution is none.
 *
 *     f = c · k* · μ / σ²,   k* = μ² / (μ² + τ²),   τ = edgeError · σ
 *
 * μ is the mean of the forward log return in the signal's direction, σ its standard deviation: `kellyStake` times the
 * `estimationShrinkage` for a mean that is off by an error of sd τ. c = `kellyFraction` is the caution left: 0.8 % is the
 * probability of ever falling to half the capital at c = 1/4 (`fallProbability`).
 */
export function kellyFractionOf(
  forward: ReturnDistribution,
  direction: Direction,
  kellyFraction: number,
  edgeError: number,
): number {
  const mean = (direction * forward.meanE8) / E8;
  const sd = forward.sdE8 / E8;
  if (!(sd > 0 && sd < Infinity)) return NaN;
  if (mean <= 0) return 0;
  return kellyFraction * estimationShrinkage(mean, edgeError * sd) * kellyStake(mean, sd);
}

/** How good a signal is: |mean| in standard deviations; below every other one when that is not a number. */
export function qualityOf({ meanE8, sdE8 }: ReturnDistribution): number {
  const quality = sdE8 > 0 ? Math.abs(meanE8) / sdE8 : NaN;
  return quality >= 0 ? quality : -1;
}
