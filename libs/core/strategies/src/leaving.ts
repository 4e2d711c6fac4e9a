import { aCount, aNumber, ofPosition, parameterOf, type Considered, type Trigger, type Band } from './strategy-kind.ts';
import type { ParameterRule } from '@aitrader/model';
import type { Sight } from './sight.ts';

/*
 * When a position is left, as several strategies have it.
 */

/** Minutes that a position is held at most. */
export const holdMinutesRule = (usual: number): ParameterRule =>
  ofPosition(aCount('minutes that a position is held at most; 0: until its hours end', usual, 0, 100_000));

/** Where the figure that a signal was raised on has gone too far back for a position to be kept; NEVER_LEFT is further than any figure goes. */
export const exitFigureRule = (usual: number): ParameterRule =>
  ofPosition(aNumber('standard deviations on its side at which a position is left; -100: never', usual, -100, 100));

export const NEVER_LEFT = -100;

const BAND: Band = { value: NaN, low: NaN, high: NaN };

/** Whether a strategy's figure, on the side of the direction considered, has come back as far as its parameter says; not where it is not known. */
export function hasComeBack<Memory>(trigger: Trigger<Memory>, of: Considered<Memory>, sight: Sight, parameter: string): boolean {
  const limit = parameterOf(of, parameter);
  if (limit === NEVER_LEFT) return false;
  trigger.find(of, sight, BAND);
  const side = trigger.sense === 'with' ? sight.direction : -sight.direction;
  return side * BAND.value <= limit;
}
