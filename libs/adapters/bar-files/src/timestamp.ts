/** 1998-01-01T00:00 in New York: the trading calendar begins there, and no US minute bars reach further back. */
export const FIRST_START_MS = 883_630_800_000;
/** The last instant of 2027-12-31 in New York: the trading calendar ends there. */
export const LAST_START_MS = 1_830_315_599_999;

/** Other units that vendors print, as ms per unit. */
const OTHER_UNITS: readonly (readonly [string, number])[] = [
  ['seconds', 1000],
  ['microseconds', 1e-3],
  ['nanoseconds', 1e-6],
];

/** Says what is wrong with a timestamp that is not a bar's start in epoch ms; NaN stands for text that is no whole number. */
export function timestampProblem(value: number): string {
  if (Number.isNaN(value)) return 'is not a whole number of epoch milliseconds';
  for (const [unit, ms] of OTHER_UNITS) {
    if (value * ms >= FIRST_START_MS && value * ms <= LAST_START_MS)
      return `is out of range: it looks like ${unit}, not milliseconds`;
  }
  return 'is out of range: bars must start between 1998-01-01 and 2027-12-31 in New York';
}
