import { describe, expect, it } from '@jest/globals';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { BATCH_TRIALS_MAX, batchesOf, queuePartsOf } from './batches.ts';
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
    expect(queuePartsOf([])).toEqual([]);
  });
});

describe('parts of a queue', () => {
  it.each([1, 7, 24, 139, 280])('hold each of %d trials once, of one probability stage, and are enough to share', (count) => {
    const parts = queuePartsOf(trials.slice(0, count));
    const indices = parts.flat().map(({ index }) => index);
    expect(indices.toSorted((a, b) => a - b)).toEqual(trials.slice(0, count).map(({ index }) => index));
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(BATCH_TRIALS_MAX);
      expect(new Set(part.map(({ config }) => config.probability.warmUpBars)).size).toBe(1);
    }
    if (count >= 64) expect(parts.length).toBeGreaterThanOrEqual(8);
    if (count <= 8) expect(parts).toHaveLength(1);
  });
});
