import { describe, expect, it } from '@jest/globals';
import { qualityOf } from './quality.ts';

const forward = (meanE8: number, sdE8: number) => ({ meanE8, sdE8, dofMilli: 6_000, quantilesE8: [] });

describe('the quality of a signal', () => {
  it('is its mean in standard deviations, whatever the sign', () => {
    expect(qualityOf(forward(-300, 200))).toBe(1.5);
  });
  it('is below every other when it cannot be told', () => {
    for (const sd of [0, -1, NaN]) expect(qualityOf(forward(1, sd))).toBe(-1);
    expect(qualityOf(forward(NaN, 1))).toBe(-1);
  });
});
