import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kellyFractionOf, qualityOf } from './kelly.ts';

const forward = (meanE8: number, sdE8: number) => ({ meanE8, sdE8, dofMilli: 6_000, quantilesE8: [] });
const someMean = fc.integer({ min: 1, max: 10_000_000 });
const someSd = fc.integer({ min: 10_000, max: 100_000_000 });

describe('the Kelly fraction', () => {
  it('is the mean over the variance when the mean is beyond doubt', () => {
    expect(kellyFractionOf(forward(200_000, 2_000_000), 1, 1, 0)).toBeCloseTo(0.002 / 0.02 ** 2, 12);
    expect(kellyFractionOf(forward(-200_000, 2_000_000), -1, 1, 0)).toBeCloseTo(5, 12);
  });

  it('is halved when the error of the mean is as large as the mean', () => {
    expect(kellyFractionOf(forward(200_000, 2_000_000), 1, 1, 0.1)).toBeCloseTo(2.5, 12);
  });

  it('grows capital the fastest of all multiples of the plain stake, given the error of the mean', () => {
    fc.assert(
      fc.property(
        someMean,
        someSd,
        fc.double({ min: 0.01, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        (m, s, e, k) => {
          const [mu, sd] = [m / 1e8, s / 1e8];
          const growth = (multiple: number): number => multiple * mu ** 2 - (multiple ** 2 * (mu ** 2 + (e * sd) ** 2)) / 2;
          const best = kellyFractionOf(forward(m, s), 1, 1, e) / (mu / sd ** 2);
          expect(growth(best)).toBeGreaterThanOrEqual(growth(k) - 1e-12 * mu ** 2);
        },
      ),
    );
  });

  it('never exceeds the plain stake, and is in proportion to the caution', () => {
    fc.assert(
      fc.property(someMean, someSd, fc.double({ min: 0, max: 3, noNaN: true }), (mean, sd, error) => {
        const plain = kellyFractionOf(forward(mean, sd), 1, 1, 0);
        const shrunk = kellyFractionOf(forward(mean, sd), 1, 1, error);
        expect(shrunk).toBeLessThanOrEqual(plain);
        expect(kellyFractionOf(forward(mean, sd), 1, 0.25, error)).toBeCloseTo(shrunk / 4, 9);
      }),
    );
  });

  it('is nothing without an edge, and no number without a distribution', () => {
    expect(kellyFractionOf(forward(-1, 1_000_000), 1, 1, 0.1)).toBe(0);
    expect(kellyFractionOf(forward(0, 1_000_000), -1, 1, 0.1)).toBe(0);
    for (const sd of [0, -1, NaN, Infinity]) expect(kellyFractionOf(forward(1, sd), 1, 1, 0.1)).toBeNaN();
    expect(kellyFractionOf(forward(NaN, 1), 1, 1, 0.1)).toBeNaN();
  });
});

describe('the quality of a signal', () => {
  it('is its mean in standard deviations, whatever the sign', () => {
    expect(qualityOf(forward(-300, 200))).toBe(1.5);
  });
  it('is below every other when it cannot be told', () => {
    for (const sd of [0, -1, NaN]) expect(qualityOf(forward(1, sd))).toBe(-1);
    expect(qualityOf(forward(NaN, 1))).toBe(-1);
  });
});
