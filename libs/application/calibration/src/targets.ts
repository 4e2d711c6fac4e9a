import type { Timeframe } from '@aitrader/model';
import type { ByForecaster } from './baselines.ts';
import { COVERAGE_LEVELS, LAWS, type ByLawAndLevel, type CoverageLevel, type Law } from './intervals.ts';

/*
 * What the forecasts of a series are expected to reach. Every target was reached on all real daily and minute series of 3,000 bars
 * or more when the model was chosen, but for the CRPS on VIX.
 */

/** Fewest scored bars with which a target says something: below, luck alone misses it. */
export const TARGET_BARS_MIN = 3000;
/** Coverage, in points from the nominal one. 90 % of the raw law has no target of its own. */
const COVERAGE_TOLERANCE: Readonly<Record<Law, Partial<Record<CoverageLevel, number>>>> = {
  raw: { 50: 3, 80: 3.5, 95: 1.5, 99: 0.8 },
  adapted: { 50: 0.5, 80: 0.5, 90: 0.5, 95: 0.5, 99: 0.3 },
};
/** CRPS against the baselines, in per cent of theirs: daily bars are to gain this on the expanding Gaussian, all not to lose on EWMA. */
const DAILY_CRPS_CHANGE_MAX = -6;
const EWMA_CRPS_CHANGE_MAX = 0;
/** Nats to gain on the log score of EWMA. */
const EWMA_LOG_SCORE_GAIN_MIN = 0.03;

/** A figure and the bounds that it should be within, null where there is none. */
export interface Target {
  readonly name: string;
  readonly measured: number;
  readonly atLeast: number | null;
  readonly atMost: number | null;
  readonly met: boolean;
}

export interface Targets {
  readonly barsMin: number;
  /** whether the series is long enough for the targets to say something */
  readonly applicable: boolean;
  readonly met: number;
  readonly of: number;
  readonly checks: readonly Target[];
}

export interface TargetFigures {
  readonly n: number;
  readonly coverage: ByLawAndLevel<number>;
  readonly crps: ByForecaster;
  readonly logScore: ByForecaster;
}

/** Change of a score against that of a baseline, in per cent of the latter. */
export const changeOn = (score: number, baseline: number): number => 100 * (score / baseline - 1);
/** How many nats better a log score is than that of EWMA. */
export const gainOnEwma = ({ model, ewma94 }: ByForecaster): number => ewma94 - model;

export function targetsOf(figures: TargetFigures, timeframe: Timeframe): Targets {
  const { crps, logScore } = figures;
  const checks = [
    ...coverageTargets(figures.coverage, 'raw'),
    ...coverageTargets(figures.coverage, 'adapted'),
    ...(timeframe === '1d'
      ? [atMost('CRPS against expanding Gaussian, %', changeOn(crps.model, crps.expandingGaussian), DAILY_CRPS_CHANGE_MAX)]
      : []),
    atMost('CRPS against EWMA, %', changeOn(crps.model, crps.ewma94), EWMA_CRPS_CHANGE_MAX),
    atLeast('log score gained on EWMA, nats', gainOnEwma(logScore), EWMA_LOG_SCORE_GAIN_MIN),
  ];
  return {
    barsMin: TARGET_BARS_MIN,
    applicable: figures.n >= TARGET_BARS_MIN,
    met: checks.filter(({ met }) => met).length,
    of: checks.length,
    checks,
  };
}

/** Points that an interval may be off in a group of forecasts, or standard errors of as many of them, whichever is more. */
const GROUP_TOLERANCE = 2;
const GROUP_ERRORS = 3;

/** The levels of a group of n forecasts that are off by more than that. */
export const levelsOff = (coverage: ByLawAndLevel<number>, n: number): { law: Law; level: CoverageLevel }[] =>
  LAWS.flatMap((law) =>
    COVERAGE_LEVELS.filter((level) => {
      const error = Math.sqrt((level * (100 - level)) / n);
      return Math.abs(coverage[law][level] - level) > Math.max(GROUP_TOLERANCE, GROUP_ERRORS * error);
    }).map((level) => ({ law, level })),
  );

/** Name of the target of an interval's coverage. */
export const coverageTarget = (law: Law, level: CoverageLevel): string => `${law} coverage of ${level} %`;

function coverageTargets(coverage: ByLawAndLevel<number>, law: Law): Target[] {
  return COVERAGE_LEVELS.flatMap((level) => {
    const tolerance = COVERAGE_TOLERANCE[law][level];
    return tolerance === undefined
      ? []
      : [within(coverageTarget(law, level), coverage[law][level], level - tolerance, level + tolerance)];
  });
}

const within = (name: string, measured: number, least: number, most: number): Target => ({
  name,
  measured,
  atLeast: Number(least.toFixed(6)),
  atMost: Number(most.toFixed(6)),
  met: measured >= least && measured <= most,
});
const atMost = (name: string, measured: number, most: number): Target => ({
  name,
  measured: Number(measured.toFixed(6)),
  atLeast: null,
  atMost: most,
  met: measured <= most,
});
const atLeast = (name: string, measured: number, least: number): Target => ({
  name,
  measured: Number(measured.toFixed(6)),
  atLeast: least,
  atMost: null,
  met: measured >= least,
});
