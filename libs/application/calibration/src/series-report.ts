import { SESSION_LENGTH } from '@aitrader/core-horizon';
import {
  conditionalCoverageTest,
  independenceTest,
  kolmogorovSmirnovTest,
  kupiecTest,
  pitHistogram,
  uniformityTest,
  type TestResult,
} from '@aitrader/core-metrics';
import { DAYPART_NAMES } from '@aitrader/core-probability';
import { newYorkDate } from '@aitrader/core-sessions';
import { epochMs, item, read, REGIMES, type Regime, type Ticker, type Timeframe } from '@aitrader/model';
import type { ByForecaster, Scores } from './baselines.ts';
import { byLawAndLevel, isHit, type ByLawAndLevel, type CoverageLevel, type Hits, type Law } from './intervals.ts';
import { HORIZON_GROUPS, shareHeld, type HorizonGroup, type HorizonHits, type HorizonTrack } from './horizon-track.ts';
import { PHASES, type ScoreSums, type SeriesTrack } from './series-track.ts';
import { levelsOff, targetsOf, type Targets } from './targets.ts';

/*
 * What `--json` says of a series.
 *
 * 1. The groups of a part of the day, those of `bySession` and those of `byRegime` count every scored bar once.
 * 2. Coverage is that of all scored bars, in per cent.
 */

/** Equal parts of 0 … 1 in the histogram of the PITs. */
export const PIT_BINS = 20;

/** Coverage among some of the bars, in per cent; null when there are none. */
export interface GroupCoverage {
  readonly n: number;
  readonly coverage: ByLawAndLevel<number> | null;
}

/** Christoffersen's tests of one interval. */
export interface ClusteringTests {
  readonly independence: TestResult;
  readonly conditionalCoverage: TestResult;
}

/** Forecasts of a part of the day, of a regime, or of both. `off`: the levels that are off by more than luck explains, see targets.ts. */
export interface ForecastGroup extends GroupCoverage {
  readonly made: Daypart | null;
  readonly regime: Regime | null;
  readonly off: ReadonlyArray<{ readonly law: Law; readonly level: CoverageLevel }>;
}
export type Daypart = (typeof DAYPART_NAMES)[number];

export interface SeriesReport {
  readonly symbol: Ticker;
  /** scored bars, and those after the burn-in without a forecast */
  readonly n: number;
  readonly unscored: number;
  /** New York dates of the first and the last scored bar */
  readonly from: string;
  readonly to: string;
  readonly coverage: ByLawAndLevel<number>;
  /** by the part of the day and the regime in which forecasts were made, which is what is known of them */
  readonly groups: readonly ForecastGroup[];
  readonly bySession: Readonly<Record<string, GroupCoverage>>;
  readonly byRegime: Readonly<Record<Regime, GroupCoverage>>;
  /** means, of returns in per cent */
  readonly crps: ByForecaster;
  readonly logScore: ByForecaster;
  /** Kolmogorov–Smirnov distance of the randomised PITs from the uniform law, and its p-value */
  readonly pitKs: number;
  readonly pitKsPValue: number;
  readonly pitHistogram: readonly number[];
  readonly pitUniformity: TestResult;
  readonly kupiec: ByLawAndLevel<TestResult>;
  readonly christoffersen: ByLawAndLevel<ClusteringTests>;
  readonly targets: Targets;
  /** laws over several bars, where they were asked for */
  readonly horizons?: readonly HorizonReport[];
}

/** How the laws over a horizon fared. */
export interface HorizonReport {
  /** as it was asked for: `15m`, `5d` */
  readonly horizon: string;
  /** outcomes: from every bar of regular hours past the burn-in */
  readonly n: number;
  readonly coverage: ByLawAndLevel<number> | null;
  /** means, of returns in per cent: of the law, and of the one-bar law stretched by the root of the bars */
  readonly crps: { readonly model: number; readonly scaled: number } | null;
  /** among the bars that a strategy spoke at, horizons within the session and over a night, those from the first half hour, and by regime */
  readonly groups: Readonly<Record<HorizonGroup, GroupCoverage>>;
}

/** The reports on the horizons of a series, in the order in which they were asked for. */
export function horizonReportsOf({ horizons }: HorizonTrack): HorizonReport[] {
  const share = (hits: HorizonHits): GroupCoverage => ({
    n: hits.n,
    coverage: hits.n === 0 ? null : byLawAndLevel((law, level) => rounded(shareHeld(hits, law, level))),
  });
  return horizons.map(({ minutes, all, groups, crps, crpsScaled }) => ({
    horizon: horizonText(minutes),
    ...share(all),
    crps: all.n === 0 ? null : { model: rounded(crps / all.n), scaled: rounded(crpsScaled / all.n) },
    groups: Object.fromEntries(HORIZON_GROUPS.map((group) => [group, share(groups[group])] as const)) as Record<
      HorizonGroup,
      GroupCoverage
    >,
  }));
}

/** Minutes of regular hours as people write them: whole sessions as days. */
export const horizonText = (minutes: number): string =>
  minutes % SESSION_LENGTH === 0 ? `${minutes / SESSION_LENGTH}d` : `${minutes}m`;

/** The report on a series with at least two scored bars. @throws RangeError with fewer */
export function seriesReportOf(track: SeriesTrack, timeframe: Timeframe, horizons?: HorizonTrack): SeriesReport {
  const { scored, symbol, unscored } = track;
  const hits = track.hits.subarray(0, scored);
  const pits = track.pits.subarray(0, scored);
  const ks = kolmogorovSmirnovTest(pits);
  const histogram = pitHistogram(pits, PIT_BINS);
  const misses = byLawAndLevel((law, level) => Array.from(hits, (hit) => !isHit(hit, law, level)));
  const figures = {
    n: scored,
    coverage: coverageOf(hits),
    crps: meansOf(track, ({ crps }) => crps),
    logScore: meansOf(track, ({ logScore }) => logScore),
  };
  return {
    symbol,
    unscored,
    from: dateOf(read(track.t, 0)),
    to: dateOf(read(track.t, scored - 1)),
    ...figures,
    groups: groupsOf(track, hits),
    bySession: bySession(track, hits),
    byRegime: byRegime(track, hits),
    pitKs: rounded(ks.statistic),
    pitKsPValue: rounded(ks.pValue),
    pitHistogram: histogram,
    pitUniformity: roundedTest(uniformityTest(histogram)),
    kupiec: byLawAndLevel((law, level) => roundedTest(kupiecTest(missesIn(misses[law][level]), scored, tailOf(level)))),
    christoffersen: byLawAndLevel((law, level) => ({
      independence: roundedTest(independenceTest(misses[law][level])),
      conditionalCoverage: roundedTest(conditionalCoverageTest(misses[law][level], tailOf(level))),
    })),
    targets: targetsOf(figures, timeframe),
    ...(horizons === undefined ? {} : { horizons: horizonReportsOf(horizons) }),
  };
}

const dateOf = (t: number): string => newYorkDate(epochMs(t));
const missesIn = (misses: readonly boolean[]): number => misses.filter(Boolean).length;
/** How often an interval is to be missed. */
const tailOf = (level: CoverageLevel): number => (100 - level) / 100;

/** Figures carry six decimals: more than the bars can tell apart, and the same text everywhere. */
const rounded = (value: number): number => Number(value.toFixed(6));
const roundedTest = ({ statistic, pValue }: TestResult): TestResult => ({
  statistic: rounded(statistic),
  pValue: rounded(pValue),
});

/** Share of the outcomes that each interval held, in per cent. */
function coverageOf(hits: ArrayLike<Hits> & Iterable<Hits>): ByLawAndLevel<number> {
  return byLawAndLevel((law: Law, level: CoverageLevel) => {
    let held = 0;
    for (const hit of hits) if (isHit(hit, law, level)) held++;
    return rounded((100 * held) / hits.length);
  });
}

function groupOf(hits: Uint16Array, belongs: (bar: number) => boolean): GroupCoverage {
  const members = hits.filter((_, bar) => belongs(bar));
  return { n: members.length, coverage: members.length === 0 ? null : coverageOf(members) };
}

/** What a group is called: `RTH`, `RTH calm`, `calm`. */
export const groupName = ({ made, regime }: Pick<ForecastGroup, 'made' | 'regime'>): string =>
  [made, regime].filter((part) => part !== null).join(' ');

/** Parts of the day, each with its regimes, then regimes; those that have forecasts. */
function groupsOf(track: SeriesTrack, hits: Uint16Array): ForecastGroup[] {
  const group = (made: Daypart | null, regime: Regime | null): ForecastGroup => {
    const [daypart, label] = [made === null ? -1 : DAYPART_NAMES.indexOf(made), regime === null ? -1 : REGIMES.indexOf(regime)];
    const belongs = (bar: number): boolean =>
      (daypart < 0 || track.daypart[bar] === daypart) && (label < 0 || track.regime[bar] === label);
    const { n, coverage } = groupOf(hits, belongs);
    return { made, regime, n, coverage, off: coverage === null ? [] : levelsOff(coverage, n) };
  };
  return [...DAYPART_NAMES, null]
    .flatMap((made) => [null, ...REGIMES].map((regime) => group(made, regime)))
    .filter(({ made, regime, n }) => n > 0 && !(made === null && regime === null));
}

/** By the session that the bar scored ends in; CLOSED and OVERNIGHT only when there are such bars. */
function bySession(track: SeriesTrack, hits: Uint16Array): Record<string, GroupCoverage> {
  const groups = PHASES.map((phase, index) => [phase, groupOf(hits, (bar) => track.phase[bar] === index)] as const);
  return Object.fromEntries(groups.filter(([phase, { n }]) => n > 0 || (phase !== 'CLOSED' && phase !== 'OVERNIGHT')));
}

/** By the label of the regime when the forecast was made. */
function byRegime(track: SeriesTrack, hits: Uint16Array): Record<Regime, GroupCoverage> {
  const group = (regime: Regime): GroupCoverage => groupOf(hits, (bar) => item(REGIMES, track.regime[bar] ?? -1) === regime);
  return { calm: group('calm'), normal: group('normal'), turbulent: group('turbulent') };
}

function meansOf({ scored, model, expanding, ewma }: SeriesTrack, of: (scores: Scores) => number): ByForecaster {
  const mean = (sums: ScoreSums): number => rounded(of(sums) / scored);
  return { model: mean(model), expandingGaussian: mean(expanding), ewma94: mean(ewma) };
}
