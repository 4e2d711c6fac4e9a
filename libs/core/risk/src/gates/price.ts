import type { Intent } from '../intent.ts';
import { lastClose } from '../tape.ts';
import { atMost } from '../verdict.ts';

/*
 * Whether the prices make sense.
 */

/** Both are one close, rounded once: they differ by a unit of price at most. */
const REFERENCE_DRIFT_MAX = 1;

/** What is wanted speaks of the close that risk itself has seen … */
export const priceSanity = atMost<Intent>('PRICE_SANITY', 'price', ({ state: { tape } }, { symbol, reference }) => ({
  value: Math.abs(reference - lastClose(tape, symbol)),
  limit: REFERENCE_DRIFT_MAX,
}));

/** … and its stop is where it can protect. */
export const stopDistance = atMost<Intent>('STOP_DISTANCE', 'price', ({ state: { config } }, wanted) => ({
  value: distanceToStop(wanted),
  limit: Math.floor(wanted.reference * config.stopDistanceFractionMax),
}));

/** From reference to stop in units of price; NaN unless stop and target lie on their own sides of the reference. */
function distanceToStop({ direction, reference, stop, target }: Intent): number {
  const toStop = direction * (reference - stop);
  const toTarget = direction * (target - reference);
  return toStop >= 1 && toTarget >= 1 && Number.isSafeInteger(toTarget) ? toStop : NaN;
}
