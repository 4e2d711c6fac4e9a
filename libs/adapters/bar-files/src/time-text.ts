/*
 * Times as files print them.
 *
 * 1. No digit is lost: whole numbers of any unit are cut by their digits, not divided as doubles.
 * 2. What could be two times is none: 03/04/2024 is refused.
 */

const DATE = String.raw`(?<year>\d{4})(?<mark>[-/.])(?<month>\d{1,2})\k<mark>(?<day>\d{1,2})`;
const CLOCK = String.raw`(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?`;
const OFFSET = String.raw` ?(?<offset>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)`;
const COMPACT = String.raw`(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})(?:[T ]?(?<hour>\d{2}):?(?<minute>\d{2})(?::?(?<second>\d{2}))?(?:${OFFSET})?)?`;
const FORMS = [
  new RegExp(`^${DATE}(?:[T ]+${CLOCK}(?:${OFFSET})?)?$`, 'i'),
  new RegExp(`^${COMPACT}$`, 'i'),
  // With points the day comes first wherever dates are written so.
  new RegExp(String.raw`^(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?<year>\d{4})(?: ${CLOCK}(?:${OFFSET})?)?$`, 'i'),
];
const EITHER_WAY = /^\d{1,2}([/-])\d{1,2}\1\d{2,4}\b/;
/** Whole numbers of these many digits are dates, with or without a time: as an epoch time they would be none of the last 50 years. */
const COMPACT_DIGITS = /^(?:\d{8}|(?:19|20)\d{10}|\d{14})$/;
const WHOLE = /^(\d{1,19})(?:\.0*)?$/;

/** A time as text tells it. `zoned` is an instant; `local` is what clocks of a zone that is not told show; both in ms. */
export type PrintedTime =
  | { readonly kind: 'date'; readonly wallMs: number }
  | { readonly kind: 'local'; readonly wallMs: number }
  | { readonly kind: 'zoned'; readonly instant: number }
  | { readonly kind: 'epoch'; readonly digits: string }
  | { readonly kind: 'none'; readonly problem: string };

const none = (problem: string): PrintedTime => ({ kind: 'none', problem });

/** Reads a date, a date and time with or without an offset, or a whole number since 1970 in a unit that it does not tell. */
export function printedTime(text: string): PrintedTime {
  const whole = COMPACT_DIGITS.test(text) ? null : WHOLE.exec(text);
  if (whole !== null) return { kind: 'epoch', digits: whole[1] ?? '' };
  for (const form of FORMS) {
    const parts = form.exec(text)?.groups;
    if (parts !== undefined) return timeOf(parts);
  }
  if (EITHER_WAY.test(text))
    return none('is a date whose day and month cannot be told apart: dates are to be written as YYYY-MM-DD');
  return none('is no time: those are YYYY-MM-DD, YYYY-MM-DD HH:MM:SS with or without an offset, or whole numbers since 1970');
}

function timeOf(parts: Readonly<Record<string, string | undefined>>): PrintedTime {
  const [year, month, day] = [Number(parts.year), Number(parts.month), Number(parts.day)];
  const midnight = Date.UTC(year, month - 1, day);
  if (new Date(midnight).getUTCMonth() !== month - 1 || new Date(midnight).getUTCDate() !== day)
    return none('is no day that there is');
  if (parts.hour === undefined) return { kind: 'date', wallMs: midnight };
  const [hour, minute, second] = [Number(parts.hour), Number(parts.minute), Number(parts.second ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return none('is no time of day');
  const fraction = (parts.fraction ?? '').padEnd(9, '0');
  if (Number(fraction.slice(3)) !== 0) return none('has a part of a millisecond, and no bar starts there');
  const wallMs = midnight + ((hour * 60 + minute) * 60 + second) * 1000 + Number(fraction.slice(0, 3));
  if (parts.offset === undefined) return { kind: 'local', wallMs };
  const offsetMs = offsetOf(parts.offset);
  return Number.isNaN(offsetMs) ? none('has an offset that no clocks have') : { kind: 'zoned', instant: wallMs - offsetMs };
}

/** An offset in ms, NaN beyond what there is (−12:00 … +14:00). */
function offsetOf(text: string): number {
  if (!/\d/.test(text)) return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3).replace(':', '') || 0);
  if (minutes > 59 || hours > 14) return Number.NaN;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** Units of whole numbers since 1970: how many more digits than milliseconds they have. */
export const EPOCH_UNITS = { seconds: -3, milliseconds: 0, microseconds: 3, nanoseconds: 6 } as const;
export type EpochUnit = keyof typeof EPOCH_UNITS;

/** The unit of a whole number of which nothing else is known: each unit's numbers since 1973 have lengths of their own. */
export function epochUnitOf(digits: string): EpochUnit | undefined {
  const { length } = digits.replace(/^0+/, '');
  if (length < 9) return undefined;
  if (length < 12) return 'seconds';
  if (length < 15) return 'milliseconds';
  return length < 18 ? 'microseconds' : 'nanoseconds';
}

/** A whole number of a unit as ms, exactly; NaN where it has a part of a millisecond. */
export function epochMsOf(digits: string, unit: EpochUnit): number {
  const more = EPOCH_UNITS[unit];
  if (more <= 0) return Number(digits) * 10 ** -more;
  const cut = digits.length - more;
  return Number(digits.slice(Math.max(0, cut))) === 0 ? Number(digits.slice(0, Math.max(0, cut))) : Number.NaN;
}
