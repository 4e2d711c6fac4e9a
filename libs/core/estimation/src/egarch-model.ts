import { exp, ln } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import { backcast, meanSquare, type GarchForm } from './garch-model.ts';

/*
 * Exponential GARCH(1,1) with leverage: yₜ = μ + εₜ, εₜ = √hₜ zₜ,
 * ln hₜ₊₁ = ω + α (|zₜ| − √(2/π)) + γ zₜ + β ln hₜ, where zₜ has variance 1.
 *
 * √(2/π) is E|z| of a normal shock. It stands for E|z| of Student's, too, as in Python's `arch`: Nelson's own constant gives the same
 * likelihood with another ω.
 *
 * 1. Conditional variances are positive whatever the parameters are; they are stationary for |β| < 1.
 * 2. Stepping one observation at a time gives the path of the whole series, bit for bit.
 *
 * Source: Nelson (1991), Econometrica 59, "Conditional heteroskedasticity in asset returns: a new approach".
 */

/** Which EGARCH model; before the first observation ln h is that of the presample variance and z says nothing. */
export type EgarchForm = Pick<GarchForm, 'mean' | 'shocks' | 'presample'>;

/** μ is 0 with a zero mean, ν Infinity for normal shocks. ω is in ln of squared units of the returns, γ below 0 where falls weigh more. */
export interface EgarchParameters {
  readonly mu: number;
  readonly omega: number;
  readonly alpha: number;
  readonly gamma: number;
  readonly beta: number;
  readonly nu: number;
}

/** E|z| of a normal shock, √(2/π). */
export const MEAN_SIZE = Math.sqrt(2 / Math.PI);

/** Names of a form's parameters, in the order of a fit. */
export function egarchParameterNames({ mean, shocks }: EgarchForm): readonly string[] {
  return [...(mean === 'constant' ? ['mu'] : []), 'omega', 'alpha', 'gamma', 'beta', ...(shocks === 'student' ? ['nu'] : [])];
}

/** The model's name in a fit result, such as `egarch(1,1)-student`. */
export const egarchName = ({ shocks }: EgarchForm): string => `egarch(1,1)-${shocks}`;

/** ln of the conditional variance after a shock of so many standard deviations, when that of the shock's own variance was `lnVariance`. */
export const nextLnVariance = (parameters: EgarchParameters, lnVariance: number, shock: number): number =>
  parameters.omega + parameters.alpha * (Math.abs(shock) - MEAN_SIZE) + parameters.gamma * shock + parameters.beta * lnVariance;

/** Conditional variances of all n observations and, last, the forecast for the one after them: n + 1 numbers. */
export function egarchVariances(form: EgarchForm, parameters: EgarchParameters, returns: Float64Array): Float64Array {
  const { mu, omega, beta } = parameters;
  const presample = form.presample === 'sample' ? meanSquare(returns, mu) : backcast(form, returns);
  const path = new Float64Array(returns.length + 1);
  let lnVariance = omega + beta * ln(presample);
  path[0] = exp(lnVariance);
  returns.forEach((value, i) => {
    lnVariance = nextLnVariance(parameters, lnVariance, (value - mu) / Math.sqrt(read(path, i)));
    path[i + 1] = exp(lnVariance);
  });
  return path;
}
