import { ln } from '@aitrader/core-numeric';
import { read, readInt32 } from '@aitrader/model';
import { MEDIAN, QUANTILES, SLOT } from './slot.ts';
import {
  KNOT_CDF,
  KNOT_CROSS,
  KNOT_FIRST,
  KNOT_SECOND,
  T4_NORM,
  T4_QUANTILES,
  t4Cdf,
  t4CrossMoment,
  t4FirstMoment,
} from './student-four.ts';

/*
 * The raw law of a forecast: F(y) = T₄(τ(y)), τ piecewise linear through the emitted quantiles q_k and those of t₄, and beyond the
 * outermost ones with their slope from the median. A proper law that has exactly the emitted quantiles, so that every score can be
 * recomputed from a recording.
 *
 * 1. PIT lies in 0 … 1 and never falls with the outcome; CRPS is never negative; the log score is finite.
 */

/** Scores are of returns in per cent: 1 % is 1e6 e8. */
const LN_E8_PER_PERCENT = ln(1e6);
const LAST = QUANTILES - 1;

/** 1 / (t_k − t_{k−1}) for each segment between two quantiles; for the outer two from the median. */
const PER_WIDTH = Float64Array.from({ length: QUANTILES + 1 }, (_, k) => {
  if (k === 0) return 1 / read(T4_QUANTILES, 0);
  if (k === QUANTILES) return 1 / read(T4_QUANTILES, LAST);
  return 1 / (read(T4_QUANTILES, k) - read(T4_QUANTILES, k - 1));
});
/** The knot that a segment is measured from: its upper end, or the last one. */
const BASE = Int32Array.from({ length: QUANTILES + 1 }, (_, k) => Math.min(k, LAST));
/** Where a segment's slope is measured from: its lower end, or the median. */
const FROM = Int32Array.from({ length: QUANTILES + 1 }, (_, k) => (k === 0 || k === QUANTILES ? MEDIAN : k - 1));
const BASE_T = Float64Array.from(BASE, (k) => read(T4_QUANTILES, k));

const between = (knots: Float64Array): Float64Array =>
  Float64Array.from({ length: QUANTILES + 1 }, (_, k) => read(knots, k + 1) - read(knots, k));
const MASS = between(KNOT_CDF);
const FIRST = between(KNOT_FIRST);
const SECOND = between(KNOT_SECOND);
/** ∫ (2F or 2(1 − F)) and ∫ t (the same) over each segment, for outcomes above and below it. */
const MASS_ABOVE = Float64Array.from({ length: QUANTILES + 1 }, (_, k) => read(KNOT_CDF, k + 1) ** 2 - read(KNOT_CDF, k) ** 2);
const MASS_BELOW = MASS.map((mass, k) => 2 * mass - read(MASS_ABOVE, k));
const CROSS = between(KNOT_CROSS);
const FIRST_ABOVE = CROSS.map((cross) => 2 * cross);
const FIRST_BELOW = FIRST.map((first, k) => 2 * (first - read(CROSS, k)));

/** Slope dq/dt of segment `k` of the quantiles at `q`. */
function slopeOf(slots: Float64Array, q: number, base: number, from: number, k: number): number {
  return (read(slots, q + base) - read(slots, q + from)) * read(PER_WIDTH, k);
}

/** Scores the forecast of slot `at` against the return of `y` e8: writes PIT, log score (nats, of returns in per cent) and CRPS (e8). */
export function score(slots: Float64Array, at: number, y: number): void {
  const q = at + SLOT.raw;
  let k = 0;
  while (k < QUANTILES && y > read(slots, q + k)) k++;
  const base = readInt32(BASE, k);
  // quantiles that rounding made equal have no density of their own: one unit per scale is the finest that is told apart
  const slope = Math.max(1, slopeOf(slots, q, base, readInt32(FROM, k), k));
  const t = read(BASE_T, k) + (y - read(slots, q + base)) / slope;
  const cdf = Math.min(1, Math.max(0, t4Cdf(t)));
  const a = 1 + (t * t) / 4;
  slots[at + SLOT.pit] = cdf;
  slots[at + SLOT.logScore] = ln((slope * a * a * Math.sqrt(a)) / T4_NORM) - LN_E8_PER_PERCENT;
  slots[at + SLOT.crps] = Math.max(0, crpsOf(slots, q, y, k, t, cdf));
}

/** ∫ 2 (F − 1{y ≤})² as ∫ 2F (y − q) dF below y and ∫ 2 (1 − F)(q − y) dF above it, segment by segment; y lies in segment `k`. */
function crpsOf(slots: Float64Array, q: number, y: number, k: number, t: number, cdf: number): number {
  let sum = 0;
  for (let i = 0; i < k; i++) {
    const base = readInt32(BASE, i);
    const slope = slopeOf(slots, q, base, readInt32(FROM, i), i);
    const origin = read(slots, q + base) - slope * read(BASE_T, i);
    sum += (y - origin) * read(MASS_ABOVE, i) - slope * read(FIRST_ABOVE, i);
  }
  for (let i = k + 1; i <= QUANTILES; i++) {
    const base = readInt32(BASE, i);
    const slope = slopeOf(slots, q, base, readInt32(FROM, i), i);
    const origin = read(slots, q + base) - slope * read(BASE_T, i);
    sum += (origin - y) * read(MASS_BELOW, i) + slope * read(FIRST_BELOW, i);
  }
  const base = readInt32(BASE, k);
  const slope = slopeOf(slots, q, base, readInt32(FROM, k), k);
  const origin = read(slots, q + base) - slope * read(BASE_T, k);
  const first = t4FirstMoment(t);
  const cross = t4CrossMoment(t, cdf);
  const low = read(KNOT_CDF, k);
  const high = read(KNOT_CDF, k + 1);
  const below = (y - origin) * (cdf * cdf - low * low) - 2 * slope * (cross - read(KNOT_CROSS, k));
  const mass = 2 * (high - cdf) - (high * high - cdf * cdf);
  const rest = read(KNOT_FIRST, k + 1) - first - (read(KNOT_CROSS, k + 1) - cross);
  return sum + below + (origin - y) * mass + 2 * slope * rest;
}

/** Mean of the raw law over its median, and its variance: e8 and e8². The result is overwritten by the next call. */
export function momentsOf(slots: Float64Array, at: number, into: Float64Array): void {
  const q = at + SLOT.raw;
  const median = read(slots, q + MEDIAN);
  let mean = 0;
  let square = 0;
  for (let k = 0; k <= QUANTILES; k++) {
    const base = readInt32(BASE, k);
    const slope = slopeOf(slots, q, base, readInt32(FROM, k), k);
    const origin = read(slots, q + base) - median - slope * read(BASE_T, k);
    mean += origin * read(MASS, k) + slope * read(FIRST, k);
    square += origin * (origin * read(MASS, k) + 2 * slope * read(FIRST, k)) + slope * slope * read(SECOND, k);
  }
  into[0] = median + mean;
  into[1] = Math.max(0, square - mean * mean);
}
