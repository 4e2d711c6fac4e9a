import type { ReturnDistribution } from '@aitrader/model';

/** How good a signal is: |mean| in standard deviations; below every other one when that is not a number. */
export function qualityOf({ meanE8, sdE8 }: ReturnDistribution): number {
  const quality = sdE8 > 0 ? Math.abs(meanE8) / sdE8 : NaN;
  return quality >= 0 ? quality : -1;
}
