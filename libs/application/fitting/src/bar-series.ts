import { evenly, logPricesBp, percentReturns } from '@aitrader/core-estimation';
import { regimeFigures } from '@aitrader/core-probability';
import { tradingMinutesBetween, type DayPhase } from '@aitrader/core-sessions';
import {
  epochMs,
  item,
  read,
  type CorporateAction,
  type EpochMs,
  type ProbabilityConfig,
  type Ticker,
  type Timeframe,
} from '@aitrader/model';
import type { MarketBars } from '@aitrader/application-markets';
import type { FitSeries } from './fit-series.ts';
import { followedCloses, type Closes } from './followed-closes.ts';

/*
 * What models take from bars.
 *
 * 1. An observation depends on the bars up to the one that it is known at alone, most often its own: a stretch of a series is what it
 *    would be without the bars after that.
 */

/** What a model observes at a bar. */
export type Observed = 'log-price' | 'return' | 'innovation' | 'innovation-and-variance';

/** All that a model observes of one symbol. */
export interface BarSeries {
  readonly symbol: Ticker;
  readonly timeframe: Timeframe;
  readonly columns: readonly string[];
  /** closes of the bars observed, of those that their observations reach back to, and of those that they are known at */
  readonly times: readonly EpochMs[];
  readonly since: readonly EpochMs[];
  readonly knownAt: readonly EpochMs[];
  /** a row of the columns for each */
  readonly values: Float64Array;
  /** time from each to the next */
  readonly steps: Float64Array;
  /** closes of all bars, observed or not */
  readonly closes: readonly EpochMs[];
}

/** The filter of the probability stage counts these minutes, and no step as shorter than one. */
const TRADING_PHASES: readonly DayPhase[] = ['PRE', 'RTH', 'POST'];
const STEP_MINUTES_MIN = 1;

/**
 * What is observed of each symbol: log prices in bp with trading minutes between them; returns in per cent; or what the probability stage
 * makes of the bars: innovations in per cent, less the season, as its fitted variances learn from them, or the innovation and the log variance
 * that its filter of regimes sees. Those are of all bars that it learns after its warm-up: one that it held back, too, once the next one has confirmed it. `actions` are those that the prices follow, none of which is a return. @throws Error as the probability stage, and for a series that begins anew
 */
export const barSeries = (
  bars: MarketBars,
  observed: Observed,
  config: ProbabilityConfig,
  actions: readonly CorporateAction[] = [],
): BarSeries[] =>
  followedCloses(bars, actions).map((closes) => ({ ...observe(closes, observed, bars.timeframe, config), closes: closes.times }));

function observe(
  { symbol, times, closes, printed, actions }: Closes,
  observed: Observed,
  timeframe: Timeframe,
  config: ProbabilityConfig,
): Omit<BarSeries, 'closes'> {
  const prices = Float64Array.from(closes);
  const of = { symbol, timeframe };
  switch (observed) {
    case 'log-price':
      return { ...of, ...atOnce(times, times), columns: ['y'], values: logPricesBp(prices), steps: minutesBetween(times) };
    case 'return':
      return { ...of, ...atOnce(times.slice(1), times), columns: ['y'], ...evenly(percentReturns(prices)) };
    case 'innovation':
    case 'innovation-and-variance': {
      const figures = regimeFigures(config, { ...of, times, closes: Float64Array.from(printed), actions });
      const { innovations, percents, lnVariances, knownAt } = figures;
      const at = { times: figures.times, since: figures.times, knownAt };
      if (observed === 'innovation') return { ...of, ...at, columns: ['y'], ...evenly(percents) };
      const { steps } = evenly(innovations);
      const values = Float64Array.from({ length: 2 * innovations.length }, (_, i) =>
        read(i % 2 === 0 ? innovations : lnVariances, i >> 1),
      );
      return { ...of, ...at, columns: ['innovation', 'variance'], values, steps };
    }
  }
}

/** Of observations that are known with their own bars. */
const atOnce = (times: readonly EpochMs[], since: readonly EpochMs[]): Pick<BarSeries, 'times' | 'since' | 'knownAt'> => ({
  times,
  since,
  knownAt: times,
});

const minutesBetween = (times: readonly EpochMs[]): Float64Array =>
  Float64Array.from(times.slice(1), (close, i) =>
    Math.max(STEP_MINUTES_MIN, tradingMinutesBetween(item(times, i), epochMs(close), TRADING_PHASES)),
  );

/** The observations `first` … `end` − 1 of a series as one to fit, as of the close `to`. */
export function stretchOf(series: BarSeries, first: number, end: number, to: number | undefined): FitSeries {
  const { symbol, timeframe, columns, times, since, values, steps } = series;
  const seen = times.slice(first, end).map(String);
  return {
    symbol,
    key: symbol,
    name: symbol,
    columns,
    series: {
      values: values.subarray(first * columns.length, end * columns.length),
      steps: steps.subarray(first, Math.max(first, end - 1)),
    },
    place: (index) => `${symbol} at ${seen[index] ?? ''}`,
    labels: [
      { name: 'symbol', cells: seen.map(() => symbol) },
      { name: 't', cells: seen },
    ],
    timeframe,
    from: since[first] ?? null,
    to: to ?? null,
  };
}

/** All of a series. */
export const wholeOf = (series: BarSeries): FitSeries => stretchOf(series, 0, series.times.length, series.closes.at(-1));
