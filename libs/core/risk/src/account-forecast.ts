/*
 * The account's own forecast: what its equity will have changed by at the close, and at the close after it, as a distribution.
 *
 * 1. A forecast rests on what was known when it was made; at the close that it reaches to it is held against what came true, and learned from.
 * 2. What is forecast is what is held, and what open orders may still add, as if nothing else were traded until then.
 * 3. It is bounded: the forecasts of two sessions wait to come true.
 */
import { item, type EpochMs, type Ticker } from '@aitrader/model';
import { momentAt, sessionAt, type CalendarCursor } from '@aitrader/core-sessions';
import { accountLawOf, FORECAST_LEVELS, SHORTFALL_PER_QUANTILE, wholeParts, type Holding } from './account-law.ts';
import type { Correlations } from './correlation.ts';
import { HORIZONS, horizonSd, notePoint, pointAt, POINT_MINUTES, type Horizon, type Sight } from './horizon-scales.ts';
import { bend, newBends, quantilesOf, type Bends } from './kept-quantiles.ts';

/** Central intervals whose coverage is counted, as pairs of `FORECAST_LEVELS`: 50, 80 and 95 %. */
const INTERVALS = [
  [0.25, 0.75],
  [0.1, 0.9],
  [0.025, 0.975],
] as const;
/** Names of the counts. */
export const COVERAGES = [50, 80, 95] as const;

/** How often outcomes lay inside their central intervals of 50, 80 and 95 %, and how many were counted. */
export interface ForecastScore {
  scored: number;
  readonly within: number[];
}

/** A change of the account's equity, units of cash. */
export interface HorizonForecast {
  readonly horizon: Horizon;
  /** the close that it reaches to */
  readonly until: EpochMs;
  /** at `FORECAST_LEVELS` */
  readonly quantiles: readonly number[];
  /** mean loss in the worst 2.5 % */
  readonly shortfall: number;
  /** what each symbol has of it, in canonical order; they add up to it */
  readonly parts: readonly { readonly symbol: Ticker; readonly shortfall: number }[];
  /** of all forecasts of this horizon that have come true */
  readonly score: ForecastScore;
}

interface Waiting {
  readonly horizon: Horizon;
  /** index of the session that it comes true with */
  readonly session: number;
  readonly equity: number;
  readonly quantiles: readonly number[];
}

/** What is remembered from forecast to forecast, by horizon. Plain data. */
export interface AccountForecasts {
  waiting: Waiting[];
  readonly bends: Readonly<Record<Horizon, Bends>>;
  readonly scores: Readonly<Record<Horizon, ForecastScore>>;
}

const newScore = (): ForecastScore => ({ scored: 0, within: COVERAGES.map(() => 0) });

export const newAccountForecasts = (): AccountForecasts => ({
  waiting: [],
  bends: { close: newBends(), 'next-close': newBends() },
  scores: { close: newScore(), 'next-close': newScore() },
});

/** An account, in units of cash: its equity, and what it holds of each symbol, short below 0, in any order. */
export interface AccountBook {
  readonly equity: number;
  readonly amounts: readonly { readonly symbol: Ticker; readonly amount: number }[];
}

/** What forecasts are made of. */
export interface Outlook extends Sight {
  readonly forecasts: AccountForecasts;
  readonly correlations: Correlations;
  readonly calendar: CalendarCursor;
}

/**
 * Enters a point of the day: learns from what has come true, and forecasts anew, each horizon that is left. Nothing between two points, where
 * the account is not even asked for.
 * @throws CalendarRangeError
 */
export function enterPoint(outlook: Outlook, t: EpochMs, worth: () => AccountBook): readonly HorizonForecast[] {
  const point = pointAt(outlook.calendar, t);
  const { session, sessionIndex } = momentAt(outlook.calendar, t);
  if (point < 0 || session === undefined) return [];
  const book = worth();
  notePoint(outlook, sessionIndex, point);
  if (point === 0) comeTrue(outlook.forecasts, sessionIndex, book.equity);
  outlook.forecasts.waiting = outlook.forecasts.waiting.filter((one) => one.session >= sessionIndex + (point === 0 ? 1 : 0));
  // what holds nothing changes by nothing
  if (book.amounts.length === 0) return [];
  const closes = { close: point === 0 ? undefined : session.close, 'next-close': sessionAt(sessionIndex + 1)?.close };
  return HORIZONS.flatMap((horizon) => {
    const until = closes[horizon];
    if (until === undefined) return [];
    const forecast = forecastOf(outlook, horizon, until, point * POINT_MINUTES, book);
    if (forecast.shortfall > 0)
      outlook.forecasts.waiting.push({
        ...{ horizon, equity: book.equity, quantiles: forecast.quantiles },
        session: horizon === 'close' ? sessionIndex : sessionIndex + 1,
      });
    return [forecast];
  });
}

function comeTrue({ waiting, bends, scores }: AccountForecasts, session: number, equity: number): void {
  for (const horizon of HORIZONS) {
    const came = waiting
      .filter((one) => one.session === session && one.horizon === horizon)
      .map(({ quantiles, equity: before }) => ({ quantiles, outcome: equity - before }));
    if (came.length === 0) continue;
    for (const one of came) score(scores[horizon], one.quantiles, one.outcome);
    bend(bends[horizon], came);
  }
}

function score(into: ForecastScore, quantiles: readonly number[], outcome: number): void {
  into.scored += 1;
  INTERVALS.forEach(([low, high], i) => {
    const [from, to] = [low, high].map((level) =>
      item(
        quantiles,
        FORECAST_LEVELS.findIndex((one) => one === level),
      ),
    );
    if (outcome > (from ?? NaN) && outcome <= (to ?? NaN)) into.within[i] = item(into.within, i) + 1;
  });
}

/** The forecast of a book over a horizon, when `left` minutes of regular hours are left. O(holdings). */
export function forecastOf(
  { forecasts, correlations, ...sight }: Outlook,
  horizon: Horizon,
  until: EpochMs,
  left: number,
  { amounts }: AccountBook,
): HorizonForecast {
  const { innovations } = sight;
  const holdings: Holding[] = amounts.map(({ symbol, amount }) => ({
    symbol,
    amount,
    sd: horizonSd(sight, horizon, innovations.index.slots.get(symbol) ?? -1, left),
  }));
  const law = accountLawOf(holdings, innovations, correlations);
  const quantiles = quantilesOf(forecasts.bends[horizon], law.sd).map(Math.round);
  const shortfall = Math.max(0, Math.ceil(-item(quantiles, 0) * SHORTFALL_PER_QUANTILE));
  const parts = wholeParts(
    shortfall,
    law.parts.map(({ part }) => part),
  );
  return {
    horizon,
    until,
    quantiles,
    shortfall,
    parts: law.parts.map(({ symbol }, i) => ({ symbol, shortfall: item(parts, i) })),
    score: { scored: forecasts.scores[horizon].scored, within: [...forecasts.scores[horizon].within] },
  };
}
