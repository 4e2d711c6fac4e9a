import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { areaBetween, place, ticksOf } from './scale.ts';

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe('a scale', () => {
  it('puts its ends where they belong, whichever way it runs', () => {
    const scale = { from: 10, to: 20, start: 300, end: 0 };
    expect([place(scale, 10), place(scale, 20), place(scale, 15)]).toEqual([300, 0, 150]);
  });

  it('has round ticks, evenly spaced and inside it, about as many as wanted, that differ as text', () => {
    fc.assert(
      fc.property(finite(-1e4, 1e4), finite(1e-3, 1e4), fc.integer({ min: 3, max: 8 }), (from, width, wanted) => {
        const { values, digits } = ticksOf({ from, to: from + width, start: 0, end: 1 }, wanted);
        expect(values.length).toBeGreaterThanOrEqual(1);
        expect(values.length).toBeLessThanOrEqual(wanted + 1);
        for (const value of values) expect(value > from - width / 100 && value < from + width * 1.01).toBe(true);
        expect(new Set(values.map((value) => value.toFixed(digits))).size).toBe(values.length);
      }),
    );
  });

  it('closes an area along both of its edges', () => {
    expect(
      areaBetween(
        [
          [0, 1],
          [2, 1],
        ],
        [
          [0, 5],
          [2, 6],
        ],
      ),
    ).toBe('M0 1L2 1L2 6L0 5Z');
  });
});
