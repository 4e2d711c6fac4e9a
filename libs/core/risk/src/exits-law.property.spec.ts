import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FORECAST_LEVELS, item } from '@aitrader/model';
import { normalFrom, randomFrom } from '../test/given-innovations.ts';
import { SHORTFALL_PER_QUANTILE, UNIT_QUANTILES } from './account-law.ts';
import { pointsLawOf, type LeavingHolding } from './exits-law.ts';
import { evenly } from '../test/evenly.ts';

const SD = 0.01;
const held = (amount: number, loss: number, gain: number): LeavingHolding => ({
  ...{ amount, sd: SD, barSd: SD / 20 },
  exits: { loss, gain },
});
const alike = (count: number, rho: number): number[][] =>
  Array.from({ length: count }, (_, i) => Array.from({ length: count }, (__, j) => (i === j ? 1 : rho)));

/** What a long holding of 1 comes to on random walks of the same law, left at the level that is passed first. */
function walked(loss: number, gain: number, paths: number, steps: number): number[] {
  const random = randomFrom(11);
  return Array.from({ length: paths }, () => {
    let squares = 0;
    for (let d = 0; d < 5; d++) squares += normalFrom(random) ** 2;
    const step = (SD * Math.sqrt(3 / squares)) / Math.sqrt(steps);
    let at = 0;
    for (let n = 0; n < steps; n++) {
      at += step * normalFrom(random);
      if (at <= -loss) return -loss;
      if (at >= gain) return gain;
    }
    return at;
  });
}

describe('the law of what is left on the way', () => {
  it('without a level in reach is the multivariate t, as near as its points come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 8 }), evenly(0, 0.8), (amounts, rho) => {
        fc.pre(amounts.some((amount) => amount !== 0));
        const law = pointsLawOf(
          amounts.map((amount) => held(amount, 100, 100)),
          alike(amounts.length, rho),
        );
        let variance = 0;
        amounts.forEach((a, i) => amounts.forEach((b, j) => (variance += a * b * (i === j ? 1 : rho) * SD * SD)));
        const sd = Math.sqrt(variance);
        expect(Math.abs(law.sd / sd - 1)).toBeLessThan(0.1);
        law.quantiles.forEach((quantile, i) => {
          const room = i === 0 || i === FORECAST_LEVELS.length - 1 ? 0.3 : 0.15;
          expect(Math.abs(quantile / sd - item(UNIT_QUANTILES, i))).toBeLessThan(room);
        });
        expect(law.shortfall / (-item(UNIT_QUANTILES, 0) * SHORTFALL_PER_QUANTILE * sd)).toBeGreaterThan(0.75);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    [0.005, 0.01],
    [0.01, 0.004],
    [0.02, 0.03],
    [0.003, 0.003],
  ])('with levels at %d and %d is where random walks end that stop there', (loss, gain) => {
    const law = pointsLawOf([{ ...held(1, loss, gain), barSd: 0 }], [[1]]);
    const walks = walked(loss, gain, 4_000, 400).sort((a, b) => a - b);
    const shareUpTo = (value: number): number => walks.filter((one) => one <= value).length / walks.length;
    law.quantiles.forEach((quantile, i) => {
      const level = item(FORECAST_LEVELS, i);
      // a level that is left at holds a share of all by itself
      expect(shareUpTo(quantile - 1e-9)).toBeLessThan(level + 0.05);
      expect(shareUpTo(quantile + 1e-9)).toBeGreaterThan(level - 0.05);
    });
    expect(item(law.parts, 0).sd).toBeCloseTo(Math.sqrt(walks.reduce((sum, one) => sum + one * one, 0) / walks.length), 3);
  });

  it('of a short holding is that of a long one', () => {
    const [long, short] = [1, -1].map((amount) => pointsLawOf([held(amount, 0.006, 0.012)], [[1]]));
    short?.quantiles.forEach((quantile, i) => expect(Math.abs(quantile - item(long?.quantiles ?? [], i))).toBeLessThan(0.001));
  });

  it('loses no more than to its level and a bar beyond, and nothing but a bar where it is past it', () => {
    for (const loss of [0.002, 0.005])
      expect(item(pointsLawOf([held(1, loss, 0.01)], [[1]]).quantiles, 0)).toBeGreaterThan(-loss - SD / 5);
    expect(pointsLawOf([held(1, -0.001, 0.01)], [[1]]).sd).toBeLessThan(SD / 15);
  });

  it('has parts that add up to the shortfall, and is the same every time', () => {
    const holdings = [held(3, 0.005, 0.01), held(-2, 0.004, 0.02), { ...held(1, 1, 1), exits: undefined }];
    const law = pointsLawOf(holdings, alike(3, 0.4));
    expect(law.parts.reduce((sum, { shortfall }) => sum + shortfall, 0)).toBeCloseTo(law.shortfall, 12);
    expect(law.shortfall).toBeGreaterThan(-item(law.quantiles, 0));
    expect(pointsLawOf(holdings, alike(3, 0.4))).toEqual(law);
  });

  it('takes twins for one, and a hedge for nothing', () => {
    const never = (amount: number): LeavingHolding => held(amount, 100, 100);
    const twins = pointsLawOf([never(1), never(1)], alike(2, 1));
    expect(twins.sd).toBeCloseTo(pointsLawOf([never(2)], [[1]]).sd, 9);
    expect(pointsLawOf([never(1), never(-1)], alike(2, 1)).sd).toBeCloseTo(0, 9);
  });
});
