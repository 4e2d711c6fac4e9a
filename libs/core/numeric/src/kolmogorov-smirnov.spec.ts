import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kolmogorovSmirnovSurvival, kolmogorovSurvival } from './index.ts';

// 18-digit values from mpmath (the defining series at 40 digits)
const LIMIT: readonly (readonly [x: number, p: number])[] = [
  [0.2, 0.999999999999494959],
  [0.5, 0.963945243664875094],
  [1, 0.269999671677354521],
  [1.5, 0.0222179626165251287],
  [3, 3.04599594894252569e-8],
  [8, 5.14441874528482965e-56],
];

// Miller (1956), "Table of percentage points of Kolmogorov statistics", JASA 51, five decimals
const MILLER: readonly (readonly [n: number, p: number, d: number])[] = [
  [1, 0.05, 0.975],
  [5, 0.05, 0.56328],
  [10, 0.05, 0.40925],
  [20, 0.01, 0.35241],
  [100, 0.05, 0.13403],
];

// scipy.stats.kstwo.sf
const FINITE: readonly (readonly [d: number, n: number, p: number])[] = [
  [0.3, 4, 0.7708],
  [0.09, 10, 0.9999610360566907],
  [0.8, 7, 2.5989932766109318e-5],
  [0.2, 20, 0.352720173623415],
  [0.4, 20, 0.0021189221820357984],
  [0.05, 100, 0.9532159710635725],
  [0.12, 140, 0.03252638258561632],
];

const distances = fc.double({ noNaN: true, min: 0, max: 1 });

describe('the Kolmogorov distribution', () => {
  it.each(LIMIT)('is relatively exact at %d', (x, p) => {
    expect(Math.abs(kolmogorovSurvival(x) / p - 1)).toBeLessThan(1e-14);
  });

  it('falls without a step where one series takes over from the other', () => {
    for (let x = 0.18; x < 5; x += 0.01) expect(kolmogorovSurvival(x + 0.01)).toBeLessThan(kolmogorovSurvival(x) + 1e-15);
    expect(Math.abs(kolmogorovSurvival(1.1 - 1e-9) - kolmogorovSurvival(1.1) - 7.8e-10)).toBeLessThan(1e-11);
  });

  it('begins at 1 and refuses what is no distance', () => {
    expect([kolmogorovSurvival(0), kolmogorovSurvival(1e-3), kolmogorovSurvival(Infinity)]).toEqual([1, 1, 0]);
    for (const x of [-1, NaN]) expect(() => kolmogorovSurvival(x)).toThrow(`${x}`);
  });
});

describe('the Kolmogorov–Smirnov distance of a sample', () => {
  it.each(MILLER)('of %d observations agrees with the printed table at %d', (n, p, d) => {
    expect(kolmogorovSmirnovSurvival(d - 5e-6, n)).toBeGreaterThanOrEqual(p);
    expect(kolmogorovSmirnovSurvival(d + 5e-6, n)).toBeLessThanOrEqual(p);
  });

  it.each(FINITE)('%d of %d observations agrees with scipy', (d, n, p) => {
    expect(Math.abs(kolmogorovSmirnovSurvival(d, n) - p)).toBeLessThan(1e-12 * Math.min(1, 100 * p));
  });

  it('of one observation exceeds d with probability 2 (1 − d)', () => {
    fc.assert(
      fc.property(distances, (d) => {
        expect(Math.abs(kolmogorovSmirnovSurvival(d, 1) - Math.min(1, 2 * (1 - d)))).toBeLessThan(1e-14);
      }),
    );
  });

  it('never gets likelier with the distance', () => {
    fc.assert(
      fc.property(distances, distances, fc.integer({ min: 1, max: 60 }), (a, b, n) => {
        const [near, far] = [Math.min(a, b), Math.max(a, b)];
        expect(kolmogorovSmirnovSurvival(far, n)).toBeLessThanOrEqual(kolmogorovSmirnovSurvival(near, n) + 1e-10);
      }),
    );
  });

  it('steps by less than the stated error where one method takes over from another', () => {
    for (const scaled of [0.6, 0.8, 1.3, 1.99]) {
      const exact = kolmogorovSmirnovSurvival(scaled / Math.sqrt(300), 300);
      expect(Math.abs(kolmogorovSmirnovSurvival(scaled / Math.sqrt(301), 301) - exact)).toBeLessThan(1e-4);
    }
    const [below, above] = [Math.sqrt(3.999999 / 50), Math.sqrt(4.000001 / 50)];
    expect(kolmogorovSmirnovSurvival(below, 50) / kolmogorovSmirnovSurvival(above, 50) - 1).toBeLessThan(1e-5);
  });

  it('refuses other distances and numbers of observations', () => {
    for (const d of [-0.1, 1.1, NaN]) expect(() => kolmogorovSmirnovSurvival(d, 10)).toThrow(`${d}`);
    for (const n of [0, -1, 2.5, NaN]) expect(() => kolmogorovSmirnovSurvival(0.5, n)).toThrow(`${n}`);
  });
});
