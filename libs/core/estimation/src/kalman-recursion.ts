import { item, read, readUint8 } from '@aitrader/model';
import {
  addMultiple,
  addProduct,
  affine,
  clear,
  keep,
  lnOf,
  newJet,
  plus,
  reciprocal,
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

/** What is known of the state: jets that the next step changes. Of symmetric matrices both halves are the same jets. */
export interface Belief {
  readonly mean: readonly Jet[];
  readonly covariance: readonly Jet[];
  /** what an infinite factor multiplies */
  readonly diffuse: readonly Jet[];
}

/** What was known of an observation before it, in jets that are valid until the next one. */
export interface ExpectedObservation {
  readonly mean: Jet;
  /** its variance; while that is infinite, its finite part */
  readonly variance: Jet;
  /** the part of the variance that κ multiplies, when it is not 0 */
  readonly diffuseVariance: Jet | undefined;
}

export interface KalmanUpdate {
  readonly innovation: Jet;
  readonly logLikelihood: Jet;
}

/** Sees every step before its observation and after; a missing observation brings no update. */
export interface KalmanVisitor {
  readonly before?: (belief: Belief, expected: ExpectedObservation, index: number) => void;
  readonly after: (belief: Belief, update: KalmanUpdate | undefined, expected: ExpectedObservation, index: number) => void;
}

const HALF_LN_2PI = 0.9189385332046727;
/** F∞ below this part of P∞'s trace is 0 but for rounding. */
const DIFFUSE_MIN = 1e-14;

const kept = (space: JetSpace, count: number): Jet[] => Array.from({ length: count }, () => newJet(space));

/** A matrix whose two halves are the same jets. */
function keptSymmetric(space: JetSpace, size: number): Jet[] {
  const jets: Jet[] = [];
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) jets.push(j < i ? item(jets, j * size + i) : newJet(space));
  return jets;
}

function keepAll(target: readonly Jet[], jets: readonly Jet[]): void {
  for (let k = 0; k < target.length; k++) keep(item(target, k), item(jets, k));
}

/** What an entry of a matrix is for certain. Most of them are 0 or 1, and a product with these need not be computed. */
const ENTRY = { zero: 0, one: 1, any: 2 } as const;

/** A matrix to multiply by, row by row. */
interface Factor {
  readonly jets: readonly Jet[];
  readonly kinds: Uint8Array;
}

function kindOf(jet: Jet): number {
  const value = valueOf(jet);
  const isConstant = jet.every((derivative, k) => k === 0 || derivative === 0);
  return isConstant && value === 0 ? ENTRY.zero : isConstant && value === 1 ? ENTRY.one : ENTRY.any;
}

/** sum += entry `at` of a matrix · a */
function addEntryTimes(space: JetSpace, sum: Jet, { jets, kinds }: Factor, at: number, a: Jet): void {
  const kind = readUint8(kinds, at);
  if (kind === ENTRY.any) addProduct(space, sum, item(jets, at), a);
  else if (kind === ENTRY.one) addMultiple(space, sum, 1, a);
}

/** T and Q over one step, kept. */
interface Transition {
  readonly matrix: Factor;
  readonly noise: readonly Jet[];
}

/** Times between minute bars are few whole numbers. Where they are not, all are forgotten when there are so many. */
const TRANSITIONS_MAX = 1024;

/** The filter's memory: everything that lives longer than one operation. */
interface Workspace extends Belief {
  /** rank of the diffuse part */
  rank: number;
  readonly size: number;
  readonly observed: Float64Array;
  readonly noise: Jet;
  /** transitions over the steps met so far */
  readonly transitions: Map<number, Transition>;
  readonly reach: readonly Jet[];
  readonly diffuseReach: readonly Jet[];
  readonly gain: readonly Jet[];
  /** I − K Z: where Z is 0 its columns are those of I */
  readonly rest: Factor;
  readonly vector: readonly Jet[];
  readonly half: readonly Jet[];
}

function newWorkspace(space: JetSpace, model: StateSpaceModel, parameters: readonly Jet[]): Workspace {
  const { size, observed } = model;
  const start = model.start(space, parameters);
  const work: Workspace = {
    mean: kept(space, size),
    covariance: keptSymmetric(space, size),
    diffuse: keptSymmetric(space, size),
    rank: start.diffuse.filter(Boolean).length,
    size,
    observed,
    noise: newJet(space),
    transitions: new Map(),
    reach: kept(space, size),
    diffuseReach: kept(space, size),
    gain: kept(space, size),
    rest: {
      jets: kept(space, size * size),
      kinds: Uint8Array.from({ length: size * size }, (_, k) => {
        const j = k % size;
        if (read(observed, j) !== 0) return ENTRY.any;
        return k === j * size + j ? ENTRY.one : ENTRY.zero;
      }),
    },
    vector: kept(space, size),
    half: kept(space, size * size),
  };
  keep(work.noise, model.noise(parameters));
  keepAll(work.mean, start.mean);
  keepAll(work.covariance, start.covariance);
  start.diffuse.forEach((isDiffuse, i) => {
    item(work.diffuse, i * size + i)[0] = isDiffuse ? 1 : 0;
  });
  return work;
}

/** v ← M v */
function multiplyInPlace(space: JetSpace, { size, vector }: Workspace, m: Factor, v: readonly Jet[]): void {
  for (let i = 0; i < size; i++) {
    const sum = item(vector, i);
    clear(sum);
    for (let k = 0; k < size; k++) addEntryTimes(space, sum, m, i * size + k, item(v, k));
  }
  keepAll(v, vector);
}

/** P ← M P Mᵀ for a symmetric P */
function surround(space: JetSpace, { size, half }: Workspace, m: Factor, p: readonly Jet[]): void {
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      const sum = item(half, i * size + j);
      clear(sum);
      for (let k = 0; k < size; k++) addEntryTimes(space, sum, m, i * size + k, item(p, k * size + j));
    }
  for (let i = 0; i < size; i++)
    for (let j = i; j < size; j++) {
      const sum = item(p, i * size + j);
      clear(sum);
      for (let k = 0; k < size; k++) addEntryTimes(space, sum, m, j * size + k, item(half, i * size + k));
    }
}

/** sum ← Z · (jets from `at` on) */
function see(space: JetSpace, observed: Float64Array, sum: Jet, jets: readonly Jet[], at: number): Jet {
  clear(sum);
  for (let k = 0; k < observed.length; k++)
    if (read(observed, k) !== 0) addMultiple(space, sum, read(observed, k), item(jets, at + k));
  return sum;
}

function expectObservation(space: JetSpace, work: Workspace): ExpectedObservation {
  const { size, observed, reach, diffuseReach } = work;
  const seen = (jets: readonly Jet[]): Jet => see(space, observed, affine(space, item(jets, 0), 0), jets, 0);
  for (let i = 0; i < size; i++) see(space, observed, item(reach, i), work.covariance, i * size);
  const mean = seen(work.mean);
  const variance = plus(space, seen(reach), work.noise);
  if (work.rank === 0) return { mean, variance, diffuseVariance: undefined };
  let trace = 0;
  for (let i = 0; i < size; i++) {
    see(space, observed, item(diffuseReach, i), work.diffuse, i * size);
    trace += valueOf(item(work.diffuse, i * size + i));
  }
  const diffuseVariance = seen(diffuseReach);
  return { mean, variance, diffuseVariance: valueOf(diffuseVariance) > DIFFUSE_MIN * trace ? diffuseVariance : undefined };
}

/** Sets the gain, P Zᵀ over the variance that counts, and I − K Z. */
function setGain(space: JetSpace, { size, observed, gain, rest }: Workspace, reach: readonly Jet[], variance: Jet): void {
  const inverse = reciprocal(space, variance);
  for (let i = 0; i < size; i++) {
    const own = item(gain, i);
    clear(own);
    addProduct(space, own, item(reach, i), inverse);
    for (let j = 0; j < size; j++) {
      if (read(observed, j) === 0) continue;
      const entry = item(rest.jets, i * size + j);
      clear(entry);
      if (i === j) entry[0] = 1;
      addMultiple(space, entry, -read(observed, j), own);
    }
  }
}

/** Takes in one observation. */
function observe(
  space: JetSpace,
  work: Workspace,
  { mean, variance, diffuseVariance }: ExpectedObservation,
  value: number,
  convention: DiffuseConstant,
): KalmanUpdate {
  const { size, gain, rest } = work;
  const innovation = affine(space, mean, -1, value);
  setGain(space, work, diffuseVariance ? work.diffuseReach : work.reach, diffuseVariance ?? variance);
  surround(space, work, rest, work.covariance);
  for (let i = 0; i < size; i++) {
    addProduct(space, item(work.mean, i), item(gain, i), innovation);
    const noisy = times(space, item(gain, i), work.noise);
    for (let j = i; j < size; j++) addProduct(space, item(work.covariance, i * size + j), noisy, item(gain, j));
  }
  if (diffuseVariance) {
    lowerRank(space, work);
    const constant = convention === 'dropped' ? 0 : -HALF_LN_2PI;
    return { innovation, logLikelihood: affine(space, lnOf(space, diffuseVariance), -0.5, constant) };
  }
  const distance = times(space, squared(space, innovation), reciprocal(space, variance));
  return { innovation, logLikelihood: affine(space, plus(space, lnOf(space, variance), distance), -0.5, -HALF_LN_2PI) };
}

function lowerRank(space: JetSpace, work: Workspace): void {
  work.rank--;
  if (work.rank > 0) surround(space, work, work.rest, work.diffuse);
  else work.diffuse.forEach(clear);
}

/** Carries the belief over a transition. */
function predict(space: JetSpace, work: Workspace, { matrix, noise }: Transition): void {
  const { size, covariance } = work;
  multiplyInPlace(space, work, matrix, work.mean);
  surround(space, work, matrix, covariance);
  for (let i = 0; i < size; i++)
    for (let j = i; j < size; j++) addMultiple(space, item(covariance, i * size + j), 1, item(noise, i * size + j));
  if (work.rank > 0) surround(space, work, matrix, work.diffuse);
}

/** The transition over a step, computed when it is first met. */
function transitionOver(
  space: JetSpace,
  { transitions }: Workspace,
  model: StateSpaceModel,
  parameters: readonly Jet[],
  step: number,
): Transition {
  const known = transitions.get(step);
  if (known) return known;
  const computed = model.transition(space, parameters, step);
  const jets = computed.matrix.map((jet) => jet.slice());
  const transition = {
    matrix: { jets, kinds: Uint8Array.from(jets, kindOf) },
    noise: computed.noise.map((jet) => jet.slice()),
  };
  if (transitions.size >= TRANSITIONS_MAX) transitions.clear();
  transitions.set(step, transition);
  return transition;
}

/** Filters a series and shows every step to `visitor`. */
export function runKalman(
  space: JetSpace,
  model: StateSpaceModel,
  parameters: readonly Jet[],
  { values, steps }: TimedSeries,
  convention: DiffuseConstant,
  visitor: KalmanVisitor,
): void {
  const work = newWorkspace(space, model, parameters);
  const { used } = space;
  for (let index = 0; index < values.length; index++) {
    release(space, used);
    const expected = expectObservation(space, work);
    visitor.before?.(work, expected, index);
    const value = read(values, index);
    const update = Number.isNaN(value) ? undefined : observe(space, work, expected, value, convention);
    visitor.after(work, update, expected, index);
    if (index + 1 === values.length) break;
    predict(space, work, transitionOver(space, work, model, parameters, read(steps, index)));
  }
}
