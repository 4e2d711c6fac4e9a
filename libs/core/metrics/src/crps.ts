import { exp, lnGammaHalfStep, normalCdf, normalPdf, studentTCdf, studentTPdf } from '@aitrader/core-numeric';
import {
  requireGaussian,
  requireMean,
  requireStudentT,
  requireWeights,
  type Gaussian,
  type GaussianMixture,
  type StudentT,
} from './forecast.ts';
import { requireFinite } from './series.ts';

/*
 * The continuous ranked probability score, ∫ (F(x) − 1{x ≥ y})² dx, of a forecast F and its outcome y, in the unit of the
 * outcome; the lower, the better. Source: Gneiting and Raftery (2007), "Strictly proper scoring rules, prediction, and
 * estimation", JASA 102.
 *
 * 1. It is above 0 and, for a single component, grows with the distance of the outcome from the middle.
 * 2. It is proper: no other forecast scores better on average than the distribution the outcomes come from.
 * 3. It grows with the unit: scaling forecast and outcome scales it.
 */

const ONE_OVER_SQRT_PI = 0.5641895835477563;
const SQRT_PI = 1.772453850905516;

/** E|Z − z| for a standard normal Z. */
const normalDistance = (z: number): number => z * (2 * normalCdf(z) - 1) + 2 * normalPdf(z);

/**
 * CRPS of a Gaussian: σ (z (2 Φ(z) − 1) + 2 φ(z) − 1/√π), z = (y − μ) / σ, within 1e-15 of itself times a few. Source: Gneiting
 * and Raftery (2007), eq. 21 and after. @throws RangeError for a bad forecast or an outcome that is not finite
 */
export function crpsOfGaussian(forecast: Gaussian, y: number): number {
  requireGaussian(forecast);
  requireFinite('outcome', y);
  return forecast.sd * (normalDistance((y - forecast.mean) / forecast.sd) - ONE_OVER_SQRT_PI);
}

/**
 * ½ E|T − T′| of two independent Student t's: 2 √ν / (ν − 1) · B(½, ν − ½) / B(½, ν/2)², where B(½, x) = √π Γ(x) / Γ(x + ½).
 */
function studentTSpread(dof: number): number {
  const lnRatio = 2 * lnGammaHalfStep(dof / 2) - lnGammaHalfStep(dof - 0.5);
  return (2 * Math.sqrt(dof) * exp(lnRatio)) / (SQRT_PI * (dof - 1));
}

/**
 * CRPS of a Student t with more than one degree of freedom: scale · (z (2 F(z) − 1) + 2 f(z) (ν + z²) / (ν − 1) − the spread), z =
 * (y − location) / scale, within 1e-12 of itself. Source: Jordan, Krüger and Lerch (2019), "Evaluating probabilistic forecasts with
 * scoringRules", JSS 90(12), appendix A. @throws RangeError for a bad forecast, dof ≤ 1 or an outcome that is not finite
 */
export function crpsOfStudentT(forecast: StudentT, y: number): number {
  const { location, scale, dof } = forecast;
  if (dof === Infinity) return crpsOfGaussian({ mean: location, sd: scale }, y);
  requireStudentT(forecast);
  requireFinite('outcome', y);
  requireMean(forecast);
  const z = (y - location) / scale;
  const distance = z * (2 * studentTCdf(z, dof) - 1) + (2 * studentTPdf(z, dof) * (dof + z * z)) / (dof - 1);
  return scale * (distance - studentTSpread(dof));
}

/** E|X − y| for X normal. */
const distanceOf = (mean: number, sd: number, y: number): number => sd * normalDistance((y - mean) / sd);

/**
 * CRPS of a mixture of K Gaussians, exactly: Σ w_i A(y − μ_i, σ_i²) − ½ Σ Σ w_i w_j A(μ_i − μ_j, σ_i² + σ_j²), A(m, s²) = E|m + s Z|;
 * within 1e-14 of the largest term. Costs K (K + 1) / 2 normal probabilities. Source: Grimit, Gneiting, Berrocal and Johnson
 * (2006), "The continuous ranked probability score for circular variables", Q. J. R. Meteorol. Soc. 132, eq. 5 and after.
 * @throws RangeError for bad components or weights, or an outcome that is not finite
 */
export function crpsOfGaussianMixture(mixture: GaussianMixture, y: number): number {
  requireWeights(mixture);
  requireFinite('outcome', y);
  let score = 0;
  mixture.forEach((one, i) => {
    requireGaussian(one);
    score += one.weight * distanceOf(one.mean, one.sd, y) - one.weight * one.weight * one.sd * ONE_OVER_SQRT_PI;
    for (const other of mixture.slice(i + 1)) {
      const sd = Math.sqrt(one.sd * one.sd + other.sd * other.sd);
      score -= one.weight * other.weight * distanceOf(one.mean, sd, other.mean);
    }
  });
  return score;
}
