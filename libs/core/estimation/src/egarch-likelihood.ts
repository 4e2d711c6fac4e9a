import { ln } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import { egarchName, egarchParameterNames, MEAN_SIZE, type EgarchForm, type EgarchParameters } from './egarch-model.ts';
import { presampleOf } from './garch-likelihood.ts';
import { meanOf, meanSquare } from './garch-model.ts';
import {
  affine,
  composed,
  constant,
  expOf,
  keep,
  lnOf,
  logisticOf,
  newJet,
  plus,
  release,
  times,
  valueOf,
  type Jet,
  type JetSpace,
} from './jet.ts';
import { type LikelihoodModel } from './maximum-likelihood.ts';
import { boundedNu, jetNamed, lnOdds, lnOddsOfNu, logDensityOf } from './shock-density.ts';

/*
 * 1. The likelihood is that of all n observations; the presample variance of the form enters the first one.
 * 2. Derivatives where an error is exactly 0 are those of a rise.
 */

/** A fit's |β|, at most: so far from 1 that rounding does not reach it. */
const PERSISTENCE_MAX = 1 - 1e-9;
/** Starting values; ω is such that ln h is on average that of the sample. */
const PERSISTENCES = [0.5, 0.9, 0.97, 0.99] as const;
const REACTIONS = [0.05, 0.15, 0.35] as const;
const LEVERAGE = -0.05;
const DOF = 8;
/** A start keeps α and the parts of β's range this far from their edges, so that the search can leave them. */
const EDGE = 1e-6;

/** Natural parameters from unbounded ones: μ in standard deviations from the mean, ω but for what holds ln h at that of the sample, ln odds
 * of β and of ν between their bounds. */
function bounded(form: EgarchForm, returns: Float64Array, space: JetSpace, unbounded: readonly Jet[]): readonly Jet[] {
  const centre = form.mean === 'constant' ? meanOf(returns) : 0;
  const variance = meanSquare(returns, centre);
  const names = egarchParameterNames(form);
  const named = jetNamed(space, names, unbounded);
  const beta = affine(space, logisticOf(space, named('beta')), 2 * PERSISTENCE_MAX, -PERSISTENCE_MAX);
  const result: Readonly<Record<string, Jet>> = {
    mu: affine(space, named('mu'), Math.sqrt(variance), centre),
    omega: plus(space, named('omega'), affine(space, beta, -ln(variance), ln(variance))),
    alpha: expOf(space, named('alpha')),
    gamma: named('gamma'),
    beta,
    nu: boundedNu(space, named('nu')),
  };
  return names.map((name) => result[name] ?? constant(space, NaN));
}

/** The unbounded point of `bounded` at these parameters. */
export function unboundedEgarch(form: EgarchForm, returns: Float64Array, parameters: EgarchParameters): Float64Array {
  const { mu, omega, alpha, gamma, beta, nu } = parameters;
  const centre = form.mean === 'constant' ? meanOf(returns) : 0;
  const variance = meanSquare(returns, centre);
  const point: Readonly<Record<string, number>> = {
    mu: (mu - centre) / Math.sqrt(variance),
    omega: omega - (1 - beta) * ln(variance),
    alpha: ln(Math.max(EDGE, alpha)),
    gamma,
    beta: lnOdds(Math.min(1 - EDGE, Math.max(EDGE, (1 + beta) / 2))),
    nu: lnOddsOfNu(nu),
  };
  return Float64Array.from(egarchParameterNames(form), (name) => point[name] ?? NaN);
}

const starts = (form: EgarchForm, returns: Float64Array): Float64Array[] =>
  PERSISTENCES.flatMap((beta) =>
    REACTIONS.map((alpha) => {
      const mu = form.mean === 'constant' ? meanOf(returns) : 0;
      const omega = (1 - beta) * ln(meanSquare(returns, mu));
      return unboundedEgarch(form, returns, { mu, omega, alpha, gamma: LEVERAGE, beta, nu: DOF });
    }),
  );

/**
 * How |z| is taken of a return: `exact`, as what it is; `rounded`, as √(z² + ROUNDNESS²); or as z of the returns above a bound and −z of
 * the others, which is exact while μ lies between that bound and the next return, and has no kink beyond it.
 */
export type Sizes = 'exact' | 'rounded' | { readonly above: number };

/** So round that ten returns share a kink, and ln L of an observation is off by some 1e-5. */
const ROUNDNESS = 0.01;

function sizeOf(space: JetSpace, shock: Jet, value: number, sizes: Sizes): Jet {
  const z = valueOf(shock);
  if (sizes !== 'rounded') return affine(space, shock, (sizes === 'exact' ? z >= 0 : value > sizes.above) ? 1 : -1);
  const size = Math.sqrt(z * z + ROUNDNESS * ROUNDNESS);
  return composed(space, shock, size, z / size, (ROUNDNESS * ROUNDNESS) / (size * size * size));
}

function terms(
  form: EgarchForm,
  returns: Float64Array,
  sizes: Sizes,
  space: JetSpace,
  parameters: readonly Jet[],
  term: (logLikelihood: Jet) => void,
): void {
  const named = jetNamed(space, egarchParameterNames(form), parameters);
  const [mu, omega, alpha, gamma, beta] = [named('mu'), named('omega'), named('alpha'), named('gamma'), named('beta')];
  const base = plus(space, omega, affine(space, alpha, -MEAN_SIZE));
  const logDensity = logDensityOf(form.shocks, space, named('nu'));
  const lnVariance = newJet(space);
  keep(lnVariance, plus(space, omega, times(space, beta, lnOf(space, presampleOf(form, returns, space, mu)))));
  const { used } = space;
  for (let i = 0; i < returns.length; i++) {
    const value = read(returns, i);
    const error = value - valueOf(mu);
    const squaredError = composed(space, mu, error * error, -2 * error, 2);
    term(logDensity(squaredError, expOf(space, lnVariance)));
    const shock = times(space, affine(space, mu, -1, value), expOf(space, affine(space, lnVariance, -0.5)));
    const reaction = plus(space, times(space, alpha, sizeOf(space, shock, value, sizes)), times(space, gamma, shock));
    keep(lnVariance, plus(space, base, plus(space, reaction, times(space, beta, lnVariance))));
    release(space, used);
  }
}

/** The likelihood of an EGARCH model on a series of returns. */
export const egarchLikelihood = (form: EgarchForm, returns: Float64Array, sizes: Sizes = 'exact'): LikelihoodModel => ({
  name: egarchName(form),
  parameters: egarchParameterNames(form),
  n: returns.length,
  bounded: (space, unbounded) => bounded(form, returns, space, unbounded),
  terms: (space, parameters, term) => terms(form, returns, sizes, space, parameters, term),
  starts: starts(form, returns),
});
