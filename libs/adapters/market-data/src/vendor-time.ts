const RFC3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,12}))?([Zz]|[+-]\d{2}:\d{2})$/;
const NAIVE = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}):(\d{2})(?::(\d{2}))?)?$/;
const MS_DIGITS = 3;

/** An instant as a vendor printed it: whole milliseconds, and whether there was more to it than those. */
export interface PrintedInstant {
  readonly ms: number;
  readonly exact: boolean;
}

/**
 * Reads an RFC 3339 time of any offset, to the nanosecond and beyond: what is left of it below a millisecond is said and not rounded
 * away. Undefined when it is none.
 */
export function readRfc3339(text: string): PrintedInstant | undefined {
  const [, date, time, fraction = '', zone = ''] = RFC3339.exec(text) ?? [];
  if (date === undefined || time === undefined) return undefined;
  const ms = Date.parse(`${date}T${time}.${fraction.slice(0, MS_DIGITS).padEnd(MS_DIGITS, '0')}${zone.toUpperCase()}`);
  return Number.isNaN(ms) ? undefined : { ms, exact: !/[1-9]/.test(fraction.slice(MS_DIGITS)) };
}

/** A wall-clock time without a zone; `seconds` are beyond the minute. */
export interface NaiveTime {
  readonly date: string;
  readonly minuteOfDay: number;
  readonly seconds: number;
}

/** Reads `YYYY-MM-DD`, with `HH:MM` or `HH:MM:SS` or without; undefined when it is none. */
export function readNaiveTime(text: string): NaiveTime | undefined {
  const [, date, hours = '00', minutes = '00', seconds = '00'] = NAIVE.exec(text) ?? [];
  if (date === undefined || !isDate(date) || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  return { date, minuteOfDay: Number(hours) * 60 + Number(minutes), seconds: Number(seconds) };
}

/** Whether there is such a day: a 30th of February is read as the 2nd of March. */
function isDate(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}
