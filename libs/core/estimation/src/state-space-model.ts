import { levelSpreadDerivatives, meanDecayDerivatives } from '@aitrader/core-numeric';
import { item, read } from '@aitrader/model';
import { EstimationError } from './estimation-error.ts';
import { affine, blend, composed, constant, plus, times, valueOf, type Jet, type JetSpace } from './jet.ts';
import { type SquareMatrix } from './square-matrix.ts';

/*
 * Linear Gaussian models of one observed series: yₜ = Z xₜ + εₜ with Var εₜ = H, xₜ₊₁ = T(dt) xₜ + ηₜ with Var ηₜ = Q(dt), where dt is
 * the time to the next observation.
 *
 * 1. Two transitions in a row are one over the sum of their times: how a gap is split makes no difference.
 * 2. Every parameter is positive.
 * 3. The first state is the level that is observed: where it starts higher, every observation is expected to be higher by as much.
 *
 * Sources: Durbin and Koopman (2012), Time Series Analysis by State Space Methods, 2nd ed.; Harvey (1989), Forecasting,
 * Structural Time Series Models and the Kalman Filter, section 9 (continuous time).
 */

/** Observations in order of time. */
export interface TimedSeries {
  /** NaN stands for a missing one. */
  readonly values: Float64Array;
  /** Times from each observation to the next: one fewer than values, all positive. */
  readonly steps: Float64Array;
}

/** What is known of the state before the first observation: nothing (exactly diffuse), or its mean and covariance. */
export type Prior = 'diffuse' | { readonly mean: Float64Array; readonly covariance: SquareMatrix };

/** A mean and the covariance around it, as jets row by row; `diffuse` marks states of infinite variance. */
export interface StartJets {
  readonly mean: readonly Jet[];
  readonly covariance: readonly Jet[];
  readonly diffuse: readonly boolean[];
}

/** T and Q over one step, as jets row by row. */
export interface TransitionJets {
  readonly matrix: readonly Jet[];
  readonly noise: readonly Jet[];
}

export interface StateSpaceModel {
  readonly name: string;
  readonly parameters: readonly string[];
  /** number of states */
  readonly size: number;
  /** their names */
  readonly states: readonly string[];
  /** Z */
  readonly observed: Float64Array;
  /** H */
  readonly noise: (parameters: readonly Jet[]) => Jet;
  readonly start: (space: JetSpace, parameters: readonly Jet[]) => StartJets;
  readonly transition: (space: JetSpace, parameters: readonly Jet[], step: number) => TransitionJets;
  /** Values to start a fit from, for a series whose squared changes per unit of time have the mean `change`. */
  readonly guesses: (change: number, meanStep: number) => readonly Float64Array[];
}

/** A series observed at equal steps of one unit of time. */
export const evenly = (values: Float64Array): TimedSeries => ({
  values,
  steps: new Float64Array(Math.max(0, values.length - 1)).fill(1),
});

const knownStart = (space: JetSpace, prior: Exclude<Prior, 'diffuse'>): StartJets => ({
  mean: Array.from(prior.mean, (value) => constant(space, value)),
  covariance: Array.from(prior.covariance.entries, (value) => constant(space, value)),
  diffuse: Array.from(prior.mean, () => false),
});

function requirePrior(prior: Prior, size: number): void {
  if (prior !== 'diffuse' && (prior.mean.length !== size || prior.covariance.size !== size))
    throw new EstimationError(
      `the prior has ${prior.mean.length} means and a covariance of ${prior.covariance.size}, not ${size}`,
    );
}

const zeros = (space: JetSpace, count: number): Jet[] => Array.from({ length: count }, () => constant(space, 0));

/** Shares of the mean squared change that a fit starts from: of the level, the rest being measurement noise twice over. */
const LEVEL_SHARES = [0.05, 0.5, 0.95] as const;
/** Variances of slope and velocity that a fit starts from, as parts of the level's. */
const SLOPE_PARTS = [1e-3, 0.1] as const;
/** Rates of reversion that a fit starts from, per mean step. */
const REVERSIONS = [0.03, 0.3] as const;

/** A random walk seen with noise. Parameters: `level` (variance per unit of time), `observation` (variance). */
export function localLevel(prior: Prior): StateSpaceModel {
  requirePrior(prior, 1);
  return {
    name: 'local-level',
    parameters: ['level', 'observation'],
    size: 1,
    states: ['level'],
    observed: Float64Array.of(1),
    noise: (parameters) => item(parameters, 1),
    start: (space) =>
      prior === 'diffuse' ? { mean: zeros(space, 1), covariance: zeros(space, 1), diffuse: [true] } : knownStart(space, prior),
    transition: (space, parameters, step) => ({
      matrix: [constant(space, 1)],
      noise: [affine(space, item(parameters, 0), step)],
    }),
    guesses: (change) => LEVEL_SHARES.map((share) => Float64Array.of(share * change, ((1 - share) * change) / 2)),
  };
}

/**
 * A level that moves by a slope which is a random walk itself. `discrete` is the textbook's model, for equal steps of one unit: Q is
 * the diagonal of the two variances. `continuous` is the same in continuous time, for any steps: the slope's noise reaches the
 * level within the step. Parameters: `level`, `slope` (variances per unit of time), `observation` (variance).
 */
export function localLinearTrend(prior: Prior, time: 'discrete' | 'continuous'): StateSpaceModel {
  requirePrior(prior, 2);
  return {
    name: 'local-linear-trend',
    parameters: ['level', 'slope', 'observation'],
    size: 2,
    states: ['level', 'slope'],
    observed: Float64Array.of(1, 0),
    noise: (parameters) => item(parameters, 2),
    start: (space) =>
      prior === 'diffuse'
        ? { mean: zeros(space, 2), covariance: zeros(space, 4), diffuse: [true, true] }
        : knownStart(space, prior),
    transition: (space, parameters, step) => {
      const level = item(parameters, 0);
      const slope = item(parameters, 1);
      const matrix = [1, step, 0, 1].map((value) => constant(space, value));
      if (time === 'continuous') {
        const cross = affine(space, slope, (step * step) / 2);
        const spread = blend(space, step, level, (step * step * step) / 3, slope);
        return { matrix, noise: [spread, cross, cross, affine(space, slope, step)] };
      }
      if (step !== 1) throw new EstimationError(`a step of ${step}: the discrete local linear trend knows steps of 1 only`);
      return { matrix, noise: [level, constant(space, 0), constant(space, 0), slope] };
    },
    guesses: (change) =>
      LEVEL_SHARES.flatMap((share) =>
        SLOPE_PARTS.map((part) => Float64Array.of(share * change, part * share * change, ((1 - share) * change) / 2)),
      ),
  };
}

/**
 * A level that moves by a velocity which forgets: an Ornstein–Uhlenbeck process, stationary before the first observation unless
 * a prior says otherwise (`diffuse` concerns the level alone). The transition is that of `core-probability`'s filter, exact for any
 * step. Parameters: `level` (variance per unit of time), `velocity` (stationary variance), `reversion` (rate per unit of time),
 * `observation` (variance).
 */
export function revertingVelocity(prior: Prior): StateSpaceModel {
  requirePrior(prior, 2);
  return {
    name: 'reverting-velocity',
    parameters: ['level', 'velocity', 'reversion', 'observation'],
    size: 2,
    states: ['level', 'velocity'],
    observed: Float64Array.of(1, 0),
    noise: (parameters) => item(parameters, 3),
    start: (space, parameters) =>
      prior === 'diffuse'
        ? { mean: zeros(space, 2), covariance: [...zeros(space, 3), item(parameters, 1)], diffuse: [true, false] }
        : knownStart(space, prior),
    transition: revertingTransition,
    guesses: (change, meanStep) =>
      LEVEL_SHARES.flatMap((share) =>
        SLOPE_PARTS.flatMap((part) =>
          REVERSIONS.map((rate) =>
            Float64Array.of(share * change, (part * share * change) / meanStep, rate / meanStep, ((1 - share) * change) / 2),
          ),
        ),
      ),
  };
}

/** See the transition of `core-probability`, whose κ² σ² is the velocity's variance here. */
function revertingTransition(space: JetSpace, parameters: readonly Jet[], step: number): TransitionJets {
  const level = item(parameters, 0);
  const velocity = item(parameters, 1);
  const x = affine(space, item(parameters, 2), step);
  const decay = meanDecayDerivatives(valueOf(x));
  const spread = levelSpreadDerivatives(valueOf(x));
  const meanDecay = composed(space, x, decay.value, decay.slope, decay.curvature);
  const levelSpread = composed(space, x, spread.value, spread.slope, spread.curvature);
  const forgotten = times(space, x, meanDecay);
  const drift = affine(space, meanDecay, step);
  const carried = affine(space, times(space, velocity, times(space, x, levelSpread)), 2 * step * step);
  const cross = times(space, velocity, times(space, forgotten, drift));
  return {
    matrix: [constant(space, 1), drift, constant(space, 0), affine(space, forgotten, -1, 1)],
    noise: [
      plus(space, affine(space, level, step), carried),
      cross,
      cross,
      times(space, velocity, times(space, forgotten, affine(space, forgotten, -1, 2))),
    ],
  };
}

/** A model and a series, both less by the first known observation. What either says of the other is the same. */
export function fromFirstKnown(
  model: StateSpaceModel,
  { values, steps }: TimedSeries,
): { readonly model: StateSpaceModel; readonly series: TimedSeries } {
  const origin = values.find((value) => !Number.isNaN(value)) ?? 0;
  const start: StateSpaceModel['start'] = (space, parameters) => {
    const { mean, covariance, diffuse } = model.start(space, parameters);
    // of a level that may be anything no value is expected
    const moved = mean.map((jet, state) => (state === 0 && diffuse[0] !== true ? affine(space, jet, 1, -origin) : jet));
    return { mean: moved, covariance, diffuse };
  };
  return { model: { ...model, start }, series: { values: values.map((value) => value - origin), steps } };
}

/** Checks steps against values. @throws EstimationError that names the first wrong step */
export function requireSteps({ values, steps }: TimedSeries): void {
  if (values.length > 0 && steps.length !== values.length - 1)
    throw new EstimationError(`${values.length} observations have ${values.length - 1} steps between them, not ${steps.length}`);
  const bad = steps.findIndex((step) => !(step > 0 && step < Infinity));
  if (bad >= 0) throw new EstimationError(`steps[${bad}] is ${read(steps, bad)}, which is no time to pass`);
}
