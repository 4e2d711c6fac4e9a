import { describe, expect, it } from '@jest/globals';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { BATCH_TRIALS_MAX, batchesOf } from './batches.ts';
import { trialsOf } from './grid.ts';

const kelly = Array.from({ length: 70 }, (_, i) => 0.01 + i / 1000);
const trials = trialsOf(
  { 'probability.warmUpBars': [5, 6], 'strategies.breakout.parameters.donchianBars': [30, 60], 'risk.kellyFraction': kelly },
  'the grid',
  SIMULATED_DEFAULTS,
);

describe('batches of trials', () => {
  it.each([1, 2, 3, 7, 200])(
    'hold every trial once, of one probability stage and no more than fit, for %d workers',
    (workers) => {
      const batches = batchesOf(trials, workers);
      expect(
        batches
          .flat()
          .map(({ index }) => index)
          .toSorted((a, b) => a - b),
      ).toEqual(trials.map(({ index }) => index));
      for (const batch of batches) {
        expect(batch.length).toBeLessThanOrEqual(BATCH_TRIALS_MAX);
        expect(new Set(batch.map(({ config }) => config.probability.warmUpBars)).size).toBe(1);
      }
    },
  );

  it('give every worker as much of a probability stage as any other', () => {
    for (const workers of [2, 3, 4]) {
      const sizes = batchesOf(trials.slice(0, 140), workers).map((batch) => batch.length);
      expect(sizes.length % workers).toBe(0);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(workers);
    }
  });

  it('of nothing are none', () => {
    expect(batchesOf([], 2)).toEqual([]);
  });
});
