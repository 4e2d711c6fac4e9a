import type { Timeframe } from '@aitrader/model';

/*
 * The period that bars are filed under: a month, and a year for daily bars. A bar belongs to the month of its last instant in New York
 * standard time, all year round: no session of the exchanges crosses its midnight, and it takes no calendar to tell.
 */

const STANDARD_TIME_OFFSET_MS = 5 * 60 * 60_000;
const MONTH_CHARACTERS = 'YYYY-MM'.length;
const YEAR_CHARACTERS = 'YYYY'.length;

const lastInstant = (t: number): Date => new Date(t - STANDARD_TIME_OFFSET_MS - 1);

/** `YYYY-MM`, or `YYYY` for daily bars, of a bar that closes at `t`. */
export const periodOf = (t: number, timeframe: Timeframe): string =>
  lastInstant(t)
    .toISOString()
    .slice(0, timeframe === '1d' ? YEAR_CHARACTERS : MONTH_CHARACTERS);

/** The last close of the period that a bar closing at `t` is filed under. */
export function periodEnd(t: number, timeframe: Timeframe): number {
  const date = lastInstant(t);
  const year = date.getUTCFullYear();
  const next = timeframe === '1d' ? Date.UTC(year + 1, 0, 1) : Date.UTC(year, date.getUTCMonth() + 1, 1);
  return next + STANDARD_TIME_OFFSET_MS;
}
