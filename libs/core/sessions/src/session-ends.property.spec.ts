import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { epochMs, item } from '@aitrader/model';
import { newYorkDate, newYorkInstant, sessionEnds, sessionOn, sessionsBetween, weekEnds } from './index.ts';

/*
 * 1. Cutting off the instants after the end of a session changes no end before it.
 */

/** Minutes after 04:00 of trading days: 2024-06-17 is a Monday, the 19th a holiday, 2024-07-04 a Thursday without a session. */
const minutes = fc
  .uniqueArray(fc.tuple(fc.nat(14), fc.integer({ min: 1, max: 960 })), { selector: ([day, m]) => `${day} ${m}`, minLength: 1 })
  .map((marks) => {
    const sessions = sessionsBetween('2024-06-17', '2024-07-31');
    const times = marks.map(([day, minute]) => item(sessions, day).preOpen + minute * 60_000);
    return times.sort((a, b) => a - b).map((t) => epochMs(t));
  });
const closes = (first: string, last: string) => sessionsBetween(first, last).map(({ close }) => close);
const datesOf = (times: readonly number[], ends: readonly number[]): string[] =>
  ends.map((i) => newYorkDate(epochMs(item(times, i))));

describe('the ends of sessions and weeks', () => {
  it('are the last instants of their New York dates, each date once', () => {
    fc.assert(
      fc.property(minutes, (times) => {
        const dates = times.map(newYorkDate);
        expect(sessionEnds(times)).toEqual([...new Set(dates)].map((date) => dates.lastIndexOf(date)));
      }),
    );
  });

  it('are the same when what comes after one of them is cut off, but for a week whose last sessions may be still to come', () => {
    fc.assert(
      fc.property(minutes, fc.nat(), (times, seed) => {
        for (const endsOf of [sessionEnds, weekEnds]) {
          const ends = endsOf(times);
          if (ends.length === 0) continue;
          const cut = seed % ends.length;
          const found = endsOf(times.slice(0, item(ends, cut) + 1));
          expect(found).toEqual(ends.slice(0, found.length));
          expect(found.length).toBeGreaterThanOrEqual(cut);
          if (endsOf === sessionEnds) expect(found).toHaveLength(cut + 1);
        }
      }),
    );
  });

  it('of weeks are Fridays, the day before a holiday, and of the last week only its own last session', () => {
    const times = closes('2024-03-18', '2024-04-10');
    // Good Friday was on March 29
    expect(datesOf(times, weekEnds(times))).toEqual(['2024-03-22', '2024-03-28', '2024-04-05']);
    expect(datesOf(times, weekEnds(times.slice(0, 5)))).toEqual(['2024-03-22']);
    expect(weekEnds(times.slice(0, 4))).toEqual([]);
  });

  it('of weeks are where the instants end when those of the last session are missing', () => {
    const times = closes('2024-03-18', '2024-04-05').filter((t) => newYorkDate(t) !== '2024-03-22');
    expect(datesOf(times, weekEnds(times))).toEqual(['2024-03-21', '2024-03-28', '2024-04-05']);
  });

  it('count what lies between sessions to the one before', () => {
    const friday = sessionOn('2024-03-22')?.close ?? epochMs(0);
    const times = [
      friday,
      newYorkInstant('2024-03-23', 600),
      newYorkInstant('2024-03-25', 60),
      newYorkInstant('2024-03-25', 600),
    ];
    expect(sessionEnds(times)).toEqual([2, 3]);
    expect(weekEnds(times)).toEqual([2]);
    expect(sessionEnds([])).toEqual([]);
    expect(() => sessionEnds([epochMs(0)])).toThrow('outside the calendar');
  });
});
