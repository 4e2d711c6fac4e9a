import { describe, expect, it } from '@jest/globals';
import { epochMs, type EpochMs } from '@aitrader/model';
import { CALENDAR_FIRST, CALENDAR_LAST, CalendarRangeError, dateProblem, END_MS, FIRST_MS } from './calendar-range.ts';
import { momentAt, newCalendarCursor, phaseAt } from './moment.ts';
import { newYorkDate, newYorkInstant } from './new-york-time.ts';
import { earlyCloseOn, holidayOn, sessionOn, sessionsBetween } from './session-table.ts';
import { tradingMinutesBetween } from './trading-minutes.ts';

const inside = epochMs(Date.parse('2020-06-01T14:00:00Z'));

function refusal(call: () => unknown): CalendarRangeError {
  try {
    call();
  } catch (error) {
    if (error instanceof CalendarRangeError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the range of the calendar', () => {
  it.each(['1997-12-31', '2031-01-01', '2021-02-30', '2021-6-1', 'tomorrow', ''])('has no date "%s"', (date) => {
    const calls = [
      () => sessionOn(date),
      () => holidayOn(date),
      () => earlyCloseOn(date),
      () => sessionsBetween(date, CALENDAR_LAST),
      () => sessionsBetween(CALENDAR_FIRST, date),
      () => newYorkInstant(date, 570),
    ];
    for (const call of calls) expect(refusal(call)).toMatchObject({ name: 'CalendarRangeError', value: date });
  });

  it.each([FIRST_MS - 1, END_MS, 0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'has no instant %d',
    (value) => {
      const t = value as EpochMs;
      const calls = [
        () => newYorkDate(t),
        () => phaseAt(t),
        () => momentAt(newCalendarCursor(), t),
        () => tradingMinutesBetween(t, inside),
        () => tradingMinutesBetween(inside, t),
      ];
      for (const call of calls) expect(refusal(call)).toMatchObject({ value: String(value) });
    },
  );

  it.each([-1, 1_441, 9.5, Number.NaN])('has no minute %d of a day', (minute) => {
    expect(refusal(() => newYorkInstant('2020-06-01', minute)).value).toContain(String(minute));
  });

  it('names what was asked for, and on which side of the calendar it lies', () => {
    expect(refusal(() => sessionOn('2031-05-01')).message).toContain(
      '2031-05-01 is outside the calendar: it is after 2030-12-31',
    );
    expect(refusal(() => phaseAt(epochMs(END_MS))).message).toContain(
      `${END_MS} is outside the calendar: it is after 2030-12-31`,
    );
    expect(refusal(() => phaseAt(epochMs(FIRST_MS - 1))).message).toContain('it is before 1998-01-01');
    expect(refusal(() => phaseAt(Number.NaN as EpochMs)).message).toBe('NaN is no instant');
  });

  it.each([
    ['2024-13-01', 'is no date: there is no such day'],
    ['2024-02-30', 'is no date: there is no such day'],
    ['2023-02-29', 'is no date: there is no such day'],
    ['2024-2-3', 'is no date of the form YYYY-MM-DD'],
    ['1997-12-31', 'is outside the calendar: it is before 1998-01-01'],
    ['2031-01-01', 'is outside the calendar: it is after 2030-12-31'],
  ])('says what is wrong with %s: it %s', (date, says) => {
    expect(dateProblem(date)).toContain(says);
    expect(refusal(() => sessionOn(date)).message).toContain(`${date} ${says}`);
  });

  it('finds nothing wrong with its own dates', () => {
    for (const date of [CALENDAR_FIRST, CALENDAR_LAST, '2024-02-29']) expect(dateProblem(date)).toBeUndefined();
  });

  it('begins and ends with midnight in New York', () => {
    const first = epochMs(FIRST_MS);
    const last = epochMs(END_MS - 1);
    expect([newYorkDate(first), newYorkDate(last)]).toEqual([CALENDAR_FIRST, CALENDAR_LAST]);
    expect(newYorkInstant(CALENDAR_FIRST, 0)).toBe(first);
    expect(newYorkInstant(CALENDAR_LAST, 1_440)).toBe(END_MS);
    expect(momentAt(newCalendarCursor(), first)).toEqual({
      phase: 'CLOSED',
      session: undefined,
      tradingMinute: 0,
      regularMinute: 0,
      sessionIndex: -1,
    });
    expect(momentAt(newCalendarCursor(), last).phase).toBe('CLOSED');
  });

  it('is left by a cursor without a trace', () => {
    const cursor = newCalendarCursor();
    momentAt(cursor, inside);
    const before = structuredClone(cursor);
    refusal(() => momentAt(cursor, epochMs(END_MS)));
    expect(cursor).toEqual(before);
  });

  it('has no sessions from a later date to an earlier one', () => {
    expect(sessionsBetween('2020-06-05', '2020-06-01')).toEqual([]);
    expect(sessionsBetween('2020-06-06', '2020-06-07')).toEqual([]);
    expect(sessionsBetween('2020-06-05', '2020-06-08').map(({ date }) => date)).toEqual(['2020-06-05', '2020-06-08']);
  });
});
