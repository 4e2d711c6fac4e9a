import { describe, expect, it } from '@jest/globals';
import type { Beat } from '@aitrader/application-console';
import { freshnessOf } from './freshness.ts';

const BEAT: Beat = {
  ...{ now: 50_000, bus: { connected: true, since: 0 }, database: 'none', stored: 100, read: 100, isGoingOn: true, services: [] },
};
const FRESH = { beat: BEAT, beatAt: 1_000, standsSince: 0, hearing: 'open', problem: undefined, isCaughtUp: true } as const;

describe('how fresh what is shown is', () => {
  it('is fresh while the console is heard and has read all', () => {
    expect(freshnessOf(FRESH, 2_500)).toEqual({ ageMs: 1_500, isStale: false, why: '' });
  });

  it.each([
    ['the console is silent', FRESH, 6_000, /not heard/],
    ['the stream is lost', { ...FRESH, hearing: 'lost' }, 1_500, /not heard/],
    ['the console refuses', { ...FRESH, hearing: 'refused' }, 1_500, /does not tell/],
    ['the recording is broken', { ...FRESH, problem: 'at message 7' }, 1_500, /cannot be read/],
    ['nothing was heard', { ...FRESH, beat: undefined, beatAt: 0 }, 1_500, /nothing was heard/],
    ['much is not read', { ...FRESH, beat: { ...BEAT, stored: 9_000 } }, 1_500, /8900 messages behind/],
    [
      'it is read for the first time',
      { ...FRESH, beat: { ...BEAT, stored: 900 }, isCaughtUp: false },
      1_500,
      /800 messages to go/,
    ],
  ] as const)('is stale where %s', (_, state, now, why) => {
    const { isStale, why: words } = freshnessOf(state, now);
    expect(isStale).toBe(true);
    expect(words).toMatch(why);
  });

  it('is stale where something waits for a while and nothing is decided, unless nobody runs the run', () => {
    const instances = [{ shard: -1, seq: 1, t: 1, waiting: 2, askedAgain: 0, checkpointAt: null }];
    const beat: Beat = {
      ...BEAT,
      services: [{ stage: 'risk', pid: 1, status: 'running', instances, work: null, troubles: null }],
    };
    const later = { ...FRESH, beat, beatAt: 4_500, standsSince: 1_000 };
    expect(freshnessOf(later, 5_000)).toEqual({
      ...{ ageMs: 4_000, isStale: true, why: 'the run stands still, waiting: risk' },
    });
    expect(freshnessOf({ ...later, standsSince: 0 }, 5_000).isStale).toBe(false);
    expect(freshnessOf({ ...later, standsSince: 4_000 }, 5_000).isStale).toBe(false);
    expect(freshnessOf({ ...later, beat: { ...beat, isGoingOn: false } }, 5_000).isStale).toBe(false);
  });

  it('is as old as the bus has been lost for, by the console’s own clock', () => {
    const beat = { ...BEAT, bus: { connected: false, since: 20_000 } };
    expect(freshnessOf({ ...FRESH, beat }, 1_500)).toEqual({ ageMs: 30_000, isStale: true, why: 'the bus is lost' });
  });
});
