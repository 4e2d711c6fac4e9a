import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { price, type Direction } from '@aitrader/model';
import { bracketAround } from './stop-and-target.ts';

const reference = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 10_000_000 })).map(price);
const direction = fc.constantFrom<Direction>(1, -1);
/** Dollars that are tenths of a price unit, so that rounding matters. */
const distance = fc
  .oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 10_000_000 }))
  .map((tenths) => tenths / 100_000);

describe('bracket', () => {
  it('1. and 2. lies on both sides of the reference, by a price unit at least, or is none', () => {
    let brackets = 0;
    fc.assert(
      fc.property(reference, direction, distance, distance, (at, side, stopDistance, targetDistance) => {
        const bracket = bracketAround(at, side, stopDistance, targetDistance);
        const [stopUnits, targetUnits] = [Math.round(stopDistance * 10_000), Math.round(targetDistance * 10_000)];
        const lower = at - (side > 0 ? stopUnits : targetUnits);
        expect(bracket !== undefined).toBe(stopUnits >= 1 && targetUnits >= 1 && lower >= 1);
        if (bracket === undefined) return;
        brackets++;
        expect((at - bracket.stop) * side).toBe(stopUnits);
        expect((bracket.target - at) * side).toBe(targetUnits);
      }),
    );
    expect(brackets).toBeGreaterThan(0);
  });

  it('is none for a distance that is not one', () => {
    for (const distance of [NaN, -1, Infinity, 1e300]) {
      expect(bracketAround(price(1_000_000), 1, distance, 1)).toBeUndefined();
      expect(bracketAround(price(1_000_000), -1, 1, distance)).toBeUndefined();
    }
  });
});
