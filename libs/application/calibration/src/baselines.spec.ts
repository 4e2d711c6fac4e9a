import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mean, momentsOf, pitOfGaussian } from '@aitrader/core-metrics';
import { itAgainst, referencePath } from '../../../../tools/testing/reference-data.ts';
import { ewmaGaussian, expandingGaussian, learnReturn, newBaselines, scoresOf, type Baselines } from './baselines.ts';

const REFERENCE = referencePath('numeric/07_calibration');

function learned(returns: readonly number[]): Baselines {
  const baselines = newBaselines();
  for (const y of returns) learnReturn(baselines, y);
  return baselines;
}

const returns = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 31, maxLength: 200 });

describe('the baselines', () => {
  it('know mean and standard deviation of all returns before, and nothing else', () => {
    fc.assert(
      fc.property(returns, (values) => {
        const { mean: centre, variance } = momentsOf(values);
        const forecast = expandingGaussian(learned(values));
        expect(forecast.mean).toBeCloseTo(centre, 9);
        expect(forecast.sd).toBeCloseTo(Math.max(1e-6, Math.sqrt(variance)), 6);
      }),
    );
  });

  it('weigh squares by 0.94 per return after the mean of the first thirty', () => {
    fc.assert(
      fc.property(returns, (values) => {
        const squares = values.map((y) => y * y);
        const variance = squares.slice(30).reduce((v, square) => 0.94 * v + 0.06 * square, mean(squares.slice(0, 30)));
        expect(ewmaGaussian(learned(values))).toEqual({ mean: 0, sd: expect.closeTo(Math.max(1e-6, Math.sqrt(variance)), 9) });
      }),
    );
  });

  it('are never surer than a return is exact', () => {
    const still = learned(Array(400).fill(0));
    expect([expandingGaussian(still).sd, ewmaGaussian(still).sd]).toEqual([1e-6, 1e-6]);
    expect(Object.values(scoresOf(ewmaGaussian(still), 3)).every(Number.isFinite)).toBe(true);
  });

  itAgainst(REFERENCE, 'reproduce the reference forecasts of EWMA with their scores', () => {
    const lines = readFileSync(path.join(REFERENCE, 'data_ewma_forecasts.csv'), 'utf8').trim().split('\n').slice(1);
    const rows = lines.map((line) => line.split(',').map(Number));
    const baselines = learned(Array(30).fill(rows[0]?.[2] ?? NaN));
    let total = 0;
    for (const [, mu = NaN, sigma = NaN, y = NaN, pit = NaN, crps = NaN] of rows) {
      const forecast = ewmaGaussian(baselines);
      expect(mu).toBe(0);
      expect(forecast.sd).toBeCloseTo(sigma, 9);
      expect(pitOfGaussian(forecast, y)).toBeCloseTo(pit, 9);
      expect(scoresOf(forecast, y).crps).toBeCloseTo(crps, 9);
      total += scoresOf(forecast, y).crps;
      learnReturn(baselines, y);
    }
    expect(rows).toHaveLength(1332);
    expect(total / rows.length).toBeCloseTo(0.5022956871939007, 9);
  });
});
