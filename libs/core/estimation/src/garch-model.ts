import { read } from '@aitrader/model';
import { estimateOf, type FitResult } from './fit-result.ts';

/*
 * GARCH(1,1) with or without the asymmetric term of Glosten, Jagannathan and Runkle (GJR):
 * yₜ = μ + εₜ, εₜ = √hₜ zₜ, hₜ₊₁ = ω + (α + γ [εₜ < 0]) εₜ² + β hₜ, where zₜ has variance 1.
 *
 * 1. Conditional variances are positive for ω > 0, α ≥ 0, α + γ ≥ 0, β ≥ 0.
 * 2. Stepping one observation at a time gives the path of the whole series, bit for bit.
 *
 * Sources: Bollerslev (1986), J. Econometrics 31; Glosten, Jagannathan and Runkle (1993), J. Finance 48; Bollerslev (1987),
 * Review of Economics and Statistics 69, for the t distribution scaled to variance 1.
 */

/** Which GARCH model: nothing here has a default. */
export interface GarchForm {
  readonly mean: 'constant' | 'zero';
  /** GJR adds γ. */
  readonly asymmetry: 'none' | 'gjr';
  readonly shocks: 'normal' | 'student';
  /**
   * Variance and squared error before the first observation. `sample`: the mean squared error at the current μ (Bollerslev and
   * Ghysels 1996; the benchmark of Fiorentini, Calzolari and Panattoni 1996). `backcast`: the mean with weights 0.94^i of the first
   * 75 squared errors at the sample mean, whatever μ is (Python's `arch`).
   */
  readonly presample: 'sample' | 'backcast';
}

/** Natural parameters; γ is 0 without asymmetry, μ 0 with a zero mean, ν Infinity for normal shocks. */
export interface GarchParameters {
  readonly mu: number;
  readonly omega: number;
  readonly alpha: number;
  readonly gamma: number;
  readonly beta: number;
  readonly nu: number;
}

const BACKCAST_DECAY = 0.94;
const BACKCAST_COUNT = 75;

/** Names of a form's parameters, in the order of a fit. */
export function garchParameterNames(form: GarchForm): readonly string[] {
  const mean = form.mean === 'constant' ? ['mu'] : [];
  const gamma = form.asymmetry === 'gjr' ? ['gamma'] : [];
  const nu = form.shocks === 'student' ? ['nu'] : [];
  return [...mean, 'omega', 'alpha', ...gamma, 'beta', ...nu];
}

/** The model's name in a fit result, such as `gjr-garch(1,1)-student`. */
export const garchName = (form: GarchForm): string => `${form.asymmetry === 'gjr' ? 'gjr-garch' : 'garch'}(1,1)-${form.shocks}`;

/** The parameters of a GARCH fit. @throws RangeError for a fit of another model */
export function garchParameters(form: GarchForm, fit: FitResult): GarchParameters {
  const known = garchParameterNames(form);
  const value = (name: string, otherwise: number): number => (known.includes(name) ? estimateOf(fit, name) : otherwise);
  return {
    mu: value('mu', 0),
    omega: value('omega', 0),
    alpha: value('alpha', 0),
    gamma: value('gamma', 0),
    beta: value('beta', 0),
    nu: value('nu', Infinity),
  };
}

export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Mean squared error around `mu`. */
export function meanSquare(values: Float64Array, mu: number): number {
  let sum = 0;
  for (const value of values) sum += (value - mu) * (value - mu);
  return sum / values.length;
}

/** The presample variance of the backcast convention. */
export function backcast(form: Pick<GarchForm, 'mean'>, returns: Float64Array): number {
  const mu = form.mean === 'constant' ? meanOf(returns) : 0;
  let weight = 1;
  let weights = 0;
  let sum = 0;
  for (let i = 0; i < Math.min(BACKCAST_COUNT, returns.length); i++) {
    const error = read(returns, i) - mu;
    sum += weight * error * error;
    weights += weight;
    weight *= BACKCAST_DECAY;
  }
  return sum / weights;
}

/** The conditional variance of the first observation; an error before it counts as half below 0. */
export function firstVariance(form: GarchForm, parameters: GarchParameters, returns: Float64Array): number {
  const { mu, omega, alpha, gamma, beta } = parameters;
  const presample = form.presample === 'sample' ? meanSquare(returns, mu) : backcast(form, returns);
  return omega + (alpha + gamma / 2 + beta) * presample;
}

/** The conditional variance of the next observation after one of value `value` whose conditional variance was `variance`. */
export function nextVariance(parameters: GarchParameters, variance: number, value: number): number {
  const error = value - parameters.mu;
  const reaction = error < 0 ? parameters.alpha + parameters.gamma : parameters.alpha;
  return parameters.omega + reaction * error * error + parameters.beta * variance;
}

/** Conditional variances of all n observations and, last, the forecast for the one after them: n + 1 numbers. */
export function garchVariances(form: GarchForm, parameters: GarchParameters, returns: Float64Array): Float64Array {
  const path = new Float64Array(returns.length + 1);
  path[0] = firstVariance(form, parameters, returns);
  returns.forEach((value, i) => {
    path[i + 1] = nextVariance(parameters, read(path, i), value);
  });
  return path;
}

/**
 * Expected variances 1 … `horizon` steps ahead, from the forecast of the next one: they approach ω / (1 − α − γ/2 − β) when the
 * persistence is below 1. Shocks are symmetric.
 */
export function garchForecast(parameters: GarchParameters, next: number, horizon: number): Float64Array {
  const { omega, alpha, gamma, beta } = parameters;
  const forecast = new Float64Array(horizon);
  let variance = next;
  for (let step = 0; step < horizon; step++) {
    forecast[step] = variance;
    variance = omega + (alpha + gamma / 2 + beta) * variance;
  }
  return forecast;
}
