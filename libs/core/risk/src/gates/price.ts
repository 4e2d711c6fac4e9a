import { PPM, priceStepAt } from '@aitrader/model';
import type { Intent } from '../intent.ts';
import { lastClose, lastMovePpm } from '../tape.ts';
import { atLeast, atMost } from '../verdict.ts';

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

/** An entry rests on a close that is near the one before; bars tell of no bid and ask to hold it against. */
export const priceCollar = atMost<Intent>('PRICE_COLLAR', 'ppm', ({ state: { tape, config } }, { symbol }) => {
  const { collarFractionMax: most } = config.entryLimits;
  return most === null ? { value: 0, limit: 0 } : { value: lastMovePpm(tape, symbol), limit: Math.floor(most * PPM) };
});

/**
 * Exits are asked for at prices that an exchange takes, each moved towards the entry: whole cents from a dollar on, hundredths of them below. The nearer one
 * must still be a step from the reference.
 */
export const priceTick = atLeast<Intent>('PRICE_TICK', 'count', (_, { direction, reference, stop, target }) => ({
  value: Math.min(stepsTo(-direction, reference, stop), stepsTo(direction, reference, target)),
  limit: 1,
}));

/** Whole steps from the reference to an exit on the side of `sign`, once the exit is moved to a price of the grid that is not farther. */
function stepsTo(sign: number, reference: number, exit: number): number {
  const step = priceStepAt(exit);
  const onGrid = sign > 0 ? Math.floor(exit / step) * step : Math.ceil(exit / step) * step;
  return Math.max(0, Math.floor((sign * (onGrid - reference)) / step));
}

/** From reference to stop in units of price; NaN unless stop and target lie on their own sides of the reference. */
function distanceToStop({ direction, reference, stop, target }: Intent): number {
  const toStop = direction * (reference - stop);
  const toTarget = direction * (target - reference);
  return toStop >= 1 && toTarget >= 1 && Number.isSafeInteger(toTarget) ? toStop : NaN;
}
