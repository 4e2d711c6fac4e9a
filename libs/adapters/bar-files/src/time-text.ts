/*
 * Times as files print them.
 *
 * 1. No digit is lost: whole numbers of any unit are cut by their digits, not divided as doubles.
 * 2. What could be two times is none, until it is told which: 03/04/2024 is, and 04:00 where 4 AM and 4 PM are.
 */
import type { DateOrder } from '@aitrader/model';

const DATE = String.raw`(?<year>\d{4})(?<mark>[-/.])(?<month>\d{1,2})\k<mark>(?<day>\d{1,2})`;
const CLOCK = String.raw`(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?(?: ?(?<half>[AP]M))?`;
const OFFSET = String.raw` ?(?<offset>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)`;
/** As Interactive Brokers names the zone behind a time. */
const ZONE = String.raw` (?<zone>[A-Z][A-Za-z]+\/[A-Za-z_/+-]+)`;
const TIME_OF_DAY = String.raw`(?:[T ]+${CLOCK}(?:${OFFSET}|${ZONE})?)?`;
const COMPACT_CLOCK = String.raw`(?<hour>\d{2}):?(?<minute>\d{2})(?::?(?<second>\d{2}))?`;
const COMPACT = String.raw`(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})(?:[T ]*${COMPACT_CLOCK}(?:${OFFSET}|${ZONE})?)?`;
const MONTH_NAME = String.raw`(?<monthName>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*`;
const FORMS = [
  new RegExp(`^${DATE}${TIME_OF_DAY}$`, 'i'),
  new RegExp(`^${COMPACT}$`, 'i'),
  // A time of day before ten, as numbers that lost their first nought: 930 is 09:30.
  /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2}) (?<hour>\d)(?<minute>\d{2})$/,
  // With points the day comes first wherever dates are written so.
  new RegExp(String.raw`^(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?<year>\d{4})${TIME_OF_DAY}$`, 'i'),
  new RegExp(String.raw`^(?<day>\d{1,2})[- ]${MONTH_NAME}[- ,]+(?<year>\d{4})${TIME_OF_DAY}$`, 'i'),
  new RegExp(String.raw`^${MONTH_NAME} (?<day>\d{1,2}),? (?<year>\d{4})${TIME_OF_DAY}$`, 'i'),
];
/** Dates whose day and month stand either way. */
const EITHER_WAY = new RegExp(
  String.raw`^(?<first>\d{1,2})(?<mark>[-/])(?<second>\d{1,2})\k<mark>(?<year>\d{4}|\d{2})(?<clock>\D.*)?$`,
);
/** Whole numbers of these many digits are dates, with or without a time: as an epoch time they would be none of the last 50 years. */
const COMPACT_DIGITS = /^(?:\d{8}|(?:19|20)\d{10}|\d{14})$/;
const WHOLE = /^(\d{1,19})(?:\.0*)?$/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A time as text tells it. `zoned` is an instant; `local` is what clocks of a zone that is not told show; both in ms. */
export type PrintedTime =
  | { readonly kind: 'date'; readonly wallMs: number }
  | { readonly kind: 'local'; readonly wallMs: number; readonly zone: string | undefined }
  | { readonly kind: 'zoned'; readonly instant: number }
  | { readonly kind: 'epoch'; readonly digits: string }
  | { readonly kind: 'none'; readonly problem: string };

const none = (problem: string): PrintedTime => ({ kind: 'none', problem });

/**
 * Reads a date, a date and time with or without an offset, or a whole number since 1970 in a unit that it does not tell. Without an order,
 * a date whose day and month may stand either way is none.
 */
export function printedTime(text: string, order?: DateOrder): PrintedTime {
  const whole = COMPACT_DIGITS.test(text) ? null : WHOLE.exec(text);
  if (whole !== null) return { kind: 'epoch', digits: whole[1] ?? '' };
  for (const form of FORMS) {
    const parts = form.exec(text)?.groups;
    if (parts !== undefined) return timeOf(parts);
  }
  const eitherWay = EITHER_WAY.exec(text)?.groups;
  if (eitherWay !== undefined) return timeInOrder(eitherWay, order);
  return none('is no time: those are YYYY-MM-DD, YYYY-MM-DD HH:MM:SS with or without an offset, or whole numbers since 1970');
}

/** The same time with its year first, in four digits: the years of the calendar are 1998 to 2030. */
function timeInOrder({ first, second, year = '', clock = '' }: Readonly<Record<string, string | undefined>>, order?: DateOrder) {
  if (order === undefined)
    return none('is a date whose day and month cannot be told apart: say which comes first with --dates dmy or --dates mdy');
  const full = year.length === 4 ? year : `${Number(year) >= 98 ? '19' : '20'}${year}`;
  const [day, month] = order === 'dmy' ? [first, second] : [second, first];
  return printedTime(`${full}-${month}-${day}${clock}`);
}

/** The order of days and months that some of the times can have alone; undefined when they do not tell, or contradict one another. */
export function dateOrderOf(texts: readonly string[]): DateOrder | undefined {
  const dates = texts.map((text) => EITHER_WAY.exec(text)?.groups);
  const isBeyond = (part: 'first' | 'second'): boolean => dates.some((date) => Number(date?.[part]) > 12);
  if (isBeyond('first') === isBeyond('second')) return undefined;
  return isBeyond('first') ? 'dmy' : 'mdy';
}

function timeOf(parts: Readonly<Record<string, string | undefined>>): PrintedTime {
  const named = parts.monthName === undefined ? undefined : MONTHS.indexOf(parts.monthName.toLowerCase()) + 1;
  const [year, month, day] = [Number(parts.year), named ?? Number(parts.month), Number(parts.day)];
  const midnight = Date.UTC(year, month - 1, day);
  if (new Date(midnight).getUTCMonth() !== month - 1 || new Date(midnight).getUTCDate() !== day)
    return none('is no day that there is');
  if (parts.hour === undefined) return { kind: 'date', wallMs: midnight };
  const [hour, minute, second] = [hourOf(parts.hour, parts.half), Number(parts.minute), Number(parts.second ?? 0)];
  if (!(hour <= 23) || minute > 59 || second > 59) return none('is no time of day');
  const fraction = (parts.fraction ?? '').padEnd(9, '0');
  if (Number(fraction.slice(3)) !== 0) return none('has a part of a millisecond, and no bar starts there');
  const wallMs = midnight + ((hour * 60 + minute) * 60 + second) * 1000 + Number(fraction.slice(0, 3));
  if (parts.offset === undefined) return { kind: 'local', wallMs, zone: parts.zone };
  const offsetMs = offsetOf(parts.offset);
  return Number.isNaN(offsetMs) ? none('has an offset that no clocks have') : { kind: 'zoned', instant: wallMs - offsetMs };
}

/** Hours of the day, 0 to 23; NaN for an hour that its half of the day does not have. */
function hourOf(text: string, half: string | undefined): number {
  const hour = Number(text);
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
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
