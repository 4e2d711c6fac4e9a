import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { item } from '@aitrader/model';
import { referencePath, withReference } from '../../../../tools/testing/reference-data.ts';
import { filterFigures } from '../test/one-symbol.ts';
import { observe, predict } from './filter.ts';
import { FILTER, newMemory } from './memory.ts';
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
  const { filter } = newMemory(1);
  const transition = localLinearTrend();
  filter[FILTER.level] = 791.3747808316875;
  filter[FILTER.levelVariance] = 1;
  filter[FILTER.velocityVariance] = 0.01;
  csv('data.csv').forEach((row, i) => {
    if (i > 0) predict(filter, 0, transition, 0, 1, LEVEL_NOISE);
    if (!missing.includes(i)) observe(filter, 0, { softZ: Infinity }, Number(item(row, 2)), OBSERVATION_NOISE);
    const [level, velocity, ...covariance] = item(expected, i).slice(8, 13).map(Number);
    const now = filterFigures(filter);
    expect(Math.abs(now.level - Number(level))).toBeLessThan(1e-8);
    expect(Math.abs(now.velocity - Number(velocity))).toBeLessThan(1e-8);
    [now.levelVariance, now.covariance, now.velocityVariance].forEach((ours, k) => {
      const value = item(covariance, k);
      expect(Math.abs(ours - value)).toBeLessThanOrEqual(1e-8 * Math.abs(value));
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
