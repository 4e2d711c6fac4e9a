import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { item } from '@aitrader/model';
import { marketOf, slotOf, statesOf } from '../test/given-innovations.ts';
import {
  addExposure,
  commonWith,
  correlationOf,
  estimateCorrelations,
  newCorrelations,
  newExposure,
  ownShare,
} from './correlation.ts';
import { BLOCKS, forgetInnovations, hearStates, newInnovations } from './innovations.ts';

const SECTORS = {
  AA: [0.5, 0.7],
  AB: [0.5, 0.7],
  AC: [0.5, 0.7],
  BA: [0.5, 0, 0.7],
  BB: [0.5, 0, 0.7],
  BC: [0.5, 0, 0.7],
  H: [-0.6],
};
const of = (market: ReturnType<typeof marketOf>, a: string, b: string): number =>
  correlationOf(market.correlations, market.innovations, slotOf(market.innovations, a), slotOf(market.innovations, b));

/** S, the mean of its cells beside the diagonal, and δ, cell by cell as the papers have them. */
function byHand(rows: readonly (readonly number[])[]): { mean: number; shrinkage: number; sample: number[][] } {
  const [n, blocks] = [rows.length, item(rows, 0).length];
  const scaled = rows.map((row) => {
    const scale = Math.sqrt(blocks / row.reduce((sum, z) => sum + z * z, 0));
    return row.map((z) => z * scale);
  });
  const sample = scaled.map((a) => scaled.map((b) => a.reduce((sum, z, k) => sum + z * item(b, k), 0) / blocks));
  let [mean, noise, distance] = [0, 0, 0];
  sample.forEach((cells, i) => cells.forEach((cell, j) => (mean += i === j ? 0 : cell / (n * (n - 1)))));
  sample.forEach((cells, i) =>
    cells.forEach((cell, j) => {
      if (i === j) return;
      const variance = item(scaled, i).reduce((sum, z, k) => sum + (z * item(item(scaled, j), k) - cell) ** 2, 0);
      noise += variance / (blocks * (blocks - 1));
      distance += (cell - mean) ** 2;
    }),
  );
  return { mean, shrinkage: Math.max(0, Math.min(noise / distance, 1)), sample };
}

describe('correlations of innovations', () => {
  it('tell sectors apart, and what falls when others rise', () => {
    const market = marketOf(SECTORS, BLOCKS, 7);
    expect(market.correlations.shrinkage).toBeGreaterThan(0);
    expect(market.correlations.shrinkage).toBeLessThan(0.5);
    expect(of(market, 'AA', 'AB')).toBeGreaterThan(of(market, 'AA', 'BB') + 0.2);
    expect(of(market, 'BA', 'BC')).toBeGreaterThan(of(market, 'BA', 'AC') + 0.2);
    expect(of(market, 'AA', 'H')).toBeLessThan(0);
    expect(of(market, 'AA', 'AA')).toBe(1);
  });

  it('are those of the papers, cell by cell', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 150 }), fc.nat(1e6), (blocks, seed) => {
        const market = marketOf(SECTORS, blocks, seed);
        const { innovations, correlations } = market;
        const kept = Math.min(blocks, BLOCKS);
        const symbols = Object.keys(SECTORS);
        const rows = symbols.map((symbol) => {
          const slot = slotOf(innovations, symbol);
          return [...innovations.rows.subarray(slot * BLOCKS, slot * BLOCKS + kept)];
        });
        const hand = byHand(rows);
        expect(correlations.shrinkage).toBeCloseTo(hand.shrinkage, 9);
        expect(correlations.common).toBeCloseTo(Math.max(0, (kept * hand.mean + 8 * 0.3) / (kept + 8)), 9);
        symbols.forEach((a, i) =>
          symbols.forEach((b, j) => {
            const cell = (1 - hand.shrinkage) * item(item(hand.sample, i), j) + hand.shrinkage * correlations.common;
            if (i !== j) expect(of(market, a, b)).toBeCloseTo(cell, 9);
          }),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('take all that is at stake as the sum of its pairs', () => {
    const { innovations, correlations } = marketOf({ ...SECTORS, Z: [] }, 30, 3);
    expect(correlations.norm[slotOf(innovations, 'Z')]).toBeGreaterThan(0);
    forgetInnovations(innovations, 'Z' as never);
    estimateCorrelations(correlations, innovations);
    expect(Object.keys(SECTORS).map((symbol) => (correlations.norm[slotOf(innovations, symbol)] ?? 0) > 0)).not.toContain(false);
    expect(correlations.norm[slotOf(innovations, 'Z')]).toBe(0);
    const exposure = newExposure();
    const amounts = Object.keys({ ...SECTORS, Z: 0 }).map((symbol, i) => [slotOf(innovations, symbol), i - 3.5] as const);
    for (const [slot, amount] of [...amounts, [-1, 2] as const]) addExposure(exposure, correlations, innovations, slot, amount);
    for (const [slot, own] of amounts) {
      const pairs = [...amounts, [-1, 2] as const]
        .filter(([other]) => other !== slot)
        .reduce((sum, [other, amount]) => sum + amount * correlationOf(correlations, innovations, slot, other), 0);
      expect(commonWith(exposure, correlations, innovations, slot) - own * ownShare(correlations, slot)).toBeCloseTo(pairs, 9);
    }
  });

  it('are what all have in common where little is known', () => {
    const nothing = { innovations: newInnovations(), correlations: newCorrelations() };
    expect(correlationOf(nothing.correlations, nothing.innovations, -1, -1)).toBe(0.3);
    const young = marketOf(SECTORS, 7, 5);
    expect(of(young, 'AA', 'AB')).toBe(0.3);
  });

  it('are the same over any number of shards, and after the state was stored', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 5 }), fc.nat(1e6), (shards, seed) => {
        const [one, several] = [marketOf(SECTORS, 20, seed), marketOf(SECTORS, 20, seed, shards)];
        for (const a of Object.keys(SECTORS)) for (const b of Object.keys(SECTORS)) expect(of(several, a, b)).toBe(of(one, a, b));
        const stored = deserialize(serialize(several)) as typeof several;
        const t = several.innovations.block * 30 * 60_000 + 60_000;
        for (const market of [several, stored])
          if (hearStates(market.innovations, t as never, statesOf(t, { AA: 1, AB: 0.9, BA: -0.4 })))
            estimateCorrelations(market.correlations, market.innovations);
        expect(stored).toEqual(several);
      }),
      { numRuns: 20 },
    );
  });
});
