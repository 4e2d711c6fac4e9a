import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Bar, endOf, length, OPEN, outputsOf, series } from '../test/features-under-test.ts';
import { growDonchian, newDonchian, updateDonchian } from './donchian.ts';
import { growOpeningRange, newOpeningRange, updateOpeningRange } from './opening-range.ts';

const MINUTE = 60_000;

const trueRanges = (bars: readonly Bar[]): number[] =>
  bars.slice(1).map(({ high, low }, i) => {
    const before = bars[i]?.close ?? NaN;
    return Math.max(high, before) - Math.min(low, before);
  });

describe('average true range', () => {
  it('1. is NaN until as many true ranges as its length have been seen, then finite', () => {
    fc.assert(
      fc.property(length, series, (size, bars) => {
        outputsOf('average true range', size, bars).forEach(([value], index) =>
          expect(Number.isFinite(value)).toBe(index >= size),
        );
      }),
    );
  });

  it('2. lies between the smallest and the largest true range seen', () => {
    fc.assert(
      fc.property(length, series, (size, bars) => {
        const ranges = trueRanges(bars);
        outputsOf('average true range', size, bars).forEach(([value = NaN], index) => {
          if (index < size) return;
          const seen = ranges.slice(0, index);
          expect(value).toBeGreaterThanOrEqual(Math.min(...seen) - 1e-12);
          expect(value).toBeLessThanOrEqual(Math.max(...seen) + 1e-12);
        });
      }),
    );
  });
});

describe('Donchian channel', () => {
  it('1. and 2. is that of the bars before the current one, once there are enough of them', () => {
    fc.assert(
      fc.property(length, series, (size, bars) => {
        outputsOf('Donchian channel', size, bars).forEach((channel, index) => {
          const before = bars.slice(index - size, index);
          const expected =
            index < size ? [NaN, NaN] : [Math.max(...before.map((b) => b.high)), Math.min(...before.map((b) => b.low))];
          expect(channel).toEqual(expected);
        });
      }),
    );
  });

  it('1. and 2. is that of the last bars, the current one among them, when it is included', () => {
    fc.assert(
      fc.property(length, series, (size, bars) => {
        outputsOf('Donchian channel with the current bar', size, bars).forEach((channel, index) => {
          const last = bars.slice(Math.max(0, index + 1 - size), index + 1);
          const expected =
            last.length < size ? [NaN, NaN] : [Math.max(...last.map((b) => b.high)), Math.min(...last.map((b) => b.low))];
          expect(channel).toEqual(expected);
        });
      }),
    );
  });

  it('a channel that held the current bar could never be left', () => {
    let left = 0;
    fc.assert(
      fc.property(length, series, (size, bars) => {
        const state = newDonchian(size);
        growDonchian(state, 1);
        const planted = newDonchian(size);
        growDonchian(planted, 1);
        bars.forEach(({ high, low, close }) => {
          updateDonchian(state, 0, high, low);
          if (close > (state.high[0] ?? NaN) || close < (state.low[0] ?? NaN)) left++;
          // taking the bar in twice puts it among the bars before itself
          updateDonchian(planted, 0, high, low);
          updateDonchian(planted, 0, high, low);
          expect(close > (planted.high[0] ?? NaN) || close < (planted.low[0] ?? NaN)).toBe(false);
        });
      }),
    );
    expect(left).toBeGreaterThan(0);
  });
});

describe('the deque behind the channel', () => {
  it('1. and 2. falls from the extreme of the last bars at its front to the latest bar at its back, and never outgrows them', () => {
    fc.assert(
      fc.property(length, series, (size, bars) => {
        const state = newDonchian(size);
        growDonchian(state, 1);
        bars.forEach((one, index) => {
          updateDonchian(state, 0, one.high, one.low);
          const { values, places, front, back } = state.highs;
          const held: number[] = [];
          for (let i = front[0] ?? NaN; i < (back[0] ?? NaN); i++) held.push(values[i % places] ?? NaN);
          expect(held[0]).toBe(Math.max(...bars.slice(Math.max(0, index + 1 - size), index + 1).map(({ high }) => high)));
          expect(held.at(-1)).toBe(one.high);
          expect(held.length).toBeLessThanOrEqual(size);
          held.slice(1).forEach((value, i) => expect(value).toBeLessThan(held[i] ?? NaN));
        });
      }),
    );
  });
});

describe('opening range', () => {
  it('1. to 3. is that of the bars inside it, from its end on, and never changes', () => {
    fc.assert(
      fc.property(length, series, fc.integer({ min: 0, max: 40 }), (minutes, bars, silent) => {
        const state = newOpeningRange(minutes);
        growOpeningRange(state, 1);
        const inside: Bar[] = [];
        bars.forEach((one, index) => {
          if (index < silent) return;
          updateOpeningRange(state, 0, OPEN, endOf(index) - MINUTE, endOf(index), one.high, one.low);
          const minute = index - 9;
          if (minute > 0 && minute <= minutes) inside.push(one);
          const known = minute >= minutes && inside.length > 0;
          const range = known ? [Math.max(...inside.map((b) => b.high)), Math.min(...inside.map((b) => b.low))] : [NaN, NaN];
          expect([state.high[0], state.low[0]]).toEqual(range);
        });
      }),
    );
  });
});
