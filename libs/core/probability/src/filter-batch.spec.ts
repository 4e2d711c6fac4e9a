import { describe, expect, it } from '@jest/globals';
import { kalmanFilter, matrixOf, revertingVelocity } from '@aitrader/core-estimation';
import { item, read } from '@aitrader/model';
import { filterFigures } from '../test/one-symbol.ts';
import { observe, predict, start } from './filter.ts';
import { newMemory } from './memory.ts';
import { newTransitions, transitionOver } from './transition.ts';

const VARIANCE = 9;
const NOISE = 0.4;
const VELOCITY = { reversionPerStep: Math.LN2 / 40, gain: 0.2 };

/** A walk with steps of every length, from a fixed stream of numbers. */
function walk(n: number): { values: Float64Array; steps: Float64Array } {
  let seed = 11;
  const next = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const steps = Float64Array.from({ length: n - 1 }, (_, i) => (i % 5 === 0 ? 1 + 80 * next() : 1));
  const values = new Float64Array(n).fill(90_000);
  steps.forEach((dt, i) => {
    values[i + 1] = read(values, i) + 6 * Math.sqrt(dt) * (next() + next() - 1);
  });
  return { values, steps };
}

describe('filter, one bar at a time', () => {
  it('is the batch filter of the estimation library, over irregular times', () => {
    const { values, steps } = walk(400);
    const memory = newMemory(1);
    const { filter } = memory;
    const table = newTransitions(VELOCITY);
    const velocityVariance = VELOCITY.gain ** 2 * VARIANCE;
    start(memory, 0, read(values, 0), NOISE, velocityVariance);
    // the batch starts where the stream is after its first prediction
    const move = (dt: number): void => predict(filter, 0, table, transitionOver(table, VELOCITY, dt), VARIANCE, dt);
    move(read(steps, 0));
    const { level, velocity, levelVariance: p11, covariance: p12, velocityVariance: p22 } = filterFigures(filter);
    const prior = {
      mean: Float64Array.of(level, velocity),
      covariance: matrixOf([
        [p11, p12],
        [p12, p22],
      ]),
    };
    const series = { values: values.subarray(1), steps: steps.subarray(1) };
    const parameters = Float64Array.of(VARIANCE, velocityVariance, VELOCITY.reversionPerStep, NOISE);
    const { filtered } = kalmanFilter(revertingVelocity(prior), parameters, series, 'kept');
    filtered.forEach(({ mean, covariance }, i) => {
      if (i > 0) move(read(steps, i));
      observe(filter, 0, { softZ: Infinity }, read(values, i + 1), NOISE);
      const now = filterFigures(filter);
      expect(Math.abs(now.level - read(mean, 0))).toBeLessThan(1e-9 * 90_000);
      expect(Math.abs(now.velocity - read(mean, 1))).toBeLessThan(1e-9);
      [now.levelVariance, now.covariance, now.covariance, now.velocityVariance].forEach((value, k) =>
        expect(Math.abs(value - item(Array.from(covariance.entries), k))).toBeLessThan(1e-9),
      );
    });
  });
});
