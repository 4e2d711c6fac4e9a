import { describe, expect, it } from '@jest/globals';
import { epochMs, type Timeframe } from '@aitrader/model';
import { momentAt, newCalendarCursor, newYorkInstant } from '@aitrader/core-sessions';
import { BUCKET, bucketAt } from './bucket.ts';

function bucket(date: string, time: string, timeframe: Timeframe = '1m'): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const t = epochMs(newYorkInstant(date, hours * 60 + minutes));
  return bucketAt(momentAt(newCalendarCursor(), t), t, timeframe);
}

const TUESDAY = '2024-03-05';
const FRIDAY = '2024-03-08';
const EARLY = '2024-11-29';

describe('the season of a forecast', () => {
  it.each([
    ['04:30', BUCKET.preEarly],
    ['08:00', BUCKET.preLate],
    ['09:30', BUCKET.preLate],
    ['09:31', BUCKET.open],
    ['09:32', BUCKET.openMinutes],
    ['09:35', BUCKET.openMinutes],
    ['09:36', 0],
    ['09:59', 0],
    ['10:00', 1],
    ['12:00', 5],
    ['15:29', 11],
    ['15:30', BUCKET.closingHalfHour],
    ['15:55', BUCKET.closingMinutes],
    ['16:00', BUCKET.close],
    ['16:01', BUCKET.post],
    ['16:30', BUCKET.postLate],
    ['19:30', BUCKET.postHalfHour],
    ['20:00', BUCKET.postClose],
    ['22:00', BUCKET.postClose],
  ])('is told by the clock: %s', (time, expected) => {
    expect(bucket(TUESDAY, time)).toBe(expected);
  });

  it('knows weekends, holidays and early closes from the calendar', () => {
    expect(bucket(FRIDAY, '16:00')).toBe(BUCKET.closeBeforeWeekend);
    expect(bucket('2024-12-24', '13:00')).toBe(BUCKET.closeBeforeWeekend);
    expect(bucket(EARLY, '12:30')).toBe(BUCKET.closingHalfHour);
    expect(bucket(EARLY, '12:55')).toBe(BUCKET.closingMinutes);
  });

  it('of a night at a venue that has one is as of closed hours', () => {
    const t = newYorkInstant('2026-11-01', 23 * 60);
    const moment = momentAt(newCalendarCursor('boats'), t);
    expect(moment.phase).toBe('OVERNIGHT');
    expect(bucketAt(moment, t, '1m')).toBe(BUCKET.postClose);
  });

  it('is the kind of night for daily bars', () => {
    expect(bucket(TUESDAY, '16:00', '1d')).toBe(BUCKET.night);
    expect(bucket(FRIDAY, '16:00', '1d')).toBe(BUCKET.weekend);
    expect(bucket('2024-07-03', '13:00', '1d')).toBe(BUCKET.weekend);
  });
});
