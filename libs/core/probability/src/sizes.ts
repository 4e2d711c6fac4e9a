import { ADAPTED_LEVELS, QUANTILE_LEVELS } from '@aitrader/model';

/** How many numbers a symbol has of each kind. */

export const QUANTILES = QUANTILE_LEVELS.length;
export const ADAPTED = ADAPTED_LEVELS.length;
/** Index of the median among the levels. */
export const MEDIAN = 6;

/** The bank: variances that forget at different speeds, each with several shapes of tail. */
export const TRACKS = 8;
export const SHAPES = 3;
export const EXPERTS = TRACKS * SHAPES;

/** Fitted variances of a symbol, and what they contend with: the bank. At how many rates weights may change hands. */
export const FITTED_TRACKS_MAX = 3;
export const CONTENDERS_MAX = 1 + FITTED_TRACKS_MAX;
export const SHARE_RATES = 3;

/** Where a forecast may be made, see bucket.ts. */
export const BUCKETS = 27;

export const REGIME_COUNT = 3;

/** Parts of the day whose forecasts have a shape of their own, see bucket.ts; and with the regimes, what is adapted apart. */
export const DAYPARTS = 4;
export const GROUPS = DAYPARTS * REGIME_COUNT;

/** Sessions whose calibration is kept apart. */
export const SESSIONS_SCORED = 3;
