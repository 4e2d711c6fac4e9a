import { item } from '@aitrader/model';
import { requireCount, requireSeries, type Series } from './series.ts';

/*
 * Invariants
 * 1. Constant series have variance 0 exactly, whatever the constant: all sums are of differences from the first item.
 * 2. Skewness and kurtosis do not change when a series is shifted or scaled by a positive factor.
 */

/** What describes the shape of a series. `variance` divides by n; `kurtosis` is 3 for a normal distribution. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
  /** NaN when the series does not vary */
  readonly skewness: number;
  /** NaN when the series does not vary */
  readonly kurtosis: number;
}

/** Mean of the values that `of` makes of the items of a series that is not empty. */
export function meanOf(series: Series, of: (value: number) => number = (value) => value): number {
  let sum = 0;
  for (const value of series) sum += of(value);
  return sum / series.length;
}

/** Arithmetic mean of a series. @throws RangeError for an empty series or a value that is not finite */
export function mean(series: Series): number {
  requireSeries('values', series);
  const first = series[0] ?? 0;
  return first + meanOf(series, (value) => value - first);
}

/** Central moments of a series, all divided by n. @throws RangeError for an empty series or a value that is not finite */
export function momentsOf(series: Series): Moments {
  const centre = mean(series);
  const variance = meanOf(series, (value) => (value - centre) * (value - centre));
  const sd = Math.sqrt(variance);
  const power = (exponent: 3 | 4) =>
    meanOf(series, (value) => {
      const z = (value - centre) / sd;
      return exponent === 3 ? z * z * z : z * z * z * z;
    });
  return { count: series.length, mean: centre, variance, skewness: power(3), kurtosis: power(4) };
}

/** Variance of the population that a series is a sample of: divided by n − 1. @throws RangeError for fewer than two values */
export function sampleVariance(series: Series): number {
  requireSeries('values', series, 2);
  const centre = mean(series);
  return meanOf(series, (value) => (value - centre) * (value - centre)) * (series.length / (series.length - 1));
}

/** Standard deviation to go with sampleVariance. @throws RangeError for fewer than two values */
export const sampleSd = (series: Series): number => Math.sqrt(sampleVariance(series));

/**
 * Skewness corrected for the size of the sample: g₁ √(n (n − 1)) / (n − 2). Source: Joanes and Gill (1998), "Comparing measures of
 * sample skewness and kurtosis", The Statistician 47 (G₁). NaN when the sample does not vary. @throws RangeError below 3 values
 */
export function unbiasedSkewness({ count, skewness }: Moments): number {
  requireCount('number of values', count, 3);
  return (skewness * Math.sqrt(count * (count - 1))) / (count - 2);
}

/**
 * Kurtosis (3 for a normal distribution) corrected for the size of the sample: with g₂ = kurtosis − 3,
 * 3 + (n − 1) ((n + 1) g₂ + 6) / ((n − 2) (n − 3)). Source: Joanes and Gill (1998), G₂. NaN when the sample does not vary.
 * @throws RangeError below 4 values
 */
export function unbiasedKurtosis({ count, kurtosis }: Moments): number {
  requireCount('number of values', count, 4);
  return 3 + ((count - 1) * ((count + 1) * (kurtosis - 3) + 6)) / ((count - 2) * (count - 3));
}

/**
 * The quantile of a sample at probability p in 0 … 1, linear between the ordered values i at (i − 1) / (n − 1). Source: Hyndman
 * and Fan (1996), "Sample quantiles in statistical packages", The American Statistician 50, type 7. @throws RangeError
 */
export function sampleQuantile(series: Series, p: number): number {
  requireSeries('values', series);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability lies in 0 … 1, got ${p}`);
  const sorted = Float64Array.from(series).sort();
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const lower = sorted[below] ?? NaN;
  const upper = sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN;
  return lower + (position - below) * (upper - lower);
}

/** Pearson's correlation of two series of equal length; NaN when either does not vary. @throws RangeError for other lengths */
export function correlation(a: Series, b: Series): number {
  requireSeries('values', a, 2);
  if (a.length !== b.length) throw new RangeError(`a correlation needs equal lengths, got ${a.length} and ${b.length}`);
  const [centreA, centreB] = [mean(a), mean(b)];
  let [both, squaredA, squaredB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const deviationA = (a[i] ?? NaN) - centreA;
    const deviationB = (b[i] ?? NaN) - centreB;
    both += deviationA * deviationB;
    squaredA += deviationA * deviationA;
    squaredB += deviationB * deviationB;
  }
  return both / Math.sqrt(squaredA * squaredB);
}

/**
 * Autocorrelations of a series at the lags 1 … `lags`: Σ (x_t − m) (x_(t−k) − m) / Σ (x_t − m)², m the mean of the whole. Source:
 * Box and Jenkins, "Time Series Analysis". NaN when the series does not vary. @throws RangeError for lags outside 1 … n − 1
 */
export function autocorrelations(series: Series, lags: number): number[] {
  requireCount('number of lags', lags, 1);
  requireSeries('values', series, lags + 1);
  const centre = mean(series);
  const deviations = Array.from(series, (value) => value - centre);
  const total = deviations.reduce((sum, value) => sum + value * value, 0);
  return Array.from({ length: lags }, (_, k) => {
    let sum = 0;
    for (let t = k + 1; t < deviations.length; t++) sum += item(deviations, t) * item(deviations, t - k - 1);
    return sum / total;
  });
}
