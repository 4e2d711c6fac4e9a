import { describe, expect, it } from '@jest/globals';
import { growDonchian, newDonchian, updateDonchian } from './donchian.ts';

function channelsOf(bars: number, series: readonly (readonly [high: number, low: number])[]): (readonly [number, number])[] {
  const donchian = newDonchian(bars);
  growDonchian(donchian, 1);
  return series.map(([high, low]) => {
    updateDonchian(donchian, 0, high, low);
    return [donchian.high[0] ?? -1, donchian.low[0] ?? -1];
  });
}

describe('Donchian channel', () => {
  it('is not known before the bars before the current one fill it', () => {
    expect(
      channelsOf(2, [
        [5, 4],
        [6, 5],
        [7, 3],
      ]),
    ).toEqual([
      [NaN, NaN],
      [NaN, NaN],
      [6, 4],
    ]);
  });

  it('never holds the current bar, so that a close can leave it', () => {
    expect(
      channelsOf(2, [
        [5, 4],
        [6, 5],
        [100, 1],
      ])[2],
    ).toEqual([6, 4]);
  });

  it('forgets a bar when it is older than the channel', () => {
    const channels = channelsOf(2, [
      [9, 1],
      [6, 5],
      [6, 5],
      [6, 5],
    ]);
    expect(channels[2]).toEqual([9, 1]);
    expect(channels[3]).toEqual([6, 5]);
  });

  it('of one bar is the bar before', () => {
    expect(
      channelsOf(1, [
        [5, 4],
        [6, 5],
        [3, 2],
        [8, 7],
      ]).slice(1),
    ).toEqual([
      [5, 4],
      [6, 5],
      [3, 2],
    ]);
  });

  it('refuses a length that is no whole number of bars', () => {
    for (const bars of [0, -1, 1.5, NaN, Infinity]) expect(() => newDonchian(bars)).toThrow(RangeError);
  });

  it('refuses a slot that it has no room for', () => {
    expect(() => updateDonchian(newDonchian(2), 0, 10, 9)).toThrow(RangeError);
  });
});
