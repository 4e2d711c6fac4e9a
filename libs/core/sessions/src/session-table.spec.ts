import { describe, expect, it } from '@jest/globals';
import { momentAt, newCalendarCursor } from './moment.ts';
import { daysToNextSession, SESSIONS, sessionOn } from './session-table.ts';

function daysAfter(date: string): number {
  const session = sessionOn(date);
  if (session === undefined) throw new Error(`${date} has no session`);
  return daysToNextSession(momentAt(newCalendarCursor(), session.close).sessionIndex);
}

describe('days to the next session', () => {
  it('are civil days, over weekends, holidays and both changes of the clock', () => {
    // a Tuesday, a Friday, the eve of Independence Day, and the Fridays before the clock changes
    const days = ['2024-03-05', '2024-03-15', '2024-07-03', '2024-03-08', '2024-11-01'].map(daysAfter);
    expect(days).toEqual([1, 3, 2, 3, 3]);
  });

  it('are unknown outside the calendar', () => {
    expect([-1, SESSIONS.length - 1].map(daysToNextSession)).toEqual([Infinity, Infinity]);
  });
});
