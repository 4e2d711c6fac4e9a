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

/**
 * What is entered must be able to leave: the share of what is expected to trade while positions are flattened, by the mean of a day spread over its
 * regular minutes. At night that is what the last bar traded a minute; by daily bars positions leave in a day.
 */
export const exitVolume = sizes<Intent>('EXIT_VOLUME', 'quantity', ({ state, part }, { symbol }) => {
  const { config, volumes, tape, timeframe } = state;
  const minutes = Math.max(1, config.flattenMinutesBeforeClose);
  const ofDay = dayVolume(volumes, tape.index, symbol) * (timeframe === '1d' ? 1 : minutes / REGULAR_MINUTES);
  const expected = part === 'OVERNIGHT' ? lastVolume(volumes, tape.index, symbol) * minutes : ofDay;
  return { value: shareOf(config.entryLimits.exitVolumeFractionMax, expected), limit: ONE_SHARE };
});
/** 09:30 to 16:00. A day that ends early trades more a minute. */
const REGULAR_MINUTES = 390;

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
