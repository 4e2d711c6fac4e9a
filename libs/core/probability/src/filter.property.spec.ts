import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { read } from '@aitrader/model';
import { FILTER, FILTER_WIDTH, observe, predict, predictedLevel, predictedVariance, start, VARIANCE_FLOOR } from './filter.ts';
import { newTransitions, transitionOver } from './transition.ts';

const VELOCITY = { reversionPerMinute: Math.LN2 / 40, gain: 0.05 };
const NO_LIMIT = Infinity;

function newFilter(volatility: number): Float64Array {
  const filter = new Float64Array(FILTER_WIDTH);
  filter[FILTER.volatility] = volatility;
  return filter;
}

const get = (filter: Float64Array, name: keyof typeof FILTER): number => read(filter, FILTER[name]);

function move(filter: Float64Array, minutes: number, nights = 0): void {
  const table = newTransitions(VELOCITY);
  predict(filter, 0, table, transitionOver(table, VELOCITY, minutes), nights);
}

function expectPositiveDefinite(filter: Float64Array): void {
  const [p11, p12, p22] = [get(filter, 'levelVariance'), get(filter, 'covariance'), get(filter, 'velocityVariance')];
  expect(p11).toBeGreaterThanOrEqual(VARIANCE_FLOOR);
  expect(p22).toBeGreaterThanOrEqual(VARIANCE_FLOOR);
  expect(p11 * p22 - p12 * p12).toBeGreaterThan(0);
}

const step = fc.record({
  minutes: fc.oneof(fc.constant(1), fc.double({ noNaN: true, min: 0.1, max: 1e5 })),
  nights: fc.double({ noNaN: true, min: 0, max: 1e4 }),
  close: fc.double({ noNaN: true, min: -2e5, max: 2e5 }),
  noise: fc.double({ noNaN: true, min: 0, max: 1e7 }),
  volatility: fc.double({ noNaN: true, min: 1e-4, max: 1e8 }),
  softZ: fc.double({ noNaN: true, min: 0.5, max: 20 }),
});

describe('filter of price and velocity', () => {
  it('keeps its covariance positive definite after any sequence of steps', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const filter = newFilter(25);
        start(filter, 0, 90_000, 0.5, VELOCITY.gain);
        for (const { minutes, nights, close, noise, volatility, softZ } of steps) {
          filter[FILTER.volatility] = volatility;
          move(filter, minutes, nights);
          expectPositiveDefinite(filter);
          observe(filter, 0, close, noise, softZ);
          expectPositiveDefinite(filter);
        }
      }),
    );
  });

  it('keeps it over 20,000 steps that nearly cancel', () => {
    const filter = newFilter(1e8);
    start(filter, 0, 0, 1e-10, 1);
    filter[FILTER.volatility] = 1e-4;
    for (let i = 0; i < 20_000; i++) {
      move(filter, 1);
      observe(filter, 0, i % 7, 1e-10, NO_LIMIT);
    }
    expectPositiveDefinite(filter);
  });

  it('predicts over a divided gap what it predicts over the whole', () => {
    const span = fc.double({ noNaN: true, min: 0.1, max: 2000 });
    const night = fc.double({ noNaN: true, min: 0, max: 500 });
    fc.assert(
      fc.property(span, span, night, night, fc.double({ noNaN: true, min: -300, max: 300 }), (a, b, nightA, nightB, jump) => {
        const whole = newFilter(9);
        start(whole, 0, 90_000, 0.5, VELOCITY.gain);
        move(whole, 1);
        observe(whole, 0, 90_000 + jump, 0.5, NO_LIMIT);
        const divided = whole.slice();
        move(whole, a + b, nightA + nightB);
        move(divided, a, nightA);
        move(divided, b, nightB);
        divided.forEach((value, i) =>
          expect(Math.abs(value - read(whole, i))).toBeLessThanOrEqual(1e-10 * (1 + Math.abs(value))),
        );
      }),
    );
  });

  it('moves towards every observation, but never by more than softZ standard deviations', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: 0.01, max: 1e5 }), fc.double({ noNaN: true, min: 1, max: 10 }), (jump, softZ) => {
        const filter = newFilter(9);
        start(filter, 0, 90_000, 0.5, VELOCITY.gain);
        move(filter, 1);
        const sd = Math.sqrt(get(filter, 'levelVariance') + 0.5);
        observe(filter, 0, 90_000 + jump, 0.5, softZ);
        const moved = get(filter, 'level') - 90_000;
        expect(moved).toBeGreaterThan(0);
        expect(moved).toBeLessThanOrEqual(Math.min(jump, softZ * sd) * (1 + 1e-9));
      }),
    );
  });

  it('agrees with the textbook update P − K S Kᵀ where that is well conditioned', () => {
    const filter = newFilter(9);
    start(filter, 0, 90_000, 0.5, VELOCITY.gain);
    move(filter, 30);
    const before = filter.slice();
    const [p11, p12, p22] = [get(before, 'levelVariance'), get(before, 'covariance'), get(before, 'velocityVariance')];
    const total = p11 + 4;
    const z = observe(filter, 0, 90_020, 4, NO_LIMIT);
    expect(z).toBeCloseTo(20 / Math.sqrt(total), 12);
    expect(get(filter, 'level')).toBeCloseTo(90_000 + (20 * p11) / total, 9);
    expect(get(filter, 'velocity')).toBeCloseTo((20 * p12) / total, 12);
    expect(get(filter, 'levelVariance')).toBeCloseTo(p11 - (p11 * p11) / total, 10);
    expect(get(filter, 'covariance')).toBeCloseTo(p12 - (p11 * p12) / total, 10);
    expect(get(filter, 'velocityVariance')).toBeCloseTo(p22 - (p12 * p12) / total, 10);
  });

  it('foretells what predicting then shows', () => {
    const filter = newFilter(9);
    start(filter, 0, 90_000, 0.5, VELOCITY.gain);
    move(filter, 3);
    observe(filter, 0, 90_030, 0.5, NO_LIMIT);
    const table = newTransitions(VELOCITY);
    const row = transitionOver(table, VELOCITY, 5);
    const level = predictedLevel(filter, 0, table, row);
    const variance = predictedVariance(filter, 0, table, row, 100, 2);
    predict(filter, 0, table, row, 100);
    expect(get(filter, 'level')).toBe(level);
    expect(get(filter, 'levelVariance') + 2).toBeCloseTo(variance, 9);
  });
});
