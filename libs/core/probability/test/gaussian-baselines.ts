import { read } from '@aitrader/model';
import { normalCdf } from '@aitrader/core-numeric';

/** Mean CRPS of the two forecasts that every model is held against, over the outcomes from `first` on. */
export interface Baselines {
  /** normal with the mean and sd of the whole past */
  readonly expanding: number;
  /** normal with mean 0 and the exponentially weighted variance, decay 0.94 (RiskMetrics) */
  readonly ewma: number;
}

const DECAY = 0.94;
const SEED = 30;
const VARIANCE_MIN = 1e-12;

/** Gneiting and Raftery (2007), equation 5. */
function gaussianCrps(mean: number, sd: number, y: number): number {
  const z = (y - mean) / sd;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return sd * (z * (2 * normalCdf(z) - 1) + 2 * density - 1 / Math.sqrt(Math.PI));
}

export function baselinesOf(returns: Float64Array, first: number): Baselines {
  let [sum, squares, expanding, ewma] = [0, 0, 0, 0];
  let variance = returns.subarray(0, SEED).reduce((total, y) => total + (y * y) / SEED, 0);
  returns.forEach((y, i) => {
    if (i >= first) {
      const mean = sum / i;
      expanding += gaussianCrps(mean, Math.sqrt(Math.max(squares / i - mean * mean, VARIANCE_MIN)), y);
      ewma += gaussianCrps(0, Math.sqrt(Math.max(variance, VARIANCE_MIN)), y);
    }
    if (i >= SEED) variance = DECAY * variance + (1 - DECAY) * y * y;
    sum += y;
    squares += y * y;
  });
  const n = returns.length - first;
  return { expanding: expanding / n, ewma: ewma / n };
}

/** Log returns in per cent from closes. */
export const returnsOf = (closes: readonly number[]): Float64Array => {
  const logs = Float64Array.from(closes, Math.log);
  return Float64Array.from({ length: Math.max(0, closes.length - 1) }, (_, i) => 100 * (read(logs, i + 1) - read(logs, i)));
};
