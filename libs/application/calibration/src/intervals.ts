import { AT } from '@aitrader/model';

/** Nominal coverage of the central intervals that are checked, in per cent. */
export const COVERAGE_LEVELS = [50, 80, 90, 95, 99] as const;
export type CoverageLevel = (typeof COVERAGE_LEVELS)[number];

/** Raw quantiles are those of the predictive distribution; adapted ones follow the misses of the past. */
export const LAWS = ['raw', 'adapted'] as const;
export type Law = (typeof LAWS)[number];

/** A central interval of a state: the columns of its ends. */
export interface Interval {
  readonly level: CoverageLevel;
  readonly lower: number;
  readonly upper: number;
}

export const INTERVALS: Readonly<Record<Law, readonly Interval[]>> = {
  raw: [
    { level: 50, lower: AT.q250, upper: AT.q750 },
    { level: 80, lower: AT.q100, upper: AT.q900 },
    { level: 90, lower: AT.q050, upper: AT.q950 },
    { level: 95, lower: AT.q025, upper: AT.q975 },
    { level: 99, lower: AT.q005, upper: AT.q995 },
  ],
  adapted: [
    { level: 50, lower: AT.a250, upper: AT.a750 },
    { level: 80, lower: AT.a100, upper: AT.a900 },
    { level: 90, lower: AT.a050, upper: AT.a950 },
    { level: 95, lower: AT.a025, upper: AT.a975 },
    { level: 99, lower: AT.a005, upper: AT.a995 },
  ],
};

/** Which intervals of a forecast held an outcome: one bit per law and level. */
export type Hits = number;

const bitOf = (law: Law, level: CoverageLevel): number =>
  1 << (LAWS.indexOf(law) * COVERAGE_LEVELS.length + COVERAGE_LEVELS.indexOf(level));

const CHECKS = LAWS.flatMap((law) => INTERVALS[law].map((interval) => ({ ...interval, bit: bitOf(law, interval.level) })));

/** The intervals of the state in `row` that hold `y`, lower ≤ y ≤ upper, all three as emitted integers. */
export function hitsOf(row: Float64Array, y: number): Hits {
  let hits = 0;
  for (const { lower, upper, bit } of CHECKS) {
    if (y >= (row[lower] ?? NaN) && y <= (row[upper] ?? NaN)) hits |= bit;
  }
  return hits;
}

/** Whether the outcome lay inside the interval of a law and a level. */
export const isHit = (hits: Hits, law: Law, level: CoverageLevel): boolean => (hits & bitOf(law, level)) !== 0;

/** What `of` makes of every level of every law. */
export function byLawAndLevel<T>(of: (law: Law, level: CoverageLevel) => T): ByLawAndLevel<T> {
  const each = (law: Law): Readonly<Record<CoverageLevel, T>> => ({
    50: of(law, 50),
    80: of(law, 80),
    90: of(law, 90),
    95: of(law, 95),
    99: of(law, 99),
  });
  return { raw: each('raw'), adapted: each('adapted') };
}

export type ByLawAndLevel<T> = Readonly<Record<Law, Readonly<Record<CoverageLevel, T>>>>;
