/*
 * The law of an account whose holdings are left on the way, at a stop or at a target: what such a holding comes to is no t, and has no closed form
 * where it is joined with others. It is taken from a fixed set of points, the same for every forecast, so that nothing is drawn:
 *
 *     x_i = σ_i · √((ν − 2) / W) · (L z)_i      W: χ² of ν degrees of freedom, z: normals, L Lᵀ: the correlations
 *
 * which is the multivariate t of `account-law`, every point with its mirror image. Between now and x_i the price is taken as a Brownian bridge, which
 * passes a level c beyond both ends with probability exp(−2 c (c − x) / σ²) (Borodin and Salminen, "Handbook of Brownian Motion", 2002,
 * section IV.4); a holding that has passed both levels has gone the shorter way. What leaves at a level leaves within a bar of it, to either side.
 *
 * 1. The law is the same every time.
 * 2. Without a level in reach it is that of `account-law`, as near as so many points come.
 */
import { chiSquareCdf, exp, normalQuantile } from '@aitrader/core-numeric';
import { FORECAST_LEVELS, item, read } from '@aitrader/model';
import { DOF } from './account-law.ts';

/** A holding in money, short below 0, the standard deviation of its return, and where it is left. */
export interface LeavingHolding {
  readonly amount: number;
  readonly sd: number;
  /** loss and gain at which it is left, as shares of what it is worth now; undefined where it is not */
  readonly exits: { readonly loss: number; readonly gain: number } | undefined;
  /** standard deviation of the return of one bar */
  readonly barSd: number;
}

/** Quantiles at `FORECAST_LEVELS`, the mean loss in the worst 2.5 %, and what each holding has of that, with its own standard deviation. */
export interface PointsLaw {
  readonly sd: number;
  readonly quantiles: readonly number[];
  readonly shortfall: number;
  readonly parts: readonly { readonly sd: number; readonly shortfall: number }[];
}

/** A prime: points are the multiples 1 … 520 of 1/521 in every coordinate, in another order in each, and count for their mirror images, too. */
const LATTICE = 521;
const POINTS = LATTICE - 1;
/** A primitive root modulo it: of all, the one by which quantiles of sums of up to 12 correlated returns come nearest to those of their t. */
const GENERATOR = 224;
const DRAWS = 2 * POINTS;
const WORST = Math.round(DRAWS * FORECAST_LEVELS[0]);
/** Holdings that points have coordinates for: more than are ever open at once by far, since open orders are limited. */
export const LEAVING_MAX = 32;
/** Beyond this exponent a level is out of reach. */
const EXPONENT_MAX = 30;
/** More than any χ² of so few degrees of freedom that points have, and halvings of it until a part in a million is left. */
const CHI_SQUARE_MAX = 64;
const HALVINGS = 26;

/** The powers of the generator, which the fixed points are a lattice of rank 1 by (Korobov 1959); one for every coordinate. */
const POWERS: readonly number[] = Array.from({ length: 1 + 3 * LEAVING_MAX }).reduce<number[]>(
  (powers) => [...powers, (item(powers, powers.length - 1) * GENERATOR) % LATTICE],
  [1],
);
/** What the multiples of 1/521 stand for: normals, and √((ν − 2) / W); nothing of 0, which no point has. */
const NORMALS = Float64Array.from({ length: LATTICE }, (_, k) => (k === 0 ? 0 : normalQuantile(k / LATTICE)));
const SCALES = Float64Array.from({ length: LATTICE }, (_, k) =>
  k === 0 ? 0 : Math.sqrt((DOF - 2) / chiSquareQuantile(k / LATTICE)),
);

/** The multiple that point `n` has in a coordinate. */
const multipleAt = (n: number, dimension: number): number => ((n + 1) * item(POWERS, dimension)) % LATTICE;
/** What points have in the coordinates of holdings, from `first` on: point by point, holding by holding. */
const coordinates = (first: number, of: (multiple: number) => number): Float64Array =>
  Float64Array.from({ length: POINTS * LEAVING_MAX }, (_, at) =>
    of(multipleAt(Math.floor(at / LEAVING_MAX), first + (at % LEAVING_MAX))),
  );
const normalAt = (multiple: number): number => read(NORMALS, multiple);

/** The coordinates of a point: how far all goes, where a holding ends, where it leaves, and whether it does. */
const SCALE_OF = Float64Array.from({ length: POINTS }, (_, n) => read(SCALES, multipleAt(n, 0)));
const ENDS = coordinates(1, normalAt);
const SLIPS = coordinates(1 + LEAVING_MAX, normalAt);
const CHANCES = coordinates(1 + 2 * LEAVING_MAX, (multiple) => multiple / LATTICE);

function chiSquareQuantile(level: number): number {
  let [low, high] = [0, CHI_SQUARE_MAX];
  for (let n = 0; n < HALVINGS; n++) {
    const middle = (low + high) / 2;
    if (chiSquareCdf(middle, DOF) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The law of up to `LEAVING_MAX` holdings whose returns are correlated like this. O(points · holdings²). */
export function pointsLawOf(holdings: readonly LeavingHolding[], correlations: readonly (readonly number[])[]): PointsLaw {
  const count = holdings.length;
  const root = choleskyOf(correlations);
  // what each holding comes to, by draw
  const came = new Float64Array(DRAWS * count);
  const sums = new Float64Array(DRAWS);
  for (let n = 0; n < POINTS; n++) {
    for (let i = 0; i < count; i++) {
      const holding = item(holdings, i);
      const normal = endOf(item(root, i), n, i);
      for (let mirror = 0; mirror < 2; mirror++) {
        const at = 2 * n + mirror;
        const value = Math.abs(holding.amount) * returnOf(holding, n, i, mirror === 0 ? normal : -normal, mirror === 0 ? 1 : -1);
        came[at * count + i] = value;
        sums[at] = read(sums, at) + value;
      }
    }
  }
  const sorted = Float64Array.from(sums).sort();
  const worst = worstOf(sums, sorted);
  const lossOf = (i: number): number => -worst.reduce((sum, at) => sum + read(came, at * count + i), 0) / WORST;
  const parts = holdings.map((_, i) => ({ sd: deviationOf(came, count, i), shortfall: lossOf(i) }));
  return {
    sd: deviationOf(sums, 1, 0),
    quantiles: FORECAST_LEVELS.map((level) => quantileOf(sorted, level)),
    shortfall: parts.reduce((sum, { shortfall }) => sum + shortfall, 0),
    parts,
  };
}

function endOf(root: readonly number[], n: number, i: number): number {
  let normal = 0;
  for (let k = 0; k <= i; k++) normal += item(root, k) * read(ENDS, n * LEAVING_MAX + k);
  return normal;
}

/** What a holding gains in one draw, as a share of what it is worth. */
function returnOf({ amount, sd, exits, barSd }: LeavingHolding, n: number, i: number, normal: number, mirror: 1 | -1): number {
  const deviation = sd * read(SCALE_OF, n);
  const end = (amount < 0 ? -1 : 1) * deviation * normal;
  if (exits === undefined) return end;
  const left = levelPassed(exits, end, deviation * deviation, read(CHANCES, n * LEAVING_MAX + i));
  return left === undefined ? end : left + mirror * barSd * read(SLIPS, n * LEAVING_MAX + i);
}

/** The level that a bridge to `end` leaves at first, if any: `chance` between 0 and 1 tells which of those it may have passed. */
function levelPassed(
  { loss, gain }: NonNullable<LeavingHolding['exits']>,
  end: number,
  variance: number,
  chance: number,
): number | undefined {
  if (loss <= 0 || gain <= 0) return 0;
  if (end <= -loss) return chance < passes(gain, gain - end, variance) ? gain : -loss;
  if (end >= gain) return chance < passes(loss, loss + end, variance) ? -loss : gain;
  if (chance < passes(loss, loss + end, variance)) return -loss;
  return 1 - chance < passes(gain, gain - end, variance) ? gain : undefined;
}

/** P(a bridge passes a level), by its distances from both ends. */
function passes(from: number, to: number, variance: number): number {
  const exponent = 2 * from * to;
  return exponent < EXPONENT_MAX * variance ? exp(-exponent / variance) : 0;
}

/** The draws that come to least, the first of those that come to the same. */
function worstOf(sums: Float64Array, sorted: Float64Array): number[] {
  const bound = read(sorted, WORST - 1);
  const [below, at]: [number[], number[]] = [[], []];
  for (let draw = 0; draw < DRAWS; draw++) {
    const sum = read(sums, draw);
    if (sum < bound) below.push(draw);
    else if (sum === bound) at.push(draw);
  }
  return [...below, ...at].slice(0, WORST);
}

function quantileOf(sorted: Float64Array, level: number): number {
  const place = level * DRAWS - 0.5;
  const below = Math.max(0, Math.min(DRAWS - 2, Math.floor(place)));
  const [low, high] = [read(sorted, below), read(sorted, below + 1)];
  return low + (high - low) * (place - below);
}

function deviationOf(values: Float64Array, stride: number, first: number): number {
  let [sum, squares] = [0, 0];
  for (let at = first; at < values.length; at += stride) sum += read(values, at);
  const mean = sum / DRAWS;
  for (let at = first; at < values.length; at += stride) squares += (read(values, at) - mean) * (read(values, at) - mean);
  return Math.sqrt(squares / DRAWS);
}

/** The lower triangular root of a correlation matrix; what is determined by the ones before it has nothing of its own. */
function choleskyOf(correlations: readonly (readonly number[])[]): number[][] {
  const root: number[][] = [];
  correlations.forEach((row, i) => {
    const own: number[] = [];
    for (let j = 0; j <= i; j++) {
      const before = j === i ? own : item(root, j);
      let left = item(row, j);
      for (let k = 0; k < j; k++) left -= item(own, k) * item(before, k);
      const pivot = j === i ? 1 : item(before, j);
      own.push(j === i ? Math.sqrt(Math.max(0, left)) : pivot > 0 ? left / pivot : 0);
    }
    root.push(own);
  });
  return root;
}
