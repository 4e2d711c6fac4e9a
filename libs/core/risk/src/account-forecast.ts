/*
 * The account's own forecast: what its equity will have changed by at the close, and at the close after it, as a distribution.
 *
 * 1. A forecast rests on what was known when it was made; at the close that it reaches to it is held against what came true, and learned from.
 * 2. What is forecast is what is held, and what open orders may still add, as if nothing else were traded until then.
 * 3. It is bounded: the forecasts of two sessions wait to come true.
 */
import {
  cash,
  compareText,
  FORECAST_COVERAGES,
  FORECAST_HORIZONS,
  item,
  type EpochMs,
  type ForecastHorizon,
  type ForecastOutcome,
  type HoldingsForecast,
  type Ticker,
  withinIntervals,
} from '@aitrader/model';
import { momentAt, sessionAt, type CalendarCursor } from '@aitrader/core-sessions';
import { accountLawOf, SHORTFALL_PER_QUANTILE, wholeParts, type Holding } from './account-law.ts';
import type { Correlations } from './correlation.ts';
import { horizonSd, notePoint, pointAt, POINT_MINUTES, type Sight } from './horizon-scales.ts';
import { bend, newBends, quantilesOf, type Bends } from './kept-quantiles.ts';

/** How often outcomes lay inside their central intervals of `FORECAST_COVERAGES`, and how many were counted. */
export interface ForecastScore {
  scored: number;
  readonly within: number[];
}

/** A forecast, and how forecasts of its horizon have fared. */
export interface HorizonForecast extends HoldingsForecast {
  /** of all forecasts of this horizon that have come true */
  readonly score: ForecastScore;
}

interface Waiting {
  readonly horizon: ForecastHorizon;
  /** index of the session that it comes true with */
  readonly session: number;
  readonly equity: number;
  readonly quantiles: readonly number[];
  /** the interval that it was told at; absent where it was not */
  readonly toldAt?: EpochMs;
}

/** What is remembered from forecast to forecast, by horizon. Plain data. */
export interface AccountForecasts {
  waiting: Waiting[];
  readonly bends: Readonly<Record<ForecastHorizon, Bends>>;
  readonly scores: Readonly<Record<ForecastHorizon, ForecastScore>>;
}

const newScore = (): ForecastScore => ({ scored: 0, within: FORECAST_COVERAGES.map(() => 0) });

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

/** What there is to say at a point of the day. */
export interface PointSaid {
  /** whether forecasts made at it are told */
  readonly isTold: boolean;
  readonly made: readonly HorizonForecast[];
  /** what came true at it of the forecasts that were told */
  readonly outcomes: readonly ForecastOutcome[];
}
const NOTHING: PointSaid = { isTold: false, made: [], outcomes: [] };

/**
 * Enters a point of the day: learns from what has come true, and forecasts anew, each horizon that is left. Nothing between two points, where
 * the account is not even asked for. `everyMinutes`: from one forecast that is told to the next; null: none is.
 * @throws CalendarRangeError
 */
export function enterPoint(outlook: Outlook, t: EpochMs, worth: () => AccountBook, everyMinutes: number | null): PointSaid {
  const point = pointAt(outlook.calendar, t);
  const { session, sessionIndex } = momentAt(outlook.calendar, t);
  if (point < 0 || session === undefined) return NOTHING;
  const book = worth();
  notePoint(outlook, sessionIndex, point);
  const outcomes = point === 0 ? comeTrue(outlook.forecasts, sessionIndex, book.equity) : [];
  outlook.forecasts.waiting = outlook.forecasts.waiting.filter((one) => one.session >= sessionIndex + (point === 0 ? 1 : 0));
  const isTold = everyMinutes !== null && (point * POINT_MINUTES) % everyMinutes === 0;
  // what holds nothing changes by nothing
  if (book.amounts.length === 0) return { isTold, made: [], outcomes };
  const closes = { close: point === 0 ? undefined : session.close, 'next-close': sessionAt(sessionIndex + 1)?.close };
  const made = FORECAST_HORIZONS.flatMap((horizon) => {
    const until = closes[horizon];
    if (until === undefined) return [];
    const forecast = forecastOf(outlook, horizon, until, point * POINT_MINUTES, book);
    if (forecast.shortfall > 0)
      outlook.forecasts.waiting.push({
        ...{ horizon, equity: book.equity, quantiles: forecast.quantiles },
        session: horizon === 'close' ? sessionIndex : sessionIndex + 1,
        ...(isTold ? { toldAt: t } : {}),
      });
    return [forecast];
  });
  return { isTold, made, outcomes };
}

function comeTrue({ waiting, bends, scores }: AccountForecasts, session: number, equity: number): readonly ForecastOutcome[] {
  const due = waiting.filter((one) => one.session === session).map((one) => ({ ...one, outcome: equity - one.equity }));
  for (const horizon of FORECAST_HORIZONS) {
    const came = due.filter((one) => one.horizon === horizon);
    if (came.length === 0) continue;
    for (const one of came) score(scores[horizon], one.quantiles, one.outcome);
    bend(bends[horizon], came);
  }
  return due
    .flatMap(({ horizon, toldAt, outcome }) => (toldAt === undefined ? [] : [{ horizon, madeAt: toldAt, change: cash(outcome) }]))
    .sort((a, b) => a.madeAt - b.madeAt);
}

function score(into: ForecastScore, quantiles: readonly number[], outcome: number): void {
  into.scored += 1;
  withinIntervals(quantiles, outcome).forEach((is, i) => (into.within[i] = item(into.within, i) + (is ? 1 : 0)));
}

/** The forecast of a book over a horizon, when `left` minutes of regular hours are left. O(holdings). */
export function forecastOf(
  { forecasts, correlations, ...sight }: Outlook,
  horizon: ForecastHorizon,
  until: EpochMs,
  left: number,
  { amounts }: AccountBook,
): HorizonForecast {
  const { innovations } = sight;
  const sorted = [...amounts].sort((a, b) => compareText(a.symbol, b.symbol));
  const holdings: Holding[] = sorted.map(({ symbol, amount }) => ({
    symbol,
    amount,
    sd: horizonSd(sight, horizon, innovations.index.slots.get(symbol) ?? -1, left),
  }));
  const law = accountLawOf(holdings, innovations, correlations);
  const quantiles = quantilesOf(forecasts.bends[horizon], law.sd).map((quantile) => cash(Math.round(quantile)));
  const shortfall = cash(Math.max(0, Math.ceil(-item(quantiles, 0) * SHORTFALL_PER_QUANTILE)));
  const parts = wholeParts(
    shortfall,
    law.parts.map(({ part }) => part),
  );
  return {
    horizon,
    until,
    quantiles,
    shortfall,
    parts: holdings.map(({ symbol, amount, sd }, i) => ({
      symbol,
      sd: cash(Math.round(Math.abs(amount) * sd)),
      shortfall: cash(item(parts, i)),
    })),
    score: { scored: forecasts.scores[horizon].scored, within: [...forecasts.scores[horizon].within] },
  };
}
