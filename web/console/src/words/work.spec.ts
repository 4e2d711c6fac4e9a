import { describe, expect, it } from '@jest/globals';
import type { WorkPart } from '@aitrader/application-console';
import { agoText, askedAgainBy, bucketsOf, oldestCheckpoint, rateText, tookAtMost } from './work.ts';

const work = (...counts: readonly number[]): WorkPart => ({
  ...{ count: counts.reduce((sum, each) => sum + each, 0), perMinute: null, lastAt: null },
  ...{ atMostMs: [0.5, 1, 1_000, 10_000], counts },
});
const instance = (askedAgain: number | null, checkpointAt: number | null) => ({
  ...{ shard: 0, seq: 1, t: 1, waiting: 0, askedAgain, checkpointAt },
});

describe('how long a service takes', () => {
  it.each<readonly [string, readonly number[], number, string]>([
    ['half of it within the first bound', [50, 50, 0, 0, 0], 0.5, '≤ 0.5 ms'],
    ['half of it within the second', [49, 51, 0, 0, 0], 0.5, '≤ 1 ms'],
    ['nearly all within a second', [98, 0, 2, 0, 0], 0.99, '≤ 1 s'],
    ['some beyond every bound', [98, 0, 0, 0, 2], 0.99, '> 10 s'],
    ['of nothing', [0, 0, 0, 0, 0], 0.5, '–'],
  ])('%s', (_, counts, share, words) => {
    expect(tookAtMost(work(...counts), share)).toBe(words);
  });

  it('is told by buckets, without those on either side that are empty', () => {
    expect(bucketsOf(work(0, 2, 0, 0, 3))).toEqual([
      { words: 'up to 1 ms', count: 2 },
      { words: 'up to 1 s', count: 0 },
      { words: 'up to 10 s', count: 0 },
      { words: 'over 10 s', count: 3 },
    ]);
    expect(bucketsOf(work(0, 0, 0, 0, 0))).toEqual([]);
  });
});

describe('what nobody tells', () => {
  it('is no zero', () => {
    expect([rateText(null), rateText(0), rateText(9.04), rateText(1_200)]).toEqual(['–', '0.0/min', '9.0/min', '1,200/min']);
    expect([agoText(null, 5_000), agoText(2_000, 5_000), agoText(6_000, 5_000)]).toEqual(['–', '3 s ago', '0 s ago']);
    expect(askedAgainBy({ instances: [instance(null, null)] })).toBeUndefined();
    expect(askedAgainBy({ instances: [instance(1, null), instance(2, null)] })).toBe(3);
  });

  it('of checkpoints is that of an instance that has none', () => {
    expect(oldestCheckpoint({ instances: [instance(0, 5), instance(0, 3)] })).toBe(3);
    expect(oldestCheckpoint({ instances: [instance(0, 5), instance(0, null)] })).toBeNull();
    expect(oldestCheckpoint({ instances: [instance(0, null), instance(0, 5)] })).toBeNull();
    expect(oldestCheckpoint({ instances: [] })).toBeNull();
  });
});
