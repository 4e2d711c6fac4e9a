/**
 * 1. A symbol's flags depend on its own bars and the calendar alone, and none on a bar to come.
 * 2. A lone bar away from the ones around it is quarantined, and the one that comes back from it is not.
 * 3. A price that stays away, or goes on moving, is confirmed by the next bar that bears it out, and after HELD_BARS_MAX bars in any
 *    case, and as long as it goes on then: no move of a market is quarantined for ever.
 * 4. A memory that noted the flags that were recorded goes on as the one that judged.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BAR_FLAG, isQuarantined, verdictOf, type BarVerdict } from '@aitrader/model';
import { FROZEN_BARS, FROZEN_PRICES, HELD_BARS_MAX, judgeBar, newBarMemory, noteBar } from './bar-memory.ts';
import { newJudgedBar, type JudgedBar } from './bar-quality.ts';

const MINUTE = 60_000;
const START = 28_000_000 * MINUTE;

type Figures = Pick<JudgedBar, 'open' | 'high' | 'low' | 'close'> & { readonly volume?: number };
const flat = (price: number): Figures => ({ open: price, high: price, low: price, close: price });

const barAt = (n: number, figures: Figures): JudgedBar => ({
  ...newJudgedBar(),
  volume: 100 + n,
  ...figures,
  t: START + n * MINUTE,
});

/** The flags of minutes that follow on each other. */
function flagsIn(bars: readonly Figures[]): number[] {
  const memory = newBarMemory('1m', 1);
  return bars.map((figures, n) => judgeBar(memory, 0, barAt(n, figures)));
}
const verdicts = (bars: readonly Figures[]): BarVerdict[] => flagsIn(bars).map(verdictOf);
const closes = (...prices: number[]): BarVerdict[] => verdicts(prices.map(flat));

const somePrice = fc
  .oneof(fc.integer({ min: 9_000, max: 11_000 }), fc.constantFrom(1_000, 5_000, 20_000, 70_000))
  .map((cents) => cents / 100);
const someBar = fc.record({ open: somePrice, high: somePrice, low: somePrice, close: somePrice });
const someBars = fc.array(fc.oneof(somePrice.map(flat), someBar), { maxLength: 40 });

describe('the memory of the quality gate', () => {
  it('quarantines a lone spike, and lets the price that comes back be traded out of at once', () => {
    for (const spike of [50, 90, 110, 700]) {
      expect(closes(100, spike, 100.4, 100.5)).toEqual(['good', 'quarantined', 'suspect', 'good']);
    }
  });

  it('quarantines a lone spike within a bar', () => {
    const spiked = { ...flat(100), low: 60 };
    expect(verdicts([flat(100), spiked, flat(100.1)])).toEqual(['good', 'quarantined', 'good']);
  });

  it('believes two spikes one after another no more than one when they do not bear each other out', () => {
    expect(closes(100, 50, 190, 100.2)).toEqual(['good', 'quarantined', 'quarantined', 'suspect']);
  });

  it('is not led to believe a spike by a bar before it that was doubted for its range', () => {
    for (const close of [99.9, 100, 100.1]) {
      const wick = { open: 100, high: 120, low: 99, close };
      expect(verdicts([flat(100), wick, flat(50), flat(100)])).toEqual(['good', 'quarantined', 'quarantined', 'suspect']);
    }
  });

  it('confirms a crash with the next bar: one that stays, falls on, or comes back in part', () => {
    expect(closes(100, 48, 48.3)).toEqual(['good', 'quarantined', 'good']);
    expect(closes(100, 48, 44)).toEqual(['good', 'quarantined', 'suspect']);
    expect(closes(100, 48, 60)).toEqual(['good', 'quarantined', 'suspect']);
  });

  it('holds back the first bar alone of a crash that takes ten minutes, each of them a jump', () => {
    const falling = Array.from({ length: 11 }, (_, n) => 100 * 0.92 ** n);
    expect(closes(...falling).filter((verdict) => verdict === 'quarantined')).toHaveLength(1);
  });

  it('confirms bars of wild ranges that go on where the one before ended, until there is a calm one', () => {
    const wild = { open: 100, high: 104, low: 96, close: 101 };
    expect(verdicts([flat(100), wild, wild, wild])).toEqual(['good', 'quarantined', 'suspect', 'suspect']);
    expect(verdicts([wild, wild, flat(101), wild])).toEqual(['quarantined', 'suspect', 'good', 'quarantined']);
  });

  it('does not believe a bar that contradicts itself for one before it that was doubted, and lets one in after three', () => {
    const contradiction = { open: 100, high: 99, low: 97, close: 100 };
    const wick = { ...flat(100), low: 60 };
    expect(verdicts([flat(100), wick, contradiction])).toEqual(['good', 'quarantined', 'quarantined']);
    const always = Array.from({ length: 5 }, () => contradiction);
    expect(verdicts(always)).toEqual(['quarantined', 'quarantined', 'quarantined', 'suspect', 'quarantined']);
  });

  it('never believes what is no price, and holds no bar against it', () => {
    for (const none of [NaN, 0, -1, Infinity]) {
      const missing = Array.from({ length: 6 }, () => ({ open: none, high: none, low: none, close: none }));
      const flags = flagsIn([flat(100), ...missing, flat(50), flat(100.1)]);
      expect(flags.slice(1, 7).filter((one) => (one & BAR_FLAG.CONFIRMED) !== 0)).toEqual([]);
      expect(flags.slice(7).map(verdictOf)).toEqual(['quarantined', 'suspect']);
    }
  });

  it('quarantines every spike of a feed that misprints every other bar', () => {
    const flapping = closes(100, 50, 100, 50, 100, 50, 100);
    expect(flapping.filter((_, n) => n % 2 === 1)).toEqual(['quarantined', 'quarantined', 'quarantined']);
    expect(flapping.filter((verdict) => verdict === 'quarantined')).toHaveLength(3);
  });

  it('2. quarantines a lone bar far off among bars that are close to each other, and never the ones after it', () => {
    const calm = fc.array(fc.integer({ min: 9_950, max: 10_050 }), { minLength: 4, maxLength: 20 });
    const factor = fc.oneof(fc.double({ min: 1.05, max: 50, noNaN: true }), fc.double({ min: 0.02, max: 0.95, noNaN: true }));
    fc.assert(
      fc.property(calm, fc.nat(), factor, (cents, place, factor) => {
        const prices = cents.map((each) => each / 100);
        const at = 1 + (place % (prices.length - 2));
        prices[at] = 100 * factor;
        expect(verdicts(prices.map(flat)).map((verdict) => verdict === 'quarantined')).toEqual(prices.map((_, n) => n === at));
      }),
    );
  });

  it('3. never holds back more than a few bars in a row, whatever comes', () => {
    fc.assert(
      fc.property(someBars, (bars) => {
        let held = 0;
        for (const flags of flagsIn(bars)) {
          held = isQuarantined(flags) ? held + 1 : 0;
          expect(held).toBeLessThanOrEqual(HELD_BARS_MAX);
        }
      }),
    );
  });

  it('1. gives a bar the same flags whatever follows, and a doubt to none that it does not confirm', () => {
    fc.assert(
      fc.property(someBars, someBars, (bars, more) => {
        const flags = flagsIn(bars);
        expect(flagsIn([...bars, ...more]).slice(0, bars.length)).toEqual(flags);
        for (const one of flags) if ((one & BAR_FLAG.CONFIRMED) !== 0) expect(one & 15).not.toBe(0);
      }),
    );
  });

  it('4. goes on from the flags that were recorded', () => {
    fc.assert(
      fc.property(someBars, fc.nat(), (bars, place) => {
        const flags = flagsIn(bars);
        const cut = bars.length === 0 ? 0 : place % bars.length;
        const restored = newBarMemory('1m', 1);
        bars.slice(0, cut).forEach((figures, n) => noteBar(restored, 0, barAt(n, figures), flags[n] ?? 0));
        const rest = bars.slice(cut).map((figures, n) => judgeBar(restored, 0, barAt(cut + n, figures)));
        expect(rest).toEqual(flags.slice(cut));
      }),
    );
  });
});

describe('a feed that repeats itself', () => {
  const ranged = { open: 100, high: 101, low: 99, close: 100.5 };
  const frozenIn = (bars: readonly Figures[]): number => flagsIn(bars).findIndex((flags) => (flags & BAR_FLAG.FROZEN) !== 0);
  const times = (count: number, figures: Figures): Figures[] => Array.from({ length: count }, () => figures);

  it('is noticed by the same prices and volume, or by the same prices for long, and until they change', () => {
    expect(frozenIn(times(40, { ...ranged, volume: 500 }))).toBe(FROZEN_BARS - 1);
    expect(frozenIn(times(40, ranged))).toBe(FROZEN_PRICES - 1);
    expect(frozenIn(times(FROZEN_PRICES - 1, ranged))).toBe(-1);
    expect(flagsIn([...times(40, ranged), flat(100.4)]).at(-1)).toBe(0);
  });

  it('is suspect: nobody gets in, and who is in gets out', () => {
    expect(verdicts(times(40, ranged)).at(-1)).toBe('suspect');
  });

  it('is not a quiet symbol that trades a round lot at its price now and then', () => {
    const memory = newBarMemory('1m', 1);
    const flags = Array.from({ length: 50 }, (_, n) => judgeBar(memory, 0, barAt(n * 7, { ...flat(10), volume: 100 })));
    expect(flags.every((one) => one === 0)).toBe(true);
  });
});
