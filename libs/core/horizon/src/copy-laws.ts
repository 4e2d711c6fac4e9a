import { read } from '@aitrader/model';
import { LAST, LAST_WIDTH, SEASON_WIDTH, SHAPE_WIDTH, SPANS, WAITING_WIDTH, type HorizonLaws } from './horizon-laws.ts';
import { startShape } from './shapes.ts';

/** Copies what is known of a symbol to a slot of other laws, as far as those have the same horizons; what they have besides begins anew. */
export function copyHorizonLaws(from: HorizonLaws, slot: number, to: HorizonLaws, at: number): void {
  if (from.horizons.length === 0) return;
  copyRow(from.last, slot, to.last, at, LAST_WIDTH);
  copyRow(from.season, slot, to.season, at, SEASON_WIDTH);
  const hasBegun = read(to.last, at * LAST_WIDTH + LAST.variance) > 0;
  for (const [h, horizon] of to.horizons.entries()) {
    const known = from.horizons.indexOf(horizon);
    if (known >= 0) {
      const [source, target] = [slot * from.horizons.length + known, at * to.horizons.length + h];
      copyRow(from.shapes, source, to.shapes, target, SPANS * SHAPE_WIDTH);
      copyRow(from.waiting, source, to.waiting, target, WAITING_WIDTH);
    } else if (hasBegun) for (let span = 0; span < SPANS; span++) startShape(to, at, h, span);
  }
}

function copyRow(from: Float64Array, source: number, to: Float64Array, target: number, width: number): void {
  to.set(from.subarray(source * width, (source + 1) * width), target * width);
}
