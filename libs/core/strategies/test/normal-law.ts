import type { HorizonLaw } from '@aitrader/core-horizon';
import { normalQuantile } from '@aitrader/core-numeric';
import { ADAPTED_LEVELS, QUANTILE_LEVELS } from '@aitrader/model';

const SD = 100_000;

/** A normal law with an sd of a tenth of a per cent. */
export const NORMAL_LAW: HorizonLaw = {
  sd: SD,
  quantiles: Float64Array.from(QUANTILE_LEVELS, (level) => SD * normalQuantile(level)),
  adapted: Float64Array.from(ADAPTED_LEVELS, (level) => SD * normalQuantile(level)),
  seen: 0,
};
