import { item } from '@aitrader/model';
import { accountLawOf, SHORTFALL_PER_QUANTILE, UNIT_QUANTILES, type Holding } from './account-law.ts';
import { correlationOf, type Correlations } from './correlation.ts';
import { LEAVING_MAX, pointsLawOf, type LeavingHolding, type PointsLaw } from './exits-law.ts';
import type { Innovations } from './innovations.ts';

/**
 * The law of holdings, in canonical order: as they are held until the end, in closed form; from a fixed set of points where some are left on the way.
 * More of those than points have coordinates for are taken as held until the end, which is never less.
 */
export function holdingsLawOf(
  holdings: readonly (Holding & LeavingHolding)[],
  innovations: Innovations,
  correlations: Correlations,
): PointsLaw {
  if (holdings.length > LEAVING_MAX || holdings.every(({ exits }) => exits === undefined))
    return heldLawOf(holdings, innovations, correlations);
  const slots = holdings.map(({ symbol }) => innovations.index.slots.get(symbol) ?? -1);
  const matrix = slots.map((a, i) => slots.map((b, j) => (i === j ? 1 : correlationOf(correlations, innovations, a, b))));
  return pointsLawOf(holdings, matrix);
}

function heldLawOf(holdings: readonly Holding[], innovations: Innovations, correlations: Correlations): PointsLaw {
  const { sd, parts } = accountLawOf(holdings, innovations, correlations);
  const worst = -item(UNIT_QUANTILES, 0) * SHORTFALL_PER_QUANTILE;
  return {
    sd,
    quantiles: UNIT_QUANTILES.map((quantile) => quantile * sd),
    shortfall: sd * worst,
    parts: parts.map(({ part }, i) => {
      const { amount, sd: own } = item(holdings, i);
      return { sd: Math.abs(amount) * own, shortfall: part * worst };
    }),
  };
}
