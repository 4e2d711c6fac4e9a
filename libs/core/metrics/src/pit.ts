import { chiSquareSurvival, kolmogorovSmirnovSurvival, normalQuantile } from '@aitrader/core-numeric';
import { meanOf } from './moments.ts';
import { requireCount, requireFinite, requireInside, requirePositive, requireSeries, type Series } from './series.ts';
import type { TestResult } from './significance.ts';

/*
 * Whether forecasts are as certain as they say: their PITs should be uniform in 0 … 1.
 *
 * 1. A randomised PIT lies between the PITs at both ends of the tick, and is uniform when the forecast is right.
 * 2. The counts of a histogram add up to the number of PITs.
 */

/** A PIT nearer to 0 or 1 than this has no normal score that says more than "far out": it counts as this near. */
const PIT_EDGE = 1e-12;

function requirePits(pits: Series): void {
  requireSeries('PITs', pits);
  for (const pit of pits) if (!(pit >= 0 && pit <= 1)) throw new RangeError(`a PIT lies in 0 … 1, got ${pit}`);
}

/**
 * The PIT of an outcome that was rounded to a tick: drawn uniformly, by `luck` in 0 … 1, from the probabilities between half a tick
 * below and half a tick above. Without it a forecast looks wrong wherever many outcomes share a tick. Source: Czado, Gneiting and
 * Held (2009), "Predictive model assessment for count data", Biometrics 65. @throws RangeError for other luck or halfTick < 0
 */
export function randomizedPit(cdf: (y: number) => number, y: number, halfTick: number, luck: number): number {
  requireFinite('outcome', y);
  if (!(halfTick >= 0 && halfTick < Infinity)) throw new RangeError(`half a tick is at least 0, got ${halfTick}`);
  if (!(luck >= 0 && luck <= 1)) throw new RangeError(`luck lies in 0 … 1, got ${luck}`);
  const below = cdf(y - halfTick);
  return below + luck * (cdf(y + halfTick) - below);
}

/** Largest distance of the distribution of the PITs from the uniform one, D of Kolmogorov and Smirnov. @throws RangeError for bad PITs */
export function kolmogorovSmirnovDistance(pits: Series): number {
  requirePits(pits);
  const sorted = Float64Array.from(pits).sort();
  return sorted.reduce((most, pit, i) => Math.max(most, (i + 1) / sorted.length - pit, pit - i / sorted.length), 0);
}

/** Test that independent PITs are uniform, by their Kolmogorov–Smirnov distance. @throws RangeError for bad PITs */
export function kolmogorovSmirnovTest(pits: Series): TestResult {
  const statistic = kolmogorovSmirnovDistance(pits);
  return { statistic, pValue: kolmogorovSmirnovSurvival(statistic, pits.length) };
}

/** How many PITs fall into each of `bins` equal parts of 0 … 1; a border belongs to the part above it, 1 to the last. @throws RangeError */
export function pitHistogram(pits: Series, bins: number): number[] {
  requirePits(pits);
  requireCount('number of bins', bins, 1);
  const counts = Array.from({ length: bins }, () => 0);
  for (const pit of pits) {
    const bin = Math.min(Math.floor(pit * bins), bins - 1);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

/**
 * Pearson's chi-square test that all cells of a histogram are equally likely: Σ (count − n / k)² / (n / k), k − 1 degrees of
 * freedom. Wants some five counts per cell. @throws RangeError for fewer than two cells, a count below 0 or an empty histogram
 */
export function uniformityTest(counts: Series): TestResult {
  requireSeries('counts', counts, 2);
  for (const count of counts) requireCount('count', count, 0);
  const expected = meanOf(counts);
  requirePositive('number of PITs', expected);
  const statistic = meanOf(counts, (count) => (count - expected) * (count - expected)) * (counts.length / expected);
  return { statistic, pValue: chiSquareSurvival(statistic, counts.length - 1) };
}

/**
 * The PITs as deviations of a standard normal, Φ⁻¹(PIT), which are standard normal and independent when the forecasts are right. Those
 * within 1e-12 of 0 or 1 count as 1e-12 away. Source: Berkowitz (2001), "Testing density forecasts, with applications to risk
 * management", J. Bus. Econ. Stat. 19. @throws RangeError for bad PITs
 */
export function normalScores(pits: Series): Float64Array {
  requirePits(pits);
  return Float64Array.from(pits, (pit) => normalQuantile(Math.min(1 - PIT_EDGE, Math.max(PIT_EDGE, pit))));
}

/** How often central intervals of nominal coverage `level` held the outcome. */
export interface Coverage {
  readonly level: number;
  readonly covered: number;
  readonly outcomes: number;
  readonly share: number;
  /** of `share`, if the intervals are right: √(level (1 − level) / outcomes) */
  readonly standardError: number;
}

/** Coverage of central intervals, counted on the PITs: those in (1 − level) / 2 … (1 + level) / 2. @throws RangeError */
export function centralCoverage(pits: Series, level: number): Coverage {
  requirePits(pits);
  requireInside('coverage level', level);
  const isCovered = (pit: number): boolean => pit >= (1 - level) / 2 && pit <= (1 + level) / 2;
  const covered = Array.from(pits).filter(isCovered).length;
  const outcomes = pits.length;
  const standardError = Math.sqrt((level * (1 - level)) / outcomes);
  return { level, covered, outcomes, share: covered / outcomes, standardError };
}
