import type { Moment } from '@aitrader/core-sessions';
import { ADAPTED_LEVELS, item, QUANTILE_LEVELS, read, type Timeframe } from '@aitrader/model';
import { lawAhead } from './ahead.ts';
import { ADAPTED, LAST, LAST_WIDTH, QUANTILES, SHAPE, type HorizonLaws } from './horizon-laws.ts';
import { scaleOf, shapeAt } from './shapes.ts';

/** The law of a log return around 0, in e8. */
export interface HorizonLaw {
  sd: number;
  /** at `QUANTILE_LEVELS` */
  readonly quantiles: Float64Array;
  /** at `ADAPTED_LEVELS` */
  readonly adapted: Float64Array;
  /** outcomes that its shape was learned from */
  seen: number;
}

export const newHorizonLaw = (): HorizonLaw => ({
  sd: NaN,
  quantiles: new Float64Array(QUANTILE_LEVELS.length),
  adapted: new Float64Array(ADAPTED_LEVELS.length),
  seen: 0,
});

/**
 * Writes the law over a horizon, by its index, of the log return from a symbol's last bar, which `moment` and `t` say where it lies. Whether
 * there is one: not where that bar was none of regular hours, or had no variance.
 */
export function lawOver(
  laws: HorizonLaws,
  slot: number,
  h: number,
  { timeframe, moment, t }: { readonly timeframe: Timeframe; readonly moment: Moment; readonly t: number },
  into: HorizonLaw,
): boolean {
  const at = slot * LAST_WIDTH;
  if (moment.phase !== 'RTH' || read(laws.last, at + LAST.minute) !== moment.regularMinute) return false;
  if (read(laws.last, at + LAST.session) !== moment.sessionIndex + 1) return false;
  const ahead = lawAhead(laws, slot, h, timeframe, moment, t);
  const { shapes } = laws;
  const shape = shapeAt(laws, slot, h, ahead.span);
  const sd = Math.sqrt(ahead.variance * scaleOf(shapes, shape, ahead.time));
  if (!(sd > 0 && sd < Infinity)) return false;
  into.sd = sd;
  into.seen = read(shapes, shape + SHAPE.seen);
  for (let k = 0; k < QUANTILES; k++) into.quantiles[k] = sd * read(shapes, shape + SHAPE.raw + k);
  writeAdapted(shapes, shape, into);
  return true;
}

/** Adapted quantiles, which may not cross where their factors would have them. */
function writeAdapted(shapes: Float64Array, shape: number, { quantiles, adapted }: HorizonLaw): void {
  let before = -Infinity;
  for (let j = 0; j < ADAPTED; j++) {
    const k = QUANTILE_LEVELS.indexOf(item(ADAPTED_LEVELS, j));
    const quantile = read(shapes, shape + SHAPE.adapted + j) * read(quantiles, k);
    before = quantile > before ? quantile : before;
    adapted[j] = before;
  }
}
