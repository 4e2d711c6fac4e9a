import { ln, lnGammaHalfStep } from '@aitrader/core-numeric';
import { type EpochMs, type ModelParameters, type ParameterValue, read, type Timeframe } from '@aitrader/model';
import { addFittedTrack, VARIANCE_MODELS } from './contest.ts';
import {
  FITTED,
  FITTED_REGIME,
  FITTED_REGIME_WIDTH,
  FITTED_VARIANCE,
  FITTED_VARIANCE_WIDTH,
  FITTED_WIDTH,
  BANK,
  BANK_WIDTH,
  type Memory,
  PAST,
  PAST_WIDTH,
  REGIME,
  REGIME_WIDTH,
} from './memory.ts';
import { FITTED_TRACKS_MAX, REGIME_COUNT } from './sizes.ts';

/*
 * How parameters that were fitted to a symbol, by the names that the fit gives them, come to be part of its forecasts.
 *
 * 1. Parameters are taken up as a whole or not at all.
 * 2. What is taken up keeps variances finite and positive and every regime within reach.
 */

/** A chain over regimes; its first is the calmest. */
const REGIME_MODEL = 'hmm';

/** A fit of returns in per cent has variances of per cent². */
const BP2_PER_PERCENT2 = 1e4;
const LN_BP2_PER_PERCENT2 = ln(BP2_PER_PERCENT2);
/** No regime is ever out of reach, whatever maximum likelihood says. */
const TRANSITION_MIN = 1e-6;
const LAW_TOLERANCE = 1e-6;
const LN_PI = ln(Math.PI);
const HALF_LN_2PI = 0.5 * ln(2 * Math.PI);

const valueOf = (values: readonly ParameterValue[], name: string): number =>
  values.find((value) => value.name === name)?.value ?? NaN;
const has = (values: readonly ParameterValue[], name: string): boolean => values.some((value) => value.name === name);

const perRegime = (...names: readonly string[]): string[] =>
  Array.from({ length: REGIME_COUNT }, (_, k) => names.map((name) => `${name}_${k}`)).flat();
const TRANSITION_NAMES: readonly string[] = Array.from(
  { length: REGIME_COUNT * REGIME_COUNT },
  (_, i) => `p_${Math.floor(i / REGIME_COUNT)}${i % REGIME_COUNT}`,
);

/** Whether the stage has a use for a model's parameters: others are on record and change no forecast. */
export const isTakenUp = (model: string): boolean => VARIANCE_MODELS.includes(model) || model === REGIME_MODEL;

/** Whether the stage takes parameters up at a bar of a length and a close. */
export const isOfUse = (fitted: ModelParameters, timeframe: Timeframe, t: EpochMs): boolean =>
  isTakenUp(fitted.model) && fitted.timeframe === timeframe && fitted.fittedTo < t && parametersProblem(fitted) === undefined;

/** Takes parameters up that are of use, or notes that the last ones of their model were not. */
export function admit(memory: Memory, slot: number, fitted: ModelParameters, timeframe: Timeframe, t: EpochMs): void {
  const bit = 1 << (VARIANCE_MODELS.indexOf(fitted.model) + 1);
  const at = slot * PAST_WIDTH + PAST.refused;
  const refused = read(memory.past, at);
  if (isOfUse(fitted, timeframe, t)) {
    takeUp(memory, slot, fitted);
    memory.past[at] = refused & ~bit;
  } else memory.past[at] = refused | bit;
}

/** What is wrong with parameters that the stage would take up, by the name of the value; undefined when nothing is. */
export function parametersProblem({ model, values }: ModelParameters): string | undefined {
  if (!isTakenUp(model)) return undefined;
  const wrong = values.find(({ value }) => !Number.isFinite(value));
  if (wrong !== undefined) return `values.${wrong.name}: must be finite, got ${wrong.value}`;
  return model === REGIME_MODEL ? regimesProblem(values) : varianceProblem(model, values);
}

const bound = (name: string, holds: boolean, says: string, value: number): string | undefined =>
  holds ? undefined : `values.${name}: must be ${says}, got ${Number.isNaN(value) ? 'none' : value}`;

function varianceProblem(model: string, values: readonly ParameterValue[]): string | undefined {
  return model === 'egarch' ? egarchProblem(values) : garchProblem(model, values);
}

function egarchProblem(values: readonly ParameterValue[]): string | undefined {
  const beta = valueOf(values, 'beta');
  const missing = ['omega', 'alpha', 'gamma'].find((name) => !has(values, name));
  if (missing !== undefined) return `values.${missing}: is missing`;
  const alpha = valueOf(values, 'alpha');
  return bound('alpha', alpha >= 0, 'at least 0', alpha) ?? bound('beta', Math.abs(beta) < 1, 'between −1 and 1', beta);
}

function garchProblem(model: string, values: readonly ParameterValue[]): string | undefined {
  const [omega, alpha, beta] = [valueOf(values, 'omega'), valueOf(values, 'alpha'), valueOf(values, 'beta')];
  const gamma = model === 'gjr' ? valueOf(values, 'gamma') : 0;
  const persistence = alpha + gamma / 2 + beta;
  return (
    bound('omega', omega > 0, 'above 0', omega) ??
    bound('alpha', alpha >= 0, 'at least 0', alpha) ??
    bound('gamma', alpha + gamma >= 0, 'at least −alpha', gamma) ??
    bound('beta', beta >= 0, 'at least 0', beta) ??
    (persistence < 1 ? undefined : `values.beta: alpha + gamma/2 + beta must be below 1, got ${persistence}`)
  );
}

function regimesProblem(values: readonly ParameterValue[]): string | undefined {
  if (has(values, `mu_${REGIME_COUNT}`)) return `values.mu_${REGIME_COUNT}: there must be ${REGIME_COUNT} regimes, got more`;
  for (const name of [...perRegime('mu', 'muVariance'), ...TRANSITION_NAMES])
    if (!has(values, name))
      return `values.${name}: is missing: regimes are told by return and variance, and there are ${REGIME_COUNT}`;
  for (const name of perRegime('sd', 'sdVariance', ...(has(values, 'nu_0') ? ['nu'] : []))) {
    const value = valueOf(values, name);
    if (!(value > 0)) return `values.${name}: must be above 0, got ${Number.isNaN(value) ? 'none' : value}`;
  }
  return lawProblem(values) ?? orderProblem(values);
}

function lawProblem(values: readonly ParameterValue[]): string | undefined {
  const negative = TRANSITION_NAMES.find((name) => valueOf(values, name) < 0);
  if (negative !== undefined) return `values.${negative}: must be at least 0, got ${valueOf(values, negative)}`;
  for (let from = 0; from < REGIME_COUNT; from++) {
    let sum = 0;
    for (let to = 0; to < REGIME_COUNT; to++) sum += valueOf(values, `p_${from}${to}`);
    if (Math.abs(sum - 1) > LAW_TOLERANCE) return `values.p_${from}0: the row must add up to 1, got ${sum}`;
  }
  return undefined;
}

/** Risk halves its stake by the number of the regime: the wildest must be the last. */
function orderProblem(values: readonly ParameterValue[]): string | undefined {
  for (let k = 1; k < REGIME_COUNT; k++) {
    const [calmer, wilder] = [valueOf(values, `muVariance_${k - 1}`), valueOf(values, `muVariance_${k}`)];
    if (!(calmer < wilder)) return `values.muVariance_${k}: must be above muVariance_${k - 1}, got ${wilder} and ${calmer}`;
  }
  return undefined;
}

/** Takes parameters without a problem up into the memory of their symbol, which has seen a bar. */
export function takeUp(memory: Memory, slot: number, { model, values }: ModelParameters): void {
  if (model === REGIME_MODEL) takeUpRegimes(memory, slot, values);
  else takeUpVariance(memory, slot, VARIANCE_MODELS.indexOf(model), values);
}

function takeUpVariance(memory: Memory, slot: number, code: number, values: readonly ParameterValue[]): void {
  const { fitted } = memory;
  const count = read(memory.bank, slot * BANK_WIDTH + BANK.fittedTracks);
  const first = slot * FITTED_WIDTH + FITTED.variances;
  const track = fittedTrackOf(fitted, first, code, count);
  const to = first + track * FITTED_VARIANCE_WIDTH;
  fitted[to + FITTED_VARIANCE.model] = code;
  fitted[to + FITTED_VARIANCE.omega] = omegaInBp(code, values);
  fitted[to + FITTED_VARIANCE.alpha] = valueOf(values, 'alpha');
  fitted[to + FITTED_VARIANCE.gamma] = has(values, 'gamma') ? valueOf(values, 'gamma') : 0;
  fitted[to + FITTED_VARIANCE.beta] = valueOf(values, 'beta');
  if (track === count) addFittedTrack(memory, slot);
}

/** ω of a variance in bp²: of EGARCH it is one in ln. */
function omegaInBp(code: number, values: readonly ParameterValue[]): number {
  const omega = valueOf(values, 'omega');
  if (VARIANCE_MODELS[code] !== 'egarch') return omega * BP2_PER_PERCENT2;
  return omega + (1 - valueOf(values, 'beta')) * LN_BP2_PER_PERCENT2;
}

/** The fitted track of a model among the `count` from `first` on: the one that it has, else the next. */
function fittedTrackOf(fitted: Float64Array, first: number, code: number, count: number): number {
  for (let track = 0; track < count; track++)
    if (read(fitted, first + track * FITTED_VARIANCE_WIDTH + FITTED_VARIANCE.model) === code) return track;
  if (count === FITTED_TRACKS_MAX) throw new RangeError(`no room for a fitted variance beside ${count} others`);
  return count;
}

function takeUpRegimes({ fitted, regimes }: Memory, slot: number, values: readonly ParameterValue[]): void {
  const from = slot * FITTED_WIDTH;
  TRANSITION_NAMES.forEach((name, i) => {
    const share = valueOf(values, name) * (1 - REGIME_COUNT * TRANSITION_MIN) + TRANSITION_MIN;
    fitted[from + FITTED.transition + i] = share;
  });
  for (let k = 0; k < REGIME_COUNT; k++) {
    const of = (name: string): number => valueOf(values, `${name}_${k}`);
    const dof = has(values, `nu_${k}`) ? of('nu') : 0;
    const to = from + FITTED.regimes + k * FITTED_REGIME_WIDTH;
    fitted[to + FITTED_REGIME.mean] = of('mu');
    fitted[to + FITTED_REGIME.perScale] = 1 / of('sd');
    fitted[to + FITTED_REGIME.dof] = dof;
    fitted[to + FITTED_REGIME.lnFront] = lnFrontOf(of('sd'), dof, of('sdVariance'));
    fitted[to + FITTED_REGIME.varianceMean] = of('muVariance');
    fitted[to + FITTED_REGIME.perVarianceSd] = 1 / of('sdVariance');
  }
  regimes[slot * REGIME_WIDTH + REGIME.isFitted] = 1;
}

/** ln of what both densities have in front of their kernels; the return is normal when `dof` is 0, Student's t otherwise. */
function lnFrontOf(sd: number, dof: number, varianceSd: number): number {
  const lnReturn = dof === 0 ? -HALF_LN_2PI : lnGammaHalfStep(dof / 2) - 0.5 * (LN_PI + ln(dof));
  return lnReturn - ln(sd) - HALF_LN_2PI - ln(varianceSd);
}
