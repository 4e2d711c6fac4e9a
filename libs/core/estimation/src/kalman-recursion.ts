import { item, read } from '@aitrader/model';
import {
  affine,
  blend,
  constant,
  keep,
  lnOf,
  newJet,
  plus,
  ratio,
  release,
  squared,
  times,
  valueOf,
  type Jet,
  type JetSpace,
} from './jet.ts';
import { type StateSpaceModel, type TimedSeries } from './state-space-model.ts';

/*
 * The Kalman filter in jets: of order 0 it is the plain filter, of order 1 and 2 it also gives the likelihood's derivatives.
 *
 * 1. Covariances are symmetric, and updated in Joseph's form.
 * 2. A diffuse start is exact: P = κ P∞ + P with κ → ∞ taken in closed form, never a large number.
 *
 * Source: Durbin and Koopman (2012), sections 4.3 and 5.2; Koopman (1997), JASA 92. Of one observation at a time, both the diffuse
 * and the ordinary update are Joseph's with their own gain.
 */

/**
 * What an observation adds to ln L when it meets a state of infinite variance, F∞ > 0: `dropped` −½ ln F∞ (the package KFAS; 0 for
 * F∞ = 1), `kept` −½ ln 2π − ½ ln F∞ (Durbin and Koopman's (7.4), statsmodels).
 */
export type DiffuseConstant = 'dropped' | 'kept';

/** One step, in jets that are valid until the next. */
export interface KalmanStep {
  readonly index: number;
  readonly predictedMean: readonly Jet[];
  readonly predictedCovariance: readonly Jet[];
  readonly predictedDiffuse: readonly Jet[];
  readonly mean: readonly Jet[];
  readonly covariance: readonly Jet[];
  readonly diffuse: readonly Jet[];
  readonly expected: ExpectedObservation;
  /** undefined when the observation is missing */
  readonly update: KalmanUpdate | undefined;
}

/** What was known of an observation before it. */
export interface ExpectedObservation {
  readonly mean: Jet;
  /** its variance; while that is infinite, its finite part */
  readonly variance: Jet;
  /** the part of the variance that κ multiplies, when it is not 0 */
  readonly diffuseVariance: Jet | undefined;
  /** P Zᵀ, of the finite part or of the one that κ multiplies, whichever the gain is made of */
  readonly reach: readonly Jet[];
}

export interface KalmanUpdate {
  readonly innovation: Jet;
  readonly logLikelihood: Jet;
}

const HALF_LN_2PI = 0.9189385332046727;
/** F∞ below this part of P∞'s trace is 0 but for rounding. */
const DIFFUSE_MIN = 1e-14;

/** Σ aₖ bₖ over `size` jets, from `atA` and `atB` on in steps of `byA` and `byB`. */
function inner(space: JetSpace, size: number, a: readonly Jet[], atA: number, b: readonly Jet[], atB: number, byB: number): Jet {
  let sum = times(space, item(a, atA), item(b, atB));
  for (let k = 1; k < size; k++) sum = plus(space, sum, times(space, item(a, atA + k), item(b, atB + k * byB)));
  return sum;
}

/** M P Mᵀ for a symmetric P */
function congruent(space: JetSpace, size: number, m: readonly Jet[], p: readonly Jet[]): Jet[] {
  const half: Jet[] = [];
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) half.push(inner(space, size, m, i * size, p, j, size));
  const result: Jet[] = [];
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      result.push(j < i ? item(result, j * size + i) : inner(space, size, half, i * size, m, j * size, 1));
  return result;
}

/** Z v or one row of P Zᵀ: Σ zₖ vₖ from `at` on */
function seen(space: JetSpace, observed: Float64Array, v: readonly Jet[], at: number): Jet {
  let sum = affine(space, item(v, at), read(observed, 0));
  for (let k = 1; k < observed.length; k++)
    if (read(observed, k) !== 0) sum = blend(space, 1, sum, read(observed, k), item(v, at + k));
  return sum;
}

const sum = (space: JetSpace, a: readonly Jet[], b: readonly Jet[]): Jet[] => a.map((x, k) => plus(space, x, item(b, k)));

/** I − K Z */
function remainder(space: JetSpace, gain: readonly Jet[], observed: Float64Array): Jet[] {
  return gain.flatMap((k, i) => Array.from(observed, (z, j) => affine(space, k, -z, i === j ? 1 : 0)));
}

/** K H Kᵀ */
function noiseThrough(space: JetSpace, gain: readonly Jet[], noise: Jet): Jet[] {
  const scaled = gain.map((k) => times(space, k, noise));
  return scaled.flatMap((k) => gain.map((other) => times(space, k, other)));
}

const copies = (space: JetSpace, count: number): Jet[] => Array.from({ length: count }, () => newJet(space));
const keepAll = (kept: readonly Jet[], jets: readonly Jet[]): void => jets.forEach((jet, k) => keep(item(kept, k), jet));

/** The state of the filter, kept outside the pool. */
interface Belief {
  readonly mean: Jet[];
  readonly covariance: Jet[];
  readonly diffuse: Jet[];
  /** rank of the diffuse part */
  rank: number;
}

function expectObservation(
  space: JetSpace,
  { size, observed }: StateSpaceModel,
  noise: Jet,
  belief: Belief,
): ExpectedObservation {
  const rows = Array.from({ length: size }, (_, i) => i * size);
  const reach = rows.map((at) => seen(space, observed, belief.covariance, at));
  const mean = seen(space, observed, belief.mean, 0);
  const variance = plus(space, seen(space, observed, reach, 0), noise);
  if (belief.rank === 0) return { mean, variance, diffuseVariance: undefined, reach };
  const diffuseReach = rows.map((at) => seen(space, observed, belief.diffuse, at));
  const diffuseVariance = seen(space, observed, diffuseReach, 0);
  const trace = rows.reduce((total, at, i) => total + valueOf(item(belief.diffuse, at + i)), 0);
  if (valueOf(diffuseVariance) <= DIFFUSE_MIN * trace) return { mean, variance, diffuseVariance: undefined, reach };
  return { mean, variance, diffuseVariance, reach: diffuseReach };
}

/** Takes in one observation. */
function observe(
  space: JetSpace,
  { size, observed }: StateSpaceModel,
  noise: Jet,
  belief: Belief,
  { mean, variance, diffuseVariance, reach }: ExpectedObservation,
  value: number,
  convention: DiffuseConstant,
): KalmanUpdate {
  const innovation = affine(space, mean, -1, value);
  const divisor = diffuseVariance ?? variance;
  const gain = reach.map((x) => ratio(space, x, divisor));
  const rest = remainder(space, gain, observed);
  keepAll(
    belief.mean,
    belief.mean.map((x, i) => plus(space, x, times(space, item(gain, i), innovation))),
  );
  keepAll(belief.covariance, sum(space, congruent(space, size, rest, belief.covariance), noiseThrough(space, gain, noise)));
  const lnVariance = lnOf(space, divisor);
  if (diffuseVariance) {
    lowerRank(space, belief, congruent(space, size, rest, belief.diffuse));
    return { innovation, logLikelihood: affine(space, lnVariance, -0.5, convention === 'dropped' ? 0 : -HALF_LN_2PI) };
  }
  const distance = ratio(space, squared(space, innovation), variance);
  return { innovation, logLikelihood: affine(space, plus(space, lnVariance, distance), -0.5, -HALF_LN_2PI) };
}

function lowerRank(space: JetSpace, belief: Belief, diffuse: readonly Jet[]): void {
  belief.rank--;
  keepAll(belief.diffuse, belief.rank > 0 ? diffuse : diffuse.map(() => constant(space, 0)));
}

/** Carries the belief over a transition. */
function predict(space: JetSpace, size: number, belief: Belief, matrix: readonly Jet[], noise: readonly Jet[]): void {
  const rows = Array.from({ length: size }, (_, i) => i * size);
  keepAll(
    belief.mean,
    rows.map((at) => inner(space, size, matrix, at, belief.mean, 0, 1)),
  );
  keepAll(belief.covariance, sum(space, congruent(space, size, matrix, belief.covariance), noise));
  if (belief.rank > 0) keepAll(belief.diffuse, congruent(space, size, matrix, belief.diffuse));
}

/** Filters a series and shows every step to `visit`. The parameters must lie outside what `release` gives back. */
export function runKalman(
  space: JetSpace,
  model: StateSpaceModel,
  parameters: readonly Jet[],
  { values, steps }: TimedSeries,
  convention: DiffuseConstant,
  visit: (step: KalmanStep) => void,
): void {
  const { size } = model;
  const { used } = space;
  const noise = newJet(space);
  keep(noise, model.noise(parameters));
  const start = model.start(space, parameters);
  const belief: Belief = {
    mean: copies(space, size),
    covariance: copies(space, size * size),
    diffuse: copies(space, size * size),
    rank: start.diffuse.filter(Boolean).length,
  };
  keepAll(belief.mean, start.mean);
  keepAll(belief.covariance, start.covariance);
  start.diffuse.forEach((isDiffuse, i) => {
    if (isDiffuse) keep(item(belief.diffuse, i * size + i), constant(space, 1));
  });
  const predicted: Belief = {
    mean: copies(space, size),
    covariance: copies(space, size * size),
    diffuse: copies(space, size * size),
    rank: 0,
  };
  const matrix = copies(space, size * size);
  const stateNoise = copies(space, size * size);
  let knownStep = NaN;
  for (let index = 0; index < values.length; index++) {
    release(space, used);
    keepAll(predicted.mean, belief.mean);
    keepAll(predicted.covariance, belief.covariance);
    keepAll(predicted.diffuse, belief.diffuse);
    const expected = expectObservation(space, model, noise, belief);
    const value = read(values, index);
    const update = Number.isNaN(value) ? undefined : observe(space, model, noise, belief, expected, value, convention);
    visit({
      index,
      predictedMean: predicted.mean,
      predictedCovariance: predicted.covariance,
      predictedDiffuse: predicted.diffuse,
      mean: belief.mean,
      covariance: belief.covariance,
      diffuse: belief.diffuse,
      expected,
      update,
    });
    if (index + 1 === values.length) break;
    const step = read(steps, index);
    if (step !== knownStep) {
      const transition = model.transition(space, parameters, step);
      keepAll(matrix, transition.matrix);
      keepAll(stateNoise, transition.noise);
      knownStep = step;
    }
    predict(space, size, belief, matrix, stateNoise);
  }
}
