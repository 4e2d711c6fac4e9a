import { describe, expect, it } from '@jest/globals';
import { HandledWork } from './handled-work.ts';

describe('work that was handled', () => {
  it('is counted by how long it took, what lies on a bound below it, and what is beyond all at the end', () => {
    const work = new HandledWork();
    expect(work.told()).toMatchObject({ count: 0, lastAt: null });
    for (const took of [0, 0.1, 0.11, 10_000, 10_001]) work.handled(0, took);
    const { count, lastAt, atMostMs, counts } = work.told();
    expect([count, lastAt, atMostMs[0], atMostMs.at(-1)]).toEqual([5, 10_001, 0.1, 10_000]);
    expect(counts).toEqual([2, 1, ...new Array<number>(13).fill(0), 1, 1]);
  });
});
