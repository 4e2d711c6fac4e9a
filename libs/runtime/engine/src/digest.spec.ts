import { describe, expect, it } from '@jest/globals';
import { epochMs, ticker, type BarGap, type BarRevision } from '@aitrader/model';
import { newRunDigest, type Digest } from './digest.ts';
import { newInterval } from './interval.ts';

const T = epochMs(120_000);
const gap = (symbol: string): BarGap => ({ symbol: ticker(symbol), cause: 'halted' });
const revision = (t: number, symbol: string, close = 1): BarRevision => {
  return { t: epochMs(t), symbol: ticker(symbol), open: 1, high: 2, low: 1, close, volume: 5, flags: 0 };
};

/** The digest of one interval whose shards say no more than this. */
function digestOf(
  ...shards: readonly { readonly gaps?: readonly BarGap[]; readonly revisions?: readonly BarRevision[] }[]
): Digest {
  const interval = newInterval(shards.length, '1m');
  interval.t = T;
  for (const [shard, said] of shards.entries()) Object.assign(interval.bars[shard] ?? {}, { t: T, ...said });
  const digest = newRunDigest();
  digest.add(interval);
  return digest.current();
}

describe('the digest of bars', () => {
  it('counts gaps and revisions, in canonical order whatever the shards', () => {
    const whole = digestOf({ gaps: [gap('A'), gap('B')], revisions: [revision(0, 'B'), revision(60_000, 'A')] });
    expect(
      digestOf({ gaps: [gap('B')], revisions: [revision(0, 'B')] }, { gaps: [gap('A')], revisions: [revision(60_000, 'A')] }),
    ).toEqual(whole);
    for (const other of [
      digestOf({}),
      digestOf({ gaps: [gap('A')], revisions: [revision(0, 'B'), revision(60_000, 'A')] }),
      digestOf({ gaps: [gap('A'), gap('B')], revisions: [revision(0, 'B'), revision(60_000, 'A', 1.5)] }),
      digestOf({ gaps: [gap('A'), gap('B')], revisions: [revision(0, 'B'), revision(0, 'A')] }),
    ])
      expect(other.bars).not.toBe(whole.bars);
  });
});
