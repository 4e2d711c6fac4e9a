import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { read } from '@aitrader/model';
import { filterFigures } from '../test/one-symbol.ts';
import { type FilterModel, filterBars, observe, predict, start, VARIANCE_FLOOR } from './filter.ts';
import { forecastBars } from './forecast.ts';
import { BANK, FILTER, FORECAST, newMemory, SEASON } from './memory.ts';
import { BAR, newBatch, newMoment } from './batch.ts';
import { newTransitions, transitionOver } from './transition.ts';

const VELOCITY = { reversionPerStep: Math.LN2 / 40, gain: 0.05 };
const TABLE = newTransitions(VELOCITY);
const NO_LIMIT = Infinity;

interface Filter {
  readonly figures: Float64Array;
  /** bp² per step */
  variance: number;
}

function newFilter(variance: number, noise: number): Filter {
  const memory = newMemory(1);
  start(memory, 0, 90_000, noise, VELOCITY.gain ** 2 * variance);
  return { figures: memory.filter, variance };
}

const get = ({ figures }: Filter, name: keyof typeof FILTER): number => filterFigures(figures)[name];
const copy = ({ figures, variance }: Filter): Filter => ({ figures: figures.slice(), variance });

const move = ({ figures, variance }: Filter, steps: number, noiseSteps = steps): void =>
  predict(figures, 0, TABLE, transitionOver(TABLE, VELOCITY, steps), variance, noiseSteps);

const see = ({ figures }: Filter, closeBp: number, noise: number, softZ: number): void =>
  observe(figures, 0, { softZ }, closeBp, noise);

function expectPositiveDefinite(filter: Filter): void {
  const [p11, p12, p22] = [get(filter, 'levelVariance'), get(filter, 'covariance'), get(filter, 'velocityVariance')];
  expect(p11).toBeGreaterThanOrEqual(VARIANCE_FLOOR);
  expect(p22).toBeGreaterThanOrEqual(VARIANCE_FLOOR);
  expect(p11 * p22 - p12 * p12).toBeGreaterThan(0);
}

const step = fc.record({
  steps: fc.oneof(fc.constant(1), fc.double({ noNaN: true, min: 0.1, max: 1e5 })),
  factor: fc.double({ noNaN: true, min: 0.02, max: 5000 }),
  close: fc.double({ noNaN: true, min: -2e5, max: 2e5 }),
  noise: fc.double({ noNaN: true, min: 0, max: 1e7 }),
  variance: fc.double({ noNaN: true, min: 1e-4, max: 1e8 }),
  softZ: fc.double({ noNaN: true, min: 0.5, max: 20 }),
});

describe('filter of price and velocity', () => {
  it('keeps its covariance positive definite after any sequence of steps', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (tape) => {
        const filter = newFilter(25, 0.5);
        for (const { steps, factor, close, noise, variance, softZ } of tape) {
          filter.variance = variance;
          move(filter, steps, factor * steps);
          expectPositiveDefinite(filter);
          see(filter, close, noise, softZ);
          expectPositiveDefinite(filter);
        }
      }),
    );
  });

  it('keeps it over 20,000 steps that nearly cancel', () => {
    const filter = newFilter(1e8, 1e-10);
    filter.variance = 1e-4;
    for (let i = 0; i < 20_000; i++) {
      move(filter, 1);
      see(filter, i % 7, 1e-10, NO_LIMIT);
    }
    expectPositiveDefinite(filter);
  });

  it('predicts over a divided gap what it predicts over the whole', () => {
    const span = fc.double({ noNaN: true, min: 0.1, max: 2000 });
    const factor = fc.double({ noNaN: true, min: 0.02, max: 500 });
    fc.assert(
      fc.property(span, span, factor, fc.double({ noNaN: true, min: -300, max: 300 }), (a, b, seasonal, jump) => {
        const whole = newFilter(9, 0.5);
        move(whole, 1);
        see(whole, 90_000 + jump, 0.5, NO_LIMIT);
        const divided = copy(whole);
        move(whole, a + b, seasonal * (a + b));
        move(divided, a, seasonal * a);
        move(divided, b, seasonal * b);
        for (const at of Object.values(FILTER)) {
          const value = read(divided.figures, at);
          expect(Math.abs(value - read(whole.figures, at))).toBeLessThanOrEqual(1e-10 * (1 + Math.abs(value)));
        }
      }),
    );
  });

  it('moves towards every observation, but never by more than softZ standard deviations', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: 0.01, max: 1e5 }), fc.double({ noNaN: true, min: 1, max: 10 }), (jump, softZ) => {
        const filter = newFilter(9, 0.5);
        move(filter, 1);
        const sd = Math.sqrt(get(filter, 'levelVariance') + 0.5);
        see(filter, 90_000 + jump, 0.5, softZ);
        const moved = get(filter, 'level') - 90_000;
        expect(moved).toBeGreaterThan(0);
        expect(moved).toBeLessThanOrEqual(Math.min(jump, softZ * sd) * (1 + 1e-9));
      }),
    );
  });

  it('agrees with the textbook update P − K S Kᵀ where that is well conditioned', () => {
    const filter = newFilter(9, 0.5);
    move(filter, 30);
    const before = copy(filter);
    const [p11, p12, p22] = [get(before, 'levelVariance'), get(before, 'covariance'), get(before, 'velocityVariance')];
    const total = p11 + 4;
    see(filter, 90_020, 4, NO_LIMIT);
    expect(get(filter, 'level')).toBeCloseTo(90_000 + (20 * p11) / total, 9);
    expect(get(filter, 'velocity')).toBeCloseTo((20 * p12) / total, 12);
    expect(get(filter, 'levelVariance')).toBeCloseTo(p11 - (p11 * p11) / total, 10);
    expect(get(filter, 'covariance')).toBeCloseTo(p12 - (p11 * p12) / total, 10);
    expect(get(filter, 'velocityVariance')).toBeCloseTo(p22 - (p12 * p12) / total, 10);
  });

  it('is foretold: the next forecast has the mean and variance that moving it by a step then shows', () => {
    const model: FilterModel = { velocity: VELOCITY, transitions: TABLE, observationNoise: 0.02, softZ: NO_LIMIT };
    const memory = newMemory(1);
    const batch = newBatch(1);
    batch.count = 1;
    start(memory, 0, 90_000, 0.5, 4);
    memory.filter[FILTER.velocity] = 2;
    memory.bank[BANK.variance] = 9;
    memory.season.fill(3, SEASON.factors, SEASON.visits);
    batch.bars[BAR.closeBp] = 90_000;
    batch.bars[BAR.tick] = 0.1;
    forecastBars(model, { ...newMoment(), bucket: 5 }, memory, batch);
    batch.bars[BAR.steps] = 1;
    const [mean, variance] = [read(memory.forecasts, FORECAST.mean), read(memory.forecasts, FORECAST.variance)];
    const moved = memory.filter.slice();
    predict(moved, 0, TABLE, transitionOver(TABLE, VELOCITY, 1), 9, 3);
    expect(read(moved, FILTER.level) - 90_000).toBeCloseTo(mean, 9);
    expect(read(moved, FILTER.levelVariance) + 0.02 * 9 + 0.1).toBeCloseTo(variance, 9);
    observe(moved, 0, model, 90_010, 0.02 * 9 + 0.1);
    batch.bars[BAR.closeBp] = 90_010;
    filterBars(model, memory, batch);
    expect(memory.filter).toEqual(moved);
  });
});
