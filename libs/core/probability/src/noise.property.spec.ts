import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { studentTPdf } from '@aitrader/core-numeric';
import { tickVariance, VOLATILITY_MAX, VOLATILITY_MIN, volatilityAfter } from './noise.ts';

const dof = fc.double({ noNaN: true, min: 2.01, max: 1000 });
const gain = fc.double({ noNaN: true, min: 0, max: 1 });

describe('noise level', () => {
  it('stays inside its bounds whatever is observed', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { maxLength: 50 }), gain, dof, (zs, weight, nu) => {
        const after = zs.reduce((volatility, z) => volatilityAfter(volatility, z, weight, nu), 25);
        expect(after).toBeGreaterThanOrEqual(VOLATILITY_MIN);
        expect(after).toBeLessThanOrEqual(VOLATILITY_MAX);
      }),
    );
  });

  it('changes by a bounded factor, and rises with the size of the surprise', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), gain, dof, (z, weight, nu) => {
        const after = volatilityAfter(100, z, weight, nu);
        expect(after).toBeLessThanOrEqual(100 * (1 + weight * nu) * (1 + 1e-12));
        expect(after).toBeGreaterThanOrEqual(100 * (1 - weight) * (1 - 1e-12));
        expect(volatilityAfter(100, 1.1 * z, weight, nu)).toBeGreaterThanOrEqual(after * (1 - 1e-12));
      }),
    );
  });

  it('keeps its mean when the surprises are the Student t it expects', () => {
    const nu = 5;
    const scale = Math.sqrt((nu - 2) / nu);
    const width = 0.01;
    let mean = 0;
    for (let t = -400 + width / 2; t < 400; t += width)
      mean += volatilityAfter(1e4, scale * t, 1, nu) * studentTPdf(t, nu) * width;
    expect(Math.abs(mean / 1e4 - 1)).toBeLessThan(1e-7);
  });

  it('counts a tick as a uniform error of its width', () => {
    expect(tickVariance(100)).toBeCloseTo(1 / 12, 12);
    expect(tickVariance(1)).toBeCloseTo(100 ** 2 / 12, 9);
    expect(tickVariance(0.5)).toBeCloseTo(2 ** 2 / 12, 12);
    expect(tickVariance(1e-9)).toBeCloseTo(10_000 ** 2 / 12, 6);
  });
});
