import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalCdf } from '@aitrader/core-numeric';
import { referencePath, withReference } from '../../../../tools/testing/reference-data.ts';
import { evenly } from '../test/evenly.ts';
import {
  binaryGrowth,
  binaryKellyStake,
  estimationShrinkage,
  fallProbability,
  growthRate,
  kellyStake,
  lowerBoundStake,
  relativeGrowth,
  riseBeforeFallProbability,
} from './index.ts';

const REFERENCE = referencePath('numeric/06_kelly/expected.json');

type Figures = Readonly<Record<string, number>>;

/** Every figure of a row, by name, within 1e-9 of itself. */
function expectFigures(actual: Figures, expected: Figures): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  const isOff = ([name, value]: readonly [string, number]): boolean =>
    !(Math.abs((actual[name] ?? NaN) - value) <= 1e-9 * Math.abs(value));
  expect(Object.entries(expected).filter(isOff)).toEqual([]);
}

function binaryRow({ p = NaN, b = NaN }: Figures): Figures {
  const stake = binaryKellyStake(p, b);
  return {
    p,
    b,
    f_star: stake,
    growth_full: binaryGrowth(stake, p, b),
    growth_half: binaryGrowth(stake / 2, p, b),
    growth_double: binaryGrowth(stake * 2, p, b),
  };
}

const MARKET = { excess: 0.11 - 0.06, sd: 0.15, riskFree: 0.06 };

function fractionalRow({ c = NaN }: Figures): Figures {
  const stake = c * kellyStake(MARKET.excess, MARKET.sd);
  return {
    c,
    f: stake,
    growth: growthRate(stake, MARKET.excess, MARKET.sd, MARKET.riskFree),
    growth_above_r_relative_to_full: relativeGrowth(c),
    sd: stake * MARKET.sd,
    'P(ever fall to 0.5) = 0.5^(2/c-1)': fallProbability(c, 0.5),
    'P(ever fall to 0.8)': fallProbability(c, 0.8),
    'P(double before halving)=(1-.5^(2/c-1))/(1-.25^(2/c-1))... with b=2,a=.5': riseBeforeFallProbability(c, 2, 0.5),
  };
}

function uncertainRow(row: Figures): Figures {
  const mean = row['mu_hat'] ?? NaN;
  const sd = row['sigma'] ?? NaN;
  const error = row['tau (sd of mu_hat)'] ?? NaN;
  const shrinkage = estimationShrinkage(mean, error);
  return {
    mu_hat: mean,
    sigma: sd,
    'tau (sd of mu_hat)': error,
    kelly_certain: kellyStake(mean, sd),
    'kelly_predictive mu/(s^2+tau^2)': kellyStake(mean, Math.hypot(sd, error)),
    'kelly_second_order mu/(s^2+tau^2+mu^2)': kellyStake(mean, Math.hypot(sd, error, mean)),
    'shrink k*=mu^2/(mu^2+tau^2)': shrinkage,
    kelly_shrunk: shrinkage * kellyStake(mean, sd),
    kelly_1sd_lower_bound: lowerBoundStake(mean, sd, error),
    'P(mu>0)': normalCdf(mean / error),
  };
}

withReference(REFERENCE, 'reproduces the reference figures of the Kelly criterion', () => {
  describe('the reference figures', () => {
    const cases = JSON.parse(readFileSync(REFERENCE, 'utf8'));

    it('of bets at fixed odds', () => {
      expect(cases.binary.rows).toHaveLength(7);
      for (const row of cases.binary.rows) expectFigures(binaryRow(row), row);
    });

    it("of Thorp's market, whole and in fractions", () => {
      const { f_star, g_at_f_star, sd_at_f_star, g_unlevered_f1, fractional } = cases.continuous_thorp;
      const { excess, sd, riskFree } = MARKET;
      const stake = kellyStake(excess, sd);
      const growth = growthRate(stake, excess, sd, riskFree);
      expectFigures(
        { f_star: stake, g_at_f_star: growth, sd_at_f_star: stake * sd, g_unlevered_f1: growthRate(1, excess, sd, riskFree) },
        { f_star, g_at_f_star, sd_at_f_star, g_unlevered_f1 },
      );
      expect(fractional).toHaveLength(8);
      for (const row of fractional) expectFigures(fractionalRow(row), row);
    });

    it('of uncertain means', () => {
      expect(cases.uncertainty.rows).toHaveLength(6);
      for (const row of cases.uncertainty.rows) expectFigures(uncertainRow(row), row);
    });
  });
});

const means = fc.double({ min: 1e-5, max: 0.5, noNaN: true });
const deviations = fc.double({ min: 0.01, max: 0.5, noNaN: true });
const fractions = fc.double({ min: 0.01, max: 1.99, noNaN: true });
const levels = fc.double({ min: 0.01, max: 0.99, noNaN: true });

describe('the Kelly stake', () => {
  it("is that of Thorp's coin tosses: 2 % at 51 %, 6 % at 53 %", () => {
    expect(binaryKellyStake(0.51, 1)).toBeCloseTo(0.02, 15);
    expect(binaryKellyStake(0.53, 1)).toBeCloseTo(0.06, 15);
  });

  it('grows faster than any other; twice as much grows no faster than none', () => {
    fc.assert(
      fc.property(means, deviations, evenly(-5, 5), (mean, sd, multiple) => {
        const stake = kellyStake(mean, sd);
        const growth = growthRate(stake, mean, sd, 0);
        expect(growthRate(multiple * stake, mean, sd, 0)).toBeLessThanOrEqual(growth * (1 + 1e-12));
        expect(Math.abs(growthRate(2 * stake, mean, sd, 0))).toBeLessThan(1e-12 * growth);
        expect(Math.abs(growthRate(multiple * stake, mean, sd, 0) - relativeGrowth(multiple) * growth)).toBeLessThan(
          1e-12 * growth * 40,
        );
      }),
    );
  });

  it('of a bet grows faster than any other, and is nothing without an edge', () => {
    const odds = fc.double({ min: 0.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(levels, odds, levels, (win, b, other) => {
        const stake = binaryKellyStake(win, b);
        expect(binaryGrowth(other, win, b)).toBeLessThanOrEqual(binaryGrowth(stake, win, b) + 1e-15);
        expect(stake > 0).toBe(b * win > 1 - win);
      }),
    );
  });

  it('is never more for an uncertain mean', () => {
    fc.assert(
      fc.property(means, deviations, deviations, deviations, (mean, sd, a, b) => {
        const [small, large] = [Math.min(a, b), Math.max(a, b)];
        expect(estimationShrinkage(mean, large)).toBeLessThanOrEqual(estimationShrinkage(mean, small));
        expect(lowerBoundStake(mean, sd, small)).toBeLessThanOrEqual(kellyStake(mean, sd));
        expect(lowerBoundStake(-mean, sd, small) + lowerBoundStake(mean, sd, small)).toBe(0);
      }),
    );
    expect(estimationShrinkage(0.01, 0)).toBe(1);
  });
});

describe('the probability of a fall', () => {
  it('is smaller for a smaller fraction and for a deeper fall', () => {
    fc.assert(
      fc.property(fractions, fractions, levels, levels, (c, d, x, y) => {
        const [less, more] = [Math.min(c, d), Math.max(c, d)];
        const [deep, shallow] = [Math.min(x, y), Math.max(x, y)];
        expect(fallProbability(less, deep)).toBeLessThanOrEqual(fallProbability(more, deep));
        expect(fallProbability(less, deep)).toBeLessThanOrEqual(fallProbability(less, shallow));
      }),
    );
  });

  it('is what is left of rising first when the rise is out of reach', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 1.5, noNaN: true }), levels, (c, low) => {
        expect(Math.abs(riseBeforeFallProbability(c, 1e60, low) - (1 - fallProbability(c, low)))).toBeLessThan(1e-12);
      }),
    );
  });

  it('refuses what is no fraction, level or bet', () => {
    for (const c of [0, 2, -1, NaN]) expect(() => fallProbability(c, 0.5)).toThrow(`${c}`);
    for (const level of [0, 1, NaN]) expect(() => fallProbability(0.5, level)).toThrow(`${level}`);
    expect(() => riseBeforeFallProbability(0.5, 1, 0.5)).toThrow('upper level');
    for (const low of [0, 1, -0.5, NaN]) expect(() => riseBeforeFallProbability(0.5, 2, low)).toThrow('lower level');
    expect(() => binaryKellyStake(1.2, 1)).toThrow('1.2');
    expect(() => binaryKellyStake(0.5, 0)).toThrow('odds');
    expect(() => binaryGrowth(1, 0.5, 1)).toThrow('stake');
  });
});
