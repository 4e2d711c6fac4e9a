import { describe, expect, it } from '@jest/globals';
import { epochMs, type EpochMs } from '@aitrader/model';
import fc from 'fast-check';
import { END_MS, FIRST_DAY, FIRST_MS, LAST_DAY } from './calendar-range.ts';
import { isoDate } from './civil-date.ts';
import { newYorkDate, newYorkInstant } from './new-york-time.ts';

const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = 1_440 * MS_PER_MINUTE;

/** The platform's own time-zone data is the oracle of these tests. */
const platform = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

function platformClock(t: EpochMs): { date: string; minuteOfDay: number } {
  const part = Object.fromEntries(platform.formatToParts(t).map(({ type, value }) => [type, value]));
  return {
    date: `${part['year']}-${part['month']}-${part['day']}`,
    minuteOfDay: Number(part['hour']) * 60 + Number(part['minute']),
  };
}

const minute = fc
  .integer({ min: FIRST_MS / MS_PER_MINUTE, max: END_MS / MS_PER_MINUTE - 1 })
  .map((minutes) => epochMs(minutes * MS_PER_MINUTE));

/** Instants around each change of the clock, found by the platform and not by the rules under test. */
const changes: number[] = [];
for (let t = FIRST_MS; t + MS_PER_DAY < END_MS; t += MS_PER_DAY) {
  const clock = (at: number): number => platformClock(epochMs(at)).minuteOfDay;
  if (clock(t) !== clock(t + MS_PER_DAY)) changes.push(t);
}
const nearChange = fc
  .tuple(fc.constantFrom(...changes), fc.integer({ min: 0, max: 1_440 }))
  .map(([t, minutes]) => epochMs(t + minutes * MS_PER_MINUTE));

/** An instant in the hour that autumn repeats: an hour earlier the clock showed the same. */
function isRepeated(t: EpochMs): boolean {
  const { date, minuteOfDay } = platformClock(t);
  const before = platformClock(epochMs(t - 60 * MS_PER_MINUTE));
  return date === before.date && minuteOfDay === before.minuteOfDay;
}

describe('New York time', () => {
  it('1: an instant leads to a wall-clock time and back, except from the repeated hour to its first pass', () => {
    fc.assert(
      fc.property(fc.oneof(minute, nearChange), (t) => {
        const { date, minuteOfDay } = platformClock(t);
        expect(newYorkInstant(date, minuteOfDay)).toBe(isRepeated(t) ? t - 60 * MS_PER_MINUTE : t);
      }),
      { numRuns: 500 },
    );
  });

  it('gives the date that the platform gives, to the millisecond', () => {
    fc.assert(
      fc.property(fc.oneof(minute, nearChange), fc.integer({ min: 0, max: MS_PER_MINUTE - 1 }), (at, ms) => {
        const t = epochMs(at + ms);
        expect(newYorkDate(t)).toBe(platformClock(t).date);
      }),
      { numRuns: 500 },
    );
  });

  it('2: the clock changes twice in every year', () => {
    const dates = Array.from({ length: LAST_DAY - FIRST_DAY + 1 }, (_, index) => isoDate(FIRST_DAY + index));
    const hoursOf = (date: string): number => (newYorkInstant(date, 1_440) - newYorkInstant(date, 0)) / 3_600_000;
    expect(dates.filter((date) => hoursOf(date) === 23)).toHaveLength(33);
    expect(dates.filter((date) => hoursOf(date) === 25)).toHaveLength(33);
    expect(dates.filter((date) => hoursOf(date) === 24)).toHaveLength(dates.length - 66);
  });

  it.each([
    ['2006-04-02', 23],
    ['2006-10-29', 25],
    ['2007-03-11', 23],
    ['2007-11-04', 25],
    ['2007-04-01', 24],
  ])('%s lasts %d hours', (date, hours) => {
    expect(newYorkInstant(date, 1_440) - newYorkInstant(date, 0)).toBe(hours * 3_600_000);
  });

  it('reads the hour skipped in spring an hour later, and the hour repeated in autumn at its first pass', () => {
    expect(newYorkInstant('2024-03-10', 150)).toBe(Date.parse('2024-03-10T07:30:00Z'));
    expect(newYorkInstant('2024-03-10', 210)).toBe(Date.parse('2024-03-10T07:30:00Z'));
    expect(newYorkInstant('2024-11-03', 90)).toBe(Date.parse('2024-11-03T05:30:00Z'));
  });
});
