import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { growAtr, newAtr, updateAtr } from './atr.ts';
import { growDonchian, newDonchian, updateDonchian } from './donchian.ts';
import { growOpeningRange, newOpeningRange, updateOpeningRange } from './opening-range.ts';

interface Bar {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** Prices in cents from a narrow band, so that ties happen. */
const bar: fc.Arbitrary<Bar> = fc
  .tuple(fc.integer({ min: 900, max: 1100 }), fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 }))
  .map(([close, above, below]) => ({ close: close / 100, high: (close + above) / 100, low: (close - below) / 100 }));
const series = fc.array(bar, { minLength: 1, maxLength: 120 });
const length = fc.integer({ min: 1, max: 30 });

/** One feature under test: how to make it, fold a bar into it, and read it. */
interface Feature<State> {
  readonly make: (length: number) => State;
  readonly grow: (state: State, slots: number) => void;
  readonly update: (state: State, slot: number, bar: Bar, index: number) => void;
  readonly read: (state: State, slot: number) => readonly (number | undefined)[];
}

const OPEN = Date.UTC(2024, 2, 4, 14, 30);
const MINUTE = 60_000;

const atr: Feature<ReturnType<typeof newAtr>> = {
  make: newAtr,
  grow: growAtr,
  update: (state, slot, { high, low, close }) => updateAtr(state, slot, high, low, close),
  read: (state, slot) => [state.value[slot]],
};
const donchian: Feature<ReturnType<typeof newDonchian>> = {
  make: newDonchian,
  grow: growDonchian,
  update: (state, slot, { high, low }) => updateDonchian(state, slot, high, low),
  read: (state, slot) => [state.high[slot], state.low[slot]],
};
/** Minute bars, from ten minutes before the open on. */
const openingRange: Feature<ReturnType<typeof newOpeningRange>> = {
  make: newOpeningRange,
  grow: growOpeningRange,
  update: (state, slot, { high, low }, index) => {
    const end = OPEN + (index - 9) * MINUTE;
    updateOpeningRange(state, slot, OPEN, end - MINUTE, end, high, low);
  },
  read: (state, slot) => [state.high[slot], state.low[slot]],
};

function outputs<State>(feature: Feature<State>, size: number, bars: readonly Bar[]): (readonly (number | undefined)[])[] {
  const state = feature.make(size);
  feature.grow(state, 1);
  return bars.map((one, index) => {
    feature.update(state, 0, one, index);
    return feature.read(state, 0);
  });
}

const trueRanges = (bars: readonly Bar[]): number[] =>
  bars.slice(1).map(({ high, low }, i) => {
    const before = bars[i]?.close ?? NaN;
    return Math.max(high, before) - Math.min(low, before);
  });

describe('average true range', () => {
  it('1. is NaN until as many true ranges as its length have been seen, then finite', () => {
    fc.assert(
      fc.property(length, series, (size, bars) => {
        outputs(atr, size, bars).forEach(([value], index) => expect(Number.isFinite(value)).toBe(index >= size));
      }),
    );
  });

  it('2. lies between the smallest and the largest true range seen', () => {
    fc.assert(
      fc.property(length, series, (size, bars) => {
        const ranges = trueRanges(bars);
        outputs(atr, size, bars).forEach(([value = NaN], index) => {
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
        outputs(donchian, size, bars).forEach((channel, index) => {
          const before = bars.slice(index - size, index);
          const expected =
            index < size ? [NaN, NaN] : [Math.max(...before.map((b) => b.high)), Math.min(...before.map((b) => b.low))];
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
          openingRange.update(state, 0, one, index);
          const minute = index - 9;
          if (minute > 0 && minute <= minutes) inside.push(one);
          const known = minute >= minutes && inside.length > 0;
          const range = known ? [Math.max(...inside.map((b) => b.high)), Math.min(...inside.map((b) => b.low))] : [NaN, NaN];
          expect(openingRange.read(state, 0)).toEqual(range);
        });
      }),
    );
  });
});

function describeFeature<State>(name: string, feature: Feature<State>): void {
  describe(`${name}, like every feature`, () => {
    it('gives a slot what its own bars give, whatever the others get and however it grew', () => {
      fc.assert(
        fc.property(length, series, series, (size, mine, others) => {
          const alone = outputs(feature, size, mine);
          const state = feature.make(size);
          feature.grow(state, 2);
          mine.forEach((one, index) => {
            const other = others[index % others.length] ?? one;
            feature.update(state, 0, other, index);
            if (index === 7) feature.grow(state, 5);
            feature.update(state, 1, one, index);
            if (index > 7) feature.update(state, 2, other, index);
            expect(feature.read(state, 1)).toEqual(alone[index]);
          });
        }),
      );
    });

    it('goes on from a snapshot as if there had been none', () => {
      fc.assert(
        fc.property(length, series, fc.nat(120), (size, bars, at) => {
          const whole = outputs(feature, size, bars);
          let state = feature.make(size);
          feature.grow(state, 1);
          bars.forEach((one, index) => {
            if (index === at) state = deserialize(serialize(state));
            feature.update(state, 0, one, index);
            expect(feature.read(state, 0)).toEqual(whole[index]);
          });
        }),
      );
    });
  });
}

describeFeature('average true range', atr);
describeFeature('Donchian channel', donchian);
describeFeature('opening range', openingRange);
