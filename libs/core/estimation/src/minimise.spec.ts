import { describe, expect, it } from '@jest/globals';
import { EstimationError, minimise, minimiseFromBest } from './index.ts';
import { type Objective } from './index.ts';

/** Rosenbrock's valley in n dimensions; its minimum 0 is at (1, …, 1). */
const rosenbrock: Objective = (x) => {
  let value = 0;
  const gradient = new Float64Array(x.length);
  for (let i = 0; i + 1 < x.length; i++) {
    const a = x[i] ?? NaN;
    const b = (x[i + 1] ?? NaN) - a * a;
    value += 100 * b * b + (1 - a) * (1 - a);
    gradient[i] = (gradient[i] ?? NaN) - 400 * a * b - 2 * (1 - a);
    gradient[i + 1] = 200 * b;
  }
  return { value, gradient };
};

describe('minimise', () => {
  it.each([2, 5, 20])('finds the end of the banana-shaped valley in %d dimensions', (size) => {
    const start = Float64Array.from({ length: size }, (_, i) => (i % 2 === 0 ? -1.2 : 1));
    const minimum = minimise(rosenbrock, start);
    expect(minimum.converged).toBe(true);
    if (minimum.value < 1e-3) minimum.point.forEach((x) => expect(Math.abs(x - 1)).toBeLessThan(1e-9));
    else expect(size).toBeGreaterThan(3); // from four dimensions on there is a second minimum near (−1, 1, …, 1)
    expect(minimise(rosenbrock, start)).toEqual(minimum);
  });

  it('solves a quadratic whose axes differ a million-fold in scale', () => {
    const weights = [1e-3, 1, 1e3];
    const objective: Objective = (x) => ({
      value: x.reduce((sum, v, i) => sum + ((weights[i] ?? NaN) * (v - i) ** 2) / 2, 0),
      gradient: x.map((v, i) => (weights[i] ?? NaN) * (v - i)),
    });
    const minimum = minimise(objective, Float64Array.of(100, -50, 3));
    expect(minimum.converged).toBe(true);
    minimum.point.forEach((x, i) => expect(Math.abs(x - i)).toBeLessThan(1e-6));
  });

  it('shortens the steps that leave the domain', () => {
    const objective: Objective = (x) => ({ value: (x[0] ?? NaN) - Math.log(x[0] ?? NaN), gradient: x.map((v) => 1 - 1 / v) });
    const minimum = minimise(objective, Float64Array.of(1e-3));
    expect(minimum.converged).toBe(true);
    expect(Math.abs((minimum.point[0] ?? NaN) - 1)).toBeLessThan(1e-9);
  });

  it('says that it has not converged on a slope without end', () => {
    const objective: Objective = (x) => ({ value: -(x[0] ?? NaN), gradient: Float64Array.of(-1) });
    expect(minimise(objective, Float64Array.of(0)).converged).toBe(false);
  });

  it('refuses a start outside the domain', () => {
    const nowhere: Objective = () => ({ value: NaN, gradient: Float64Array.of(0) });
    expect(() => minimise(nowhere, Float64Array.of(7))).toThrow(EstimationError);
    expect(() => minimise(nowhere, Float64Array.of(7))).toThrow('NaN at its start [7]');
    expect(() => minimiseFromBest(nowhere, [Float64Array.of(7)])).toThrow(EstimationError);
  });

  it('takes the lower of two minima', () => {
    // x⁴ − 2 x² + x / 4 has its lower minimum left of 0
    const objective: Objective = (x) => {
      const v = x[0] ?? NaN;
      return { value: v ** 4 - 2 * v * v + v / 4, gradient: Float64Array.of(4 * v ** 3 - 4 * v + 0.25) };
    };
    const starts = [2, -2].map((v) => Float64Array.of(v));
    expect(minimiseFromBest(objective, starts).point[0]).toBeLessThan(0);
  });
});
