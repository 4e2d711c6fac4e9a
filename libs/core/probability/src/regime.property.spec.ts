import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { calmAfter, newRegimeModel } from './regime.ts';

const stay = fc.double({ noNaN: true, min: 0.001, max: 0.999 });
const scale = fc.double({ noNaN: true, min: 1.01, max: 100 });
const probability = fc.double({ noNaN: true, min: 0, max: 1 });
const anyZ = fc.double({ noNaN: true, min: -1e9, max: 1e9 });

describe('regime', () => {
  it('is a probability for any innovation, and never certain after one of average size', () => {
    fc.assert(
      fc.property(stay, stay, scale, probability, anyZ, (calm, turbulent, ratio, before, z) => {
        const model = newRegimeModel(calm, turbulent, ratio);
        const after = calmAfter(model, before, z);
        expect(after).toBeGreaterThan(0);
        expect(after).toBeLessThanOrEqual(1);
        expect(calmAfter(model, before, 1)).toBeLessThan(1);
      }),
    );
  });

  it('is never calmer after a larger surprise', () => {
    fc.assert(
      fc.property(stay, stay, scale, probability, anyZ, (calm, turbulent, ratio, before, z) => {
        const model = newRegimeModel(calm, turbulent, ratio);
        expect(calmAfter(model, before, 1.5 * z)).toBeLessThanOrEqual(calmAfter(model, before, z));
      }),
    );
  });

  it('is Bayes’ rule on two normal densities after the transition', () => {
    const model = newRegimeModel(0.98, 0.95, 2.5);
    const calmSd = Math.sqrt(1 / (model.calmAtRest + (1 - model.calmAtRest) * 2.5 ** 2));
    const density = (z: number, sd: number): number => Math.exp(-0.5 * (z / sd) ** 2) / sd;
    for (const z of [-3, -1, 0, 0.5, 2, 4]) {
      const calm = (0.7 * 0.98 + 0.3 * 0.05) * density(z, calmSd);
      const turbulent = (0.7 * 0.02 + 0.3 * 0.95) * density(z, 2.5 * calmSd);
      expect(calmAfter(model, 0.7, z)).toBeCloseTo(calm / (calm + turbulent), 13);
    }
  });

  it('rests where the chain rests', () => {
    const { calmAtRest } = newRegimeModel(0.98, 0.95, 2.5);
    expect(calmAtRest * 0.98 + (1 - calmAtRest) * 0.05).toBeCloseTo(calmAtRest, 14);
  });
});
