import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { calendarDay, CALENDAR_FIRST, CALENDAR_LAST, FIRST_DAY, LAST_DAY } from './calendar-range.ts';
import { isoDate } from './civil-date.ts';
import { EARLY_CLOSES, HOLIDAYS, LATE_OPENINGS, ONE_OFF_DAYS } from './exchange-days.ts';
import { newYorkDate, newYorkInstant } from './new-york-time.ts';
import { earlyCloseOn, holidayOn, sessionOn, sessionsBetween } from './session-table.ts';

const dates = Array.from({ length: LAST_DAY - FIRST_DAY + 1 }, (_, index) => isoDate(FIRST_DAY + index));
const isWeekend = (date: string): boolean => [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
const earlyClosesOf = (year: number): string[] =>
  dates.filter((date) => date.startsWith(`${year}-`) && earlyCloseOn(date) !== undefined);

describe('exchange days', () => {
  it('1: holidays, early closes and late openings are weekdays, and no holiday has hours', () => {
    const days = [...HOLIDAYS.keys(), ...EARLY_CLOSES.keys(), ...LATE_OPENINGS.keys()];
    expect(days.filter((day) => isWeekend(isoDate(day)))).toEqual([]);
    expect([...EARLY_CLOSES.keys(), ...LATE_OPENINGS.keys()].filter((day) => HOLIDAYS.has(day))).toEqual([]);
  });

  it('every weekday that is no holiday has one session, and no other day has any', () => {
    const expected = dates.filter((date) => !isWeekend(date) && holidayOn(date) === undefined);
    expect(sessionsBetween(CALENDAR_FIRST, CALENDAR_LAST).map(({ date }) => date)).toEqual(expected);
    expect(dates.filter((date) => sessionOn(date) !== undefined)).toEqual(expected);
  });

  it('sessions keep the order of time and stay on their New York date', () => {
    let before = 0;
    for (const session of sessionsBetween(CALENDAR_FIRST, CALENDAR_LAST)) {
      const { date, preOpen, open, close, postClose } = session;
      expect(before < preOpen && preOpen < open && open < close && close < postClose).toBe(true);
      expect([newYorkDate(preOpen), newYorkDate(postClose)]).toEqual([date, date]);
      expect(Object.isFrozen(session)).toBe(true);
      before = postClose;
    }
  });

  it('New Year on a Saturday is lost, on a Sunday it moves to Monday', () => {
    for (const friday of ['1999-12-31', '2004-12-31', '2010-12-31', '2021-12-31', '2027-12-31'])
      expect(sessionOn(friday)).toBeDefined();
    for (const monday of ['2006-01-02', '2012-01-02', '2017-01-02', '2023-01-02']) {
      expect(holidayOn(monday)).toBe("New Year's Day (observed)");
    }
  });

  it.each([
    [2028, ['01-17', '02-21', '04-14', '05-29', '06-19', '07-04', '09-04', '11-23', '12-25'], ['07-03', '11-24']],
    [
      2029,
      ['01-01', '01-15', '02-19', '03-30', '05-28', '06-19', '07-04', '09-03', '11-22', '12-25'],
      ['07-03', '11-23', '12-24'],
    ],
    [
      2030,
      ['01-01', '01-21', '02-18', '04-19', '05-27', '06-19', '07-04', '09-02', '11-28', '12-25'],
      ['07-03', '11-29', '12-24'],
    ],
  ])('%d has the holidays and half days of the rules', (year, holidays, halfDays) => {
    const ofYear = dates.filter((date) => date.startsWith(`${year}-`));
    expect(ofYear.filter((date) => holidayOn(date) !== undefined)).toEqual(holidays.map((day) => `${year}-${day}`));
    expect(earlyClosesOf(year)).toEqual(halfDays.map((day) => `${year}-${day}`));
  });

  it('what was recorded by the calendar that ended in 2027 is recorded so by this one', () => {
    const sessions = JSON.stringify(sessionsBetween('1998-01-01', '2027-12-31'));
    expect(createHash('sha256').update(sessions).digest('hex')).toBe(
      '7b0ce6d6fff83bb6b1fc175b6d56d683d45a23f2f28b6072c5dd8f35ea59eb39',
    );
  });

  it('every one-off day says what shows it', () => {
    expect(ONE_OFF_DAYS.filter(({ evidence }) => evidence.length < 4)).toEqual([]);
    for (const { date, name } of ONE_OFF_DAYS) {
      const day = calendarDay(date);
      expect([HOLIDAYS, EARLY_CLOSES, LATE_OPENINGS].map((of) => of.get(day)).filter(Boolean)).toEqual([name]);
    }
  });

  it('Juneteenth is kept from 2022 on', () => {
    expect(sessionOn('2020-06-19')).toBeDefined();
    expect(sessionOn('2021-06-18')).toBeDefined();
    expect(holidayOn('2022-06-20')).toBe('Juneteenth (observed)');
    expect(holidayOn('2024-06-19')).toBe('Juneteenth');
  });

  it.each([
    ['2001-09-11', 'Attack on the World Trade Center'],
    ['2001-09-14', 'Attack on the World Trade Center'],
    ['2004-06-11', 'National Day of Mourning: Ronald Reagan'],
    ['2007-01-02', 'National Day of Mourning: Gerald Ford'],
    ['2012-10-29', 'Hurricane Sandy'],
    ['2012-10-30', 'Hurricane Sandy'],
    ['2018-12-05', 'National Day of Mourning: George H. W. Bush'],
    ['2025-01-09', 'National Day of Mourning: Jimmy Carter'],
  ])('%s was closed: %s', (date, name) => {
    expect(holidayOn(date)).toBe(name);
    expect(sessionOn(date)).toBeUndefined();
  });

  it('the half day of July moved with the years', () => {
    expect(earlyClosesOf(2002)).toEqual(['2002-07-05', '2002-11-29', '2002-12-24']);
    expect(earlyClosesOf(2013)).toEqual(['2013-07-03', '2013-11-29', '2013-12-24']);
    expect(earlyClosesOf(2019)).toEqual(['2019-07-03', '2019-11-29', '2019-12-24']);
    expect(earlyClosesOf(2020)).toEqual(['2020-11-27', '2020-12-24']);
  });

  it('1999 and 2003 had a half day that no rule foretells', () => {
    expect(earlyClosesOf(1999)).toEqual(['1999-11-26', '1999-12-31']);
    expect(earlyClosesOf(2003)).toEqual(['2003-07-03', '2003-11-28', '2003-12-24', '2003-12-26']);
  });

  it('hours run 04:00, 09:30, 16:00, 20:00; a half day ends at 13:00 and 17:00; one session opened at noon', () => {
    const hours = (date: string): unknown[] => {
      const session = sessionOn(date);
      const at = (t: number | undefined): number => ((t ?? Number.NaN) - newYorkInstant(date, 0)) / 3_600_000;
      return [at(session?.preOpen), at(session?.open), at(session?.close), at(session?.postClose), session?.earlyClose];
    };
    expect(hours('2026-01-05')).toEqual([4, 9.5, 16, 20, false]);
    expect(hours('2026-07-06')).toEqual([4, 9.5, 16, 20, false]);
    expect(hours('2026-11-27')).toEqual([4, 9.5, 13, 17, true]);
    expect(hours('2002-09-11')).toEqual([4, 12, 16, 20, false]);
  });
});
