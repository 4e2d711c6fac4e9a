import { describe, expect, it } from '@jest/globals';
import { newRandomStream, nextBell, nextBelow, nextBits, nextUniform } from './random-stream.ts';

const take = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);

describe('a random stream', () => {
  it('is xoshiro128** 1.1: the numbers of the authors’ C code from the state 1, 2, 3, 4', () => {
    const stream = Uint32Array.of(1, 2, 3, 4);
    const published = [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804];
    expect(take(10, () => nextBits(stream))).toEqual(published);
  });

  it('repeats for a seed and differs between seeds', () => {
    const bits = (seed: number) => {
      const stream = newRandomStream(seed);
      return take(8, () => nextBits(stream));
    };
    expect(bits(5)).toEqual(bits(5));
    expect(new Set([0, 1, 2, -1, 2 ** 31].map((seed) => bits(seed).join())).size).toBe(5);
  });

  it('gives uniform numbers in their bounds', () => {
    const stream = newRandomStream(11);
    const uniform = take(20_000, () => nextUniform(stream));
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniform)).toBeLessThan(1);
    // The mean of n uniforms has sd 1 / √(12 n) = 0.002; six of them.
    expect(Math.abs(uniform.reduce((sum, u) => sum + u, 0) / uniform.length - 0.5)).toBeLessThan(0.0123);
    const dice = take(6000, () => nextBelow(stream, 6));
    expect(new Set(dice)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });

  it('gives bell numbers of mean 0 and variance 1', () => {
    const stream = newRandomStream(12);
    const bell = take(40_000, () => nextBell(stream));
    const mean = bell.reduce((sum, z) => sum + z, 0) / bell.length;
    const variance = bell.reduce((sum, z) => sum + (z - mean) ** 2, 0) / bell.length;
    // sd of the mean 0.005, of the variance √((κ − 1) / n) = 0.0066 with the kurtosis κ = 2.7 of Irwin–Hall(4); six of each.
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.04);
  });
});
