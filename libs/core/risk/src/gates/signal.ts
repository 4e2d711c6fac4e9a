import { PPM, type Signal } from '@aitrader/model';
import { closedAt } from '../tape.ts';
import { atMost } from '../verdict.ts';

/*
 * Whether a signal makes sense as it stands, whatever else is known.
 */

/** The signal is raised on the very bar of its symbol that risk heard last, and believes … */
export const signalBar = atMost<Signal>('SIGNAL_BAR', 'ms', ({ state: { tape } }, { symbol, t }) => ({
  value: Math.abs(t - closedAt(tape, symbol)),
  limit: 0,
}));

/** … and all that it says lies where it can: what no other gate looks at counts as much. */
export const signalFigures = atMost<Signal>('SIGNAL_FIGURES', 'count', (_, signal) => ({
  value: figuresAmiss(signal),
  limit: 0,
}));

/** A Student t has a variance above two degrees of freedom. */
const DOF_MILLI_MIN = 2_001;
const MOST = Number.MAX_SAFE_INTEGER;

function figuresAmiss({ strategy, model, horizonMinutes, forward, velocityUpPpm, volatilityE8, regimePpm }: Signal): number {
  let amiss = isName(strategy) && isName(model) ? 0 : 1;
  if (!isWithin(horizonMinutes, 1, MOST)) amiss++;
  if (!isWithin(forward.dofMilli, DOF_MILLI_MIN, MOST)) amiss++;
  if (!isWithin(velocityUpPpm, 0, PPM)) amiss++;
  if (!isWithin(volatilityE8, 0, MOST)) amiss++;
  if (!isList(regimePpm) || !regimePpm.every((share) => isWithin(share, 0, PPM))) amiss++;
  if (!isList(forward.quantilesE8) || !rise(forward.quantilesE8)) amiss++;
  return amiss;
}

const isName = (text: unknown): boolean => typeof text === 'string' && text !== '';
const isWithin = (figure: number, least: number, most: number): boolean =>
  Number.isSafeInteger(figure) && figure >= least && figure <= most;
const isList = (list: unknown): list is readonly number[] => Array.isArray(list);

/** Whether none of them is below the one before it. */
function rise(quantiles: readonly number[]): boolean {
  let before = -MOST;
  for (const quantile of quantiles) {
    if (!isWithin(quantile, before, MOST)) return false;
    before = quantile;
  }
  return true;
}
