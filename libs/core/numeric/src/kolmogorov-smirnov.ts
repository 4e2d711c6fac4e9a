import { read } from '@aitrader/model';
import { exp, ln, log1p, pow } from './elementary.ts';
import { lnGamma } from './gamma.ts';

/*
 * Invariants
 * 1. The probability never rises with the distance; it is 1 up to the least distance possible, 1 / (2 n), and 0 from 1 on.
 * 2. For one observation it is 2 (1 − d).
 */

const HALF_PI_SQUARED = 4.934802200544679;
const SQRT_2PI = 2.5066282746310002;
/** Where both series of the limit distribution need few terms. */
const LIMIT_SERIES_BORDER = 1.1;
const LIMIT_TERMS = 6;
/** From this n d² on, twice the one-sided tail is the two-sided one within exp(−6 n d²) < 4e-11 of itself. */
const ONE_SIDED_FROM = 4;
/** Beyond, a sum over all observations is not worth its time, or a matrix of order 2 n d too large. */
const ONE_SIDED_OBSERVATIONS_MAX = 100_000;
const EXACT_OBSERVATIONS_MAX = 300;
/** Powers of two that keep the matrix inside the doubles. */
const TOO_LARGE = 2 ** 400;
const RESCALE = 2 ** -400;

/**
 * P(K > x), K the limit of √n times the Kolmogorov–Smirnov distance of n observations; within 1e-15, and relatively exact in the
 * upper tail. Source: Kolmogorov (1933); Smirnov (1948), "Table for estimating the goodness of fit of empirical distributions",
 * Ann. Math. Statist. 19: 2 Σ (−1)^(k − 1) exp(−2 k² x²), and for small x its theta transform. @throws RangeError for x < 0 or NaN
 */
export function kolmogorovSurvival(x: number): number {
  if (!(x >= 0)) throw new RangeError(`the Kolmogorov distribution needs x ≥ 0, got ${x}`);
  if (x === 0) return 1;
  let sum = 0;
  if (x < LIMIT_SERIES_BORDER) {
    for (let k = 2 * LIMIT_TERMS - 1; k > 0; k -= 2) sum += exp((-HALF_PI_SQUARED * k * k) / (4 * x * x));
    return 1 - (SQRT_2PI / x) * sum;
  }
  for (let k = LIMIT_TERMS; k > 0; k--) sum = exp(-2 * (2 * k - 1) * x * x) * (1 - sum);
  return 2 * sum;
}

/** P(D⁺ ≥ d), D⁺ the largest excess of the empirical distribution. Source: Birnbaum and Tingey (1951), Ann. Math. Statist. 22. */
function oneSidedTail(d: number, n: number): number {
  const lnFactorial = lnGamma(n + 1);
  let sum = exp(n * log1p(-d));
  for (let j = 1; j <= n * (1 - d); j++) {
    const rest = 1 - d - j / n;
    if (rest <= 0) break;
    const lnChoices = lnFactorial - lnGamma(j + 1) - lnGamma(n - j + 1);
    sum += d * exp(lnChoices + (j - 1) * ln(d + j / n) + (n - j) * ln(rest));
  }
  return sum;
}

/** A square matrix, row by row, times 2^(400 · rescaled). */
interface Scaled {
  readonly cells: Float64Array;
  readonly rescaled: number;
}

function product(a: Scaled, b: Scaled, order: number): Scaled {
  const cells = new Float64Array(order * order);
  let largest = 0;
  for (let i = 0; i < order; i++)
    for (let j = 0; j < order; j++) {
      let sum = 0;
      for (let k = 0; k < order; k++) sum += read(a.cells, i * order + k) * read(b.cells, k * order + j);
      cells[i * order + j] = sum;
      largest = Math.max(largest, sum);
    }
  const isTooLarge = largest > TOO_LARGE;
  return {
    cells: isTooLarge ? cells.map((value) => value * RESCALE) : cells,
    rescaled: a.rescaled + b.rescaled + (isTooLarge ? 1 : 0),
  };
}

/** The transition matrix of Durbin's walk for n d = k − h, of order 2 k − 1. */
function durbinMatrix(k: number, h: number): Float64Array {
  const order = 2 * k - 1;
  const cells = new Float64Array(order * order);
  const put = (i: number, j: number, value: number): void => void (cells[i * order + j] = value);
  const inverseFactorial = (n: number): number => exp(-lnGamma(n + 1));
  for (let i = 0; i < order; i++) for (let j = 0; j <= Math.min(i + 1, order - 1); j++) put(i, j, inverseFactorial(i - j + 1));
  for (let i = 0; i < order; i++) {
    put(i, 0, read(cells, i * order) - pow(h, i + 1) * inverseFactorial(i + 1));
    const last = (order - 1) * order + i;
    cells[last] = read(cells, last) - pow(h, order - i) * inverseFactorial(order - i);
  }
  const corner = (order - 1) * order;
  if (h > 0.5) cells[corner] = read(cells, corner) + pow(2 * h - 1, order) * inverseFactorial(order);
  return cells;
}

/** P(D < d), exactly. Source: Durbin (1968); Marsaglia, Tsang and Wang (2003), "Evaluating Kolmogorov's distribution", JSS 8(18). */
function exactCdf(d: number, n: number): number {
  const k = Math.floor(n * d) + 1;
  const order = 2 * k - 1;
  let power: Scaled = { cells: durbinMatrix(k, k - n * d), rescaled: 0 };
  let result: Scaled | undefined;
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = result === undefined ? power : product(result, power, order);
    if (left > 1) power = product(power, power, order);
  }
  let probability = read(result?.cells ?? power.cells, (k - 1) * order + k - 1);
  let rescaled = result?.rescaled ?? 0;
  for (let i = 1; i <= n; i++) {
    probability *= i / n;
    if (rescaled > 0 && probability < 1) {
      probability /= RESCALE;
      rescaled -= 1;
    }
  }
  return probability;
}

/**
 * P(D ≥ d) for the two-sided Kolmogorov–Smirnov distance D of `observations` from their own continuous distribution.
 * Up to 300 observations exact within 1e-12, by Durbin's matrix (some 10 ms at worst); where n d² ≥ 4 twice the one-sided tail,
 * within 1e-10 of itself; else the limit distribution at √n d + 1 / (6 √n) + (√n d − 1) / (4 n), within 0.02 / n (all measured).
 * Source of the last: Vrbik (2018), "Small-sample corrections to Kolmogorov–Smirnov test statistic"; the correction of Stephens
 * (1970), √n d + 0.12 d + 0.11 d / √n, is made for the upper tail and off by up to 2 / n.
 * @throws RangeError for a distance outside 0 … 1 or observations that are no positive integer
 */
export function kolmogorovSmirnovSurvival(d: number, observations: number): number {
  const n = observations;
  if (!(d >= 0 && d <= 1)) throw new RangeError(`a Kolmogorov–Smirnov distance lies in 0 … 1, got ${d}`);
  if (!(Number.isSafeInteger(n) && n > 0)) throw new RangeError(`observations must be a positive integer, got ${n}`);
  if (2 * n * d <= 1) return 1;
  if (d === 1) return 0;
  const root = Math.sqrt(n);
  if (n * d * d >= ONE_SIDED_FROM && n <= ONE_SIDED_OBSERVATIONS_MAX) return 2 * oneSidedTail(d, n);
  if (n <= EXACT_OBSERVATIONS_MAX) return 1 - exactCdf(d, n);
  return kolmogorovSurvival(root * d + 1 / (6 * root) + (root * d - 1) / (4 * n));
}
