import { describe, expect, it } from '@jest/globals';
import { newYorkInstant } from '@aitrader/core-sessions';
import { NO_SCAN, newScanSchedule, scanDue, scanTimes } from './index.ts';
import { CONFIG } from '../test/given-scanner.ts';

const TIMES = { times: [565, 600, 840] };
/** The scans due over the minutes of a day, as the minutes at which they are made. */
function scansOn(date: string, from: number, to: number, step = 1): number[] {
  const schedule = newScanSchedule(TIMES);
  const made: number[] = [];
  let before = newYorkInstant(date, from - step) as number;
  for (let minute = from; minute <= to; minute += step) {
    const t = newYorkInstant(date, minute);
    if (scanDue(schedule, '1m', before, t) !== NO_SCAN) made.push(minute);
    before = t;
  }
  return made;
}

describe('scans', () => {
  it('are due at their minutes of an ordinary day, and at no others', () => {
    expect(scansOn('2025-01-06', 300, 1_100)).toEqual([565, 600, 840]);
  });

  it('are due by the clock of New York on the days after it is changed', () => {
    for (const date of ['2024-03-08', '2024-03-11', '2024-11-01', '2024-11-04'])
      expect([date, scansOn(date, 300, 1_100)]).toEqual([date, [565, 600, 840]]);
  });

  it('do not happen after the close of a half day', () => {
    expect(scansOn('2024-11-29', 300, 1_000)).toEqual([565, 600]);
  });

  it('do not happen on days without a session', () => {
    expect(scansOn('2024-11-28', 300, 1_000)).toEqual([]);
    expect(scansOn('2024-11-30', 300, 1_000)).toEqual([]);
  });

  it('are made at the first interval after their time where none closes at it, the latest alone of several', () => {
    expect(scansOn('2025-01-06', 571, 1_000)).toEqual([600, 840]);
    expect(scansOn('2025-01-06', 585, 1_000, 15)).toEqual([600, 840]);
    const schedule = newScanSchedule(TIMES);
    const yesterday = newYorkInstant('2025-01-03', 960);
    expect(scanDue(schedule, '1m', yesterday, newYorkInstant('2025-01-06', 571))).toBe(0);
    expect(scanDue(schedule, '1m', yesterday, newYorkInstant('2025-01-06', 700))).toBe(1);
    expect(scanDue(schedule, '1m', -1, newYorkInstant('2025-01-06', 900))).toBe(2);
    expect(scanDue(schedule, '1m', -1, newYorkInstant('2025-01-06', 300))).toBe(NO_SCAN);
  });

  it('are due once a day for daily bars, half days included', () => {
    const schedule = newScanSchedule(TIMES);
    expect(scanDue(schedule, '1d', -1, newYorkInstant('2025-01-06', 960))).toBe(0);
    expect(scanDue(schedule, '1d', -1, newYorkInstant('2024-11-29', 780))).toBe(0);
  });

  it('are told to readers as the stage makes them, and never without a scanner', () => {
    const [ten, before] = [newYorkInstant('2025-01-06', 600), newYorkInstant('2025-01-06', 599)];
    expect(scanTimes(CONFIG, '1m')(before, ten)).toBe(true);
    expect(scanTimes(CONFIG, '1m')(ten, newYorkInstant('2025-01-06', 601))).toBe(false);
    expect(scanTimes(null, '1m')(before, ten)).toBe(false);
  });
});
