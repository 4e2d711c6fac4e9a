import { describe, expect, it } from '@jest/globals';
import type { Phase } from '@aitrader/core-sessions';
import { epochMs, newBarSlice, ticker } from '@aitrader/model';
import { newSpreadTally, noteSpread, spreadsOf, type SpreadTally } from './spread-tally.ts';

const MINUTE = 60_000;
const HALF = 0.05;

/** The finaliser of MurmurHash3: bits that look random. */
function mixed(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** Tells the tally of minutes whose first and last trades bounce between 100 less and more than half a spread, within a little wider range. */
function tell(tally: SpreadTally, phase: Phase, minutes: number, { stepMs = MINUTE, isBelieved = true } = {}): void {
  const slice = newBarSlice(0, '1m', 2);
  slice.symbols = ['AAA', 'BBB'].map(ticker);
  slice.count = 2;
  for (let minute = 1; minute <= minutes; minute++) {
    slice.t = epochMs(minute * stepMs);
    // which side the first and the last trade are on, in all four ways
    const side = (bit: number): number => ((mixed(minute) >>> bit) & 1 ? HALF : -HALF);
    slice.open[1] = 100 + side(7);
    slice.close[1] = 100 + side(19);
    slice.high[1] = 100 + HALF + 0.01;
    slice.low[1] = 100 - HALF - 0.01;
    noteSpread(tally, 1, phase, slice, 1, isBelieved);
  }
}

describe('a tally of spreads', () => {
  it('tells half a spread by symbol and part of the day, in basis points', () => {
    const tally = newSpreadTally(2, MINUTE);
    tell(tally, 'RTH', 2_000);
    tell(tally, 'PRE', 50);
    expect(spreadsOf(tally, 0)).toEqual({});
    expect(Object.keys(spreadsOf(tally, 1))).toEqual(['RTH']);
    expect(spreadsOf(tally, 1).RTH ?? 0).toBeGreaterThan(4);
    expect(spreadsOf(tally, 1).RTH ?? 0).toBeLessThan(6);
  });

  it.each<[string, Phase, object]>([
    ['that are apart', 'RTH', { stepMs: 2 * MINUTE }],
    ['that are not believed', 'RTH', { isBelieved: false }],
    ['of when all is closed', 'CLOSED', {}],
  ])('tells nothing from bars %s', (_, phase, options) => {
    const tally = newSpreadTally(2, MINUTE);
    tell(tally, phase, 2_000, options);
    expect(spreadsOf(tally, 1)).toEqual({});
  });
});
