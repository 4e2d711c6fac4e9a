import type { Intent } from '../intent.ts';
import { ONE_SHARE, perShare } from '../situation.ts';
import { dayVolume, lastVolume } from '../volumes.ts';
import { QUANTITY_UNITS_PER_SHARE } from '@aitrader/model';
import { drawdownShare } from '../trading-state.ts';
import { atLeast, sizes } from '../verdict.ts';

/*
 * How large an order may be, and how small.
 */

export const orderNotionalMax = sizes<Intent>('ORDER_NOTIONAL_MAX', 'cash', ({ state: { config } }, wanted) => ({
  value: config.orderNotionalMax,
  limit: perShare(wanted),
}));

/** Shares as a quantity; more than one can hold is the most that it can. */
const quantityOf = (shares: number): number =>
  Math.min(Math.floor(shares) * QUANTITY_UNITS_PER_SHARE, Number.MAX_SAFE_INTEGER - 1);

/** A share of a volume as a quantity; the most that there can be where nothing limits it. */
const shareOf = (fraction: number | null, volume: number): number =>
  fraction === null ? Number.MAX_SAFE_INTEGER - 1 : quantityOf(fraction * volume);

export const orderSharesMax = sizes<Intent>('ORDER_SHARES_MAX', 'quantity', ({ state: { config } }) => ({
  value: quantityOf(config.entryLimits.orderSharesMax),
  limit: ONE_SHARE,
}));

/** Before a whole session was heard, the mean of a day is what this one has traded so far, which is less. */
export const dayVolumeShare = sizes<Intent>('DAY_VOLUME', 'quantity', ({ state: { config, volumes, tape } }, { symbol }) => ({
  value: shareOf(config.entryLimits.dayVolumeFractionMax, dayVolume(volumes, tape.index, symbol)),
  limit: ONE_SHARE,
}));

export const barVolumeShare = sizes<Intent>('BAR_VOLUME', 'quantity', ({ state: { config, volumes, tape } }, { symbol }) => ({
  value: shareOf(config.entryLimits.barVolumeFractionMax, lastVolume(volumes, tape.index, symbol)),
  limit: ONE_SHARE,
}));

/** After a fall from the highest equity, a part of what all others leave. */
export const drawdownSize = sizes<Intent>('DRAWDOWN_SIZE', 'quantity', ({ state: { config }, drawdown }, _, shares) => {
  const { left, of } = drawdownShare(drawdown, config);
  return { value: quantityOf((shares * left) / of), limit: ONE_SHARE };
});

/** Asked last: what all the others leave must still be worth its costs. */
export const orderNotionalMin = atLeast<Intent>('ORDER_NOTIONAL_MIN', 'cash', ({ state: { config } }, wanted, shares) => ({
  value: shares * perShare(wanted),
  limit: config.orderNotionalMin,
}));
