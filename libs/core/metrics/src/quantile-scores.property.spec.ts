import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { QUANTILE_LEVELS } from '@aitrader/model';
import { normalQuantile } from '@aitrader/core-numeric';
import {
  crpsOfEnsemble,
  crpsOfGaussian,
  crpsOfQuantiles,
  fairCrpsOfEnsemble,
  intervalScore,
  mean,
  pinballLoss,
  sampleQuantile,
} from './index.ts';

const values = fc.double({ noNaN: true, min: -100, max: 100 });
const ensembles = fc.array(values, { minLength: 2, maxLength: 20 });
const levels = fc.double({ noNaN: true, min: 0.01, max: 0.99 });

describe('pinball loss and interval score', () => {
  it('are at least 0, and the interval score is made of the pinball losses of both ends', () => {
    fc.assert(
      fc.property(values, fc.double({ noNaN: true, min: 0, max: 50 }), levels, values, (lower, width, level, y) => {
        const upper = lower + width;
        const alpha = 1 - level;
        const losses = pinballLoss(lower, alpha / 2, y) + pinballLoss(upper, 1 - alpha / 2, y);
        expect(pinballLoss(lower, level, y)).toBeGreaterThanOrEqual(0);
        const score = intervalScore(lower, upper, level, y);
        expect(Math.abs(score - (2 / alpha) * losses)).toBeLessThan(1e-9 * (1 + score));
      }),
    );
  });

  it('make the quantile of the outcomes the best forecast of it', () => {
    fc.assert(
      fc.property(ensembles, levels, values, (outcomes, level, other) => {
        const lossOf = (quantile: number): number => mean(outcomes.map((y) => pinballLoss(quantile, level, y)));
        const sorted = [...outcomes].sort((a, b) => a - b);
        const best = sorted[Math.ceil(level * sorted.length) - 1] ?? NaN;
        expect(lossOf(best)).toBeLessThanOrEqual(lossOf(other) + 1e-9);
      }),
    );
  });

  it('refuse what is no level or no interval', () => {
    for (const level of [0, 1, NaN]) expect(() => pinballLoss(0, level, 0)).toThrow(`${level}`);
    expect(() => intervalScore(1, 0, 0.9, 0)).toThrow('no interval from 1 to 0');
    expect(() => intervalScore(0, NaN, 0.9, 0)).toThrow('NaN');
  });
});

describe('the scores of ensembles', () => {
  it('are those of their members as quantiles at the levels (i − ½) / n', () => {
    fc.assert(
      fc.property(ensembles, values, (members, y) => {
        const n = members.length;
        const sorted = [...members].sort((a, b) => a - b);
        const middles = sorted.map((_, i) => (i + 0.5) / n);
        const score = crpsOfEnsemble(members, y);
        expect(score).toBeGreaterThanOrEqual(-1e-12);
        expect(Math.abs(crpsOfQuantiles(middles, sorted, y) - score)).toBeLessThan(1e-11 * (1 + score));
        expect(fairCrpsOfEnsemble(members, y)).toBeLessThanOrEqual(score + 1e-12);
      }),
    );
  });

  it('of one member is its distance', () => {
    expect(crpsOfEnsemble([3], -1)).toBe(4);
    expect(() => fairCrpsOfEnsemble([3], -1)).toThrow('at least 2');
    expect(() => crpsOfEnsemble([], 0)).toThrow('at least 1');
    expect(() => crpsOfEnsemble([1, NaN], 0)).toThrow('item 1 of the members must be finite, got NaN');
  });

  it('approach the score of the distribution that the members are quantiles of', () => {
    const members = Array.from({ length: 2000 }, (_, i) => normalQuantile((i + 0.5) / 2000));
    for (const y of [-2, 0, 0.5])
      expect(Math.abs(crpsOfEnsemble(members, y) - crpsOfGaussian({ mean: 0, sd: 1 }, y))).toBeLessThan(1e-3);
  });
});

describe('the score of the quantiles of a state', () => {
  it('is as far from that of a normal forecast as its description says', () => {
    const quantiles = QUANTILE_LEVELS.map((level) => normalQuantile(level));
    const outcomes = Array.from({ length: 500 }, (_, i) => normalQuantile((i + 0.5) / 500));
    const whole = mean(outcomes.map((y) => crpsOfGaussian({ mean: 0, sd: 1 }, y)));
    const ratio = mean(outcomes.map((y) => crpsOfQuantiles(QUANTILE_LEVELS, quantiles, y))) / whole;
    expect(ratio).toBeGreaterThan(0.96);
    expect(ratio).toBeLessThan(0.975);
    expect(sampleQuantile(outcomes, 0.5)).toBeCloseTo(0, 12);
  });

  it('refuses levels and quantiles out of order', () => {
    expect(() => crpsOfQuantiles([0.5, 0.4], [0, 1], 0)).toThrow('levels must rise');
    expect(() => crpsOfQuantiles([0.4, 0.5], [1, 0], 0)).toThrow('quantiles must not fall');
    expect(() => crpsOfQuantiles([0.4], [1, 2], 0)).toThrow('1 levels for 2 quantiles');
    expect(() => crpsOfQuantiles([0], [1], 0)).toThrow('quantile level must be between 0 and 1');
  });
});
