import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { item, read } from '@aitrader/model';
import { referencePath, withReference } from '../../../../tools/testing/reference-data.ts';
import { observe, predict } from './filter.ts';
import { SLOT, SLOT_WIDTH } from './slot.ts';
import { TRANSITION, TRANSITION_WIDTH } from './transition.ts';

const REFERENCE = referencePath('numeric/02_llt');
const LEVEL_NOISE = 1;
const VELOCITY_NOISE = 0.01;
const OBSERVATION_NOISE = 0.05;

function csv(name: string): string[][] {
  const lines = readFileSync(path.join(REFERENCE, name), 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => line.split(','));
}

/** A step of one unit of time of a local linear trend: the velocity is a random walk. */
function localLinearTrend(): Float64Array {
  const transition = new Float64Array(TRANSITION_WIDTH);
  transition[TRANSITION.drift] = 1;
  transition[TRANSITION.decay] = 1;
  transition[TRANSITION.velocityNoise] = VELOCITY_NOISE;
  return transition;
}

function expectStates(missing: readonly number[], expected: readonly string[][]): void {
  const filter = new Float64Array(SLOT_WIDTH);
  const transition = localLinearTrend();
  filter[SLOT.variance] = 1;
  filter[SLOT.noiseSteps] = LEVEL_NOISE;
  filter[SLOT.noise] = OBSERVATION_NOISE;
  filter[SLOT.level] = 791.3747808316875;
  filter[SLOT.levelVariance] = 1;
  filter[SLOT.velocityVariance] = 0.01;
  csv('data.csv').forEach((row, i) => {
    if (i > 0) predict(filter, 0, transition, 0);
    filter[SLOT.close] = Number(item(row, 2));
    if (!missing.includes(i)) observe(filter, 0, { softZ: Infinity });
    const [level, velocity, ...covariance] = item(expected, i).slice(8, 13).map(Number);
    expect(Math.abs(read(filter, SLOT.level) - Number(level))).toBeLessThan(1e-8);
    expect(Math.abs(read(filter, SLOT.velocity) - Number(velocity))).toBeLessThan(1e-8);
    [SLOT.levelVariance, SLOT.covariance, SLOT.velocityVariance].forEach((offset, k) => {
      const value = item(covariance, k);
      expect(Math.abs(read(filter, offset) - value)).toBeLessThanOrEqual(1e-8 * Math.abs(value));
    });
  });
}

withReference(REFERENCE, 'reproduces the local linear trend on the S&P 500', () => {
  describe('local linear trend on the S&P 500', () => {
    it('is that of the reference, state by state', () => {
      expectStates([], csv('A_known_expected.csv'));
    });

    it('is that of the reference where observations are missing', () => {
      const { cases } = JSON.parse(readFileSync(path.join(REFERENCE, 'expected.json'), 'utf8'));
      expect(cases.B_missing.missing_indices_0based.length).toBe(30);
      expectStates(cases.B_missing.missing_indices_0based, csv('B_missing_expected.csv'));
    });
  });
});
