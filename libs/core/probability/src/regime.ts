import { exp } from '@aitrader/core-numeric';

/*
 * Two regimes, calm and turbulent, that differ in the sd of the standardised innovation alone.
 *
 * 1. The probability stays inside 0 … 1 for any innovation, and an innovation of average size leaves both regimes possible.
 * 2. A larger |z| never makes calm likelier.
 */

/** The chain and what tells its two states apart; all of it follows from the configuration. */
export interface RegimeModel {
  readonly calmStay: number;
  readonly turbulentStay: number;
  /** sd of turbulent over that of calm */
  readonly scale: number;
  /** half the difference of the two states' inverse variances, when the stationary mixture has variance 1 */
  readonly evidencePerSquaredZ: number;
  /** stationary P(calm), where a filter begins */
  readonly calmAtRest: number;
}

/** Largest logarithm of a likelihood ratio that one bar may contribute: beyond it the exponential says no more. */
const EVIDENCE_MAX = 40;

/** The regime model of two stay probabilities in 0 … 1 and a scale > 1. */
export function newRegimeModel(calmStay: number, turbulentStay: number, scale: number): RegimeModel {
  const calmAtRest = (1 - turbulentStay) / (2 - calmStay - turbulentStay);
  const squared = scale * scale;
  const calmVariance = 1 / (calmAtRest + (1 - calmAtRest) * squared);
  return { calmStay, turbulentStay, scale, calmAtRest, evidencePerSquaredZ: (1 - 1 / squared) / (2 * calmVariance) };
}

/** P(calm) after a bar whose innovation was `z` standard deviations, from P(calm) before it: one step of the forward filter. */
export function calmAfter(model: RegimeModel, calm: number, z: number): number {
  const prior = calm * model.calmStay + (1 - calm) * (1 - model.turbulentStay);
  const evidence = Math.min(EVIDENCE_MAX, model.evidencePerSquaredZ * z * z);
  const turbulent = ((1 - prior) * exp(evidence)) / model.scale;
  return prior / (prior + turbulent);
}
