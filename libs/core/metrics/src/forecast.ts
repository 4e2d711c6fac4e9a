import { exp, ln, normalCdf, studentTCdf, studentTLnPdf } from '@aitrader/core-numeric';
import { requireFinite, requirePositive } from './series.ts';

/*
 * Forecasts as distributions, and what an outcome says of them: its probability integral transform (PIT), the probability that
 * the forecast gave to lower outcomes, and its log score, −ln of the forecast's density there (nats; the lower, the better).
 *
 * 1. PITs of outcomes drawn from the forecast are uniform in 0 … 1.
 * 2. A mixture of one component, or of equal ones, scores as that component does.
 */

export interface Gaussian {
  readonly mean: number;
  /** > 0 */
  readonly sd: number;
}

/** location + scale · T, T being Student's t; the standard deviation is scale · √(dof / (dof − 2)). */
export interface StudentT {
  readonly location: number;
  /** > 0 */
  readonly scale: number;
  /** > 0; Infinity makes it a Gaussian */
  readonly dof: number;
}

/** Components whose weights are at least 0 and add up to 1. */
export type GaussianMixture = readonly (Gaussian & { readonly weight: number })[];
export type StudentTMixture = readonly (StudentT & { readonly weight: number })[];

/** How far from 1 weights may add up to. */
const WEIGHTS_TOLERANCE = 1e-9;

/** @throws RangeError for an sd that is not positive, or a mean that is not finite */
export function requireGaussian({ mean, sd }: Gaussian): void {
  requireFinite('mean', mean);
  requirePositive('standard deviation', sd);
}

/** @throws RangeError for a scale or degrees of freedom that are not positive, or a location that is not finite */
export function requireStudentT({ location, scale, dof }: StudentT): void {
  requireFinite('location', location);
  requirePositive('scale', scale);
  if (!(dof > 0)) throw new RangeError(`degrees of freedom must be positive, got ${dof}`);
}

/** @throws RangeError when the forecast has no mean to be far from: with one degree of freedom or less */
export function requireMean({ dof }: StudentT): void {
  if (!(dof > 1)) throw new RangeError(`the CRPS of a Student t needs more than one degree of freedom, got ${dof}`);
}

/** @throws RangeError for a weight below 0, or weights that do not add up to 1 within 1e-9 */
export function requireWeights(mixture: readonly { readonly weight: number }[]): void {
  let total = 0;
  for (const { weight } of mixture) {
    if (!(weight >= 0)) throw new RangeError(`a weight is at least 0, got ${weight}`);
    total += weight;
  }
  if (!(Math.abs(total - 1) <= WEIGHTS_TOLERANCE)) throw new RangeError(`the weights must add up to 1, got ${total}`);
}

/** The forecast as a Student t with infinitely many degrees of freedom. */
export const asStudentT = ({ mean, sd }: Gaussian): StudentT => ({ location: mean, scale: sd, dof: Infinity });

const asStudentTMixture = (mixture: GaussianMixture): StudentTMixture =>
  mixture.map((component) => ({ ...asStudentT(component), weight: component.weight }));

/** P(outcome ≤ y) under a Gaussian. @throws RangeError for a bad forecast or an outcome that is not finite */
export function pitOfGaussian(forecast: Gaussian, y: number): number {
  requireGaussian(forecast);
  requireFinite('outcome', y);
  return normalCdf((y - forecast.mean) / forecast.sd);
}

/** P(outcome ≤ y) under a Student t. @throws RangeError for a bad forecast or an outcome that is not finite */
export function pitOfStudentT(forecast: StudentT, y: number): number {
  requireStudentT(forecast);
  requireFinite('outcome', y);
  return studentTCdf((y - forecast.location) / forecast.scale, forecast.dof);
}

/** P(outcome ≤ y) under a mixture of Student t's. @throws RangeError for bad components or weights */
export function pitOfStudentTMixture(mixture: StudentTMixture, y: number): number {
  requireWeights(mixture);
  return mixture.reduce((sum, component) => sum + component.weight * pitOfStudentT(component, y), 0);
}

/** P(outcome ≤ y) under a mixture of Gaussians. @throws RangeError for bad components or weights */
export const pitOfGaussianMixture = (mixture: GaussianMixture, y: number): number =>
  pitOfStudentTMixture(asStudentTMixture(mixture), y);

/** −ln density of a Student t at y. @throws RangeError for a bad forecast or an outcome that is not finite */
export function logScoreOfStudentT(forecast: StudentT, y: number): number {
  requireStudentT(forecast);
  requireFinite('outcome', y);
  return ln(forecast.scale) - studentTLnPdf((y - forecast.location) / forecast.scale, forecast.dof);
}

/** −ln density of a Gaussian at y. @throws RangeError for a bad forecast or an outcome that is not finite */
export const logScoreOfGaussian = (forecast: Gaussian, y: number): number => logScoreOfStudentT(asStudentT(forecast), y);

/** −ln density of a mixture of Student t's at y, also where every density underflows. @throws RangeError for bad components or weights */
export function logScoreOfStudentTMixture(mixture: StudentTMixture, y: number): number {
  requireWeights(mixture);
  const scores = mixture.map((component) => logScoreOfStudentT(component, y) - ln(component.weight));
  const best = scores.reduce((least, score) => Math.min(least, score), Infinity);
  return best - ln(scores.reduce((sum, score) => sum + exp(best - score), 0));
}

/** −ln density of a mixture of Gaussians at y. @throws RangeError for bad components or weights */
export const logScoreOfGaussianMixture = (mixture: GaussianMixture, y: number): number =>
  logScoreOfStudentTMixture(asStudentTMixture(mixture), y);
