import { read } from '@aitrader/model';
import { dot } from './square-matrix.ts';

/** A function's value and gradient at a point. */
export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** A function to minimise. What it returns is the caller's: no later call may change it. */
export type Objective = (point: Float64Array) => Evaluation;

interface Trial {
  readonly step: number;
  readonly point: Float64Array;
  readonly evaluation: Evaluation;
  /** The derivative along the direction. */
  readonly slope: number;
}

const TRIALS_MAX = 80;
/** Wolfe's conditions: the decrease is at least this part of what the slope promises, and the slope falls to this part of itself. */
const DECREASE_MIN = 1e-4;
const SLOPE_MAX = 0.9;
/** Values closer than this part of their size cannot be told apart: there the slopes alone decide. */
const ROUNDING = 1e-14;
const GROWTH = 3;
/** A trial inside a bracket keeps this part of it away from its ends. */
const BRACKET_MARGIN = 0.1;

/** Where a cubic through the values and slopes at both ends has its minimum; the middle when it has none inside. */
function cubicMinimum(low: Trial, high: Trial): number {
  const width = high.step - low.step;
  const middle = low.step + width / 2;
  if (!Number.isFinite(high.evaluation.value) || !Number.isFinite(high.slope)) return middle;
  const d1 = low.slope + high.slope - (3 * (high.evaluation.value - low.evaluation.value)) / width;
  const square = d1 * d1 - low.slope * high.slope;
  if (!(square >= 0)) return middle;
  const d2 = Math.sqrt(square);
  const step = high.step - (width * (high.slope + d2 - d1)) / (high.slope - low.slope + 2 * d2);
  if (!Number.isFinite(step)) return middle;
  const margin = BRACKET_MARGIN * width;
  return Math.min(high.step - margin, Math.max(low.step + margin, step));
}

/**
 * A step along `direction` that meets Wolfe's conditions, or where the values differ by rounding only, their form in slopes;
 * undefined when the direction does not descend or no step is found. Source: bracketing of Lewis and Overton (2013), Math.
 * Programming 141, with cubic interpolation; approximate Wolfe conditions of Hager and Zhang (2005), SIAM J. Optim. 16, (4.1).
 */
export function lineSearch(
  objective: Objective,
  origin: Float64Array,
  start: Evaluation,
  direction: Float64Array,
  firstStep: number,
): { readonly point: Float64Array; readonly evaluation: Evaluation } | undefined {
  const slope0 = dot(start.gradient, direction);
  if (!(slope0 < 0)) return undefined;
  const slack = ROUNDING * Math.max(1, Math.abs(start.value));
  const tryStep = (step: number): Trial => {
    const point = origin.map((x, i) => x + step * read(direction, i));
    const evaluation = objective(point);
    return { step, point, evaluation, slope: dot(evaluation.gradient, direction) };
  };
  const decreases = ({ step, evaluation: { value }, slope }: Trial): boolean =>
    value <= start.value + DECREASE_MIN * step * slope0 ||
    (value <= start.value + slack && slope <= (2 * DECREASE_MIN - 1) * slope0);
  let low: Trial = { step: 0, point: origin, evaluation: start, slope: slope0 };
  let high: Trial | undefined;
  let step = firstStep;
  for (let count = 0; count < TRIALS_MAX; count++) {
    const trial = tryStep(step);
    const isInside = Number.isFinite(trial.evaluation.value) && trial.evaluation.gradient.every(Number.isFinite);
    if (isInside && decreases(trial) && Math.abs(trial.slope) <= -SLOPE_MAX * slope0) return trial;
    if (isInside && decreases(trial) && trial.slope < 0) low = trial;
    else high = trial;
    step = high ? cubicMinimum(low, high) : step * GROWTH;
    if (step === low.step || step === high?.step) break;
  }
  return low.step > 0 ? low : undefined;
}
