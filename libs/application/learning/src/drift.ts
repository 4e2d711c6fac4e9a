import type { MarketBars } from '@aitrader/application-markets';
import type { EdgeStep } from '@aitrader/application-pipeline';
import { populationStability } from '@aitrader/core-metrics';
import { item, read, readInt32, type EpochMs } from '@aitrader/model';
import type { Comparison } from './comparison.ts';

/*
 * How far what comes now is from what was learned: figures with limits, an alarm each.
 *
 * 1. A figure that is not known is no alarm, and is said to be null.
 * 2. A feature is a figure of each bar, in units of its symbol's own median before: symbols count together.
 */

/** A figure that alarms when it is beyond its limit. */
export interface DriftFigure {
  /** name of its metric, and what it is of */
  readonly metric: DriftMetric;
  readonly of: string;
  readonly value: number | null;
  readonly limit: number;
  readonly isOff: boolean;
}

export const DRIFT_METRICS = [
  'aitrader_learning_coverage_error_points',
  'aitrader_learning_pit_distance',
  'aitrader_learning_feature_psi',
  'aitrader_learning_edge_deviations',
] as const;
export type DriftMetric = (typeof DRIFT_METRICS)[number];

/** By the rule of thumb something has changed. */
const PSI_MAX = 0.25;
/** Points, or as many standard errors of an interval of so many bars, whichever is more. */
const COVERAGE_POINTS_MAX = 2;
const ERRORS_MAX = 3;
/** A distance that luck alone exceeds once in a thousand times, √n D, and one that does no harm however many bars there are. */
const KS_MAX = 1.95;
const PIT_DISTANCE_MIN = 0.03;
/** Standard errors that what claims have earned lies from nothing. */
const EDGE_MIN = -2;

const above = (metric: DriftMetric, of: string, value: number | null, limit: number): DriftFigure => ({
  ...{ metric, of, limit },
  value: value !== null && Number.isFinite(value) ? value : null,
  isOff: value !== null && value > limit,
});

/** What the champion's intervals and PITs came to. */
export function calibrationDrift({ bars, coverage, championPitDistance }: Comparison): readonly DriftFigure[] {
  const intervals = coverage.map(({ level, champion }) => {
    const limit = Math.max(COVERAGE_POINTS_MAX, ERRORS_MAX * Math.sqrt((level * (100 - level)) / bars));
    return above('aitrader_learning_coverage_error_points', `${level} %`, Math.abs(champion - level), limit);
  });
  const limit = Math.max(PIT_DISTANCE_MIN, KS_MAX / Math.sqrt(Math.max(1, bars)));
  return [...intervals, above('aitrader_learning_pit_distance', 'all', championPitDistance, limit)];
}

/** What the claims of each strategy have earned, in its posterior's standard errors. */
export const edgeDrift = (walk: readonly EdgeStep[]): readonly DriftFigure[] =>
  [...new Map(walk.map((step) => [step.strategy, step] as const)).values()].map(({ strategy, slope, error }) => {
    const value = error > 0 ? slope / error : null;
    return {
      ...{ metric: 'aitrader_learning_edge_deviations', of: strategy, value, limit: EDGE_MIN },
      isOff: value !== null && value < EDGE_MIN,
    };
  });

interface Bar {
  readonly before: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** What is looked at of a bar; each is at least 0. */
const FEATURES: Readonly<Record<string, (bar: Bar) => number>> = {
  return: ({ before, close }) => Math.abs(close / before - 1),
  range: ({ high, low, close }) => (high - low) / close,
  volume: ({ volume }) => volume,
};

/** Fewest values on either side. */
const VALUES_MIN = 50;

/** How far the features of bars behind a time are from those up to it. */
export function featureDrift(table: MarketBars, fittedTo: EpochMs): readonly DriftFigure[] {
  return Object.entries(FEATURES).map(([name, of]) => {
    const [was, is] = valuesOf(table, fittedTo, of);
    const value = was.length < VALUES_MIN || is.length < VALUES_MIN ? null : populationStability(was, is);
    return above('aitrader_learning_feature_psi', name, value, PSI_MAX);
  });
}

function valuesOf(table: MarketBars, fittedTo: EpochMs, of: (bar: Bar) => number): readonly [number[], number[]] {
  const [was, is] = [table.symbols.map((): number[] => []), table.symbols.map((): number[] => [])];
  const last = new Float64Array(table.symbols.length);
  for (let row = 0; row < table.count; row++) {
    const symbol = readInt32(table.symbol, row);
    const [before, close] = [read(last, symbol), read(table.close, row)];
    last[symbol] = close;
    if (before === 0) continue;
    const bar = { before, close, high: read(table.high, row), low: read(table.low, row), volume: read(table.volume, row) };
    item(read(table.t, row) <= fittedTo ? was : is, symbol).push(of(bar));
  }
  const units = was.map((values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);
  const scaled = (all: readonly number[][]): number[] =>
    all.flatMap((values, symbol) => values.map((value) => (item(units, symbol) > 0 ? value / item(units, symbol) : value)));
  return [scaled(was), scaled(is)];
}
