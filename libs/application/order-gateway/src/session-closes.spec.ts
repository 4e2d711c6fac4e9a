import { describe, expect, it } from '@jest/globals';
import { epochMs } from '@aitrader/model';
import { SessionCloses } from './session-closes.ts';

/** Which of some instants the close of a session came with. */
const heard = (...times: readonly string[]): readonly string[] => {
  const closes = new SessionCloses();
  return times.filter((time) => closes.hear(epochMs(Date.parse(time))));
};

describe('intervals and the close of regular hours', () => {
  it('come together once a date, early closes and a close without an interval of its own included', () => {
    const monday = ['2026-01-05T20:59:00Z', '2026-01-05T21:00:00Z', '2026-01-05T21:01:00Z'];
    const tuesday = ['2026-01-06T14:31:00Z', '2026-01-06T20:58:00Z', '2026-01-06T21:03:00Z', '2026-01-06T21:04:00Z'];
    const afterThanksgiving = ['2026-11-27T17:59:00Z', '2026-11-27T18:00:00Z', '2026-11-27T21:00:00Z'];
    expect(heard(...monday, ...tuesday, '2026-01-10T21:00:00Z', ...afterThanksgiving)).toEqual([
      '2026-01-05T21:00:00Z',
      '2026-01-06T21:03:00Z',
      '2026-11-27T18:00:00Z',
    ]);
  });

  it('come together with the first interval of all at the close alone', () => {
    expect(heard('2026-01-05T21:00:00Z')).toHaveLength(1);
    expect(heard('2026-01-05T21:01:00Z')).toHaveLength(0);
  });
});
