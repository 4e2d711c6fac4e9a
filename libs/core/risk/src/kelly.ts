import { E8, type Direction, type ReturnDistribution } from '@aitrader/model';

/**
 * Fraction of equity to stake on a signal: never below zero, and NaN when the distribution is none.
 *
 *     f = c · k* · μ / σ²,   k* = μ² / (μ² + τ²),   τ = edgeError · σ
 *
 * μ is the mean of the forward log return in the signal's direction, σ its standard deviation. μ / σ² is the stake at which
 * capital grows fastest if μ is right (Thorp 2006, "The Kelly criterion in blackjack, sports betting and the stock market").
 * If it is off by an error of sd τ, k times that stake grows at (k μ² − k² (μ² + τ²) / 2) / σ², which is most at k* (the
 * shrinkage of Baker & McHale 2013, "Optimal betting under parameter uncertainty"). c = `kellyFraction` is the caution left:
 * P(ever falling to x of the capital) = x^(2/c − 1), 0.8 % for a half at c = 1/4 (Thorp 2006).
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
  const tau = edgeError * sd;
  const shrinkage = (mean * mean) / (mean * mean + tau * tau);
  return kellyFraction * shrinkage * (mean / (sd * sd));
}

/** How good a signal is: |mean| in standard deviations; below every other one when that is not a number. */
export function qualityOf({ meanE8, sdE8 }: ReturnDistribution): number {
  const quality = sdE8 > 0 ? Math.abs(meanE8) / sdE8 : NaN;
  return quality >= 0 ? quality : -1;
}
