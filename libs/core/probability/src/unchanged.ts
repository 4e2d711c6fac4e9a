import { studentTQuantile } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import { DAYPART } from './bucket.ts';
import { SHAPE, SHAPE_WIDTH } from './memory.ts';
import { DAYPARTS, QUANTILES } from './sizes.ts';
import { mirrored, t4CoverOf } from './student-four.ts';

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

/** Atoms are told apart to 1/64. */
const ATOMS = 64;

/** Where the share of unchanged closes begins, by the part of the day, and how many closes it weighs. 5 … 20 score alike. */
const PRIORS = Float64Array.of(0.1, 0.05, 0.3, 0.05);
const PRIOR_CLOSES = 10;
/** Weight of a close in the two shares, at least. */
const GAIN = 0.002;

/** One row of quantiles for each atom: of a law of unit variance, where `quantile` says that of a level below one half. */
export function byAtom(quantile: (level: number) => number): Float64Array {
  const rows = new Float64Array(ATOMS * QUANTILES);
  for (let n = 0; n < ATOMS; n++) {
    const rest = 1 - n / ATOMS;
    rows.set(
      mirrored((level) => (level / rest < 0.5 ? quantile(level / rest) : 0)),
      n * QUANTILES,
    );
  }
  return rows;
}

/** By atom: in sd, how far the middle of the moves may be from zero for the median to be zero. */
const REACHES = Float64Array.from({ length: ATOMS }, (_, n) => {
  const atom = n / ATOMS;
  const level = (0.5 - atom) / (1 - atom);
  return level > 0 ? -Math.SQRT1_2 * studentTQuantile(level, 4) : Infinity;
});

/** Where the shape of a part of the day stands. */
export const shapeAt = (s: number, daypart: number): number => (s * DAYPARTS + daypart) * SHAPE_WIDTH;

/** Where the row of `byAtom` begins that is a symbol's, outside of regular hours. A close has none: what follows it is no standstill. */
export function atomRow(shapes: Float64Array, s: number, daypart: number): number {
  if (daypart === DAYPART.close) return 0;
  const at = shapeAt(s, daypart);
  const rounded = read(shapes, at + SHAPE.rounded);
  const atom = (read(shapes, at + SHAPE.unchanged) - rounded) / (1 - rounded);
  return atom > 0 ? Math.floor(atom * ATOMS) * QUANTILES : 0;
}

/** The median of a law whose moves have their middle at `centre`. */
export function medianOf(row: number, centre: number, sd: number): number {
  const reach = read(REACHES, row / QUANTILES) * sd;
  return centre > reach ? centre - reach : centre < -reach ? centre + reach : 0;
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
