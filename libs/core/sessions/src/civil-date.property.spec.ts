import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  dayNumber,
  dayOfIsoDate,
  easterSunday,
  isoDate,
  lastWeekday,
  MS_PER_DAY,
  nthWeekday,
  SUNDAY,
  weekdayOf,
} from './civil-date.ts';

const day = fc.integer({ min: dayNumber(1600, 1, 1), max: dayNumber(2599, 12, 31) });
const year = fc.integer({ min: 1600, max: 2599 });
const month = fc.integer({ min: 1, max: 12 });
const weekday = fc.integer({ min: 0, max: 6 });

describe('civil dates', () => {
  it('1: a day number and its ISO text name each other', () => {
    fc.assert(fc.property(day, (of) => expect(dayOfIsoDate(isoDate(of))).toBe(of)));
  });

  it('2: consecutive days have consecutive numbers and weekdays', () => {
    fc.assert(fc.property(day, (of) => expect(weekdayOf(of + 1)).toBe((weekdayOf(of) + 1) % 7)));
  });

  it('agree with the platform on text and weekday', () => {
    fc.assert(
      fc.property(day, (of) => {
        const platform = new Date(of * MS_PER_DAY);
        expect(isoDate(of)).toBe(platform.toISOString().slice(0, 10));
        expect(weekdayOf(of)).toBe(platform.getUTCDay());
      }),
    );
  });

  it('find the nth and the last weekday of a month', () => {
    fc.assert(
      fc.property(year, month, weekday, fc.integer({ min: 1, max: 4 }), (inYear, inMonth, on, nth) => {
        const found = nthWeekday(inYear, inMonth, on, nth);
        const last = lastWeekday(inYear, inMonth, on);
        expect(weekdayOf(found)).toBe(on);
        expect(Math.ceil(Number(isoDate(found).slice(8)) / 7)).toBe(nth);
        expect(weekdayOf(last)).toBe(on);
        expect(isoDate(last).slice(0, 7)).toBe(isoDate(found).slice(0, 7));
        expect(isoDate(last + 7).slice(0, 7)).not.toBe(isoDate(found).slice(0, 7));
      }),
    );
  });

  it('put Easter on a Sunday from March 22 to April 25', () => {
    fc.assert(
      fc.property(year, (inYear) => {
        const easter = easterSunday(inYear);
        expect(weekdayOf(easter)).toBe(SUNDAY);
        expect(easter).toBeGreaterThanOrEqual(dayNumber(inYear, 3, 22));
        expect(easter).toBeLessThanOrEqual(dayNumber(inYear, 4, 25));
      }),
    );
  });

  it.each(['1818-03-22', '1943-04-25', '2000-04-23', '2008-03-23', '2019-04-21', '2024-03-31', '2038-04-25'])(
    'put Easter of the year on %s, as the church did',
    (date) => expect(isoDate(easterSunday(Number(date.slice(0, 4))))).toBe(date),
  );

  it.each(['2021-02-29', '2021-00-10', '2021-13-01', '2021-01-00', '2021-04-31', '2021-1-1', ' 2021-01-01', '2021-01-01T', ''])(
    'find no day in "%s"',
    (text) => expect(dayOfIsoDate(text)).toBeUndefined(),
  );
});
