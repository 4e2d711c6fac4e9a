import { read } from '@aitrader/model';
import { EstimationError } from './estimation-error.ts';

/*
 * The regime that is announced: a label that does not flicker.
 *
 * 1. The label changes only to a regime whose probability has been above the threshold for as many bars in a row as asked for.
 * 2. While no regime is above the threshold the label stays.
 */

/** When the label switches. */
export interface LabelSettings {
  /** in ½ … 1, so that one regime at most is above it */
  readonly probabilityMin: number;
  /** how many bars in a row, this one included */
  readonly bars: number;
}

/** What the label is and what may become of it: plain data. */
export interface LabelState {
  readonly label: number;
  /** the regime above the threshold at the last bar, when it is not the label already */
  readonly candidate: number | null;
  /** for how many bars in a row */
  readonly bars: number;
}

/** The threshold and the patience that regimes of daily and minute bars were tried with. */
export const LABEL_SETTINGS: LabelSettings = { probabilityMin: 0.7, bars: 3 };

/** The label that a series starts with: the most probable regime, the lower one of equals. */
export function firstLabel(probabilities: Float64Array): LabelState {
  let label = 0;
  for (let i = 1; i < probabilities.length; i++) if (read(probabilities, i) > read(probabilities, label)) label = i;
  return { label, candidate: null, bars: 0 };
}

/** @throws EstimationError when the threshold lets two regimes through, or no bar is asked for */
export function requireLabelSettings({ probabilityMin, bars }: LabelSettings): void {
  if (!(probabilityMin >= 0.5 && probabilityMin <= 1))
    throw new EstimationError(`a label needs a probability in 0.5 … 1, got ${probabilityMin}`);
  if (!(Number.isInteger(bars) && bars >= 1))
    throw new EstimationError(`a label needs a whole number of bars from 1 on, got ${bars}`);
}

/** The label after one more bar with these filtered probabilities. */
export function nextLabel(state: LabelState, probabilities: Float64Array, { probabilityMin, bars }: LabelSettings): LabelState {
  const likely = probabilities.findIndex((p) => p > probabilityMin);
  if (likely < 0 || likely === state.label) return { label: state.label, candidate: null, bars: 0 };
  const held = likely === state.candidate ? state.bars + 1 : 1;
  return held >= bars ? { label: likely, candidate: null, bars: 0 } : { label: state.label, candidate: likely, bars: held };
}
