import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AT, item, QUANTILE_LEVELS, STATE_WIDTH } from '@aitrader/model';
import { emittedCdf } from './emitted-law.ts';

const rowOf = (quantiles: readonly number[]): Float64Array => {
  const row = new Float64Array(STATE_WIDTH);
  row.set(quantiles, AT.q005);
  return row;
};
const quantiles = fc
  .array(fc.integer({ min: -5_000_000, max: 5_000_000 }), { minLength: 13, maxLength: 13 })
  .map((values) => values.sort((a, b) => a - b));

/** Distribution function of Student's t with four degrees of freedom, in closed form (Shaw 2006). */
const t4 = (t: number): number => {
  const s = t / Math.sqrt(1 + (t * t) / 4);
  return 0.5 + (3 / 8) * s * (1 - (s * s) / 12);
};

describe('the law of a state', () => {
  it('gives every emitted quantile its level', () => {
    fc.assert(
      fc.property(quantiles, (values) => {
        values.forEach((value, k) => {
          if (value > (values[k - 1] ?? -Infinity) && value < (values[k + 1] ?? Infinity))
            expect(emittedCdf(rowOf(values), value)).toBeCloseTo(item(QUANTILE_LEVELS, k), 9);
        });
      }),
    );
  });

  it('never falls and stays in 0 … 1, also where rounding made quantiles equal', () => {
    fc.assert(
      fc.property(quantiles, fc.integer({ min: -9_000_000, max: 9_000_000 }), fc.nat(1_000_000), (values, y, step) => {
        const [low, high] = [emittedCdf(rowOf(values), y), emittedCdf(rowOf(values), y + step)];
        expect(low >= 0 && high <= 1 && low <= high).toBe(true);
      }),
    );
    expect(emittedCdf(rowOf(Array(13).fill(7)), 7)).toBeGreaterThanOrEqual(0);
    expect(emittedCdf(rowOf(Array(13).fill(0)), 1000)).toBeCloseTo(1, 6);
  });

  it('is Student’s t of four degrees of freedom when its quantiles are, tails included', () => {
    // quantiles of t4 to nine digits: scipy.stats.t(4).ppf
    const T4 = [4.604094871, 3.746947388, 2.776445105, 2.131846786, 1.533206274, 0.740697084];
    const values = [...T4.map((t) => -t), 0, ...T4.toReversed()].map((t) => Math.round(t * 1e7));
    for (const t of [-40, -9, -4.2, -1, -0.3, 0, 0.5, 2.5, 6, 30])
      expect(emittedCdf(rowOf(values), t * 1e7)).toBeCloseTo(t4(t), 7);
  });
});
