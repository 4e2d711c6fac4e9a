import { describe, expect, it } from '@jest/globals';
import { newOutages, noteConnected, noteDisconnected, noteFetched, toFetch } from './outages.ts';

const MINUTE = 60_000;

describe('what may have been lost', () => {
  it('is fetched once, and not again for a stretch in which no minute ends', () => {
    const outages = newOutages(0, 1_500, MINUTE);
    noteConnected(outages, 2 * MINUTE + 20_000);
    // complete up to three seconds ago
    expect(toFetch(outages, 2 * MINUTE + 17_000)).toEqual({ from: MINUTE, to: 2 * MINUTE + 17_000 });
    noteFetched(outages, MINUTE, 2 * MINUTE + 17_000);
    for (const now of [17_100, 18_000, 20_000, 50_000]) expect(toFetch(outages, 2 * MINUTE + now)).toBeUndefined();
    noteDisconnected(outages, 4 * MINUTE + 1_000);
    noteConnected(outages, 4 * MINUTE + 9_000);
    // its minute ended, and so did those of which a correction may be lost
    expect(toFetch(outages, 4 * MINUTE + 30_000)).toEqual({ from: -6 * MINUTE + 1_000, to: 4 * MINUTE + 9_000 });
  });
});
