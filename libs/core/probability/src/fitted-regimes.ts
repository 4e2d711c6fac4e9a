import { exp, ln, log1p } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import { FITTED_REGIME, FITTED_REGIME_WIDTH, REGIME_COUNT, SLOT } from './slot.ts';

/*
 * The forward filter over a symbol's own regimes, where a chain was fitted to it: as the one of regime.ts, with the symbol's transitions
 * and laws in place of the configured ones.
 *
 * 1. Probabilities are in 0 … 1 and add up to 1 within rounding, for any innovation.
 */

/** ln density of what the filter sees in regime `k`: its innovation in sd of the long past, and the logarithm of the variance. */
function lnDensity(slots: Float64Array, at: number, k: number, innovation: number): number {
  const law = at + SLOT.fittedRegimes + k * FITTED_REGIME_WIDTH;
  const z = (innovation - read(slots, law + FITTED_REGIME.mean)) * read(slots, law + FITTED_REGIME.perScale);
  const dof = read(slots, law + FITTED_REGIME.dof);
  const tail = dof === 0 ? 0.5 * z * z : 0.5 * (dof + 1) * log1p((z * z) / dof);
  const distance = read(slots, at + SLOT.unusual) - read(slots, law + FITTED_REGIME.varianceMean);
  const far = distance * read(slots, law + FITTED_REGIME.perVarianceSd);
  return read(slots, law + FITTED_REGIME.lnFront) - tail - 0.5 * far * far;
}

/** P(regime `k`) before the observation. */
function prior(slots: Float64Array, at: number, k: number): number {
  let sum = 0;
  for (let from = 0; from < REGIME_COUNT; from++)
    sum += read(slots, at + SLOT.regimes + from) * read(slots, at + SLOT.fittedTransition + from * REGIME_COUNT + k);
  return sum;
}

/** One step of the filter, for the innovation that is a fall or a rise and whose figures are in the slot. */
export function filterFittedRegimes(slots: Float64Array, at: number, falls: boolean): void {
  const size = Math.sqrt(read(slots, at + SLOT.surprise));
  const innovation = falls ? -size : size;
  const joint0 = lnJoint(slots, at, 0, innovation);
  const joint1 = lnJoint(slots, at, 1, innovation);
  const joint2 = lnJoint(slots, at, 2, innovation);
  const most = Math.max(joint0, joint1, joint2);
  const p0 = exp(joint0 - most);
  const p1 = exp(joint1 - most);
  const p2 = exp(joint2 - most);
  const perTotal = 1 / (p0 + p1 + p2);
  slots[at + SLOT.regimes] = p0 * perTotal;
  slots[at + SLOT.regimes + 1] = p1 * perTotal;
  slots[at + SLOT.regimes + 2] = p2 * perTotal;
}

const lnJoint = (slots: Float64Array, at: number, k: number, innovation: number): number =>
  ln(prior(slots, at, k)) + lnDensity(slots, at, k, innovation);
