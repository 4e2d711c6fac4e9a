import { normalPdf, normalQuantile } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import { momentsOf, sampleQuantile } from './moments.ts';
import { requireInside, requireReturns, type Series } from './series.ts';

/*
 * Value at risk and expected shortfall as returns: a loss is negative. `tail` is the probability of falling below, 0.05 for 95 %.
 *
 * 1. An expected shortfall is at most the value at risk of the same tail.
 * 2. Both fall as the tail gets smaller, except for the Cornish–Fisher one outside its domain.
 * 3. A historical shortfall is coherent: that of two series added is at least the sum of theirs.
 */

function requireArguments(returns: Series, tail: number): void {
  requireReturns(returns);
  requireInside('tail', tail);
}

/** The `tail` quantile of the returns themselves, type 7. @throws RangeError for bad returns or a tail outside 0 … 1 */
export function historicalVar(returns: Series, tail: number): number {
  requireArguments(returns, tail);
  return sampleQuantile(returns, tail);
}

/**
 * Mean of the worst `tail` of the returns: (1 / tail) ∫ F⁻¹(u) du from 0 to `tail`, with F the steps that n returns make. The ⌊n tail⌋
 * worst ones count whole and the next one in part, so that equal returns at the border count as often as they are in the tail, and no
 * more. Source: Acerbi and Tasche (2002), "On the coherence of expected shortfall", J. Banking & Finance 26, definition 2.6.
 * @throws RangeError as historicalVar does
 */
export function historicalShortfall(returns: Series, tail: number): number {
  requireArguments(returns, tail);
  const sorted = Float64Array.from(returns).sort();
  const worst = read(sorted, 0);
  const mass = tail * sorted.length;
  const whole = Math.floor(mass);
  let excess = 0;
  for (let i = 0; i < whole; i++) excess += read(sorted, i) - worst;
  if (whole < sorted.length) excess += (mass - whole) * (read(sorted, whole) - worst);
  return worst + excess / mass;
}

/** The `tail` quantile of the normal distribution with the mean and the variance (divided by n) of the returns. @throws RangeError */
export function gaussianVar(returns: Series, tail: number): number {
  requireArguments(returns, tail);
  const { mean: centre, variance } = momentsOf(returns);
  return centre + Math.sqrt(variance) * normalQuantile(tail);
}

/** Mean of that normal distribution below its `tail` quantile: m − s φ(z) / tail. @throws RangeError as gaussianVar does */
export function gaussianShortfall(returns: Series, tail: number): number {
  requireArguments(returns, tail);
  const { mean: centre, variance } = momentsOf(returns);
  return centre - (Math.sqrt(variance) * normalPdf(normalQuantile(tail))) / tail;
}

/**
 * The `tail` quantile corrected for skewness and kurtosis: z + (z² − 1) S / 6 + (z³ − 3 z) K / 24 − (2 z³ − 5 z) S² / 36, with
 * K = kurtosis − 3. Source: Cornish and Fisher (1938); Zangari (1996), "A VaR methodology for portfolios that include options".
 * For strong skewness it no longer rises with z. NaN when the returns do not vary. @throws RangeError as gaussianVar does
 */
export function cornishFisherVar(returns: Series, tail: number): number {
  requireArguments(returns, tail);
  const { mean: centre, variance, skewness: s, kurtosis } = momentsOf(returns);
  const z = normalQuantile(tail);
  const k = kurtosis - 3;
  const skewed = ((z * z - 1) * s) / 6 - ((2 * z * z - 5) * z * s * s) / 36;
  return centre + Math.sqrt(variance) * (z + skewed + ((z * z - 3) * z * k) / 24);
}
