/** 1998-01-01T00:00 in New York: the trading calendar begins there, and no US minute bars reach further back. */
export const FIRST_START_MS = 883_630_800_000;
/** The last instant of 2030-12-31 in New York: the trading calendar ends there. */
export const LAST_START_MS = 1_925_009_999_999;

/** Other units that vendors print, as ms per unit. */
const OTHER_UNITS: readonly (readonly [string, number])[] = [
  ['seconds', 1000],
  ['microseconds', 1e-3],
  ['nanoseconds', 1e-6],
];

/** The unit that a whole number is a time of the calendar in; undefined when it is in none but, perhaps, milliseconds. */
const otherUnit = (value: number): string | undefined =>
  OTHER_UNITS.find(([, ms]) => value * ms >= FIRST_START_MS && value * ms <= LAST_START_MS)?.[0];

/** Whether a time is a bar's start before the calendar begins. NaN stands for text that is no whole number. */
export const isBeforeCalendar = (value: number): boolean => value < FIRST_START_MS && otherUnit(value) === undefined;
/** Whether a time is a bar's start after the calendar ends, see `isBeforeCalendar`. */
export const isAfterCalendar = (value: number): boolean => value > LAST_START_MS && otherUnit(value) === undefined;

/** Says what is wrong with a timestamp that is not a bar's start in epoch ms; NaN stands for text that is no whole number. */
export function timestampProblem(value: number): string {
  if (Number.isNaN(value)) return 'is not a whole number of epoch milliseconds';
  const unit = otherUnit(value);
  if (unit !== undefined) return `is out of range: it looks like ${unit}, not milliseconds`;
  return calendarProblem(value);
}

/** Says that an instant is before or after the calendar. */
export function calendarProblem(value: number): string {
  return value < FIRST_START_MS
    ? 'is out of range: the calendar begins on 1998-01-01 in New York; --from that date or a later one leaves earlier bars out'
    : 'is out of range: the calendar ends on 2030-12-31 in New York; --to that date or an earlier one leaves later bars out';
}
