import type { DateOrder, Stamp } from '@aitrader/model';
import { epochMsOf, epochUnitOf, printedTime, type EpochUnit, type PrintedTime } from './time-text.ts';
import { instantOf, timeZoneOf, timeZoneProblem, type TimeZone } from './time-zone.ts';

/** Dates without a time are those of the sessions in New York, and begin there. */
const SESSION_ZONE = timeZoneOf('America/New_York');
const DAY_MS = 24 * 3_600_000;

/** What was seen of a file's times so far, and how they are read. */
export interface BarTimes {
  /** of times that carry none; undefined: it was not told */
  readonly zone: TimeZone | undefined;
  readonly hint: string | undefined;
  /** a date stands for the end of its day where times are those of ends */
  readonly stamp: Stamp | undefined;
  /** of the day and the month in a date; undefined: it was not told */
  readonly order: DateOrder | undefined;
  /** zones that times name themselves */
  readonly zones: Map<string, TimeZone>;
  /** whole numbers are milliseconds since this midnight of the zone's clocks, where it is told */
  readonly midnight: number | undefined;
  /** of whole numbers; undefined until the first tells */
  unit: EpochUnit | undefined;
  readonly kinds: Set<PrintedTime['kind']>;
  /** what was wrong with the last text that was no time */
  problem: string;
}

export const newBarTimes = (
  zone: string | undefined,
  stamp: Stamp | undefined,
  { hint, unit, order, midnight }: Pick<Partial<BarTimes>, 'hint' | 'unit' | 'order' | 'midnight'> = {},
): BarTimes => ({
  zone: zone === undefined ? undefined : timeZoneOf(zone),
  hint,
  stamp,
  unit,
  order,
  midnight,
  zones: new Map(),
  kinds: new Set(),
  problem: '',
});

/** The instant of a text in epoch ms; NaN where it tells none, and `problem` says why. */
export function instantOfText(times: BarTimes, text: string): number {
  return instantOfPrinted(times, times.midnight === undefined ? printedTime(text, times.order) : timeOfDay(times.midnight, text));
}

function timeOfDay(midnight: number, text: string): PrintedTime {
  const ms = /^\d{1,8}$/.test(text) ? Number(text) : Number.NaN;
  if (ms < DAY_MS) return { kind: 'local', wallMs: midnight + ms, zone: undefined };
  return { kind: 'none', problem: 'is no time of a day in milliseconds, 0 to 86399999' };
}

/** The same of a time that is no text any more. */
export function instantOfPrinted(times: BarTimes, printed: PrintedTime): number {
  const instant = instantOfKind(times, printed);
  if (!Number.isNaN(instant)) times.kinds.add(printed.kind);
  return instant;
}

function instantOfKind(times: BarTimes, printed: PrintedTime): number {
  switch (printed.kind) {
    case 'zoned':
      return printed.instant;
    case 'date':
      return instantOfDate(times, printed.wallMs);
    case 'local':
      return printed.zone === undefined
        ? instantOfLocal(times, printed.wallMs)
        : instantInNamed(times, printed.zone, printed.wallMs);
    case 'epoch':
      return instantOfEpoch(times, printed.digits);
    case 'none':
      return refused(times, printed.problem);
  }
}

/** Midnights are dates as long as a file has nothing else; any other local time needs a zone. */
function instantOfLocal(times: BarTimes, wallMs: number): number {
  if (times.zone !== undefined) return instantInZone(times, times.zone, wallMs);
  if (wallMs % DAY_MS === 0) return instantOfDate(times, wallMs);
  return refused(
    times,
    `is a time of no zone: say of which with --time-zone, such as America/New_York or UTC${times.hint ?? ''}`,
  );
}

function instantInNamed(times: BarTimes, name: string, wallMs: number): number {
  const known = times.zones.get(name);
  if (known !== undefined) return instantInZone(times, known, wallMs);
  const problem = timeZoneProblem(name);
  if (problem !== undefined) return refused(times, `names ${name}, which ${problem}`);
  const zone = timeZoneOf(name);
  times.zones.set(name, zone);
  return instantInZone(times, zone, wallMs);
}

const instantOfDate = (times: BarTimes, wallMs: number): number =>
  instantInZone(times, SESSION_ZONE, times.stamp === 'end' ? wallMs + DAY_MS : wallMs);

function instantInZone(times: BarTimes, zone: TimeZone, wallMs: number): number {
  const instant = instantOf(zone, wallMs);
  if (instant === 'skipped')
    return refused(
      times,
      `is a time that clocks of ${zone.name} skip, as they go forward there: is it of another zone (--time-zone)?`,
    );
  if (instant === 'twice')
    return refused(
      times,
      `is a time that clocks of ${zone.name} show twice, as they go back then: it is to be written with its offset`,
    );
  return instant;
}

function instantOfEpoch(times: BarTimes, digits: string): number {
  times.unit ??= epochUnitOf(digits);
  if (times.unit === undefined) return refused(times, 'is no time: as seconds since 1970 it is too small');
  const seen = epochUnitOf(digits);
  if (seen !== undefined && seen !== times.unit)
    return refused(times, `looks like ${seen} since 1970, and the file has ${times.unit}`);
  const instant = epochMsOf(digits, times.unit);
  return Number.isNaN(instant) ? refused(times, 'has a part of a millisecond, and no bar starts there') : instant;
}

function refused(times: BarTimes, problem: string): number {
  times.problem = problem;
  return Number.NaN;
}

function localText({ zone, zones }: BarTimes): string {
  if (zones.size > 0) return [...zones.keys()].map((name) => `${name} times`).join(' and ');
  return zone === undefined ? 'New York dates' : `${zone.name} times`;
}

/** How a file's times were read, in words for a list. */
export function timesText(times: BarTimes): string {
  const texts = {
    epoch: `${times.unit ?? ''} since 1970`,
    zoned: 'times with offsets',
    date: 'New York dates',
    local: localText(times),
    none: '',
  };
  return [...new Set([...times.kinds].map((kind) => texts[kind]))].join(' and ');
}
