import { describe, expect, it } from '@jest/globals';
import { cash, epochMs, ticker, type BarGap, type BarRevision } from '@aitrader/model';
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

describe('the digest of forecasts', () => {
  it('is a part of a run that made any, and of no other', () => {
    const told = { t: T, law: 'a/1', equity: cash(5), holdings: [], forecasts: [], outcomes: [] };
    const of = (forecast: typeof told | null): Digest => {
      const interval = newInterval(1, '1m');
      interval.decision.forecast = forecast;
      const digest = newRunDigest();
      digest.add(interval);
      return digest.current();
    };
    expect(of(null).forecasts).toBeUndefined();
    expect(of(told).forecasts).toMatch(/^[0-9a-f]{64}$/);
    expect(of({ ...told, equity: cash(6) }).forecasts).not.toBe(of(told).forecasts);
    expect(new Set([of(null).all, of(told).all, of({ ...told, equity: cash(6) }).all]).size).toBe(3);
  });
});

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
