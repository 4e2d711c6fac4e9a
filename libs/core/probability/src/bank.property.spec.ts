import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { read } from '@aitrader/model';
import { studentTPdf } from '@aitrader/core-numeric';
import { effectiveDof, learnVariance, multipleOf, startBank, VARIANCE_MAX, VARIANCE_MIN } from './bank.ts';
import { EXPERTS, QUANTILES, SHAPES, SLOT, SLOT_WIDTH, TRACKS } from './slot.ts';

function newBank(prior = 25): Float64Array {
  const slot = new Float64Array(SLOT_WIDTH);
  startBank(slot, 0, prior);
  slot[SLOT.bars] = 1;
  return slot;
}

function learn(slot: Float64Array, square: number, falls = false, expertShare = 0.02): void {
  slot[SLOT.forecastBase] = read(slot, SLOT.variance);
  slot[SLOT.square] = square;
  learnVariance(slot, 0, falls, { expertShare });
  slot[SLOT.bars] = read(slot, SLOT.bars) + 1;
}

const weightsOf = (slot: Float64Array): Float64Array => slot.slice(SLOT.weights, SLOT.weights + EXPERTS);
const tracksOf = (slot: Float64Array): Float64Array => slot.slice(SLOT.tracks, SLOT.tracks + TRACKS);

describe('bank of variances', () => {
  it('keeps its weights positive and adding up to 1, its variances in bounds and its multiples rising, whatever happens', () => {
    const surprise = fc.tuple(fc.oneof(fc.double({ noNaN: true, min: 0, max: 16 }), fc.constantFrom(0, 1e12)), fc.boolean());
    fc.assert(
      fc.property(
        fc.array(surprise, { minLength: 1, maxLength: 60 }),
        fc.double({ noNaN: true, min: 1e-9, max: 0.5 }),
        (all, share) => {
          const slot = newBank();
          for (const [square, falls] of all) {
            learn(slot, square, falls, share);
            const weights = weightsOf(slot);
            expect(weights.every((w) => w > 0)).toBe(true);
            expect(Math.abs(weights.reduce((a, b) => a + b) - 1)).toBeLessThan(1e-12);
            expect(tracksOf(slot).every((v) => v >= VARIANCE_MIN && v <= VARIANCE_MAX)).toBe(true);
            for (let k = 1; k < QUANTILES; k++) expect(multipleOf(slot, 0, k)).toBeGreaterThan(multipleOf(slot, 0, k - 1));
            expect(effectiveDof(slot, 0)).toBeGreaterThanOrEqual(3);
            expect(effectiveDof(slot, 0)).toBeLessThanOrEqual(8);
          }
        },
      ),
    );
  });

  it('weighs by the density of a Student t of its variance and degrees of freedom', () => {
    const slot = newBank(9);
    slot.set([4, 9, 16, 25, 1, 2, 9, 100], SLOT.tracks);
    const tracks = tracksOf(slot);
    // an innovation of 2.5 standard deviations of the bank's 3 bp
    learn(slot, 6.25, false, 0);
    const densities = Array.from(tracks).flatMap((variance) =>
      [3, 4, 8].map((dof) => {
        const scale = Math.sqrt((variance * (dof - 2)) / dof);
        return studentTPdf(7.5 / scale, dof) / scale;
      }),
    );
    const total = densities.reduce((a, b) => a + b);
    weightsOf(slot).forEach((weight, i) => expect(Math.abs(weight - (densities[i] ?? NaN) / total)).toBeLessThan(1e-12));
  });

  it('raises its variance more after a fall than after a rise of the same size', () => {
    const after = (falls: boolean): number => {
      const slot = newBank();
      for (let i = 0; i < 200; i++) learn(slot, i % 3, i % 2 === 0);
      learn(slot, 9, falls);
      return read(slot, SLOT.variance);
    };
    expect(after(true)).toBeGreaterThan(after(false));
  });

  it('finds the variance of a steady market, and trusts the shape that fits', () => {
    const slot = newBank(1);
    for (let i = 0; i < 2000; i++) learn(slot, 25 / read(slot, SLOT.variance), i % 2 === 0);
    expect(Math.abs(read(slot, SLOT.variance) / 25 - 1)).toBeLessThan(0.05);
    const shapes = slot.slice(SLOT.shapes, SLOT.shapes + SHAPES);
    expect(shapes.indexOf(Math.max(...shapes))).toBe(2);
  });
});
