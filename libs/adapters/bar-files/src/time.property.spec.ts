import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { instantOfText, newBarTimes } from './bar-times.ts';
import { epochMsOf, EPOCH_UNITS, epochUnitOf, printedTime, type EpochUnit } from './time-text.ts';
import { instantOf, timeZoneOf, timeZoneProblem } from './time-zone.ts';

const ZONES = ['America/New_York', 'Europe/Warsaw', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia', 'UTC'];
const MINUTE = 60_000;
const FIRST = Date.UTC(1998, 0, 2);
const LAST = Date.UTC(2027, 11, 30);
const minute = fc.integer({ min: FIRST / MINUTE, max: LAST / MINUTE }).map((value) => value * MINUTE);

/** What the clocks of a zone show, as the runtime formats it: an oracle that goes the other way. */
const formats = new Map(
  ZONES.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
    }),
  ]),
);
const shown = (zone: string, instant: number): string => formats.get(zone)?.format(instant) ?? '';
const wallOf = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`);

describe('local times', () => {
  it('give the instant at which the clocks show them, where there is exactly one', () => {
    for (const name of ZONES) {
      const zone = timeZoneOf(name);
      fc.assert(
        fc.property(minute, (instant) => {
          const wall = wallOf(shown(name, instant));
          // All instants around at which the clocks show the same.
          const all = Array.from({ length: 2 * 48 + 1 }, (_, i) => instant + (i - 48) * 30 * MINUTE).filter(
            (other) => wallOf(shown(name, other)) === wall,
          );
          expect(instantOf(zone, wall)).toBe(all.length === 1 ? instant : 'twice');
        }),
        { numRuns: 60 },
      );
    }
  });

  it.each([
    ['America/New_York', '2024-03-10 01:59', '2024-03-10T06:59Z'],
    ['America/New_York', '2024-03-10 02:00', 'skipped'],
    ['America/New_York', '2024-03-10 02:59', 'skipped'],
    ['America/New_York', '2024-03-10 03:00', '2024-03-10T07:00Z'],
    ['America/New_York', '2024-11-03 00:59', '2024-11-03T04:59Z'],
    ['America/New_York', '2024-11-03 01:00', 'twice'],
    ['America/New_York', '2024-11-03 01:59', 'twice'],
    ['America/New_York', '2024-11-03 02:00', '2024-11-03T07:00Z'],
    ['Europe/Berlin', '2024-03-31 02:30', 'skipped'],
    ['Europe/Berlin', '2024-10-27 02:30', 'twice'],
    ['Australia/Lord_Howe', '2024-04-07 01:45', 'twice'],
    ['Pacific/Apia', '2011-12-30 12:00', 'skipped'],
    ['Pacific/Apia', '2011-12-31 00:00', '2011-12-30T10:00Z'],
  ])('of %s at %s: %s', (name, local, expected) => {
    const instant = instantOf(timeZoneOf(name), wallOf(`${local}:00`));
    expect(typeof instant === 'number' ? new Date(instant).toISOString().replace(':00.000', '') : instant).toBe(expected);
  });

  it('are of zones by name, since an offset does not follow the clocks', () => {
    for (const name of ZONES) expect(timeZoneProblem(name)).toBeUndefined();
    expect(timeZoneProblem('-05:00')).toMatch(/is an offset/);
    expect(timeZoneProblem('EST')).toMatch(/is winter time alone/);
    expect(timeZoneProblem('New York')).toMatch(/is no time zone/);
  });
});

describe('printed times', () => {
  const two = (value: number): string => String(value).padStart(2, '0');

  it('with any offset are the instant that Date.parse makes of them', () => {
    fc.assert(
      fc.property(
        minute,
        fc.integer({ min: -12 * 4, max: 14 * 4 }),
        fc.constantFrom('', ':'),
        fc.constantFrom('T', ' '),
        (instant, quarters, colon, mark) => {
          const offset = Math.abs(quarters) * 15;
          const sign = quarters < 0 ? '-' : '+';
          const local = new Date(instant + quarters * 15 * MINUTE).toISOString().slice(0, 19);
          const text = `${local.replace('T', mark)}${sign}${two(Math.floor(offset / 60))}${colon}${two(offset % 60)}`;
          expect(printedTime(text)).toEqual({ kind: 'zoned', instant });
          expect(instantOfText(newBarTimes(undefined, 'start'), text)).toBe(
            Date.parse(`${local}${sign}${two(Math.floor(offset / 60))}:${two(offset % 60)}`),
          );
        },
      ),
    );
  });

  it('of every day that there is are that day, in every way of writing it, and no others are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1990, max: 2040 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        (year, month, day) => {
          const iso = `${year}-${two(month)}-${two(day)}`;
          const there = new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10) === iso;
          for (const text of [iso, iso.replaceAll('-', '/'), iso.replaceAll('-', ''), `${two(day)}.${two(month)}.${year}`])
            expect(printedTime(text)).toEqual(
              there
                ? { kind: 'date', wallMs: Date.parse(`${iso}T00:00Z`) }
                : { kind: 'none', problem: 'is no day that there is' },
            );
        },
      ),
    );
  });

  it.each([
    '2024-01-02T24:00:00Z',
    '2024-01-02 9:60',
    '2024-01-02T09:30:61',
    '09:30',
    'Jan 32, 2024',
    '2024-01-02T09:30:00 EST',
    '',
    '-1',
    '1e9',
    '2024-1/2',
    '2024-01-02T09:30:00.0000001Z',
  ])('are none: %j', (text) => expect(printedTime(text).kind).toBe('none'));
});

describe('whole numbers since 1970', () => {
  const units = Object.keys(EPOCH_UNITS).filter((unit): unit is EpochUnit => unit in EPOCH_UNITS);

  it('are exact in every unit, and told apart by their length', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: FIRST / 1000, max: LAST / 1000 }),
        fc.integer({ min: 0, max: 999 }),
        fc.constantFrom(...units),
        (seconds, ms, unit) => {
          const digits =
            unit === 'seconds' ? String(seconds) : `${seconds}${String(ms).padStart(3, '0')}${'0'.repeat(EPOCH_UNITS[unit])}`;
          expect(epochUnitOf(digits)).toBe(unit);
          expect(epochMsOf(digits, unit)).toBe(seconds * 1000 + (unit === 'seconds' ? 0 : ms));
        },
      ),
    );
  });

  it('with a part of a millisecond are none, to the last of 19 digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST, max: LAST }), fc.integer({ min: 1, max: 999_999 }), (ms, nanos) => {
        expect(epochMsOf(`${ms}${String(nanos).padStart(6, '0')}`, 'nanoseconds')).toBeNaN();
        expect(epochMsOf(`${ms}${String((nanos % 999) + 1).padStart(3, '0')}`, 'microseconds')).toBeNaN();
      }),
    );
  });
});
