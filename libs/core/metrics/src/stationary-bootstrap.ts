import { exp, ln, nextBelow, nextUniform, type RandomStream } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import { mean } from './moments.ts';
import { requireSeries, type Series } from './series.ts';

/*
 * The stationary bootstrap: samples of a series' periods in blocks of random length, so that what follows one another in the series
 * does so in the samples. After every period the block goes on with the next one, the first after the last, or ends with probability
 * 1 / `meanBlock`; then a new one begins anywhere. Source: Politis and Romano (1994), "The stationary bootstrap", JASA 89.
 *
 * 1. Every period is as likely as any other in every place of a sample.
 * 2. The same stream gives the same samples.
 */

/** Fills `counts`, one for each period, with how often it is in the next sample of as many periods. `meanBlock` is at least 1. */
export function drawCounts(stream: RandomStream, counts: Float64Array, meanBlock: number): void {
  const periods = counts.length;
  const ends = 1 / meanBlock;
  counts.fill(0);
  let at = 0;
  for (let drawn = 0; drawn < periods; drawn++) {
    if (drawn === 0 || nextUniform(stream) < ends) at = nextBelow(stream, periods);
    else at = at + 1 === periods ? 0 : at + 1;
    counts[at] = read(counts, at) + 1;
  }
}

/**
 * What the variance of a sample's mean is, times the number of periods: γ₀ + 2 Σ ((1 − i/n) pⁱ + (i/n) pⁿ⁻ⁱ) γᵢ over the lags
 * i = 1 … n − 1, with p = 1 − 1 / `meanBlock` and γᵢ = Σ (xₜ − m)(xₜ₊ᵢ − m) / n. Not an estimate of it: of all samples that may be
 * drawn it is the very variance. Source: Politis and Romano (1994), lemma 1. O(n): the sums over lags of pⁱ xₜ₊ᵢ and i pⁱ xₜ₊ᵢ around
 * the circle follow from those of t + 1.
 */
export function sampleMeanVariance(series: Float64Array, meanBlock: number): number {
  const n = series.length;
  const p = 1 - 1 / meanBlock;
  const centre = mean(series);
  // Σ pⁱ xₜ₊ᵢ and Σ i pⁱ xₜ₊ᵢ over i = 1 … n − 1, for t = n − 1
  let [weighted, delayed, power] = [0, 0, 1];
  for (let i = 1; i < n; i++) {
    power *= p;
    const x = read(series, i - 1) - centre;
    weighted += power * x;
    delayed += i * power * x;
  }
  const wrapped = power * p;
  let total = 0;
  for (let t = n - 1; t >= 0; t--) {
    const x = read(series, t) - centre;
    total += x * (x + 2 * (weighted - delayed / n));
    // those of t − 1
    delayed = p * (delayed + weighted + x) - n * wrapped * (read(series, t === 0 ? n - 1 : t - 1) - centre);
    weighted = p * (weighted + x) - wrapped * (read(series, t === 0 ? n - 1 : t - 1) - centre);
  }
  return Math.max(0, total / n);
}

/** Lags without a correlation after which none is looked for any more. */
const QUIET_LAGS = 5;
/** Blocks are no longer than a third of the series, and than three times the root of its length. */
const ROOTS_MAX = 3;

/**
 * The mean length of blocks, in periods, that brings the variance of the mean closest, at least 1: (2 G² n / D)^⅓ with
 * G = Σ λ(k / M) |k| γₖ and D = 2 (Σ λ(k / M) γₖ)² over |k| ≤ M, where λ is 1 up to a half and falls to 0 at 1, and M is twice the
 * first lag that begins five without a correlation beyond 2 √(log₁₀ n / n), at most ⌈√n⌉ + 5. At most ⌈min(3 √n, n / 3)⌉. Sources:
 * Politis and White (2004), "Automatic block-length selection for the dependent bootstrap", Econometric Reviews 23, with D as
 * corrected by Patton, Politis and White (2009), ibid. 28. @throws RangeError below 9 items
 */
export function stationaryBlockLength(series: Series): number {
  requireSeries('values', series, PERIODS_MIN);
  const n = series.length;
  const centre = mean(series);
  const deviations = Float64Array.from(series, (value) => value - centre);
  const root = Math.ceil(Math.sqrt(n));
  const lagMax = Math.min(root + QUIET_LAGS, n - 1);
  const covariances = Float64Array.from({ length: lagMax + QUIET_LAGS }, (_, k) => covarianceAt(deviations, k));
  const variance = read(covariances, 0);
  if (!(variance > 0)) return 1;
  const bound = 2 * Math.sqrt(ln(n) / ln(10) / n);
  const isQuiet = (from: number): boolean =>
    covariances.subarray(from, from + QUIET_LAGS).every((value) => Math.abs(value) < bound * variance);
  let first = 1;
  while (2 * first < lagMax && !isQuiet(first)) first++;
  const lags = Math.min(2 * first, lagMax);
  let [slope, spectrum] = [0, variance];
  for (let k = 1; k <= lags; k++) {
    const weight = 2 * k <= lags ? 1 : 2 * (1 - k / lags);
    slope += 2 * weight * k * read(covariances, k);
    spectrum += 2 * weight * read(covariances, k);
  }
  const cube = ((slope * slope) / (spectrum * spectrum)) * n;
  const most = Math.ceil(Math.min(ROOTS_MAX * Math.sqrt(n), n / 3));
  return cube > 1 ? Math.min(exp(ln(cube) / 3), most) : 1;
}

/** So many that a block has at most a third of them, and there are three. */
const PERIODS_MIN = 9;

/** Σ xₜ xₜ₊ₖ / n; 0 from n lags on. */
function covarianceAt(deviations: Float64Array, lag: number): number {
  let sum = 0;
  for (let t = lag; t < deviations.length; t++) sum += read(deviations, t) * read(deviations, t - lag);
  return sum / deviations.length;
}
