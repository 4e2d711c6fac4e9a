import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newHorizonLaw } from '@aitrader/core-horizon';
import { QUANTILE_LEVELS } from '@aitrader/model';
import { forwardReturn } from './claim.ts';

const law = fc
  .tuple(
    fc.double({ min: 1, max: 1e9, noNaN: true }),
    fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 13, maxLength: 13 }),
  )
  .map(([sd, quantiles]) => ({ ...newHorizonLaw(), sd, quantiles: Float64Array.from(quantiles).sort() }));

describe('forward return', () => {
  it('1. is made of safe integers, with quantiles that never fall', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), law, (mean, over) => {
        const { meanE8, sdE8, dofMilli, quantilesE8 = [] } = forwardReturn(mean, over) ?? {};
        expect(quantilesE8).toHaveLength(QUANTILE_LEVELS.length);
        for (const value of [meanE8, sdE8, dofMilli, ...quantilesE8]) {
          expect(Number.isSafeInteger(value)).toBe(true);
          expect(Object.is(value, -0)).toBe(false);
        }
        expect([...quantilesE8].sort((a, b) => a - b)).toEqual(quantilesE8);
        expect(dofMilli).toBeGreaterThan(2000);
      }),
    );
  });
});
