/*
 * Local times to instants, by the time-zone database of the runtime.
 *
 * 1. A local time that exists once gives its instant; one that the clocks skip, or that they show twice, gives none, and says which.
 */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Zones change their offset at whole minutes, so that one answer stands for all times of a minute. */
const MINUTE_MS = 60_000;

/** Instants of local times in one zone. */
export interface TimeZone {
  readonly name: string;
  /** by local day, where it has one offset throughout */
  readonly offsets: Map<number, number>;
  readonly format: Intl.DateTimeFormat;
}

/** @throws RangeError for a name that is no zone of the IANA database */
export function timeZoneOf(name: string): TimeZone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    era: 'short',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  return { name, offsets: new Map(), format };
}

/** What is wrong with a zone's name, or undefined: an offset such as +02:00 is none, since it does not follow the clocks. */
export function timeZoneProblem(name: string): string | undefined {
  if (/^[+-]?\d/.test(name)) return 'is an offset: name the zone, such as America/New_York, whose clocks change';
  // The database has them for old times' sake, as zones that never had summer.
  if (/^(?:EST|MST|HST)$/i.test(name))
    return 'is winter time alone: name the zone, such as America/New_York, whose clocks change';
  try {
    timeZoneOf(name);
    return undefined;
  } catch {
    return 'is no time zone: those are names of the IANA database, such as America/New_York, Europe/Berlin or UTC';
  }
}

/** The instant that a zone's clocks show `wallMs` at, both in ms since 1970 there; or why there is none. */
export function instantOf(zone: TimeZone, wallMs: number): number | 'skipped' | 'twice' {
  const day = Math.floor(wallMs / DAY_MS);
  const steady = zone.offsets.get(day);
  if (steady !== undefined) return wallMs - steady;
  // No zone is more than a day from UTC, and none changes twice within these days.
  const before = offsetAt(zone, (day - 1) * DAY_MS);
  const after = offsetAt(zone, (day + 2) * DAY_MS);
  if (before === after) {
    zone.offsets.set(day, before);
    return wallMs - before;
  }
  const [first, ...others] = [before, after].filter((offset) => offsetAt(zone, wallMs - offset) === offset);
  if (first === undefined) return 'skipped';
  return others.length > 0 ? 'twice' : wallMs - first;
}

/** How far a zone's clocks are ahead of UTC at an instant, in ms. */
function offsetAt(zone: TimeZone, instant: number): number {
  const minute = Math.floor(instant / MINUTE_MS) * MINUTE_MS;
  const parts = new Map(zone.format.formatToParts(minute).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return wall - minute;
}
