import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decimalOf, nearestUnitsOf, ratioOf, unitsOf } from './index.ts';

describe('a decimal in whole units', () => {
  it('is read digit by digit, and written again as it was', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 9 }), (units, places) => {
        const text = decimalOf(units, places);
        expect(unitsOf(text, places)).toBe(units + 0);
        expect(nearestUnitsOf(text, places)).toBe(units + 0);
        expect(decimalOf(BigInt(units), places)).toBe(text);
      }),
    );
  });

  it('is refused where it is finer, or rounded to the nearest, half away from zero', () => {
    expect(unitsOf('190.12345', 4)).toBe('too-fine');
    expect(unitsOf('190.123400', 4)).toBe(1_901_234);
    expect(nearestUnitsOf('190.12345', 4)).toBe(1_901_235);
    expect(nearestUnitsOf('190.12344999', 4)).toBe(1_901_234);
    expect(nearestUnitsOf('-0.0000005', 6)).toBe(-1);
    expect(nearestUnitsOf('122011.09751111286868', 6)).toBe(122_011_097_511);
  });

  it('never is a negative zero', () => {
    for (const text of ['-0', '-0.0000001']) expect(Object.is(nearestUnitsOf(text, 6), 0)).toBe(true);
    expect(Object.is(unitsOf('-0', 6), 0)).toBe(true);
    expect(decimalOf(0n, 4)).toBe('0');
  });

  it.each(['', '1e3', 'NaN', 'Infinity', '1,000', '.5', '0x10', '--1', '9007199254740993', 'null'])('is none: "%s"', (text) => {
    expect(nearestUnitsOf(text, 9)).toBeUndefined();
    expect(unitsOf(text, 9)).toBe('malformed');
  });

  it('is a ratio to so many places, half away from zero, and nothing of nothing', () => {
    expect(ratioOf(1n, 3n, 4)).toBe('0.3333');
    expect(ratioOf(-1n, 2n, 0)).toBe('-1');
    expect(ratioOf(1n, 0n, 4)).toBe('0');
  });
});
