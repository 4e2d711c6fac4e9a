import { ln } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import { EstimationError } from './estimation-error.ts';
import { ONE_COLUMN, requireKnown, required, type FittableModel, type ParameterRecord } from './fittable-model.ts';
import { fitGarch, garchLikelihood, RETURNS_MIN } from './garch-likelihood.ts';
import {
  garchName,
  garchParameterNames,
  garchVariances,
  meanOf,
  meanSquare,
  type GarchForm,
  type GarchParameters,
} from './garch-model.ts';
import { evaluated, termsAt } from './maximum-likelihood.ts';
import { lnOddsOfNu } from './shock-density.ts';

/** A start keeps the parts of the persistence this far inside 0 … 1, so that the search can leave the edge. */
const EDGE = 1e-6;

/** The parameters of a form by their names. @throws EstimationError for unknown, missing or impossible ones */
export function garchFrom(form: GarchForm, record: ParameterRecord): GarchParameters {
  const names = garchParameterNames(form);
  requireKnown(garchName(form), names, record);
  const value = (name: string, otherwise: number): number => (names.includes(name) ? required(record, name) : otherwise);
  const parameters: GarchParameters = {
    mu: value('mu', 0),
    omega: value('omega', 0),
    alpha: value('alpha', 0),
    gamma: value('gamma', 0),
    beta: value('beta', 0),
    nu: value('nu', Infinity),
  };
  requireStationary(parameters);
  return parameters;
}

/** What a fit at an edge may be beyond it by rounding. */
const ROUNDING = 1e-12;

function requireStationary({ omega, alpha, gamma, beta, nu }: GarchParameters): void {
  const persistence = alpha + gamma / 2 + beta;
  const rules: readonly (readonly [kept: boolean, message: string])[] = [
    [omega > 0, `omega is ${omega}: it must be positive`],
    [alpha >= -ROUNDING, `alpha is ${alpha}: it must not be negative`],
    [alpha + gamma >= -ROUNDING, `alpha + gamma is ${alpha + gamma}: it must not be negative`],
    [beta >= -ROUNDING, `beta is ${beta}: it must not be negative`],
    [persistence < 1, `alpha + gamma / 2 + beta is ${persistence}: the variance is stationary below 1 only`],
    [nu > 2, `nu is ${nu}: the variance is finite above 2 only`],
  ];
  const broken = rules.find(([kept]) => !kept);
  if (broken) throw new EstimationError(broken[1]);
}

/** The unbounded point of `garchLikelihood` at these parameters. */
function unboundedPoint(form: GarchForm, returns: Float64Array, parameters: GarchParameters): Float64Array {
  const { mu, omega, alpha, gamma, beta, nu } = parameters;
  const centre = form.mean === 'constant' ? meanOf(returns) : 0;
  const variance = meanSquare(returns, centre);
  const reaction = alpha + gamma / 2;
  const lnOdds = (part: number, whole: number): number => {
    const p = Math.min(1 - EDGE, Math.max(EDGE, whole > 0 ? part / whole : 0.5));
    return ln(p / (1 - p));
  };
  const point: ParameterRecord = {
    mu: (mu - centre) / Math.sqrt(variance),
    omega: ln(omega / variance),
    alpha: lnOdds(reaction + beta, 1),
    gamma: lnOdds((alpha + gamma) / 2, reaction),
    beta: lnOdds(reaction, reaction + beta),
    nu: lnOddsOfNu(nu),
  };
  return Float64Array.from(garchParameterNames(form), (name) => point[name] ?? NaN);
}

/** GARCH and GJR: parameters [mu] omega alpha [gamma] beta [nu]. */
export function fittableGarch(form: GarchForm): FittableModel {
  const names = garchParameterNames(form);
  const inOrder = (record: ParameterRecord): Float64Array => {
    garchFrom(form, record);
    return Float64Array.from(names, (name) => required(record, name));
  };
  return {
    columns: ONE_COLUMN,
    observationsMin: RETURNS_MIN,
    parameterNames: names,
    freeCount: () => names.length,
    gaps: 'never',
    fit: ({ values }, { init, ...search }) => {
      const from = init && unboundedPoint(form, values, garchFrom(form, init));
      return fitGarch(form, values, { ...search, from });
    },
    evaluate: ({ values }, record) => evaluated(garchLikelihood(form, values), inOrder(record)),
    paths: ({ values }, record) => {
      const parameters = garchFrom(form, record);
      const variances = garchVariances(form, parameters, values).subarray(0, values.length);
      const residuals = values.map((value) => value - parameters.mu);
      return [
        { name: 'residual', values: residuals },
        { name: 'variance', values: variances },
        { name: 'standardised', values: residuals.map((error, i) => error / Math.sqrt(read(variances, i))) },
        { name: 'loglik', values: termsAt(garchLikelihood(form, values), inOrder(record)) },
      ];
    },
  };
}
