import { studentTQuantile } from '@aitrader/core-numeric';
import { ADAPTED_LEVELS, item, QUANTILE_LEVELS, read, readInt32 } from '@aitrader/model';
import { ADAPTED, MEDIAN, QUANTILES, SHAPE, SHAPE_WIDTH, SPANS, TIMES, type HorizonLaws } from './horizon-laws.ts';

/*
 * The shape of what a horizon's returns came to, in standard deviations of what was expected: how large they were on the whole and by the
 * time of day, and their quantiles, each followed by itself (stochastic approximation of quantiles: Robbins and Monro 1951; with a step
 * that does not vanish it holds its level under change: Gibbs and Candès 2021, "Adaptive conformal inference under distribution shift").
 * What serial dependence and tails that thin as sums grow do to a sum is in it, without a model of either.
 *
 * 1. Quantiles never fall from one level to the next, and the adapted ones lie on the same side of the median as the raw ones.
 */

/** Kept of the weight of the past by each outcome, and the outcomes that the prior of 1 weighs. */
const KEPT = 0.998;
const PRIOR = 50;
const TIME_PRIOR = 100;
/** A square counts for so many times what was expected at most. */
const MOST = 16;
/** Least step of a quantile, in standard deviations at the median; early ones are as of so many outcomes. */
const STEP = 0.003;
const EARLY = 100;
const STEP_SCALE = 0.9;
/** Step of the adapted ones, relative to the quantile. */
const ADAPTED_STEP = 0.003;
/** A guard: no interval is adapted to less than a tenth. */
const ADAPTED_MIN = 0.1;
/** Degrees of freedom that shapes begin with: the longer the horizon, the thinner; over a night, that is mostly the night's. */
const DOF_OVER = 4;
const dofWithin = (horizon: number): number => (horizon <= 30 ? 5 : horizon <= 60 ? 6 : 8);
/** Over many nights sums are thin again. */
const MANY_SESSIONS = 5 * 390;
const DOF_MANY = 8;

export const WITHIN = 0;
export const OVER = 1;

const unitQuantiles = (dof: number): Float64Array =>
  Float64Array.from(QUANTILE_LEVELS, (level) => studentTQuantile(level, dof) * Math.sqrt((dof - 2) / dof));
const BEGIN = new Map([DOF_OVER, 5, 6, DOF_MANY].map((dof) => [dof, unitQuantiles(dof)]));

const tail = (level: number): number => Math.min(level, 1 - level);
/** How fast a quantile moves: an outcome far out is rare, and its density thin. */
const SCALES = Float64Array.from(QUANTILE_LEVELS, (level) => (STEP_SCALE * 0.5) / Math.sqrt(level * (1 - level)));
const ADAPTED_SCALES = Float64Array.from(ADAPTED_LEVELS, (level) => ADAPTED_STEP / Math.sqrt(tail(level)));
const RAW_OF_ADAPTED = Int32Array.from(ADAPTED_LEVELS, (level) => QUANTILE_LEVELS.indexOf(level));
const LEVELS = Float64Array.from(QUANTILE_LEVELS);
const ADAPTED_TAILS = Float64Array.from(ADAPTED_LEVELS, tail);

/** Where the shape of a slot's horizon, by its index, and span stands. */
export const shapeAt = ({ horizons }: HorizonLaws, slot: number, horizon: number, span: number): number =>
  ((slot * horizons.length + horizon) * SPANS + span) * SHAPE_WIDTH;

/** Puts the shape there that a horizon has before its first outcome. */
export function startShape(laws: HorizonLaws, slot: number, horizon: number, span: number): void {
  const { shapes, horizons } = laws;
  const minutes = item(horizons, horizon);
  const dof = span === WITHIN ? dofWithin(minutes) : minutes >= MANY_SESSIONS ? DOF_MANY : DOF_OVER;
  const at = shapeAt(laws, slot, horizon, span);
  shapes.fill(0, at, at + SHAPE_WIDTH);
  shapes.set(BEGIN.get(dof) ?? unitQuantiles(dof), at + SHAPE.raw);
  shapes.fill(1, at + SHAPE.adapted, at + SHAPE.adapted + ADAPTED);
}

/** What the variance that was expected is to be multiplied by. */
export function scaleOf(shapes: Float64Array, at: number, time: number): number {
  return wholeScale(shapes, at) * timeScale(shapes, at, time);
}
const wholeScale = (shapes: Float64Array, at: number): number =>
  (read(shapes, at + SHAPE.squares) + PRIOR) / (read(shapes, at + SHAPE.weight) + PRIOR);
/** Horizons over a night have no time of day: −1. */
const timeScale = (shapes: Float64Array, at: number, time: number): number =>
  time < 0
    ? 1
    : (read(shapes, at + SHAPE.timeSquares + time) + TIME_PRIOR) / (read(shapes, at + SHAPE.timeWeights + time) + TIME_PRIOR);

/** A return in e8, and the variance that was forecast of it: before anything learned, and as it was given out. */
export interface Settled {
  readonly outcome: number;
  readonly expected: number;
  readonly variance: number;
}

/** Learns what a forecast came to. */
export function learnOutcome(shapes: Float64Array, at: number, time: number, { outcome, expected, variance }: Settled): void {
  const whole = wholeScale(shapes, at);
  const ofTime = timeScale(shapes, at, time);
  const square = (outcome * outcome) / expected;
  learnQuantiles(shapes, at, outcome / Math.sqrt(variance));
  shapes[at + SHAPE.squares] = read(shapes, at + SHAPE.squares) * KEPT + Math.min(square / ofTime, MOST * whole);
  shapes[at + SHAPE.weight] = read(shapes, at + SHAPE.weight) * KEPT + 1;
  shapes[at + SHAPE.seen] = read(shapes, at + SHAPE.seen) + 1;
  if (time < 0 || time >= TIMES) return;
  const [squares, weights] = [at + SHAPE.timeSquares + time, at + SHAPE.timeWeights + time];
  shapes[squares] = read(shapes, squares) * KEPT + Math.min(square / whole, MOST);
  shapes[weights] = read(shapes, weights) * KEPT + 1;
}

function learnQuantiles(shapes: Float64Array, at: number, z: number): void {
  const early = 1 / (read(shapes, at + SHAPE.seen) + EARLY);
  const step = early > STEP ? early : STEP;
  const raw = at + SHAPE.raw;
  for (let j = 0; j < ADAPTED; j++) {
    const k = readInt32(RAW_OF_ADAPTED, j);
    const factor = read(shapes, at + SHAPE.adapted + j);
    const quantile = factor * read(shapes, raw + k);
    const isMissed = k < MEDIAN ? z < quantile : z > quantile;
    const missed = (isMissed ? 1 : 0) - read(ADAPTED_TAILS, j);
    shapes[at + SHAPE.adapted + j] = Math.max(ADAPTED_MIN, factor + read(ADAPTED_SCALES, j) * missed);
  }
  let least = -Infinity;
  for (let k = 0; k < QUANTILES; k++) {
    const quantile = read(shapes, raw + k);
    const below = (z <= quantile ? 1 : 0) - read(LEVELS, k);
    const moved = quantile - step * read(SCALES, k) * below;
    least = k === 0 || moved > least ? moved : least;
    shapes[raw + k] = least;
  }
}
