import { exp, ln, log1p } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import { FITTED, FITTED_REGIME, FITTED_REGIME_WIDTH, FITTED_WIDTH, type Memory, REGIME, REGIME_WIDTH } from './memory.ts';
import { REGIME_COUNT } from './sizes.ts';

/*
 * The forward filter over a symbol's own regimes, where a chain was fitted to it: as the one of regime.ts, with the symbol's transitions
 * and laws in place of the configured ones.
 *
 * 1. Probabilities are in 0 … 1 and add up to 1 within rounding, for any innovation.
 */

/** ln density of what the filter sees in regime `k`: its innovation in sd of the long past, and the logarithm of the variance. */
function lnDensity({ fitted, regimes }: Memory, slot: number, k: number, innovation: number): number {
  const law = slot * FITTED_WIDTH + FITTED.regimes + k * FITTED_REGIME_WIDTH;
  const z = (innovation - read(fitted, law + FITTED_REGIME.mean)) * read(fitted, law + FITTED_REGIME.perScale);
  const dof = read(fitted, law + FITTED_REGIME.dof);
  const tail = dof === 0 ? 0.5 * z * z : 0.5 * (dof + 1) * log1p((z * z) / dof);
  const distance = read(regimes, slot * REGIME_WIDTH + REGIME.unusual) - read(fitted, law + FITTED_REGIME.varianceMean);
  const far = distance * read(fitted, law + FITTED_REGIME.perVarianceSd);
  return read(fitted, law + FITTED_REGIME.lnFront) - tail - 0.5 * far * far;
}

/** P(regime `k`) before the observation. */
function prior({ fitted, regimes }: Memory, slot: number, k: number): number {
  const law = slot * REGIME_WIDTH + REGIME.law;
  const transition = slot * FITTED_WIDTH + FITTED.transition + k;
  let sum = 0;
  for (let from = 0; from < REGIME_COUNT; from++)
    sum += read(regimes, law + from) * read(fitted, transition + from * REGIME_COUNT);
  return sum;
}

const lnJoint = (memory: Memory, slot: number, k: number, innovation: number): number =>
  ln(prior(memory, slot, k)) + lnDensity(memory, slot, k, innovation);

/** One step of the filter, for the innovation that is a fall or a rise and whose figures are in the memory. */
export function filterFittedRegimes(memory: Memory, slot: number, falls: boolean): void {
  const { regimes } = memory;
  const size = Math.sqrt(read(regimes, slot * REGIME_WIDTH + REGIME.surprise));
  const innovation = falls ? -size : size;
  const joint0 = lnJoint(memory, slot, 0, innovation);
  const joint1 = lnJoint(memory, slot, 1, innovation);
  const joint2 = lnJoint(memory, slot, 2, innovation);
  const most = Math.max(joint0, joint1, joint2);
  const p0 = exp(joint0 - most);
  const p1 = exp(joint1 - most);
  const p2 = exp(joint2 - most);
  const perTotal = 1 / (p0 + p1 + p2);
  const law = slot * REGIME_WIDTH + REGIME.law;
  regimes[law] = p0 * perTotal;
  regimes[law + 1] = p1 * perTotal;
  regimes[law + 2] = p2 * perTotal;
}
