import { describe, expect, it } from '@jest/globals';
import { clock, dateAndClock, dayOfWeek, duration, instantOf, utc } from './times.ts';

const SUMMER = Date.UTC(2024, 6, 2, 13, 31);
const WINTER = Date.UTC(2024, 0, 3, 14, 31);

describe('times as they are shown', () => {
  it('are New York’s, in summer and in winter', () => {
    expect([clock(SUMMER), clock(WINTER)]).toEqual(['09:31', '09:31']);
    expect(dateAndClock(Date.UTC(2024, 6, 3, 3, 59))).toBe('2024-07-02 23:59');
    expect(dayOfWeek(SUMMER)).toBe('Tue 2024-07-02');
    expect(utc(SUMMER)).toBe('2024-07-02 13:31:00 UTC');
  });

  it.each([
    [0, '0 s'],
    [59_999, '59 s'],
    [61_000, '1 min 01 s'],
    [3_600_000, '1 h 00 min'],
    [90_000_000, '1 d 1 h'],
    [-5, '0 s'],
  ])('last %i ms as %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  it('are read back as they are written', () => {
    expect(instantOf('2024-07-02', '09:31')).toBe(SUMMER);
    expect(instantOf('2024-01-03', '09:31')).toBe(WINTER);
  });

  it.each([
    ['2024-13-45', '09:31'],
    ['2024-07-02', '9:31'],
    // clocks go from 2 to 3 in that night
    ['2024-03-10', '02:30'],
  ])('are none where %s %s is none', (day, time) => {
    expect(instantOf(day, time)).toBeUndefined();
  });
});
