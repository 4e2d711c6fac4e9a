import { describe, expect, it } from '@jest/globals';
import { levelSpread, levelSpreadDerivatives, meanDecay, meanDecayDerivatives } from './index.ts';

const POINTS = [1e-9, 1e-3, 0.1, 0.2499, 0.2501, 0.7, 0.9999, 1.0001, 2, 5, 30];
const STEP = 1e-3;

describe.each([
  ['meanDecay', meanDecay, meanDecayDerivatives],
  ['levelSpread', levelSpread, levelSpreadDerivatives],
] as const)('%s', (_, f, derivatives) => {
  it('has the derivatives that differences approach', () => {
    for (const x of POINTS.filter((point) => point > 4 * STEP)) {
      const { value, slope, curvature } = derivatives(x);
      expect(value).toBe(f(x));
      const central = (g: (x: number) => number, h: number) => (g(x + h) - g(x - h)) / (2 * h);
      const richardson = (g: (x: number) => number) =>
        1.5 * central(g, STEP) - 0.6 * central(g, 2 * STEP) + 0.1 * central(g, 3 * STEP);
      expect(Math.abs(richardson(f) / slope - 1)).toBeLessThan(3e-9);
      expect(Math.abs(richardson((at) => derivatives(at).slope) / curvature - 1)).toBeLessThan(3e-9);
    }
  });

  it('has no step where series and closed form meet', () => {
    for (const border of [0.25, 1]) {
      const below = derivatives(border - 1e-13);
      const above = derivatives(border);
      expect(Math.abs(below.value / above.value - 1)).toBeLessThan(2e-13);
      expect(Math.abs(below.slope / above.slope - 1)).toBeLessThan(2e-12);
      expect(Math.abs(below.curvature / above.curvature - 1)).toBeLessThan(2e-11);
    }
  });
});

describe('the limits without reversion', () => {
  it('are 1, −1/2, 1/3 and 1/3, −1/4, 7/30', () => {
    expect(meanDecayDerivatives(0)).toEqual({ value: 1, slope: -1 / 2, curvature: 1 / 3 });
    const { value, slope, curvature } = levelSpreadDerivatives(0);
    expect(value).toBeCloseTo(1 / 3, 15);
    expect(slope).toBeCloseTo(-1 / 4, 15);
    expect(curvature).toBeCloseTo(7 / 30, 15);
  });
});
