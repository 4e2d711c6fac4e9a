import { describe, expect, it } from '@jest/globals';
import { contradictionIn, gateVerdict, quantityFromShares, type Comparison, type GateFigure } from './index.ts';

const figure = (comparison: Comparison, value: number, limit: number): GateFigure => ({
  gate: comparison.toUpperCase(),
  unit: 'cash',
  ...{ comparison, value, limit },
});
const WORST = Number.MAX_SAFE_INTEGER;

describe("a gate's verdict", () => {
  it.each<[Comparison, number, number, string]>([
    ['at-most', 2, 2, 'pass'],
    ['at-most', 3, 2, 'deny'],
    ['at-most', WORST, 2, 'unknown'],
    ['at-most', 0, -WORST, 'unknown'],
    ['at-least', 2, 2, 'pass'],
    ['at-least', 1, 2, 'deny'],
    ['at-least', -WORST, 2, 'unknown'],
    ['sizes', 200, 100, 'pass'],
    ['sizes', 99, 100, 'deny'],
    ['sizes', 99, 0, 'deny'],
    ['sizes', 99, WORST, 'unknown'],
    ['passed', 3, 2, 'pass'],
    ['refused', 1, 2, 'deny'],
  ])('%s of %i and %i is %s', (comparison, value, limit, verdict) => {
    expect(gateVerdict(figure(comparison, value, limit))).toBe(verdict);
  });
});

describe('an answer', () => {
  const passing = [figure('at-most', 0, 0), figure('sizes', 799, 100), figure('sizes', 550, 110)];

  it('follows from the figures of its gates: an order of the shares that they leave, a denial of one that refuses', () => {
    expect(contradictionIn(passing, quantityFromShares(5))).toBeUndefined();
    expect(contradictionIn([...passing, figure('at-most', 1, 0)], null)).toBeUndefined();
  });

  it('contradicts them otherwise', () => {
    expect(contradictionIn(passing, quantityFromShares(7))).toBe('is of 7000000000 where its gates leave 5000000000');
    expect(contradictionIn([...passing, figure('at-most', 1, 0)], quantityFromShares(5))).toBe(
      'is approved past AT-MOST: 1, limit 0',
    );
    expect(contradictionIn(passing, null)).toBe('is denied, and none of its gates refuses');
  });

  it('of a recording that did not say how its gates size is not held against a size', () => {
    expect(contradictionIn([figure('passed', 3, 2)], quantityFromShares(5))).toBeUndefined();
  });
});
