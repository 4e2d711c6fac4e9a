import { COVERAGE_LEVELS, isHit, runCalibration, type ScoredBar } from '@aitrader/application-calibration';
import type { MarketBars } from '@aitrader/application-markets';
import { kolmogorovSmirnovDistance, pairedLossTest } from '@aitrader/core-metrics';
import { newYorkDate } from '@aitrader/core-sessions';
import { epochMs, type CorporateAction, type EpochMs, type ModelParameters, type ProbabilityConfig } from '@aitrader/model';

/*
 * A challenger beside the champion, over bars that neither was fitted to.
 *
 * 1. Both forecast the same bars, by the same stage: only the parameters differ.
 * 2. A bar counts when it is behind the last one that either was fitted to.
 * 3. Dates are what is compared: the bars of one hang together, and count as one.
 * 4. Better is what luck does not explain, by the log score, while no other score says worse and no interval is less right.
 */

export const SCORES = ['logScore', 'crps', 'qlike'] as const;
type Score = (typeof SCORES)[number];

/** With fewer dates nothing is said. */
export const DATES_MIN = 10;
/** How seldom luck alone may look as good: of a year of nights two or three, whose promotions change nothing. */
const P_BETTER_MAX = 0.01;
/** … and as bad. */
const P_WORSE_MAX = 0.05;
/** Points that an interval may be further from its level than the champion's. */
const COVERAGE_LOST_MAX = 0.5;
/** Bars that each series is learned from first. */
const BURN_IN = 50;

/** Both by a score, the mean over bars of the means over dates; lower is better. */
export interface ScoreComparison {
  readonly name: Score;
  readonly champion: number;
  readonly challenger: number;
  /** probability of a difference as much in the challenger's favour, were there none */
  readonly pBetter: number;
}

/** Share of the bars that a central interval held, in per cent, by the law that follows its misses. */
export interface CoverageComparison {
  readonly level: number;
  readonly champion: number;
  readonly challenger: number;
}

export type Verdict = 'better' | 'no-better' | 'unproven';

export interface Comparison {
  readonly verdict: Verdict;
  /** what keeps it from being better, in words */
  readonly reasons: readonly string[];
  /** bars and dates that count, and the dates' first and last */
  readonly bars: number;
  readonly dates: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly scores: readonly ScoreComparison[];
  readonly coverage: readonly CoverageComparison[];
  /** of the champion's PITs from what they should be */
  readonly championPitDistance: number | null;
}

export interface ComparisonRequest {
  readonly table: MarketBars;
  readonly config: ProbabilityConfig;
  readonly actions: readonly CorporateAction[];
  readonly champion: readonly ModelParameters[];
  readonly challenger: readonly ModelParameters[];
  /** the last bar that the challenger was fitted to */
  readonly fittedTo: EpochMs;
}

/** How one of both fared, date by date. */
interface Fared {
  readonly byDate: ReadonlyMap<string, DateSums>;
  readonly hits: readonly number[];
  readonly pits: readonly number[];
}
interface DateSums {
  bars: number;
  readonly sums: Record<Score, number>;
}

/** Holds a challenger against the champion. */
export async function compareSets(request: ComparisonRequest): Promise<Comparison> {
  const since = Math.max(request.fittedTo, ...request.champion.map(({ fittedTo }) => fittedTo));
  const [champion, challenger] = [await fared(request, request.champion, since), await fared(request, request.challenger, since)];
  const dates = [...champion.byDate.keys()].filter((date) => challenger.byDate.has(date));
  const bars = champion.hits.length;
  const about = { bars, dates: dates.length, from: dates[0] ?? null, to: dates.at(-1) ?? null };
  if (dates.length < DATES_MIN) {
    const reasons = [`${dates.length} dates are behind what both were fitted to, and ${DATES_MIN} are needed`];
    return { verdict: 'unproven', reasons, ...about, scores: [], coverage: [], championPitDistance: null };
  }
  const scores = SCORES.map((name) => compareScore(name, dates, champion, challenger));
  const coverage = COVERAGE_LEVELS.map((level) => ({
    level,
    champion: shareHeld(champion.hits, level),
    challenger: shareHeld(challenger.hits, level),
  }));
  const reasons = [...scores.flatMap(reasonOfScore), ...coverage.flatMap(reasonOfCoverage)];
  const verdict = reasons.length === 0 ? 'better' : 'no-better';
  return { verdict, reasons, ...about, scores, coverage, championPitDistance: kolmogorovSmirnovDistance(champion.pits) };
}

async function fared(request: ComparisonRequest, parameters: readonly ModelParameters[], since: number): Promise<Fared> {
  const byDate = new Map<string, DateSums>();
  const [hits, pits]: [number[], number[]] = [[], []];
  const onScored = (bar: ScoredBar): void => {
    if (bar.t <= since) return;
    const date = newYorkDate(epochMs(bar.t));
    const day = byDate.get(date) ?? { bars: 0, sums: { logScore: 0, crps: 0, qlike: 0 } };
    byDate.set(date, day);
    day.bars++;
    for (const name of SCORES) day.sums[name] += bar[name];
    hits.push(bar.hits);
    pits.push(bar.pit);
  };
  const { table, config, actions } = request;
  await runCalibration({ table, config, actions, parameters, burnIn: BURN_IN, onScored });
  return { byDate, hits, pits };
}

function compareScore(name: Score, dates: readonly string[], champion: Fared, challenger: Fared): ScoreComparison {
  const meansOf = ({ byDate }: Fared): number[] =>
    dates.map((date) => {
      const day = byDate.get(date);
      return day === undefined ? Number.NaN : day.sums[name] / day.bars;
    });
  const [one, other] = [meansOf(champion), meansOf(challenger)];
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const { pValue } = pairedLossTest(one.map((loss, i) => loss - (other[i] ?? Number.NaN)));
  return { name, champion: mean(one), challenger: mean(other), pBetter: pValue };
}

const shareHeld = (hits: readonly number[], level: (typeof COVERAGE_LEVELS)[number]): number =>
  (100 * hits.filter((hit) => isHit(hit, 'adapted', level)).length) / hits.length;

const DIGITS = 4;

/** Whoever is better by luck alone as often as this is not better. A figure that is no number is no reason to believe it. */
function reasonOfScore({ name, champion, challenger, pBetter }: ScoreComparison): readonly string[] {
  const said = `${name}: ${challenger.toFixed(DIGITS)} beside ${champion.toFixed(DIGITS)}, p = ${pBetter.toFixed(DIGITS)}`;
  if (name === 'logScore') return pBetter <= P_BETTER_MAX ? [] : [`${said}, and has to be ${P_BETTER_MAX} or less`];
  return pBetter < 1 - P_WORSE_MAX ? [] : [`${said}, which is worse`];
}

function reasonOfCoverage({ level, champion, challenger }: CoverageComparison): readonly string[] {
  const lost = Math.abs(challenger - level) - Math.abs(champion - level);
  if (lost <= COVERAGE_LOST_MAX) return [];
  return [`coverage of ${level} %: ${challenger.toFixed(2)} beside ${champion.toFixed(2)}`];
}
