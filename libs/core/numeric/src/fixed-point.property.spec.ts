import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRoundable, nearestInteger, toFixedPoint } from './index.ts';

const anyNumber = fc.double({ noNaN: true });
const scale = fc.constantFrom(1, 1e3, 1e4, 1e6, 1e8);

describe('fixed point', () => {
  it('is a safe integer and never −0', () => {
    fc.assert(
      fc.property(anyNumber, scale, (x, s) => {
        const units = toFixedPoint(x, s);
        expect(Number.isSafeInteger(units)).toBe(true);
        expect(Object.is(units, -0)).toBe(false);
      }),
    );
  });

  it('is within half a unit inside the safe integers', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -9e7, max: 9e7 }), scale, (x, s) => {
        fc.pre(Math.abs(x * s) < 2 ** 52);
        expect(Math.abs(toFixedPoint(x, s) - x * s)).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  it('never falls as x grows', () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, scale, (a, b, s) => {
        expect(toFixedPoint(Math.min(a, b), s)).toBeLessThanOrEqual(toFixedPoint(Math.max(a, b), s));
      }),
    );
  });

  it('cuts what lies beyond the safe integers and turns −0 into 0', () => {
    expect(toFixedPoint(Infinity, 1)).toBe(Number.MAX_SAFE_INTEGER);
    expect(toFixedPoint(-1e300, 1e8)).toBe(-Number.MAX_SAFE_INTEGER);
    expect(toFixedPoint(2 ** 53, 1)).toBe(Number.MAX_SAFE_INTEGER);
    expect(Object.is(toFixedPoint(-1e-12, 1e8), 0)).toBe(true);
    expect([0.5, 1.5, 2.5, -0.5, -1.5].map((x) => toFixedPoint(x, 1))).toEqual([0, 2, 2, 0, -2]);
  });

  it('refuses NaN', () => {
    expect(() => toFixedPoint(NaN, 1)).toThrow(RangeError);
    expect(() => toFixedPoint(0, Infinity)).toThrow(RangeError);
  });

  it('is what the quick way gives, where that may be taken', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        if (isRoundable(Math.abs(x))) expect(Object.is(nearestInteger(x), toFixedPoint(x, 1))).toBe(true);
      }),
    );
    expect([2 ** 51, Infinity, NaN].map(isRoundable)).toEqual([false, false, false]);
  });
});
