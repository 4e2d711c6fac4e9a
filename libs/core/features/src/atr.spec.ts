import { describe, expect, it } from '@jest/globals';
import { growAtr, newAtr, updateAtr } from './atr.ts';

type Bar = readonly [high: number, low: number, close: number];

function valuesOf(bars: number, series: readonly Bar[]): number[] {
  const atr = newAtr(bars);
  growAtr(atr, 1);
  return series.map(([high, low, close]) => {
    updateAtr(atr, 0, high, low, close);
    return atr.value[0] ?? -1;
  });
}

describe('average true range', () => {
  it('is not known before as many true ranges as its length, which the first bar has none of', () => {
    const values = valuesOf(3, Array<Bar>(4).fill([12, 10, 11]));
    expect(values).toEqual([NaN, NaN, NaN, 2]);
  });

  it('starts from the plain mean of the first true ranges', () => {
    expect(
      valuesOf(2, [
        [10, 9, 9.5],
        [11, 9, 10],
        [14, 10, 12],
      ])[2],
    ).toBe(3); // ranges 2 and 4
  });

  it('then moves by one part in its length towards each new true range', () => {
    const values = valuesOf(2, [
      [10, 9, 9.5],
      [11, 9, 10],
      [14, 10, 12],
      [13, 12, 12],
    ]);
    expect(values[3]).toBe(2); // (3 + 1) / 2
  });

  it('counts a gap up and a gap down from the close before', () => {
    expect(
      valuesOf(1, [
        [10, 9, 9],
        [15, 14, 14],
      ])[1],
    ).toBe(6);
    expect(
      valuesOf(1, [
        [10, 9, 10],
        [5, 4, 4],
      ])[1],
    ).toBe(6);
  });

  it('is zero when nothing moves', () => {
    expect(valuesOf(2, Array<Bar>(5).fill([10, 10, 10]))[4]).toBe(0);
  });

  it('refuses a length that is no whole number of bars', () => {
    for (const bars of [0, -1, 1.5, NaN, Infinity]) expect(() => newAtr(bars)).toThrow(RangeError);
  });

  it('refuses a slot that it has no room for', () => {
    expect(() => updateAtr(newAtr(2), 0, 10, 9, 9.5)).toThrow(RangeError);
  });
});
