import { ln } from '@aitrader/core-numeric';
import {
  affine,
  blend,
  constant,
  lnGammaRatioOf,
  lnOf,
  log1pOf,
  logisticOf,
  plus,
  ratio,
  times,
  type Jet,
  type JetSpace,
} from './jet.ts';

/** Densities of shocks of variance 1, and ν as a function of an unbounded parameter. */

const HALF_LN_2PI = 0.9189385332046727;
const LN_PI = 1.1447298858494002;
/** The smallest ν − 2: no data tell it from 0, and the search has somewhere to end. */
const NU_MARGIN = 1e-6;
/** How far a fit's ν − 2 may go. No data tell such a t from the normal distribution, and far beyond it ln Γ would be all rounding. */
const NU_SPAN = 10_000;
/** Parts of ν's range that a start keeps from its ends, so that the search can leave them. */
const NU_EDGE = 1e-9;

export const lnOdds = (p: number): number => ln(p / (1 - p));

/** The unbounded point of ν, near an end of its range for one beyond it. */
export const lnOddsOfNu = (nu: number): number => lnOdds(Math.min(1 - NU_EDGE, Math.max(NU_EDGE, (nu - 2) / NU_SPAN)));

/** ν between its bounds from an unbounded parameter. */
export const boundedNu = (space: JetSpace, unbounded: Jet): Jet =>
  affine(space, logisticOf(space, unbounded), NU_SPAN, 2 + NU_MARGIN);

/** ln of a density of variance 1 at ε / √h, over √h. */
export type LogDensity = (squaredError: Jet, variance: Jet) => Jet;

/** The density of normal shocks, or of Student's with ν degrees of freedom. */
export function logDensityOf(shocks: 'normal' | 'student', space: JetSpace, nu: Jet): LogDensity {
  if (shocks === 'normal')
    return (squaredError, variance) =>
      affine(space, plus(space, ratio(space, squaredError, variance), lnOf(space, variance)), -0.5, -HALF_LN_2PI);
  const gammas = lnGammaRatioOf(space, nu);
  const excess = affine(space, nu, 1, -2);
  const scale = blend(space, 1, gammas, -0.5, affine(space, lnOf(space, excess), 1, LN_PI));
  const power = affine(space, nu, -0.5, -0.5);
  return (squaredError, variance) => {
    const distance = log1pOf(space, ratio(space, squaredError, times(space, variance, excess)));
    return plus(space, blend(space, 1, scale, -0.5, lnOf(space, variance)), times(space, power, distance));
  };
}

/** The jets of a model's parameters by their names; those that it lacks are 0. */
export const jetNamed =
  (space: JetSpace, names: readonly string[], parameters: readonly Jet[]) =>
  (name: string): Jet =>
    parameters[names.indexOf(name)] ?? constant(space, 0);
