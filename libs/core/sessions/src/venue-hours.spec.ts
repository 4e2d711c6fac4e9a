import { describe, expect, it } from '@jest/globals';
import { epochMs, type EpochMs } from '@aitrader/model';
import { CALENDAR_FIRST, CALENDAR_LAST, CalendarRangeError } from './calendar-range.ts';
import { isoDate } from './civil-date.ts';
import { momentAt, newCalendarCursor, phaseAt, tradeDateAt } from './moment.ts';
import { newYorkDate, newYorkInstant } from './new-york-time.ts';
import type { Phase } from './phase.ts';
import { SESSIONS, sessionsBetween } from './session-table.ts';
import { hoursTable, nightOf, VENUE_HOURS, venueOfFeed, type Venue } from './venue-hours.ts';

const MINUTE = 60_000;
const at = (date: string, hour: number, minute = 0): EpochMs => newYorkInstant(date, hour * 60 + minute);
const indexOf = (date: string): number => SESSIONS.findIndex((session) => session.date === date);

/** The phases of a New York date minute by minute, as runs with the minute of the day that each ends at and its trade date. */
function walk(date: string, venue: Venue): (readonly [Phase, number, string])[] {
  const runs: (readonly [Phase, number, string])[] = [];
  const [first, end] = [at(date, 0), newYorkInstant(date, 1_440)];
  for (let t = first + MINUTE; t <= end; t += MINUTE) {
    const [phase, tradeDate, minute] = [phaseAt(epochMs(t), venue), tradeDateAt(epochMs(t)), (t - first) / MINUTE];
    const last = runs.at(-1);
    if (last !== undefined && last[0] === phase && last[2] === tradeDate) runs[runs.length - 1] = [phase, minute, tradeDate];
    else runs.push([phase, minute, tradeDate]);
  }
  return runs;
}

describe('a whole day', () => {
  it('of the consolidated tape has the phases that it always had, and no night', () => {
    expect(walk('2026-11-24', 'consolidated')).toEqual([
      ['CLOSED', 240, '2026-11-24'],
      ['PRE', 570, '2026-11-24'],
      ['RTH', 960, '2026-11-24'],
      ['POST', 1_200, '2026-11-24'],
      ['CLOSED', 1_440, '2026-11-25'],
    ]);
  });

  it('of Blue Ocean is night up to 04:00 and from 20:00, when it is the next trade date', () => {
    expect(walk('2026-11-24', 'boats')).toEqual([
      ['OVERNIGHT', 240, '2026-11-24'],
      ['CLOSED', 1_200, '2026-11-24'],
      ['OVERNIGHT', 1_440, '2026-11-25'],
    ]);
  });

  it('is the eve of Thanksgiving without a night, and Thanksgiving with the night of the half day after it', () => {
    expect(walk('2026-11-25', 'boats').at(-1)).toEqual(['CLOSED', 1_440, '2026-11-27']);
    expect(walk('2026-11-26', 'boats')).toEqual([
      ['CLOSED', 1_200, '2026-11-27'],
      ['OVERNIGHT', 1_440, '2026-11-27'],
    ]);
  });

  it('is a half day whose own night was a whole one, and the eve of Christmas without one', () => {
    expect(walk('2026-12-24', 'boats')).toEqual([
      ['OVERNIGHT', 240, '2026-12-24'],
      ['CLOSED', 1_020, '2026-12-24'],
      ['CLOSED', 1_440, '2026-12-28'],
    ]);
    expect(walk('2026-12-23', 'boats').at(-1)).toEqual(['OVERNIGHT', 1_440, '2026-12-24']);
    expect(walk('2026-12-24', 'consolidated').slice(1)).toEqual([
      ['PRE', 570, '2026-12-24'],
      ['RTH', 780, '2026-12-24'],
      ['POST', 1_020, '2026-12-24'],
      ['CLOSED', 1_440, '2026-12-28'],
    ]);
  });

  it('is a Friday without a night, and a Saturday all closed', () => {
    expect(walk('2026-11-20', 'boats')).toEqual([
      ['OVERNIGHT', 240, '2026-11-20'],
      ['CLOSED', 1_200, '2026-11-20'],
      ['CLOSED', 1_440, '2026-11-23'],
    ]);
    expect(walk('2026-11-21', 'boats')).toEqual([['CLOSED', 1_440, '2026-11-23']]);
  });

  it('is the Sunday before a holiday without a night, and the holiday with Tuesday’s', () => {
    expect(walk('2026-09-06', 'boats')).toEqual([['CLOSED', 1_440, '2026-09-08']]);
    expect(walk('2026-09-07', 'boats')).toEqual([
      ['CLOSED', 1_200, '2026-09-08'],
      ['OVERNIGHT', 1_440, '2026-09-08'],
    ]);
  });

  it('is the New Year of 2028, a Saturday that no other day is given for', () => {
    expect(walk('2027-12-31', 'boats')[0]).toEqual(['OVERNIGHT', 240, '2027-12-31']);
    expect(walk('2027-12-31', 'consolidated').map(([phase]) => phase)).toEqual(['CLOSED', 'PRE', 'RTH', 'POST', 'CLOSED']);
    expect(walk('2028-01-02', 'boats').at(-1)).toEqual(['OVERNIGHT', 1_440, '2028-01-03']);
  });

  it.each([
    ['2026-03-08', 23, '2026-03-09', '2026-03-09T00:00:00Z', '2026-03-09T08:00:00Z'],
    ['2026-11-01', 25, '2026-11-02', '2026-11-02T01:00:00Z', '2026-11-02T09:00:00Z'],
  ])('is the Sunday %s of a changing clock, %d hours long, with a night of eight hours', (date, hours, next, from, to) => {
    expect(walk(date, 'boats')).toEqual([
      ['CLOSED', hours * 60 - 240, next],
      ['OVERNIGHT', hours * 60, next],
    ]);
    expect(nightOf('boats', indexOf(next))).toEqual({ after: Date.parse(from), until: Date.parse(to) });
  });
});

describe('the rows', () => {
  it('say what shows them, each venue’s in order of time', () => {
    expect(VENUE_HOURS.filter(({ evidence }) => evidence.length < 40)).toEqual([]);
    for (const venue of ['consolidated', 'boats'] as const) {
      const dates = VENUE_HOURS.flatMap((row) => (row.venue === venue && row.since !== undefined ? [row.since] : []));
      expect(dates).toEqual([...dates].sort());
      expect(dates.length).toBeGreaterThan(0);
    }
  });

  it('without a date are not in force: no trade date of the consolidated tape has a night', () => {
    expect(VENUE_HOURS.filter(({ since }) => since === undefined)).toHaveLength(1);
    for (const index of SESSIONS.keys()) expect(nightOf('consolidated', index)).toBeUndefined();
  });

  it('come into force by a date alone: then the tapes have a night from 21:00, and 20:00 to 21:00 is closed', () => {
    const dated = hoursTable(VENUE_HOURS.map((row) => ({ ...row, since: row.since ?? '2027-06-07' })));
    const night = nightOf('consolidated', indexOf('2027-06-07'), dated);
    expect(night).toEqual({ after: at('2027-06-06', 21), until: at('2027-06-07', 4) });
    expect(nightOf('consolidated', indexOf('2027-06-04'), dated)).toBeUndefined();
    expect(nightOf('consolidated', indexOf('2027-07-06'), dated)).toEqual({
      after: at('2027-07-05', 21),
      until: at('2027-07-06', 4),
    });
  });

  it('are refused with a date that the calendar does not know', () => {
    expect(() => hoursTable(VENUE_HOURS.map((row) => ({ ...row, since: '2031-01-02' })))).toThrow(CalendarRangeError);
  });

  it('of Blue Ocean begin where the evidence does', () => {
    expect(phaseAt(at('2025-06-29', 23), 'boats')).toBe('CLOSED');
    expect(phaseAt(at('2025-06-30', 23), 'boats')).toBe('OVERNIGHT');
    expect(tradeDateAt(at('2025-06-30', 23))).toBe('2025-07-01');
  });

  it('are chosen by the feed, and a feed that is not known keeps the hours of the day', () => {
    expect(['alpaca/boats', 'alpaca/overnight', 'boats'].map(venueOfFeed)).toEqual(['boats', 'boats', 'boats']);
    expect(['', 'alpaca/sip', 'alpaca/iex', 'boats/sip', 'alpaca/boatsy'].map(venueOfFeed)).toEqual(
      Array(5).fill('consolidated'),
    );
  });
});

describe('the night', () => {
  it('has the session that follows as its own, and no trading minutes of the exchanges', () => {
    const cursor = newCalendarCursor('boats');
    const before = { ...momentAt(cursor, at('2026-11-01', 20)) };
    const moment = momentAt(cursor, at('2026-11-01', 23));
    expect(moment).toMatchObject({ phase: 'OVERNIGHT', session: { date: '2026-11-02' }, sessionIndex: indexOf('2026-11-02') });
    expect([moment.tradingMinute, moment.regularMinute]).toEqual([before.tradingMinute, before.regularMinute]);
    expect(before).toMatchObject({ phase: 'CLOSED', session: undefined });
  });

  it('of every session lies between two sessions, on the evening before and the morning of its date', () => {
    for (const { date } of sessionsBetween('2025-07-01', CALENDAR_LAST)) {
      const index = indexOf(date);
      const night = nightOf('boats', index);
      if (night === undefined) throw new Error(`${date} has no night`);
      expect(night.after).toBeGreaterThanOrEqual(SESSIONS[index - 1]?.postClose ?? Infinity);
      expect(night.until).toBe(SESSIONS[index]?.preOpen);
      expect([newYorkDate(night.until), newYorkDate(night.after)]).toEqual([date, isoDate(Date.parse(date) / 86_400_000 - 1)]);
    }
  });

  it('has no trade date after the last session of the calendar', () => {
    expect(tradeDateAt(at(CALENDAR_LAST, 20))).toBe(CALENDAR_LAST);
    expect(() => tradeDateAt(at(CALENDAR_LAST, 20, 1))).toThrow('after the last session');
    expect(tradeDateAt(at(CALENDAR_FIRST, 12))).toBe('1998-01-02');
    expect(phaseAt(at(CALENDAR_LAST, 23), 'boats')).toBe('CLOSED');
  });
});
