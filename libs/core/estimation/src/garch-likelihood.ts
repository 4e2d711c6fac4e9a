import { ln } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import { backcast, garchName, garchParameterNames, meanOf, meanSquare, type GarchForm } from './garch-model.ts';
import {
  affine,
  blend,
  composed,
  constant,
  expOf,
  keep,
  logisticOf,
  newJet,
  plus,
  release,
  times,
  valueOf,
  type Jet,
  type JetSpace,
} from './jet.ts';
import { maximumLikelihood, requireSeries, type LikelihoodModel, type Search } from './maximum-likelihood.ts';
import { type FitResult } from './fit-result.ts';
import { boundedNu, jetNamed, lnOdds, lnOddsOfNu, logDensityOf } from './shock-density.ts';

/*
 * 1. The likelihood is that of all n observations; the presample values of the form enter the first one.
 * 2. A fit lies inside ω > 0, α ≥ 0, α + γ ≥ 0, β ≥ 0, α + γ/2 + β < 1, 2 < ν ≤ 10 002.
 * 3. Returns in another unit give the same fit in that unit.
 */

/** Fewer returns than this say nothing about six parameters. */
export const RETURNS_MIN = 30;
/** A fit's persistence, at most: so far from 1 that rounding of its parts does not reach it. */
const PERSISTENCE_MAX = 1 - 1e-9;
/** Starting values: persistence, the part of it that is the reaction to shocks, the part of that due to falls; ν. */
const PERSISTENCES = [0.4, 0.8, 0.95, 0.99] as const;
const REACTIONS = [0.03, 0.12, 0.4] as const;
const FALLS = 0.6;
const DOF = 8;

/** The smallest ω in variances of the sample: no data tell it from 0, and the search has somewhere to end. */
const OMEGA_FLOOR = 1e-20;

/** The form's parameters as jets, those that it lacks as constants. */
interface GarchJets {
  readonly mu: Jet;
  readonly omega: Jet;
  readonly alpha: Jet;
  readonly gamma: Jet;
  readonly beta: Jet;
  readonly nu: Jet;
}

function namedJets(form: GarchForm, space: JetSpace, parameters: readonly Jet[]): GarchJets {
  const named = jetNamed(space, garchParameterNames(form), parameters);
  return {
    mu: named('mu'),
    omega: named('omega'),
    alpha: named('alpha'),
    gamma: named('gamma'),
    beta: named('beta'),
    nu: named('nu'),
  };
}

/**
 * Natural parameters from unbounded ones: μ in standard deviations from the mean, ln of ω over the variance, ln odds of the
 * persistence, of its parts and of ν between its bounds.
 */
function bounded(form: GarchForm, returns: Float64Array, space: JetSpace, unbounded: readonly Jet[]): readonly Jet[] {
  const centre = form.mean === 'constant' ? meanOf(returns) : 0;
  const variance = meanSquare(returns, centre);
  const { mu, omega, alpha, gamma, beta, nu } = namedJets(form, space, unbounded);
  const persistence = affine(space, logisticOf(space, alpha), PERSISTENCE_MAX);
  const reaction = times(space, persistence, logisticOf(space, beta));
  const falls = form.asymmetry === 'gjr' ? logisticOf(space, gamma) : constant(space, 0.5);
  const inFalls = times(space, reaction, falls);
  const result = {
    mu: affine(space, mu, Math.sqrt(variance), centre),
    omega: affine(space, expOf(space, omega), variance, OMEGA_FLOOR * variance),
    alpha: blend(space, 2, reaction, -2, inFalls),
    gamma: blend(space, 4, inFalls, -2, reaction),
    beta: blend(space, 1, persistence, -1, reaction),
    nu: boundedNu(space, nu),
  };
  return Object.entries(result)
    .filter(([name]) => garchParameterNames(form).includes(name))
    .map(([, jet]) => jet);
}

/** Unbounded starting points: a grid of persistences and reactions, at the unconditional variance of the sample. */
function starts(form: GarchForm): Float64Array[] {
  return PERSISTENCES.flatMap((persistence) =>
    REACTIONS.map((reaction) => {
      const start = {
        mu: 0,
        omega: ln(1 - persistence),
        alpha: lnOdds(persistence),
        gamma: lnOdds(FALLS),
        beta: lnOdds(reaction),
        nu: lnOddsOfNu(DOF),
      };
      const names = garchParameterNames(form);
      return Float64Array.from(
        Object.entries(start).filter(([name]) => names.includes(name)),
        ([, value]) => value,
      );
    }),
  );
}

type Presample = Pick<GarchForm, 'mean' | 'presample'>;

/** Presample variance as a function of μ. */
export function presampleOf(form: Presample, returns: Float64Array, space: JetSpace, mu: Jet): Jet {
  if (form.presample === 'backcast') return constant(space, backcast(form, returns));
  const centre = valueOf(mu);
  return composed(space, mu, meanSquare(returns, centre), 2 * (centre - meanOf(returns)), 2);
}

function terms(
  form: GarchForm,
  returns: Float64Array,
  space: JetSpace,
  parameters: readonly Jet[],
  term: (logLikelihood: Jet) => void,
): void {
  const { mu, omega, alpha, gamma, beta, nu } = namedJets(form, space, parameters);
  const afterFall = plus(space, alpha, gamma);
  const logDensity = logDensityOf(form.shocks, space, nu);
  const persistence = plus(space, beta, blend(space, 0.5, alpha, 0.5, afterFall));
  const variance = newJet(space);
  keep(variance, plus(space, omega, times(space, persistence, presampleOf(form, returns, space, mu))));
  const { used } = space;
  for (let i = 0; i < returns.length; i++) {
    const error = read(returns, i) - valueOf(mu);
    const squaredError = composed(space, mu, error * error, -2 * error, 2);
    term(logDensity(squaredError, variance));
    const reaction = times(space, error < 0 ? afterFall : alpha, squaredError);
    keep(variance, plus(space, omega, plus(space, reaction, times(space, beta, variance))));
    release(space, used);
  }
}

/** The likelihood of a GARCH model on a series of returns. */
export const garchLikelihood = (form: GarchForm, returns: Float64Array): LikelihoodModel => ({
  name: garchName(form),
  parameters: garchParameterNames(form),
  n: returns.length,
  bounded: (space, unbounded) => bounded(form, returns, space, unbounded),
  terms: (space, parameters, term) => terms(form, returns, space, parameters, term),
  starts: starts(form),
});

/**
 * Maximum likelihood fit of a GARCH model; with normal shocks the sandwich standard errors are those of quasi maximum likelihood.
 * Parameters: [mu] omega alpha [gamma] beta [nu]. @throws EstimationError for returns that are too few, constant or not finite
 */
export function fitGarch(form: GarchForm, returns: Float64Array, search?: Search): FitResult {
  requireSeries('returns', returns, RETURNS_MIN);
  return maximumLikelihood(garchLikelihood(form, returns), search);
}
