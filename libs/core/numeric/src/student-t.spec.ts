import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalQuantile, studentTCdf, studentTPdf, studentTQuantile } from './index.ts';

// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, critical values of Student's t, three decimals
const HANDBOOK: readonly (readonly [dof: number, p: number, t: number])[] = [
  [1, 0.975, 12.706],
  [2, 0.95, 2.92],
  [5, 0.9, 1.476],
  [5, 0.99, 3.365],
  [10, 0.975, 2.228],
  [30, 0.99, 2.457],
  [100, 0.95, 1.66],
];

// upper tails, 16-digit values from mpmath (betainc inverted at 40 digits)
const UPPER_TAILS: readonly (readonly [dof: number, q: number, t: number])[] = [
  [2.5, 0.01, 5.353111173030874],
  [2.5, 1e-9, 3489.583395369982],
  [3, 0.45, 0.1365981993536989],
  [3, 0.0005, 12.92397863668748],
  [4, 0.25, 0.7406970841126826],
  [4, 0.025, 2.776445105197794],
  [5, 0.05, 2.015048373333024],
  [7, 0.1, 1.414923927650508],
  [10, 1e-9, 20.144697766674],
  [30, 0.25, 0.6827556933212926],
  [120, 0.0005, 3.3734537685625],
  [5000, 0.45, 0.1256677293072458],
  [5000, 1e-9, 6.008912704518388],
];

// lower tails for many degrees of freedom, 17-digit values from mpmath (betainc at 40 digits)
const NEARLY_NORMAL: readonly (readonly [dof: number, t: number, p: number])[] = [
  [3e4, -1, 0.15865928674325847],
  [3e4, -6, 9.9788333107771296e-10],
  [3e4, -20, 1.0392985407212545e-88],
  [1e6, -1, 0.15865537491678906],
  [1e6, -20, 2.8665435236951859e-89],
];

const dofs = fc.double({ noNaN: true, min: 0.5, max: 1e4 });
const probabilities = fc.double({ noNaN: true, min: 1e-12, max: 1 - 1e-9 });

describe('studentTQuantile', () => {
  it.each(HANDBOOK)('agrees with the printed table: %d degrees of freedom at %d', (dof, p, t) => {
    expect(Math.abs(studentTQuantile(p, dof) - t)).toBeLessThanOrEqual(0.0005);
  });

  it.each(UPPER_TAILS)('%d degrees of freedom, upper tail %d', (dof, q, t) => {
    expect(Math.abs(studentTQuantile(q, dof) / -t - 1)).toBeLessThan(1e-13);
  });

  it('agrees with the closed forms for 1 and 2 degrees of freedom', () => {
    for (let p = 0.001; p < 0.5; p += 0.0173) {
      expect(Math.abs(studentTQuantile(p, 1) / Math.tan(Math.PI * (p - 0.5)) - 1)).toBeLessThan(1e-13);
      expect(Math.abs((studentTQuantile(p, 2) * Math.sqrt(2 * p * (1 - p))) / (2 * p - 1) - 1)).toBeLessThan(1e-13);
    }
  });

  it('is inverted by the distribution function', () => {
    fc.assert(
      fc.property(probabilities, dofs, (p, dof) => {
        expect(Math.abs(studentTCdf(studentTQuantile(p, dof), dof) / p - 1)).toBeLessThan(1e-12);
      }),
    );
  });

  it('is odd around one half and rises', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 511 }), dofs, (k, dof) => {
        const p = k / 1024;
        expect(studentTQuantile(1 - p, dof)).toBe(-studentTQuantile(p, dof));
        expect(studentTQuantile(p, dof)).toBeLessThan(studentTQuantile(p + 1 / 1024, dof));
      }),
    );
  });

  it('meets the normal quantile as the degrees of freedom grow, without a step where the series takes over', () => {
    expect(studentTQuantile(0.01, Infinity)).toBe(normalQuantile(0.01));
    for (const p of [1e-12, 1e-4, 0.01, 0.3]) {
      const series = studentTQuantile(p, 3e4);
      // a millionth of a degree of freedom moves the quantile by less than 1e-13
      expect(Math.abs(studentTQuantile(p, 3e4 - 1e-6) / series - 1)).toBeLessThan(5e-13);
    }
  });

  it('has its ends and refuses the rest', () => {
    expect([studentTQuantile(0, 5), studentTQuantile(0.5, 5), studentTQuantile(1, 5)]).toEqual([-Infinity, 0, Infinity]);
    for (const p of [-1, 2, NaN]) expect(() => studentTQuantile(p, 5)).toThrow(RangeError);
    for (const dof of [0, -1, NaN]) expect(() => studentTQuantile(0.1, dof)).toThrow(RangeError);
  });
});

describe('studentTCdf', () => {
  it.each(NEARLY_NORMAL)('is relatively exact for %d degrees of freedom at %d', (dof, t, p) => {
    expect(Math.abs(studentTCdf(t, dof) / p - 1)).toBeLessThan(2e-13);
    expect(Math.abs(studentTCdf(-t, dof) - (1 - p))).toBeLessThan(1e-15);
  });

  it('ends at 0 and 1, whatever the degrees of freedom', () => {
    for (const dof of [1, 5, 1e5, Infinity])
      expect([-Infinity, 0, Infinity].map((t) => studentTCdf(t, dof))).toEqual([0, 0.5, 1]);
  });
});

describe('studentTPdf', () => {
  it('agrees with the closed forms for 1 and 2 degrees of freedom and with the normal density', () => {
    for (const x of [-3, -0.5, 0, 1, 20]) {
      expect(studentTPdf(x, 1)).toBeCloseTo(1 / (Math.PI * (1 + x * x)), 15);
      expect(studentTPdf(x, 2)).toBeCloseTo((2 + x * x) ** -1.5, 15);
      expect(studentTPdf(x, Infinity)).toBeCloseTo(Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI), 15);
    }
  });

  it('is the slope of the distribution function', () => {
    for (const dof of [2.5, 6, 50])
      for (const t of [-4, -1, -0.1]) {
        const slope = (studentTCdf(t + 1e-5, dof) - studentTCdf(t - 1e-5, dof)) / 2e-5;
        expect(Math.abs(slope / studentTPdf(t, dof) - 1)).toBeLessThan(1e-8);
      }
  });

  it('refuses what has no density', () => {
    expect(() => studentTPdf(NaN, 5)).toThrow(RangeError);
    expect(() => studentTPdf(0, 0)).toThrow(RangeError);
    expect(() => studentTCdf(NaN, 5)).toThrow(RangeError);
    expect(() => studentTCdf(1, -1)).toThrow(RangeError);
  });
});
