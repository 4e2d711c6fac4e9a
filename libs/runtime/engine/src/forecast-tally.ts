import {
  FORECAST_COVERAGES,
  FORECAST_HORIZONS,
  withinIntervals,
  type AccountForecast,
  type EpochMs,
  type ForecastHorizon,
} from '@aitrader/model';

/** How often recorded forecasts of the account held what they came to, by horizon. */
export interface ForecastsKept {
  readonly horizon: ForecastHorizon;
  /** forecasts that have come true */
  readonly scored: number;
  /** how many of them inside the central intervals of `FORECAST_COVERAGES` */
  readonly within: readonly number[];
}

export interface ForecastTally {
  readonly add: (told: AccountForecast) => void;
  /** each horizon of which a forecast has come true */
  readonly current: () => readonly ForecastsKept[];
}

/** Holds recorded forecasts against their recorded outcomes. Those of a run before are not known here, and not counted. */
export function newForecastTally(): ForecastTally {
  const waiting = new Map<string, readonly number[]>();
  const kept = FORECAST_HORIZONS.map((horizon) => ({ horizon, scored: 0, within: FORECAST_COVERAGES.map(() => 0) }));
  const keyOf = (horizon: ForecastHorizon, madeAt: EpochMs): string => `${horizon} ${madeAt}`;
  return {
    add: ({ t, forecasts, outcomes }) => {
      for (const { horizon, quantiles } of forecasts) waiting.set(keyOf(horizon, t), quantiles);
      for (const { horizon, madeAt, change } of outcomes) {
        const quantiles = waiting.get(keyOf(horizon, madeAt));
        const of = kept.find((one) => one.horizon === horizon);
        if (quantiles === undefined || of === undefined) continue;
        waiting.delete(keyOf(horizon, madeAt));
        of.scored += 1;
        withinIntervals(quantiles, change).forEach((is, i) => (of.within[i] = (of.within[i] ?? 0) + (is ? 1 : 0)));
      }
    },
    current: () => kept.flatMap((one) => (one.scored === 0 ? [] : [{ ...one, within: [...one.within] }])),
  };
}
