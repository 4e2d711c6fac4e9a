import { item, QUANTILE_LEVELS } from '@aitrader/model';
import { studentTQuantile } from '@aitrader/core-numeric';

/**
 * Multiples of the standard deviation, one for each of QUANTILE_LEVELS, at which a Student t with `dof` > 2 degrees of freedom,
 * scaled to variance 1, has its quantiles. The upper half mirrors the lower one exactly.
 */
export function quantileMultiples(dof: number): Float64Array {
  const multiples = new Float64Array(QUANTILE_LEVELS.length);
  const scale = Math.sqrt((dof - 2) / dof);
  const last = multiples.length - 1;
  for (let i = 0; 2 * i < last; i++) {
    const lower = scale * studentTQuantile(item(QUANTILE_LEVELS, i), dof);
    multiples[i] = lower;
    multiples[last - i] = -lower;
  }
  return multiples;
}
