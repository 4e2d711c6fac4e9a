import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { studentTQuantile } from '@aitrader/core-numeric';
import { FORECAST_LEVELS, item, ticker } from '@aitrader/model';
import { marketOf, slotOf } from '../test/given-innovations.ts';
import { accountLawOf, SHORTFALL_PER_QUANTILE, UNIT_QUANTILES, wholeParts, type Holding } from './account-law.ts';
import { correlationOf } from './correlation.ts';
import { evenly } from '../test/evenly.ts';

const { innovations, correlations } = marketOf({ A: [0.9], B: [0.9], C: [0.5], H: [-0.8] }, 40, 4);
const law = (holdings: readonly Holding[]) => accountLawOf(holdings, innovations, correlations);
const part = (symbol: string, of: number): object => ({ symbol: ticker(symbol), part: of });
const holding = (symbol: string, amount: number, sd = 0.01): Holding => ({ symbol: ticker(symbol), amount, sd });

const holdings = fc.uniqueArray(
  fc.record({
    symbol: fc.constantFrom('A', 'B', 'C', 'H', 'NEW').map((symbol) => ticker(symbol)),
    amount: fc.integer({ min: -1e12, max: 1e12 }),
    sd: fc.double({ min: 0.001, max: 0.1, noNaN: true }),
  }),
  { selector: ({ symbol }) => symbol, maxLength: 5 },
);

describe('the law of an account', () => {
  it('has the variance of its pairs, and parts that add up to its standard deviation', () => {
    fc.assert(
      fc.property(holdings, (some) => {
        const { sd, parts } = law(some);
        let variance = 0;
        for (const a of some) {
          for (const b of some) {
            const rho =
              a === b
                ? 1
                : correlationOf(correlations, innovations, slotOf(innovations, a.symbol), slotOf(innovations, b.symbol));
            variance += a.amount * a.sd * b.amount * b.sd * rho;
          }
        }
        expect(Math.abs(sd - Math.sqrt(Math.max(0, variance)))).toBeLessThanOrEqual(1e-6 * (1 + sd));
        expect(parts.reduce((sum, { part }) => sum + part, 0)).toBeCloseTo(sd, -1);
        expect(parts.map(({ symbol }) => symbol)).toEqual(some.map(({ symbol }) => symbol).sort());
      }),
      { numRuns: 300 },
    );
  });

  it('is the same in whatever order things are held', () => {
    fc.assert(fc.property(holdings, (some) => expect(law([...some].reverse())).toEqual(law(some))));
  });

  it('of what cannot move has no part in anything', () => {
    expect(law([holding('A', 0), holding('B', 1e9, 0)])).toEqual({ sd: 0, parts: [part('A', 0), part('B', 0)] });
    expect(law([])).toEqual({ sd: 0, parts: [] });
  });

  it('has a hedge take from the whole, and twins add to it', () => {
    const one = law([holding('A', 1e9)]);
    expect(one.sd).toBeCloseTo(1e7, 0);
    expect(law([holding('A', 1e9), holding('B', 1e9)]).sd).toBeGreaterThan(1.7 * one.sd);
    const hedged = law([holding('A', 1e9), holding('B', -1e9)]);
    expect(hedged.sd).toBeLessThan(0.8 * one.sd);
    expect(item(law([holding('A', 2e9), holding('B', -1e9)]).parts, 1).part).toBeLessThan(0);
  });

  it('expects to lose in its worst cases what the quantiles below them come to on average', () => {
    const tail = FORECAST_LEVELS[0];
    const steps = 4_000;
    let sum = 0;
    for (let i = 0; i < steps; i++) sum += studentTQuantile((tail * (i + 0.5)) / steps, 5) / steps;
    expect(SHORTFALL_PER_QUANTILE).toBeCloseTo(sum / studentTQuantile(tail, 5), 2);
    expect(item(UNIT_QUANTILES, 0)).toBeCloseTo(studentTQuantile(tail, 5) * Math.sqrt(3 / 5), 12);
  });
});

describe('whole parts', () => {
  it('add up to the whole, each within what rounding takes', () => {
    fc.assert(
      fc.property(fc.nat(1e12), fc.array(evenly(0, 1e6), { minLength: 1, maxLength: 30 }), (whole, parts) => {
        const sum = parts.reduce((total, part) => total + part, 0);
        const whole_ = wholeParts(whole, parts);
        if (sum === 0) return;
        expect(whole_.reduce((total, part) => total + part, 0)).toBe(whole);
        whole_.forEach((part, i) => expect(Math.abs(part - (whole * item(parts, i)) / sum)).toBeLessThanOrEqual(parts.length));
      }),
    );
    expect(wholeParts(10, [1, 1, 1])).toEqual([4, 3, 3]);
    expect(wholeParts(100, [2, -1])).toEqual([200, -100]);
    expect(wholeParts(0, [0, 0])).toEqual([0, 0]);
  });
});
