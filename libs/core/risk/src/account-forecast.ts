/*
 * The account's own forecast: what its equity will have changed by at the close, and at the close after it, as a distribution.
 *
 * 1. A forecast rests on what was known when it was made; at the close that it reaches to it is held against what came true, and learned from.
 * 2. What is forecast is what is held, and what open orders may still add, with the exits that they have; what is entered later is neither in it nor
 *    in what it comes to.
 * 3. It is bounded: the forecasts of two sessions wait to come true.
 */
import {
  cash,
  compareText,
  E8,
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
import { wholeParts } from './account-law.ts';
import type { Correlations } from './correlation.ts';
import { horizonSd, pointAt, POINT_MINUTES, type Sight } from './horizon-scales.ts';
import type { PointsLaw } from './exits-law.ts';
import { holdingsLawOf } from './holdings-law.ts';
import { volatilityOf } from './innovations.ts';
import { forgetBefore, type LaterTrades } from './later-trades.ts';
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
  readonly madeAt: EpochMs;
  readonly isTold: boolean;
}

/** What is remembered from forecast to forecast, by horizon. Plain data. */
export interface AccountForecasts {
  waiting: Waiting[];
  /** what was entered since the first of them was made */
  readonly later: LaterTrades;
  readonly bends: Readonly<Record<ForecastHorizon, Bends>>;
  readonly scores: Readonly<Record<ForecastHorizon, ForecastScore>>;
}

const newScore = (): ForecastScore => ({ scored: 0, within: FORECAST_COVERAGES.map(() => 0) });

export const newAccountForecasts = (): AccountForecasts => ({
  waiting: [],
  later: new Map(),
  bends: { close: newBends(), 'next-close': newBends() },
  scores: { close: newScore(), 'next-close': newScore() },
});

/** Goes on with what was learned. Forecasts of before it was kept when they were made are not waited for. */
export function goOnWithForecasts(before: Partial<AccountForecasts> = {}): AccountForecasts {
  const all = { ...newAccountForecasts(), ...before };
  return before.later === undefined ? { ...all, waiting: [] } : all;
}

/** What is held of a symbol, units of cash, short below 0. */
export interface AccountAmount {
  readonly symbol: Ticker;
  readonly amount: number;
  /** loss and gain at which it is left, shares of what it is worth; absent of what has no such exits */
  readonly exits?: { readonly loss: number; readonly gain: number } | undefined;
  /** whether it is left before the close of the session, at any price */
  readonly isLeftToday?: boolean;
}

/** An account, in units of cash: its equity, and what it holds, in any order. */
export interface AccountBook {
  readonly equity: number;
  readonly amounts: readonly AccountAmount[];
  /** minutes of the bars that its exits are seen in; 1 when absent */
  readonly barMinutes?: number;
  /** what has been gained by what was entered from an instant on, NaN where that is not known; nothing when absent */
  readonly gainedSince?: (from: EpochMs) => number;
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
 * Enters a point of the day, which the sight has noted: learns from what has come true, and forecasts anew, each horizon that is left. Nothing between two points, where
 * the account is not even asked for. `everyMinutes`: from one forecast that is told to the next; null: none is.
 * @throws CalendarRangeError
 */
export function enterPoint(outlook: Outlook, t: EpochMs, worth: () => AccountBook, everyMinutes: number | null): PointSaid {
  const point = pointAt(outlook.calendar, t);
  const { session, sessionIndex } = momentAt(outlook.calendar, t);
  if (point < 0 || session === undefined) return NOTHING;
  const book = worth();
  const outcomes = point === 0 ? comeTrue(outlook.forecasts, sessionIndex, book) : [];
  outlook.forecasts.waiting = outlook.forecasts.waiting.filter((one) => one.session >= sessionIndex + (point === 0 ? 1 : 0));
  const isTold = everyMinutes !== null && (point * POINT_MINUTES) % everyMinutes === 0;
  forgetBefore(outlook.forecasts.later, Math.min(...outlook.forecasts.waiting.map(({ madeAt }) => madeAt), Infinity));
  // what holds nothing changes by nothing
  if (book.amounts.length === 0) return { isTold, made: [], outcomes };
  const closes = { close: point === 0 ? undefined : session.close, 'next-close': sessionAt(sessionIndex + 1)?.close };
  const left = point * POINT_MINUTES;
  // what is left today comes to the same by either close
  const shared = left > 0 && book.amounts.every(({ isLeftToday = false }) => isLeftToday);
  const law = shared ? lawOf(outlook, 'close', left, book) : undefined;
  const made = FORECAST_HORIZONS.flatMap((horizon) => {
    const until = closes[horizon];
    if (until === undefined) return [];
    const forecast = forecastOf(outlook, horizon, until, left, book, law);
    if (forecast.shortfall > 0)
      outlook.forecasts.waiting.push({
        ...{ horizon, equity: book.equity, quantiles: forecast.quantiles, madeAt: t, isTold },
        session: horizon === 'close' ? sessionIndex : sessionIndex + 1,
      });
    return [forecast];
  });
  return { isTold, made, outcomes };
}

/** What is not known to have come true is not scored. */
function comeTrue({ waiting, bends, scores }: AccountForecasts, session: number, book: AccountBook): readonly ForecastOutcome[] {
  const due = waiting
    .filter((one) => one.session === session)
    .map((one) => ({ ...one, outcome: book.equity - one.equity - (book.gainedSince?.(one.madeAt) ?? 0) }))
    .filter(({ outcome }) => !Number.isNaN(outcome));
  for (const horizon of FORECAST_HORIZONS) {
    const came = due.filter((one) => one.horizon === horizon);
    if (came.length === 0) continue;
    for (const one of came) score(scores[horizon], one.quantiles, one.outcome);
    bend(bends[horizon], came);
  }
  return due
    .flatMap(({ horizon, isTold, madeAt, outcome }) => (isTold ? [{ horizon, madeAt, change: cash(outcome) }] : []))
    .sort((a, b) => a.madeAt - b.madeAt);
}

function score(into: ForecastScore, quantiles: readonly number[], outcome: number): void {
  into.scored += 1;
  withinIntervals(quantiles, outcome).forEach((is, i) => (into.within[i] = item(into.within, i) + (is ? 1 : 0)));
}

/**
 * The forecast of a book over a horizon, when `left` minutes of regular hours are left. What is left today is forecast until then, whatever the
 * horizon. O(holdings), and O(points · holdings²) where some have exits.
 */
export function forecastOf(
  outlook: Outlook,
  horizon: ForecastHorizon,
  until: EpochMs,
  left: number,
  book: AccountBook,
  law = lawOf(outlook, horizon, left, book),
): HorizonForecast {
  const { bends, scores } = outlook.forecasts;
  const quantiles = quantilesOf(bends[horizon], law.sd, law.quantiles).map((quantile) => cash(Math.round(quantile)));
  const worst = item(law.quantiles, 0);
  const shortfall = cash(worst < 0 ? Math.max(0, Math.ceil((item(quantiles, 0) * law.shortfall) / worst)) : 0);
  const shares = wholeParts(
    shortfall,
    law.parts.map((part) => part.shortfall),
  );
  const parts = inOrder(book).map(({ symbol }, i) => {
    return { symbol, sd: cash(Math.round(item(law.parts, i).sd)), shortfall: cash(item(shares, i)) };
  });
  const score = { scored: scores[horizon].scored, within: [...scores[horizon].within] };
  return { horizon, until, quantiles, shortfall, parts, score };
}

const inOrder = ({ amounts }: AccountBook): readonly AccountAmount[] =>
  [...amounts].sort((a, b) => compareText(a.symbol, b.symbol));

function lawOf(
  { correlations, ...sight }: Outlook,
  horizon: ForecastHorizon,
  left: number,
  { barMinutes = 1, ...book }: AccountBook,
): PointsLaw {
  const { innovations } = sight;
  const holdings = inOrder(book).map(({ symbol, amount, exits, isLeftToday = false }) => {
    const slot = innovations.index.slots.get(symbol) ?? -1;
    const sd = horizonSd(sight, isLeftToday && left > 0 ? 'close' : horizon, slot, left);
    return { symbol, amount, sd, exits, barSd: (volatilityOf(innovations, slot) / E8) * Math.sqrt(barMinutes) };
  });
  return holdingsLawOf(holdings, innovations, correlations);
}
