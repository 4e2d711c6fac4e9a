import { read } from '@aitrader/model';
import { EstimationError } from './estimation-error.ts';

/*
 * Whether errors that a model calls independent, normal and of one variance look so. All take the errors as they are, without NaN.
 *
 * Source: Durbin and Koopman (2012), section 2.12; Ljung and Box (1978), Biometrika 65; Jarque and Bera (1987), Int. Stat. Review 55.
 */

function requireErrors(errors: Float64Array, countMin: number): void {
  if (errors.length < countMin) throw new EstimationError(`${errors.length} errors, fewer than the ${countMin} it takes`);
  const bad = errors.findIndex((error) => !Number.isFinite(error));
  if (bad >= 0) throw new EstimationError(`errors[${bad}] is ${read(errors, bad)}`);
}

/** The mean and the central moments 2, 3 and 4, all over n. */
function centralMoments(errors: Float64Array): { readonly mean: number; readonly moments: readonly [number, number, number] } {
  const n = errors.length;
  const mean = errors.reduce((sum, x) => sum + x, 0) / n;
  let [second, third, fourth] = [0, 0, 0];
  for (const x of errors) {
    const square = (x - mean) * (x - mean);
    second += square;
    third += square * (x - mean);
    fourth += square * square;
  }
  return { mean, moments: [second / n, third / n, fourth / n] };
}

/** Normality: skewness S, kurtosis K (3 for the normal) and Jarque and Bera's n (S²/6 + (K − 3)²/24), χ² with 2 degrees of freedom. */
export function normality(errors: Float64Array): {
  readonly skewness: number;
  readonly kurtosis: number;
  readonly jarqueBera: number;
} {
  requireErrors(errors, 2);
  const [second, third, fourth] = centralMoments(errors).moments;
  const skewness = third / (second * Math.sqrt(second));
  const kurtosis = fourth / (second * second);
  const excess = kurtosis - 3;
  return { skewness, kurtosis, jarqueBera: errors.length * ((skewness * skewness) / 6 + (excess * excess) / 24) };
}

/** H(h): the sum of the last h squared errors over that of the first h; F(h, h) when the variance stays the same. */
export function heteroskedasticity(errors: Float64Array, h: number): number {
  requireErrors(errors, 2 * h);
  const squares = (part: Float64Array): number => part.reduce((sum, x) => sum + x * x, 0);
  return squares(errors.subarray(errors.length - h)) / squares(errors.subarray(0, h));
}

/** Autocorrelations at the lags 1 … `lags`, around the mean and over n. */
export function autocorrelations(errors: Float64Array, lags: number): Float64Array {
  requireErrors(errors, lags + 2);
  const { mean, moments } = centralMoments(errors);
  return Float64Array.from({ length: lags }, (_, k) => {
    let sum = 0;
    for (let t = k + 1; t < errors.length; t++) sum += (read(errors, t) - mean) * (read(errors, t - k - 1) - mean);
    return sum / (errors.length * moments[0]);
  });
}

/** Ljung and Box's Q(lags) = n (n + 2) Σ rⱼ² / (n − j): χ² when the errors are independent. */
export function ljungBox(errors: Float64Array, lags: number): number {
  const n = errors.length;
  return n * (n + 2) * autocorrelations(errors, lags).reduce((sum, r, k) => sum + (r * r) / (n - k - 1), 0);
}
