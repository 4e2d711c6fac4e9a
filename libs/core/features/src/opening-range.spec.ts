import { describe, expect, it } from '@jest/globals';
import { growOpeningRange, newOpeningRange, updateOpeningRange } from './opening-range.ts';

const MINUTE = 60_000;
const OPEN = Date.UTC(2024, 2, 4, 14, 30);
const NEXT_OPEN = Date.UTC(2024, 2, 5, 14, 30);

/** A range of the first `minutes`, and what it reads after a bar that ends so many minutes after the open. */
function given(minutes: number, barMinutes = 1) {
  const range = newOpeningRange(minutes);
  growOpeningRange(range, 1);
  return {
    after(minute: number, high: number, low: number, open = OPEN): readonly [number, number] {
      const end = (Number.isNaN(open) ? OPEN : open) + minute * MINUTE;
      updateOpeningRange(range, 0, open, end - barMinutes * MINUTE, end, high, low);
      return [range.high[0] ?? -1, range.low[0] ?? -1];
    },
  };
}
const UNKNOWN = [NaN, NaN] as const;

describe('opening range', () => {
  it('is known once its last minute has closed', () => {
    const range = given(3);
    expect(range.after(1, 10, 8)).toEqual(UNKNOWN);
    expect(range.after(2, 11, 9)).toEqual(UNKNOWN);
    expect(range.after(3, 10, 7)).toEqual([11, 7]);
  });

  it('leaves out what traded before the open and after its end', () => {
    const range = given(2);
    range.after(0, 99, 1);
    range.after(1, 10, 8);
    range.after(2, 10, 9);
    expect(range.after(3, 99, 1)).toEqual([10, 8]);
  });

  it('is complete at the first bar after its time when its last minutes did not trade', () => {
    const range = given(5);
    expect(range.after(1, 10, 8)).toEqual(UNKNOWN);
    expect(range.after(9, 12, 11)).toEqual([10, 8]);
  });

  it('stays unknown all day when no bar was seen in it', () => {
    const range = given(5);
    expect(range.after(6, 10, 8)).toEqual(UNKNOWN);
    expect(range.after(300, 10, 8)).toEqual(UNKNOWN);
  });

  it('starts from nothing on another day', () => {
    const range = given(1);
    expect(range.after(1, 10, 8)).toEqual([10, 8]);
    expect(range.after(-30, 10, 8, NEXT_OPEN)).toEqual(UNKNOWN);
    expect(range.after(1, 20, 18, NEXT_OPEN)).toEqual([20, 18]);
  });

  it('counts minutes, not bars: three bars of five minutes make a quarter of an hour', () => {
    const range = given(15, 5);
    expect(range.after(5, 10, 9)).toEqual(UNKNOWN);
    expect(range.after(10, 12, 9)).toEqual(UNKNOWN);
    expect(range.after(15, 10, 8)).toEqual([12, 8]);
  });

  it('is widened and completed by a bar that began in it and ends beyond it', () => {
    expect(given(30, 60).after(60, 12, 8)).toEqual([12, 8]);
  });

  it('is unknown outside every day', () => {
    const range = given(1);
    range.after(1, 10, 8);
    expect(range.after(500, 10, 8, NaN)).toEqual(UNKNOWN);
  });

  it('refuses a length that is no whole number of minutes', () => {
    for (const minutes of [0, -1, 1.5, NaN]) expect(() => newOpeningRange(minutes)).toThrow(RangeError);
  });
});
