import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalCdf, normalQuantile } from '@aitrader/core-numeric';
import {
  centralCoverage,
  kolmogorovSmirnovDistance,
  kolmogorovSmirnovTest,
  mean,
  momentsOf,
  normalScores,
  pitHistogram,
  randomizedPit,
  uniformityTest,
} from './index.ts';

const probabilities = fc.double({ noNaN: true, min: 0, max: 1 });
const samples = fc.array(probabilities, { minLength: 1, maxLength: 60 });
/** n numbers spread evenly over 0 … 1 in an order without pattern. */
const spread = (n: number): number[] => Array.from({ length: n }, (_, i) => ((i + 1) * 0.6180339887498949) % 1);

describe('the randomised PIT', () => {
  it('lies between the PITs at both ends of the tick', () => {
    const outcomes = fc.double({ noNaN: true, min: -4, max: 4 });
    fc.assert(
      fc.property(outcomes, fc.double({ noNaN: true, min: 0, max: 1 }), probabilities, (y, halfTick, luck) => {
        const pit = randomizedPit(normalCdf, y, halfTick, luck);
        expect(pit).toBeGreaterThanOrEqual(normalCdf(y - halfTick) - 1e-15);
        expect(pit).toBeLessThanOrEqual(normalCdf(y + halfTick) + 1e-15);
      }),
    );
  });

  it('is uniform under the truth where the plain one is not: outcomes rounded to half a standard deviation', () => {
    const tick = 0.5;
    const luck = spread(4000);
    const outcomes = luck.map((_, i) => tick * Math.round(normalQuantile((i + 0.5) / 4000) / tick));
    const plain = outcomes.map((y) => normalCdf(y));
    const randomized = outcomes.map((y, i) => randomizedPit(normalCdf, y, tick / 2, luck[i] ?? 0));
    expect(kolmogorovSmirnovTest(plain).pValue).toBeLessThan(1e-6);
    expect(kolmogorovSmirnovTest(randomized).pValue).toBeGreaterThan(0.5);
  });

  it('refuses other luck and other ticks', () => {
    expect(() => randomizedPit(normalCdf, 0, 0.1, 1.5)).toThrow('luck lies in 0 … 1, got 1.5');
    expect(() => randomizedPit(normalCdf, 0, -0.1, 0.5)).toThrow('got -0.1');
    expect(() => randomizedPit(normalCdf, NaN, 0.1, 0.5)).toThrow('outcome');
  });
});

describe('the distance from uniform PITs', () => {
  it('is at least 1 / (2 n), which evenly spread ones reach, and at most 1', () => {
    fc.assert(
      fc.property(samples, (pits) => {
        const distance = kolmogorovSmirnovDistance(pits);
        expect(distance).toBeGreaterThanOrEqual(1 / (2 * pits.length) - 1e-12);
        expect(distance).toBeLessThanOrEqual(1);
        expect(kolmogorovSmirnovDistance(pits.map((pit) => 1 - pit))).toBeCloseTo(distance, 12);
      }),
    );
    const even = Array.from({ length: 50 }, (_, i) => (i + 0.5) / 50);
    expect(kolmogorovSmirnovDistance(even)).toBeCloseTo(0.01, 12);
    expect(kolmogorovSmirnovTest(even).pValue).toBeCloseTo(1, 12);
  });

  it('refuses what is no PIT', () => {
    expect(() => kolmogorovSmirnovDistance([])).toThrow('at least 1');
    for (const pit of [-0.1, 1.1]) expect(() => kolmogorovSmirnovDistance([0.5, pit])).toThrow(`${pit}`);
    expect(() => pitHistogram([NaN], 10)).toThrow('item 0 of the PITs must be finite, got NaN');
  });
});

describe('the histogram of PITs', () => {
  it('counts every PIT once, 1 in the last bin', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 20 }), (pits, bins) => {
        const counts = pitHistogram(pits, bins);
        expect(counts).toHaveLength(bins);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(pits.length);
      }),
    );
    expect(pitHistogram([0, 0.1, 0.5, 1], 2)).toEqual([2, 2]);
  });

  it('is uniform beyond doubt when flat, and not when everything is in one bin', () => {
    expect(uniformityTest([7, 7, 7, 7])).toEqual({ statistic: 0, pValue: 1 });
    expect(uniformityTest([40, 0, 0, 0])).toEqual({ statistic: 120, pValue: expect.closeTo(0, 12) });
    expect(() => uniformityTest([0, 0])).toThrow('number of PITs must be positive, got 0');
    expect(() => uniformityTest([3, -1])).toThrow('-1');
    expect(() => uniformityTest([3])).toThrow('at least 2');
  });
});

describe('normal scores', () => {
  it('of uniform PITs are standard normal, and stay finite at 0 and 1', () => {
    const { mean: centre, variance } = momentsOf(normalScores(spread(2000)));
    expect(Math.abs(centre)).toBeLessThan(0.01);
    expect(Math.abs(variance - 1)).toBeLessThan(0.02);
    const [lowest = NaN, highest = NaN] = normalScores([0, 1]);
    expect(lowest).toBeCloseTo(-7.034, 3);
    expect(highest).toBeCloseTo(7.034, 3);
  });
});

describe('coverage', () => {
  it('of central intervals is their level under the truth, and grows with it', () => {
    const pits = spread(5000);
    for (const level of [0.5, 0.8, 0.95, 0.99]) {
      const { share, covered, outcomes } = centralCoverage(pits, level);
      expect(Math.abs(share - level)).toBeLessThan(1e-3);
      expect(share).toBe(covered / outcomes);
    }
    fc.assert(
      fc.property(samples, fc.double({ noNaN: true, min: 0.01, max: 0.98 }), (sample, level) => {
        expect(centralCoverage(sample, level + 0.01).covered).toBeGreaterThanOrEqual(centralCoverage(sample, level).covered);
      }),
    );
    expect(mean(pits)).toBeCloseTo(0.5, 3);
    expect(() => centralCoverage(pits, 1)).toThrow('coverage level must be between 0 and 1, got 1');
  });
});
