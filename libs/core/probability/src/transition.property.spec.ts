import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { read } from '@aitrader/model';
import {
  newTransitions,
  TRANSITION,
  TRANSITION_WIDTH,
  transitionOver,
  type VelocityModel,
  writeTransition,
} from './transition.ts';

const model = (reversionPerStep: number, gain: number): VelocityModel => ({ reversionPerStep, gain });

function over(velocity: VelocityModel, minutes: number): Float64Array {
  const table = new Float64Array(TRANSITION_WIDTH);
  writeTransition(table, 0, velocity, minutes);
  return table;
}

const figure = (transition: Float64Array, name: keyof typeof TRANSITION): number => read(transition, TRANSITION[name]);

/** F = F₂ F₁ and Q = F₂ Q₁ F₂ᵀ + Q₂, by hand. */
function after(first: Float64Array, second: Float64Array): number[] {
  const [d1, d2] = [figure(first, 'drift'), figure(second, 'drift')];
  const [a1, a2] = [figure(first, 'decay'), figure(second, 'decay')];
  const [q11, q12, q22] = [figure(first, 'levelNoise'), figure(first, 'crossNoise'), figure(first, 'velocityNoise')];
  return [
    d1 + d2 * a1,
    a2 * a1,
    q11 + 2 * d2 * q12 + d2 * d2 * q22 + figure(second, 'levelNoise'),
    a2 * (q12 + d2 * q22) + figure(second, 'crossNoise'),
    a2 * a2 * q22 + figure(second, 'velocityNoise'),
  ];
}

/** Simpson's rule over exp(As) B Bᵀ exp(As)ᵀ, independent of the closed forms. */
function integrated(theta: number, gain: number, minutes: number): readonly [number, number, number] {
  const steps = 2000;
  const strength = 2 * theta * gain * gain;
  const sums: [number, number, number] = [0, 0, 0];
  for (let k = 0; k <= steps; k++) {
    const s = (minutes * k) / steps;
    const weight = ((k === 0 || k === steps ? 1 : k % 2 === 1 ? 4 : 2) * minutes) / steps / 3;
    const decay = Math.exp(-theta * s);
    const reach = -Math.expm1(-theta * s) / theta;
    sums[0] += weight * strength * reach * reach;
    sums[1] += weight * strength * reach * decay;
    sums[2] += weight * strength * decay * decay;
  }
  return sums;
}

const relative = (a: number, b: number): number => Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), 1e-300);
const theta = fc.double({ noNaN: true, min: 1e-7, max: 3 });
const gain = fc.oneof(fc.constant(0), fc.double({ noNaN: true, min: 1e-3, max: 1 }));
const minutes = fc.double({ noNaN: true, min: 0.01, max: 2000 });

describe('transition of price and velocity', () => {
  it('over a gap is the product of those over its two parts', () => {
    fc.assert(
      fc.property(theta, gain, minutes, minutes, (rate, kappa, first, second) => {
        const velocity = model(rate, kappa);
        const whole = over(velocity, first + second);
        after(over(velocity, first), over(velocity, second)).forEach((value, i) => {
          expect(Math.abs(value - read(whole, i))).toBeLessThanOrEqual(1e-10 * (1 + Math.abs(value)));
        });
      }),
      { numRuns: 500 },
    );
  });

  it('has a positive semidefinite noise, and never more velocity than at rest', () => {
    fc.assert(
      fc.property(theta, gain, minutes, (rate, kappa, dt) => {
        const q = over(model(rate, kappa), dt);
        const [q11, q12, q22] = [figure(q, 'levelNoise'), figure(q, 'crossNoise'), figure(q, 'velocityNoise')];
        expect(q11).toBeGreaterThanOrEqual(0);
        expect(q22).toBeGreaterThanOrEqual(0);
        expect(q22).toBeLessThanOrEqual(kappa * kappa * (1 + 1e-12));
        expect(q12 * q12).toBeLessThanOrEqual(q11 * q22 * (1 + 1e-9));
      }),
    );
  });

  it.each([
    [0.03, 0.05, 7],
    [0.0173, 0.2, 1],
    [0.0173, 0.2, 960],
    [0.249, 1, 1],
    [0.251, 1, 1],
    [1e-6, 0.5, 3],
  ])('is the integral of its noise: theta %d, gain %d, %d steps', (rate, kappa, dt) => {
    const q = over(model(rate, kappa), dt);
    const [q11, q12, q22] = integrated(rate, kappa, dt);
    expect(relative(figure(q, 'levelNoise'), q11)).toBeLessThan(1e-9);
    expect(relative(figure(q, 'crossNoise'), q12)).toBeLessThan(1e-9);
    expect(relative(figure(q, 'velocityNoise'), q22)).toBeLessThan(1e-9);
    expect(Math.abs(figure(q, 'decay') - Math.exp(-rate * dt))).toBeLessThan(1e-15);
  });

  it('tends to a constant velocity as it forgets ever more slowly', () => {
    const rate = 1e-9;
    const strength = 2 * rate;
    const q = over(model(rate, 1), 10);
    expect(figure(q, 'drift')).toBeCloseTo(10, 6);
    expect(figure(q, 'decay')).toBeCloseTo(1, 7);
    expect(relative(figure(q, 'levelNoise'), (strength * 1000) / 3)).toBeLessThan(1e-6);
    expect(relative(figure(q, 'crossNoise'), (strength * 100) / 2)).toBeLessThan(1e-7);
    expect(relative(figure(q, 'velocityNoise'), strength * 10)).toBeLessThan(1e-7);
  });

  it('comes from the table or is computed, the same to the last bit', () => {
    const velocity = model(0.0173, 0.05);
    const table = newTransitions(velocity);
    for (const dt of [1, 2, 64, 65, 1.5, 960, 571, 0.25]) {
      const at = transitionOver(table, velocity, dt);
      expect(table.slice(at, at + TRANSITION_WIDTH)).toEqual(over(velocity, dt));
    }
  });
});
