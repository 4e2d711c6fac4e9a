import { ln } from '@aitrader/core-numeric';
import { QUANTILE_LEVELS, read } from '@aitrader/model';
import { MEDIAN, QUANTILES } from './sizes.ts';
import { KNOT_CDF, KNOT_CROSS, KNOT_FIRST, KNOT_SECOND, T4_NORM, T4_QUANTILES, t4CrossArea } from './student-four.ts';

/*
 * The raw law of a forecast: F(y) = T₄(τ(y)), τ piecewise linear through the emitted quantiles q_k and those of t₄, and beyond the
 * outermost ones with their slope from the median. A proper law that has exactly the emitted quantiles, so that every score can be
 * recomputed from a recording.
 *
 * Segment k of QUANTILES + 1 lies below quantile k and above quantile k − 1. Counted from the median, d = d_k + b (t − t_k) with
 * b = (d_k − d_{k−1}) / (t_k − t_{k−1}) inside and d = (d_k / t_k) t in the outer two: integrals over a whole segment are constants
 * times d_k and d_{k−1}, computed once.
 *
 * Quantiles that are equal are an atom: a probability of the very return. It is scored as such, that of one unit of e8, and its PIT is the
 * middle of the two that it lies between.
 *
 * 1. PIT lies in 0 … 1 and never falls with the outcome; CRPS is never negative; the log score is finite.
 */

/** Scores are of returns in per cent: 1 % is 1e6 e8. */
const LN_E8_PER_PERCENT = ln(1e6);
const LAST = QUANTILES - 1;
const SEGMENTS = QUANTILES + 1;

const perSegment = (of: (k: number) => number): Float64Array => Float64Array.from({ length: SEGMENTS }, (_, k) => of(k));
const over = (knots: Float64Array, k: number): number => read(knots, k + 1) - read(knots, k);
const isOuter = (k: number): boolean => k === 0 || k === QUANTILES;
/** t of the knot that a segment is measured from, and one over its width in t. */
const BASE_T = perSegment((k) => read(T4_QUANTILES, Math.min(k, LAST)));
const PER_WIDTH = perSegment((k) => 1 / (isOuter(k) ? read(BASE_T, k) : read(BASE_T, k) - read(T4_QUANTILES, k - 1)));

/** With d = upper d_k + lower d_{k−1}, both linear in t: the parts of ∫ d dG, where ∫ dG is `mass` and ∫ t dG is `first`. */
function upperPart(k: number, mass: number, first: number): number {
  const slope = read(PER_WIDTH, k);
  return isOuter(k) ? slope * first : mass + slope * (first - read(BASE_T, k) * mass);
}
function lowerPart(k: number, mass: number, first: number): number {
  return isOuter(k) ? 0 : read(PER_WIDTH, k) * (read(BASE_T, k) * mass - first);
}

/** ∫ 2F dF and ∫ 2F t dF over a segment, for CRPS below the outcome; and with 1 − F in place of F, for above it. */
const massUnder = (k: number): number => over(KNOT_CDF, k) * (read(KNOT_CDF, k + 1) + read(KNOT_CDF, k));
const firstUnder = (k: number): number => 2 * over(KNOT_CROSS, k);
const massOver = (k: number): number => 2 * over(KNOT_CDF, k) - massUnder(k);
const firstOver = (k: number): number => 2 * over(KNOT_FIRST, k) - firstUnder(k);
const MASS_UNDER = perSegment(massUnder);
const UPPER_UNDER = perSegment((k) => upperPart(k, massUnder(k), firstUnder(k)));
const LOWER_UNDER = perSegment((k) => lowerPart(k, massUnder(k), firstUnder(k)));
const MASS_OVER = perSegment(massOver);
const UPPER_OVER = perSegment((k) => upperPart(k, massOver(k), firstOver(k)));
const LOWER_OVER = perSegment((k) => lowerPart(k, massOver(k), firstOver(k)));

/** Mean of the law from its median: weights of the d_k. */
const MEAN_WEIGHTS = new Float64Array(QUANTILES);
/** Its second moment from there: weights of d_k² and of d_k d_{k−1}. */
const SQUARE_WEIGHTS = new Float64Array(QUANTILES);
const PRODUCT_WEIGHTS = new Float64Array(QUANTILES);
for (let k = 0; k < SEGMENTS; k++) {
  const base = Math.min(k, LAST);
  const [mass, first, second] = [over(KNOT_CDF, k), over(KNOT_FIRST, k), over(KNOT_SECOND, k)];
  const slope = read(PER_WIDTH, k);
  MEAN_WEIGHTS[base] = read(MEAN_WEIGHTS, base) + upperPart(k, mass, first);
  if (isOuter(k)) {
    SQUARE_WEIGHTS[base] = read(SQUARE_WEIGHTS, base) + slope * slope * second;
    continue;
  }
  // the upper part is 1 + s, the lower −s, with s = slope (t − t_k)
  const t = read(BASE_T, k);
  const s1 = slope * (first - t * mass);
  const s2 = slope * slope * (second - 2 * t * first + t * t * mass);
  MEAN_WEIGHTS[k - 1] = read(MEAN_WEIGHTS, k - 1) - s1;
  SQUARE_WEIGHTS[k] = read(SQUARE_WEIGHTS, k) + mass + 2 * s1 + s2;
  SQUARE_WEIGHTS[k - 1] = read(SQUARE_WEIGHTS, k - 1) + s2;
  PRODUCT_WEIGHTS[k] = -2 * (s1 + s2);
}

const levelAt = (k: number): number => QUANTILE_LEVELS[k] ?? NaN;

/** How an outcome lies under a law. */
export interface Scores {
  /** P(return ≤ outcome), 0 … 1 */
  readonly pit: number;
  /** minus the logarithm of the density, nats, of returns in per cent */
  readonly logScore: number;
  /** continuous ranked probability score, e8 */
  readonly crps: number;
}

/** Scores an outcome in e8 under the law whose quantiles stand in `quantiles` from `q` on. */
export function scoreUnder(quantiles: Float64Array, q: number, y: number): Scores {
  let k = 0;
  while (k < QUANTILES && y > read(quantiles, q + k)) k++;
  const base = Math.min(k, LAST);
  let last = base;
  if (y === read(quantiles, q + base)) while (last < LAST && read(quantiles, q + last + 1) === y) last++;
  const atom = last === base ? 0 : levelAt(last) - levelAt(base);
  const from = isOuter(k) ? MEDIAN : k - 1;
  const upper = read(quantiles, q + base);
  const exact = (upper - read(quantiles, q + from)) * read(PER_WIDTH, k);
  // quantiles that rounding made equal have no density of their own: one unit per scale is the finest that is told apart
  const slope = Math.max(1, exact);
  const t = read(BASE_T, k) + (y - upper) / slope;
  // the functions of student-four.ts, which share a root and a division
  const u = t / 2;
  const b = 1 / (1 + u * u);
  const root = Math.sqrt(b);
  const s = u * root;
  const cdf = 0.5 + 0.75 * s * (1 - (s * s) / 3);
  const first = (-4 / 3) * T4_NORM * b * root;
  const logScore = ln(slope / (T4_NORM * b * b * root)) - LN_E8_PER_PERCENT;
  const own = crpsAround(k, y - upper + exact * read(BASE_T, k), exact, cdf, first, first * cdf + t4CrossArea(u, b));
  const crps = Math.max(0, crpsBeside(quantiles, q, y, k) + own);
  return atom === 0 ? { pit: cdf, logScore, crps } : { pit: cdf + atom / 2, logScore: -ln(atom) - LN_E8_PER_PERCENT, crps };
}

/** ∫ 2F (y − q) dF below y and ∫ 2 (1 − F)(q − y) dF above it, over the segments other than `k`, in which y lies. */
function crpsBeside(quantiles: Float64Array, q: number, y: number, k: number): number {
  const median = read(quantiles, q + MEDIAN);
  const distance = y - median;
  let sum = 0;
  let before = 0;
  for (let i = 0; i < k; i++) {
    const d = read(quantiles, q + i) - median;
    sum += distance * read(MASS_UNDER, i) - d * read(UPPER_UNDER, i) - before * read(LOWER_UNDER, i);
    before = d;
  }
  before = k < QUANTILES ? read(quantiles, q + k) - median : 0;
  for (let i = k + 1; i < QUANTILES; i++) {
    const d = read(quantiles, q + i) - median;
    sum += d * read(UPPER_OVER, i) + before * read(LOWER_OVER, i) - distance * read(MASS_OVER, i);
    before = d;
  }
  if (k < QUANTILES) sum += before * read(UPPER_OVER, QUANTILES) - distance * read(MASS_OVER, QUANTILES);
  return sum;
}

/** The same over segment `k`, where q = origin + slope t; `distance` is y − origin, and the integrals reach up to y. */
function crpsAround(k: number, distance: number, slope: number, cdf: number, first: number, cross: number): number {
  const low = read(KNOT_CDF, k);
  const high = read(KNOT_CDF, k + 1);
  const below = distance * (cdf * cdf - low * low) - 2 * slope * (cross - read(KNOT_CROSS, k));
  const mass = 2 * (high - cdf) - (high * high - cdf * cdf);
  const rest = read(KNOT_FIRST, k + 1) - first - (read(KNOT_CROSS, k + 1) - cross);
  return below - distance * mass + 2 * slope * rest;
}

/** Mean in e8 and variance in e8² of the law whose quantiles stand in `quantiles` from `q` on. */
export function momentsOf(quantiles: Float64Array, q: number): { readonly mean: number; readonly variance: number } {
  const median = read(quantiles, q + MEDIAN);
  let mean = 0;
  let square = 0;
  let before = 0;
  for (let k = 0; k < QUANTILES; k++) {
    const d = read(quantiles, q + k) - median;
    mean += d * read(MEAN_WEIGHTS, k);
    square += d * (d * read(SQUARE_WEIGHTS, k) + before * read(PRODUCT_WEIGHTS, k));
    before = d;
  }
  return { mean: median + mean, variance: Math.max(0, square - mean * mean) };
}
