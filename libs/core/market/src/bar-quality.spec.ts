import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BAR_FLAG, TIMEFRAMES } from '@aitrader/model';
import { flagsOf, newJudgedBar, QUALITY_LIMITS, type JudgedBar } from './bar-quality.ts';

const DAY_MS = 86_400_000;
const NOW = 20_000 * DAY_MS;

/** An ordinary minute after another one, but for what a test changes. */
const bar = (changes: Partial<JudgedBar> = {}): JudgedBar => ({
  ...newJudgedBar(),
  t: NOW,
  open: 100,
  high: 100.2,
  low: 99.9,
  close: 100.1,
  volume: 500,
  lastT: NOW - 60_000,
  lastClose: 100,
  ...changes,
});
const flat = (price: number): Partial<JudgedBar> => ({ open: price, high: price, low: price, close: price });
const minuteFlags = (changes: Partial<JudgedBar>): number => flagsOf(bar(changes), QUALITY_LIMITS['1m']);

describe('the quality gate of a bar', () => {
  it('has nothing to say of an ordinary bar, nor of the first of a symbol', () => {
    expect(minuteFlags({})).toBe(0);
    expect(minuteFlags({ lastClose: 0, lastT: 0 })).toBe(0);
  });

  it('notices an open or a close outside low … high', () => {
    expect(minuteFlags({ open: 100.3 })).toBe(BAR_FLAG.OHLC_INCONSISTENT);
    expect(minuteFlags({ close: 99.8 })).toBe(BAR_FLAG.OHLC_INCONSISTENT);
  });

  it('notices a range that no minute has', () => {
    expect(minuteFlags({ low: 0.01 })).toBe(BAR_FLAG.WIDE_RANGE);
    expect(minuteFlags({ high: 104.8 })).toBe(0);
  });

  it('notices a jump of the open or of the close, up or down', () => {
    for (const price of [103.6, 96.5]) expect(minuteFlags(flat(price))).toBe(BAR_FLAG.PRICE_JUMP);
    expect(minuteFlags({ open: 103.6, high: 103.6 })).toBe(BAR_FLAG.PRICE_JUMP);
    for (const price of [103.4, 96.7]) expect(minuteFlags(flat(price))).toBe(0);
  });

  it('notices a jump that looks like a split or a reverse split', () => {
    const both = BAR_FLAG.PRICE_JUMP | BAR_FLAG.SPLIT_LIKE;
    for (const price of [50, 14.4, 66, 10, 200, 1000, 750 / 10]) expect(minuteFlags(flat(price))).toBe(both);
    expect(minuteFlags(flat(85))).toBe(BAR_FLAG.PRICE_JUMP);
  });

  it('notices a long silence: a week of minutes, a month of days', () => {
    expect(minuteFlags({ lastT: NOW - 8 * DAY_MS })).toBe(BAR_FLAG.LONG_GAP);
    expect(minuteFlags({ lastT: NOW - 6.8 * DAY_MS })).toBe(0);
    const daily = QUALITY_LIMITS['1d'];
    expect(flagsOf(bar({ lastT: NOW - 31 * DAY_MS }), daily)).toBe(BAR_FLAG.LONG_GAP);
    expect(flagsOf(bar({ lastT: NOW - 29 * DAY_MS }), daily)).toBe(0);
  });

  it('notices that there was no volume, and passes on what the calendar says', () => {
    expect(minuteFlags({ volume: 0 })).toBe(BAR_FLAG.ZERO_VOLUME);
    expect(minuteFlags({ calendar: BAR_FLAG.OFF_SESSION })).toBe(BAR_FLAG.OFF_SESSION);
  });

  it('notices a time that is no whole minute', () => {
    expect(minuteFlags({ t: NOW + 7_000 })).toBe(BAR_FLAG.OFF_GRID);
    expect(minuteFlags({ t: NOW + 60_000 })).toBe(0);
  });

  it('allows longer timeframes more, never less', () => {
    const limits = TIMEFRAMES.map((timeframe) => QUALITY_LIMITS[timeframe]);
    for (const key of ['rangeFractionMax', 'jumpFractionMax', 'gapMsMax'] as const) {
      const values = limits.map((limit) => limit[key]);
      expect(values).toEqual([...values].sort((a, b) => a - b));
    }
  });

  it('flags what is not a number, and never throws', () => {
    const anything = fc.double();
    fc.assert(
      fc.property(fc.array(anything, { minLength: 8, maxLength: 8 }), fc.constantFrom(...TIMEFRAMES), (values, timeframe) => {
        const [t = 0, open = 0, high = 0, low = 0, close = 0, volume = 0, lastT = 0, lastClose = 0] = values;
        const flags = flagsOf({ t, open, high, low, close, volume, lastT, lastClose, calendar: 0 }, QUALITY_LIMITS[timeframe]);
        expect(flags & ~(0xff | BAR_FLAG.OFF_GRID)).toBe(0);
        if ([open, high, low, close].some(Number.isNaN)) expect(flags & BAR_FLAG.OHLC_INCONSISTENT).not.toBe(0);
      }),
    );
  });
});
