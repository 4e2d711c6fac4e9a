import { describe, expect, it } from '@jest/globals';
import { exp, ln, log1p, pow } from './index.ts';

describe('elementary functions', () => {
  it('hold their identities to the last bits', () => {
    for (const x of [1e-12, 0.3, 1, 7, 1234.5]) {
      expect(Math.abs(exp(ln(x)) / x - 1)).toBeLessThan(3e-15);
      expect(Math.abs(log1p(x) - ln(1 + x))).toBeLessThan(1e-12);
      expect(Math.abs(pow(x, 0.5) / Math.sqrt(x) - 1)).toBeLessThan(1e-15);
    }
    expect(log1p(1e-20)).toBe(1e-20);
  });

  it('have their limits', () => {
    expect([exp(-Infinity), exp(0), exp(710)]).toEqual([0, 1, Infinity]);
    expect([ln(0), ln(1), ln(-1)]).toEqual([-Infinity, 0, NaN]);
  });
});
