import {
  annualGrowth,
  annualVolatility,
  calmarRatio,
  correlation,
  cornishFisherVar,
  deflatedSharpe,
  downsideDeviation,
  gaussianShortfall,
  gaussianVar,
  historicalShortfall,
  historicalVar,
  hitRate,
  longestUnderwater,
  maxDrawdown,
  mean,
  minimumTrackRecord,
  momentsOf,
  omegaRatio,
  painIndex,
  probabilisticSharpe,
  sampleSd,
  sharpeEstimateOf,
  sharpeRatio,
  sharpeStandardError,
  sortinoRatio,
  stability,
  tailRatio,
  totalReturn,
  ulcerIndex,
  unbiasedKurtosis,
  unbiasedSkewness,
} from '@aitrader/core-metrics';
import { item } from '@aitrader/model';
import type { RoundTrip } from './round-trips.ts';

/** Trade dates of a year. */
export const DATES_PER_YEAR = 252;
const TAIL_95 = 0.05;
const TAIL_99 = 0.01;
const CONFIDENCE = 0.95;

/** A figure that there may be nothing to take of: null where it is not defined, or infinite. */
type Figure = number | null;

/**
 * What returns by trade date come to. Returns, drawdowns and values at risk are fractions, of which losses are below 0; ratios are a year's. Formulas
 * and sources are those of `core/metrics`.
 */
export interface Performance {
  readonly dates: number;
  readonly totalReturn: Figure;
  readonly annualGrowth: Figure;
  readonly annualVolatility: Figure;
  readonly sharpe: Figure;
  readonly sortino: Figure;
  readonly calmar: Figure;
  readonly omega: Figure;
  /** P(the true Sharpe ratio is above 0), and trade dates that it takes to be 95 % sure of that */
  readonly probabilisticSharpe: Figure;
  readonly trackRecordMin: Figure;
  readonly maxDrawdown: Figure;
  /** trade dates under the highest equity, at most */
  readonly longestUnderwater: Figure;
  readonly ulcerIndex: Figure;
  readonly painIndex: Figure;
  readonly downsideDeviation: Figure;
  readonly var95: Figure;
  readonly shortfall95: Figure;
  readonly var99: Figure;
  readonly shortfall99: Figure;
  readonly gaussianVar95: Figure;
  readonly gaussianShortfall95: Figure;
  readonly cornishFisherVar95: Figure;
  readonly skewness: Figure;
  /** 0 of a normal distribution */
  readonly excessKurtosis: Figure;
  readonly hitRate: Figure;
  readonly tailRatio: Figure;
  readonly stability: Figure;
  readonly best: Figure;
  readonly worst: Figure;
}

/** The figure, or null where it is not defined for such returns. */
function figureOf(of: () => number): Figure {
  try {
    const value = of();
    return Number.isFinite(value) ? value : null;
  } catch (error) {
    // the metrics refuse what they are not defined for: too few returns, or ones that do not vary
    if (error instanceof RangeError) return null;
    throw error;
  }
}

export function performanceOf(daily: readonly number[]): Performance {
  const returns = Float64Array.from(daily);
  const of = (metric: (series: Float64Array) => number): Figure => figureOf(() => metric(returns));
  return {
    dates: returns.length,
    totalReturn: of(totalReturn),
    annualGrowth: of((series) => annualGrowth(series, DATES_PER_YEAR)),
    annualVolatility: of((series) => annualVolatility(series, DATES_PER_YEAR)),
    sharpe: of((series) => sharpeRatio(series, 0, DATES_PER_YEAR)),
    sortino: of((series) => sortinoRatio(series, 0, DATES_PER_YEAR)),
    calmar: of((series) => calmarRatio(series, DATES_PER_YEAR)),
    omega: of((series) => omegaRatio(series, 0)),
    probabilisticSharpe: of((series) => probabilisticSharpe(sharpeEstimateOf(series, 0), 0)),
    trackRecordMin: of((series) => minimumTrackRecord(sharpeEstimateOf(series, 0), 0, CONFIDENCE)),
    maxDrawdown: of((series) => maxDrawdown(series).depth),
    longestUnderwater: of(longestUnderwater),
    ulcerIndex: of(ulcerIndex),
    painIndex: of(painIndex),
    downsideDeviation: of((series) => downsideDeviation(series, 0)),
    var95: of((series) => historicalVar(series, TAIL_95)),
    shortfall95: of((series) => historicalShortfall(series, TAIL_95)),
    var99: of((series) => historicalVar(series, TAIL_99)),
    shortfall99: of((series) => historicalShortfall(series, TAIL_99)),
    gaussianVar95: of((series) => gaussianVar(series, TAIL_95)),
    gaussianShortfall95: of((series) => gaussianShortfall(series, TAIL_95)),
    cornishFisherVar95: of((series) => cornishFisherVar(series, TAIL_95)),
    skewness: of((series) => unbiasedSkewness(momentsOf(series))),
    excessKurtosis: of((series) => unbiasedKurtosis(momentsOf(series)) - NORMAL_KURTOSIS),
    hitRate: of(hitRate),
    tailRatio: of(tailRatio),
    stability: of(stability),
    best: of(greatest),
    worst: of((series) => -greatest(series.map((value) => -value))),
  };
}

/** Configurations that were tried before one of them was chosen. */
export interface TriedTrials {
  readonly trials: number;
  /** sample variance of their Sharpe ratios by trade date; null where nobody knows how they varied */
  readonly sharpeVariance: number | null;
}

/**
 * P(the true Sharpe ratio is above what luck gives the best of the trials). Where it is not known how their ratios varied, they are taken to vary as
 * those of trials without any skill do, by the estimate's own standard error.
 */
export function deflatedOf(daily: readonly number[], { trials, sharpeVariance }: TriedTrials): Figure {
  return figureOf(() => {
    const estimate = sharpeEstimateOf(Float64Array.from(daily), 0);
    const error = sharpeStandardError(estimate);
    return deflatedSharpe(estimate, trials, sharpeVariance ?? error * error);
  });
}

const NORMAL_KURTOSIS = 3;

/** −Infinity of none. */
const greatest = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((most, value) => Math.max(most, value), -Infinity);

/** How returns went beside those of a benchmark on the same dates. */
export interface AgainstBenchmark {
  readonly beta: Figure;
  /** return a year that beta times the benchmark does not explain */
  readonly alpha: Figure;
  readonly correlation: Figure;
  /** sd a year of what was earned beyond the benchmark, and its mean over that */
  readonly trackingError: Figure;
  readonly informationRatio: Figure;
  /** mean return on dates on which the benchmark rose, and fell, over the benchmark's own */
  readonly upCapture: Figure;
  readonly downCapture: Figure;
}

/** @throws RangeError for series of different lengths */
export function againstBenchmark(daily: readonly number[], benchmark: readonly number[]): AgainstBenchmark {
  if (daily.length !== benchmark.length) throw new RangeError(`${daily.length} returns beside ${benchmark.length}`);
  const [own, other] = [Float64Array.from(daily), Float64Array.from(benchmark)];
  const beyond = own.map((value, i) => value - item(benchmark, i));
  const beta = figureOf(() => (correlation(own, other) * sampleSd(own)) / sampleSd(other));
  const capture = (isUp: boolean): Figure => {
    const dates = [...other.keys()].filter((i) => (isUp ? item(benchmark, i) > 0 : item(benchmark, i) < 0));
    const meanOver = (series: readonly number[]): number => mean(Float64Array.from(dates, (i) => item(series, i)));
    return figureOf(() => meanOver(daily) / meanOver(benchmark));
  };
  return {
    beta,
    alpha: beta === null ? null : figureOf(() => DATES_PER_YEAR * (mean(own) - beta * mean(other))),
    correlation: figureOf(() => correlation(own, other)),
    trackingError: figureOf(() => annualVolatility(beyond, DATES_PER_YEAR)),
    informationRatio: figureOf(() => sharpeRatio(beyond, 0, DATES_PER_YEAR)),
    upCapture: capture(true),
    downCapture: capture(false),
  };
}

/** What the trades that are over came to. Dollars, minutes and fractions of what was entered. */
export interface TradeFigures {
  readonly trades: number;
  readonly open: number;
  readonly won: number;
  readonly winRate: Figure;
  readonly profit: number;
  readonly fees: number;
  /** what entries cost against the close that they were decided on, fees aside */
  readonly entryCost: number;
  readonly averageWin: Figure;
  readonly averageLoss: Figure;
  /** average win over average loss, and all that was won over all that was lost */
  readonly payoff: Figure;
  readonly profitFactor: Figure;
  readonly expectancy: Figure;
  readonly best: Figure;
  readonly worst: Figure;
  readonly meanMinutes: Figure;
  readonly longestWins: number;
  readonly longestLosses: number;
  /** dollars that entered and exited */
  readonly turnover: number;
}

const MS_PER_MINUTE = 60_000;

export function tradeFiguresOf(trips: readonly RoundTrip[]): TradeFigures {
  const over = trips.filter(({ held }) => held === 0);
  const wins = over.filter(({ profit }) => profit > 0);
  const losses = over.filter(({ profit }) => profit < 0);
  const sum = (some: readonly RoundTrip[], of: (trip: RoundTrip) => number): number =>
    some.reduce((total, trip) => total + of(trip), 0);
  const profitOf = ({ profit }: RoundTrip): number => profit;
  const [won, lost] = [sum(wins, profitOf), -sum(losses, profitOf)];
  const averageOf = (some: readonly RoundTrip[], of: (trip: RoundTrip) => number): Figure =>
    some.length === 0 ? null : sum(some, of) / some.length;
  const [averageWin, averageLoss] = [averageOf(wins, profitOf), averageOf(losses, profitOf)];
  return {
    ...{ trades: over.length, open: trips.length - over.length, won: wins.length },
    winRate: over.length === 0 ? null : wins.length / over.length,
    profit: sum(over, profitOf),
    fees: sum(trips, ({ fees }) => fees),
    entryCost: sum(trips, ({ entryCost }) => entryCost ?? 0),
    ...{ averageWin, averageLoss },
    payoff: averageWin === null || averageLoss === null ? null : averageWin / -averageLoss,
    profitFactor: lost === 0 ? null : won / lost,
    expectancy: averageOf(over, profitOf),
    best: figureOf(() => greatest(over.map(profitOf))),
    worst: figureOf(() => -greatest(over.map((trip) => -trip.profit))),
    meanMinutes: averageOf(over, ({ enteredAt, exitedAt }) => ((exitedAt ?? enteredAt) - enteredAt) / MS_PER_MINUTE),
    longestWins: longestOf(over, ({ profit }) => profit > 0),
    longestLosses: longestOf(over, ({ profit }) => profit < 0),
    turnover: sum(trips, ({ shares, held, entry, exit }) => shares * entry + (shares - Math.abs(held)) * (exit ?? 0)),
  };
}

function longestOf(trips: readonly RoundTrip[], is: (trip: RoundTrip) => boolean): number {
  let [longest, current] = [0, 0];
  for (const trip of trips) {
    current = is(trip) ? current + 1 : 0;
    longest = Math.max(longest, current);
  }
  return longest;
}
