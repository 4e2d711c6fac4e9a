import { describe, expect, it } from '@jest/globals';
import { digamma, lnGamma, trigamma } from './index.ts';

// 18-digit values from mpmath (psi at 40 digits)
const TABLE: readonly (readonly [x: number, digamma: number, trigamma: number])[] = [
  [0.001, -1000.57557193181028, 1000001.64253319583],
  [0.1, -10.4237549404110762, 101.433299150792748],
  [0.5, -1.96351002602142348, 4.93480220054467931],
  [1, -0.577215664901532861, 1.64493406684822644],
  [2.5, 0.703156640645243187, 0.490357756100234865],
  [11.9, 2.43393353688253749, 0.0876632011900041836],
  [100, 4.6001618527380874, 0.0100501666633335714],
  [1e6, 13.8155100579641908, 1.00000050000016667e-6],
];

describe('digamma and trigamma', () => {
  it.each(TABLE)('of %d', (x, first, second) => {
    expect(Math.abs(digamma(x) - first)).toBeLessThan(1e-14 + 1e-15 * Math.abs(first));
    expect(Math.abs(trigamma(x) / second - 1)).toBeLessThan(2e-15);
  });

  it('are the slopes of ln Γ and of each other', () => {
    for (let x = 0.3; x < 30; x += 0.711) {
      const step = 1e-4 * x;
      expect(Math.abs((lnGamma(x + step) - lnGamma(x - step)) / (2 * step) - digamma(x))).toBeLessThan(1e-7);
      expect(Math.abs((digamma(x + step) - digamma(x - step)) / (2 * step) / trigamma(x) - 1)).toBeLessThan(1e-7);
    }
  });

  it('step by 1/x and −1/x²', () => {
    for (let x = 0.05; x < 40; x += 0.173) {
      expect(Math.abs(digamma(x + 1) - digamma(x) - 1 / x)).toBeLessThan(3e-14);
      expect(Math.abs(trigamma(x + 1) - trigamma(x) + 1 / (x * x))).toBeLessThan(1e-12);
    }
  });

  it('refuse x ≤ 0', () => {
    for (const x of [0, -1, NaN]) {
      expect(() => digamma(x)).toThrow(`${x}`);
      expect(() => trigamma(x)).toThrow(`${x}`);
    }
  });
});
