import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FORECAST_LEVELS, item } from '@aitrader/model';
import { normalFrom, randomFrom } from '../test/given-innovations.ts';
import { bend, lowestQuantile, newBends, quantilesOf, type Bends } from './kept-quantiles.ts';
import { evenly } from '../test/evenly.ts';

/** Shares of outcomes below each quantile, of days of five forecasts with a standard deviation of 1 that come true together. */
function sharesBelow(
  outcomeOf: (random: () => number) => number,
  days: number,
  seed: number,
  bends: Bends = newBends(),
): number[] {
  const random = randomFrom(seed);
  const below = FORECAST_LEVELS.map(() => 0);
  for (let day = 0; day < days; day++) {
    const quantiles = quantilesOf(bends, 1);
    const came = Array.from({ length: 5 }, () => ({ quantiles, outcome: outcomeOf(random) }));
    for (const { outcome } of came)
      quantiles.forEach((quantile, i) => (below[i] = item(below, i) + (outcome <= quantile ? 1 : 0)));
    bend(bends, came);
  }
  return below.map((count) => count / (5 * days));
}

describe('quantiles that keep their promise', () => {
  it.each<readonly [string, (random: () => number) => number]>([
    ['twice as wide as was thought', (random) => 2 * normalFrom(random)],
    ['half as wide', (random) => 0.5 * normalFrom(random)],
    ['off to one side', (random) => 0.7 + normalFrom(random)],
    ['skewed', (random) => 1.5 * (1 - Math.sqrt(-Math.log(1 - random())) ** 2)],
  ])('hold what they say of outcomes that are %s', (_, outcomeOf) => {
    const bends = newBends();
    sharesBelow(outcomeOf, 300, 1, bends);
    sharesBelow(outcomeOf, 2_000, 2, bends).forEach((share, i) => {
      expect(Math.abs(share - item(FORECAST_LEVELS, i))).toBeLessThan(0.02);
    });
  });

  it('never fall from one level to the next, whatever has come', () => {
    fc.assert(
      fc.property(fc.array(evenly(-10, 10), { maxLength: 200 }), fc.double({ min: 0, max: 1e9, noNaN: true }), (outcomes, sd) => {
        const bends = newBends();
        for (const outcome of outcomes) bend(bends, [{ quantiles: quantilesOf(bends, 1), outcome }]);
        const quantiles = quantilesOf(bends, sd);
        expect(lowestQuantile(bends)).toBe(item(quantilesOf(bends, 1), 0));
        expect([...quantiles].sort((a, b) => a - b)).toEqual(quantiles);
        expect(quantiles.every(Number.isFinite)).toBe(true);
      }),
    );
  });

  it.each([-5, 5])('stay in their order where the median has moved past them, by %d', (median) => {
    const bends = FORECAST_LEVELS.map((level) => (level === 0.5 ? median : 0));
    const quantiles = quantilesOf(bends, 1);
    expect(quantiles).toEqual([...quantiles].sort((a, b) => a - b));
    expect(quantiles[FORECAST_LEVELS.indexOf(0.5)]).toBe(median);
    expect(quantiles[median < 0 ? 0 : FORECAST_LEVELS.length - 1]).toBe(median);
    expect(lowestQuantile(bends)).toBe(quantiles[0]);
  });

  it('are those of the law as long as nothing has come', () => {
    const quantiles = quantilesOf(newBends(), 2);
    expect(item(quantiles, 3)).toBe(0);
    expect(item(quantiles, 0)).toBeCloseTo(-2 * 2.570_582 * Math.sqrt(3 / 5), 5);
    expect(item(quantiles, 6)).toBeCloseTo(-item(quantiles, 0), 9);
  });
});
