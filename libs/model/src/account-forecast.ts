import type { Ticker } from './ids.ts';
import type { Cash, EpochMs } from './units.ts';

/** What a forecast of the account reaches to: the close of the session, and that of the next one. */
export const FORECAST_HORIZONS = ['close', 'next-close'] as const;
export type ForecastHorizon = (typeof FORECAST_HORIZONS)[number];

/** Levels that a forecast's quantiles stand at. */
export const FORECAST_LEVELS = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975] as const;

/** What is held of a symbol, and what open orders may still add, at the prices that they are reckoned at; short below 0. */
export interface ForecastHolding {
  readonly symbol: Ticker;
  readonly held: Cash;
  readonly open: Cash;
}

/** What a symbol has of a forecast. */
export interface ForecastPart {
  readonly symbol: Ticker;
  /** standard deviation of what its holding comes to */
  readonly sd: Cash;
  /** its part of the shortfall; all parts add up to it */
  readonly shortfall: Cash;
}

/** What holdings will have gained or lost by a close, as a distribution. */
export interface HoldingsForecast {
  readonly horizon: ForecastHorizon;
  readonly until: EpochMs;
  /** at `FORECAST_LEVELS` */
  readonly quantiles: readonly Cash[];
  /** mean loss in the worst 2.5 % */
  readonly shortfall: Cash;
  /** in canonical order */
  readonly parts: readonly ForecastPart[];
}

/** What a forecast came to. */
export interface ForecastOutcome {
  readonly horizon: ForecastHorizon;
  /** the interval that it was made at */
  readonly madeAt: EpochMs;
  readonly change: Cash;
}

/** What an account forecasts of itself at an interval, what that rests on, and what earlier forecasts have come to. */
export interface AccountForecast {
  readonly t: EpochMs;
  /** name and version of the law */
  readonly law: string;
  readonly equity: Cash;
  /** in canonical order */
  readonly holdings: readonly ForecastHolding[];
  /** none where nothing is held or on order, or at the last close that the calendar knows */
  readonly forecasts: readonly HoldingsForecast[];
  /** of forecasts that reached to this close, the oldest first, of one instant in the order of horizons */
  readonly outcomes: readonly ForecastOutcome[];
}

/** Central intervals that forecasts are held to, per cent, the narrowest first. */
export const FORECAST_COVERAGES = [50, 80, 95] as const;
const MEDIAN = FORECAST_LEVELS.indexOf(0.5);

/** Whether what a forecast came to lies inside each of its central intervals, in the order of `FORECAST_COVERAGES`. */
export const withinIntervals = (quantiles: readonly number[], change: number): readonly boolean[] =>
  FORECAST_COVERAGES.map((_, i) => change > (quantiles[MEDIAN - 1 - i] ?? NaN) && change <= (quantiles[MEDIAN + 1 + i] ?? NaN));
