import { studentTQuantile } from '@aitrader/core-numeric';
import { QUANTILE_LEVELS, read } from '@aitrader/model';

/*
 * How fat the tails of a law are, as the degrees of freedom of the Student t whose middle half is as narrow against its 95 %.
 *
 * 1. The degrees of freedom lie in DOF_MIN … DOF_MAX, more for thinner tails.
 */
export const DOF_MIN = 2.05;
export const DOF_MAX = 1000;

const DOFS = Float64Array.of(DOF_MIN, 2.2, 2.5, 3, 3.5, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100, DOF_MAX);
const ratioOf = (dof: number): number => studentTQuantile(0.975, dof) / studentTQuantile(0.75, dof);
const RATIOS = DOFS.map(ratioOf);
const [LOW, HIGH, LOWER, UPPER] = [0.025, 0.975, 0.25, 0.75].map((level) => QUANTILE_LEVELS.findIndex((one) => one === level));

/** Degrees of freedom of a law by its quantiles at `QUANTILE_LEVELS`, linear in one over the ratio between those that are tabled. */
export function dofOf(quantiles: Float64Array): number {
  const ratio =
    (read(quantiles, HIGH ?? -1) - read(quantiles, LOW ?? -1)) / (read(quantiles, UPPER ?? -1) - read(quantiles, LOWER ?? -1));
  if (!(ratio < read(RATIOS, 0))) return DOF_MIN;
  let k = 1;
  while (k < DOFS.length - 1 && ratio < read(RATIOS, k)) k++;
  const share = (1 / ratio - 1 / read(RATIOS, k - 1)) / (1 / read(RATIOS, k) - 1 / read(RATIOS, k - 1));
  return Math.min(DOF_MAX, read(DOFS, k - 1) + share * (read(DOFS, k) - read(DOFS, k - 1)));
}
