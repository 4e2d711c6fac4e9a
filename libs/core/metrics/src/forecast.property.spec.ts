import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalQuantile, studentTQuantile } from '@aitrader/core-numeric';
import {
  logScoreOfGaussian,
  logScoreOfGaussianMixture,
  logScoreOfStudentT,
  logScoreOfStudentTMixture,
  mean,
  pitOfGaussian,
  pitOfGaussianMixture,
  pitOfStudentT,
  pitOfStudentTMixture,
} from './index.ts';

const places = fc.double({ noNaN: true, min: -5, max: 5 });
const scales = fc.double({ noNaN: true, min: 0.1, max: 4 });
const dofs = fc.oneof(fc.double({ noNaN: true, min: 0.5, max: 40 }), fc.constant(Infinity));
const students = fc.record({ location: places, scale: scales, dof: dofs });
const levels = fc.integer({ min: 1, max: 999 }).map((k) => k / 1000);

describe('the probability integral transform', () => {
  it('is uniform under the truth: the outcome at a quantile has that probability below it', () => {
    fc.assert(
      fc.property(students, levels, (forecast, p) => {
        const { location, scale, dof } = forecast;
        expect(Math.abs(pitOfStudentT(forecast, location + scale * studentTQuantile(p, dof)) - p)).toBeLessThan(1e-10);
        expect(Math.abs(pitOfGaussian({ mean: location, sd: scale }, location + scale * normalQuantile(p)) - p)).toBeLessThan(
          1e-12,
        );
      }),
    );
  });

  it('of a mixture lies between those of its components and never falls', () => {
    fc.assert(
      fc.property(students, students, places, scales, levels, (a, b, y, more, weight) => {
        const mixture = [
          { ...a, weight },
          { ...b, weight: 1 - weight },
        ];
        const pits = [pitOfStudentT(a, y), pitOfStudentT(b, y)];
        const pit = pitOfStudentTMixture(mixture, y);
        expect(pit).toBeGreaterThanOrEqual(Math.min(...pits) - 1e-15);
        expect(pit).toBeLessThanOrEqual(Math.max(...pits) + 1e-15);
        expect(pitOfStudentTMixture(mixture, y + more)).toBeGreaterThanOrEqual(pit);
      }),
    );
  });
});

describe('the log score', () => {
  it('is best on average for the distribution that the outcomes come from', () => {
    const outcomes = Array.from({ length: 400 }, (_, i) => studentTQuantile((i + 0.5) / 400, 5));
    const scoreOf = (location: number, scale: number, dof: number): number =>
      mean(outcomes.map((y) => logScoreOfStudentT({ location, scale, dof }, y)));
    const truth = scoreOf(0, 1, 5);
    for (const [location, scale, dof] of [
      [0.15, 1, 5],
      [0, 1.15, 5],
      [0, 0.87, 5],
      [0, 1, 2],
      [0, 1, 50],
    ] as const)
      expect(scoreOf(location, scale, dof)).toBeGreaterThan(truth);
  });

  it('is minus the logarithm of the slope of the PIT', () => {
    fc.assert(
      fc.property(students, places, (forecast, y) => {
        const step = 1e-5 * forecast.scale;
        const slope = (pitOfStudentT(forecast, y + step) - pitOfStudentT(forecast, y - step)) / (2 * step);
        fc.pre(slope > 1e-6);
        expect(Math.abs(logScoreOfStudentT(forecast, y) + Math.log(slope))).toBeLessThan(1e-4);
      }),
    );
  });

  it('of a mixture of one, or of equal components, is that of the component', () => {
    fc.assert(
      fc.property(students, places, levels, (forecast, y, weight) => {
        const plain = logScoreOfStudentT(forecast, y);
        expect(logScoreOfStudentTMixture([{ ...forecast, weight: 1 }], y)).toBeCloseTo(plain, 12);
        const split = [weight, 1 - weight].map((share) => ({ ...forecast, weight: share }));
        expect(logScoreOfStudentTMixture(split, y)).toBeCloseTo(plain, 12);
      }),
    );
  });

  it('survives where the density does not', () => {
    const far = logScoreOfGaussian({ mean: 0, sd: 1 }, 60);
    expect(far).toBeCloseTo(1800 + Math.log(2 * Math.PI) / 2, 9);
    const mixture = [
      { mean: 0, sd: 1, weight: 0.5 },
      { mean: -1, sd: 1, weight: 0.5 },
    ];
    expect(logScoreOfGaussianMixture(mixture, 60)).toBeCloseTo(far + Math.log(2), 9);
    expect(pitOfGaussianMixture(mixture, 60)).toBe(1);
  });

  it('refuses what is no forecast, by name', () => {
    expect(() => logScoreOfStudentT({ location: 0, scale: 1, dof: 0 }, 0)).toThrow('degrees of freedom must be positive, got 0');
    expect(() => pitOfGaussian({ mean: 0, sd: -2 }, 0)).toThrow('got -2');
    expect(() => pitOfStudentT({ location: 0, scale: 1, dof: 3 }, NaN)).toThrow('outcome must be finite, got NaN');
  });
});
