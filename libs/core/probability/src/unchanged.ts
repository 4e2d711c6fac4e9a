import { studentTQuantile, toFixedPoint } from '@aitrader/core-numeric';
import { ADAPTED_LEVELS, item, QUANTILE_LEVELS, read, readInt32 } from '@aitrader/model';
import type { Batch } from './batch.ts';
import { DAYPART } from './bucket.ts';
import { FACTOR, FACTOR_WIDTH, FORECAST, FORECAST_WIDTH, type Memory, SHAPE, SHAPE_WIDTH } from './memory.ts';
import { DAYPARTS, MEDIAN, QUANTILES } from './sizes.ts';
import { t4CoverOf } from './student-four.ts';

/*
 * Outside of regular hours a price often stands still: the next close is the last one with a probability of its own, an atom at zero, and
 * what is left is the law of a move. A forecast's quantiles say so by themselves: levels within the atom are zero, and those beyond lie
 * where a move has its quantile of level p / (1 − atom).
 *
 * Closes are also unchanged for being rounded to the tick, which the continuous law knows. The atom is what is left of their share after
 * that, (u − r) / (1 − r). In regular hours nearly all is rounding, and an atom there cost 0.001 to 0.01 nats.
 *
 * 1. An atom is in 0 … 1; with none, all is as in a continuous law.
 */

const E8_PER_BP = 10_000;
/** The adapted quantile of the same level as a raw one, −1 where there is none. */
const ADAPTED_OF_RAW = Float64Array.from(QUANTILE_LEVELS, (level) => ADAPTED_LEVELS.findIndex((other) => other === level));

/** Atoms are told apart to 1/64. */
const ATOMS = 64;

/** Where the share of unchanged closes begins, by the part of the day, and how many closes it weighs. 5 … 20 score alike. */
const PRIORS = Float64Array.of(0.1, 0.05, 0.3, 0.05);
const PRIOR_CLOSES = 10;
/** Weight of a close in the two shares, at least. */
const GAIN = 0.002;

/** By atom and quantile: how far from the middle a move has its quantile, over how far all returns would have it, of a t₄. */
const DRAWN = Float64Array.from({ length: ATOMS * QUANTILES }, (_, i) => {
  const rest = 1 - Math.floor(i / QUANTILES) / ATOMS;
  const level = item(QUANTILE_LEVELS, i % QUANTILES);
  const tail = Math.min(level, 1 - level) / rest;
  return tail < 0.5 ? studentTQuantile(tail, 4) / studentTQuantile(tail * rest, 4) : 0;
});

/** By atom: in sd, how far the middle of the moves may be from zero for the median to be zero. */
const REACHES = Float64Array.from({ length: ATOMS }, (_, n) => {
  const atom = n / ATOMS;
  const level = (0.5 - atom) / (1 - atom);
  return level > 0 ? -Math.SQRT1_2 * studentTQuantile(level, 4) : Infinity;
});

/** Where the shape of a part of the day stands. */
export const shapeAt = (s: number, daypart: number): number => (s * DAYPARTS + daypart) * SHAPE_WIDTH;

/** A symbol's atom, in parts of ATOMS. */
function atomOf(shapes: Float64Array, at: number): number {
  const rounded = read(shapes, at + SHAPE.rounded);
  const atom = (read(shapes, at + SHAPE.unchanged) - rounded) / (1 - rounded);
  return atom > 0 ? Math.floor(atom * ATOMS) : 0;
}

/** Draws the quantiles of a batch's forecasts to their atoms at zero, before and after regular hours. */
export function drawToAtoms(daypart: number, memory: Memory, { count, slot }: Batch): void {
  if (daypart === DAYPART.regular || daypart === DAYPART.close) return;
  for (let i = 0; i < count; i++) {
    const s = readInt32(slot, i);
    const atom = atomOf(memory.shapes, shapeAt(s, daypart));
    if (atom > 0) drawToAtom(memory, s, atom);
  }
}

/** Levels within the atom are zero; none of the others crosses the median. */
function drawToAtom({ forecasts, factors }: Memory, s: number, atom: number): void {
  const forecast = s * FORECAST_WIDTH;
  const q = forecast + FORECAST.raw;
  const centre = read(forecasts, q + MEDIAN);
  const sd =
    Math.sqrt(read(forecasts, forecast + FORECAST.variance)) * E8_PER_BP * read(factors, s * FACTOR_WIDTH + FACTOR.scale);
  const reach = read(REACHES, atom) * sd;
  const median = toFixedPoint(centre > reach ? centre - reach : centre < -reach ? centre + reach : 0, 1);
  for (let k = 0; k < QUANTILES; k++) {
    const drawn = read(DRAWN, atom * QUANTILES + k);
    forecasts[q + k] = k === MEDIAN ? median : drawnTo(median, centre, drawn, read(forecasts, q + k), k < MEDIAN);
    const j = read(ADAPTED_OF_RAW, k);
    const at = forecast + FORECAST.adapted + j;
    if (j >= 0) forecasts[at] = drawnTo(median, centre, drawn, read(forecasts, at), k < MEDIAN);
  }
}

function drawnTo(median: number, centre: number, drawn: number, quantile: number, isBelow: boolean): number {
  if (drawn === 0) return median;
  const moved = toFixedPoint(centre + (quantile - centre) * drawn, 1);
  return isBelow ? Math.min(median, moved) : Math.max(median, moved);
}

export function startUnchanged(shapes: Float64Array, at: number, daypart: number): void {
  shapes[at + SHAPE.unchanged] = read(PRIORS, daypart);
  shapes[at + SHAPE.rounded] = 0;
  shapes[at + SHAPE.closes] = 0;
}

/** Learns from a return, the variance of its forecast and that of rounding to the tick. */
export function learnUnchanged(shapes: Float64Array, at: number, y: number, variance: number, tick: number): void {
  const closes = read(shapes, at + SHAPE.closes);
  const early = 1 / (closes + PRIOR_CLOSES);
  shapes[at + SHAPE.closes] = closes + 1;
  const gain = early > GAIN ? early : GAIN;
  const unchanged = read(shapes, at + SHAPE.unchanged);
  const rounded = read(shapes, at + SHAPE.rounded);
  shapes[at + SHAPE.unchanged] = unchanged + gain * ((y === 0 ? 1 : 0) - unchanged);
  // half a tick is the root of three times its variance
  shapes[at + SHAPE.rounded] = rounded + gain * (t4CoverOf((3 * tick) / variance) - rounded);
}
