import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { itAgainst, referencePath } from '../../../../tools/testing/reference-data.ts';
import { bestStake, netBelief, trustIn } from './stake.ts';
import { evenly } from '../test/evenly.ts';

/** Claims at face value. */
const AS_STATED = { slope: 1, error: 0, spread: 1, scored: 0 };

type Figures = Readonly<Record<string, number>>;
const REFERENCE = referencePath('numeric/06_kelly/expected.json');

const forward = (mean: number, sd: number) => ({
  meanE8: Math.round(mean * 1e8),
  sdE8: Math.round(sd * 1e8),
  dofMilli: 6_000,
  quantilesE8: [],
});
const some = evenly;
const figures = {
  mean: some(1e-5, 0.05),
  sd: some(1e-4, 0.2),
  cost: some(0, 0.01),
  impact: some(0, 0.05),
  error: some(0, 2),
  more: some(1, 3),
};

/** Growth per period of a stake, less what its impact takes. */
const growth = (stake: number, edge: number, variance: number, cost: number): number =>
  stake * edge - cost * stake * Math.sqrt(stake) - (stake * stake * variance) / 2;

/** The whole way from a distribution to a stake, of Kelly's own size. */
const stakeOf = (mean: number, sd: number, cost: number, impact: number, error: number): number => {
  const belief = netBelief(forward(mean, sd), 1, cost, AS_STATED);
  return trustIn(belief, error) * bestStake(belief.edge, belief.sd * belief.sd, impact);
};

describe('the best stake', () => {
  itAgainst(REFERENCE, 'is the shrunk one of the reference, where trading is free', () => {
    const { uncertainty } = JSON.parse(readFileSync(REFERENCE, 'utf8')) as { uncertainty: { rows: readonly Figures[] } };
    const rows = uncertainty.rows.filter((row) => (row['mu_hat'] ?? NaN) > 0);
    expect(rows.length).toBeGreaterThanOrEqual(5);
    for (const row of rows) {
      const { mu_hat: mean = NaN, sigma: sd = NaN, 'tau (sd of mu_hat)': error = NaN } = row;
      const stake = trustIn({ edge: mean, sd, error: 0 }, error / sd) * bestStake(mean, sd * sd, 0);
      expect(Math.abs(stake / (row['kelly_shrunk'] ?? NaN) - 1)).toBeLessThan(1e-9);
    }
  });

  it('is nothing without an edge that is left after cost, and no number without a distribution or a known cost', () => {
    expect(stakeOf(0.001, 0.01, 0.001, 0, 0)).toBe(0);
    expect(stakeOf(0.001, 0.01, 0.002, 0, 0)).toBe(0);
    expect(stakeOf(-0.001, 0.01, 0, 0, 0)).toBe(0);
    for (const sd of [0, -1, NaN, Infinity]) expect(netBelief(forward(0.001, sd), 1, 0, AS_STATED).edge).toBeNaN();
    expect(stakeOf(0.001, 0.01, NaN, 0, 0)).toBeNaN();
    expect(stakeOf(0.001, 0.01, 0, NaN, 0)).toBeNaN();
    expect(stakeOf(NaN, 0.01, 0, 0, 0)).toBeNaN();
  });

  it('takes a short by what it expects to fall', () => {
    expect(netBelief(forward(-0.002, 0.01), -1, 0.0005, AS_STATED).edge).toBeCloseTo(0.0015, 12);
    expect(netBelief(forward(0.002, 0.01), -1, 0.0005, AS_STATED).edge).toBeCloseTo(-0.0025, 12);
  });

  it('grows the capital faster than any other, what its impact takes included', () => {
    fc.assert(
      fc.property(figures.mean, figures.sd, figures.impact, some(0, 4), (edge, sd, cost, k) => {
        const best = bestStake(edge, sd * sd, cost);
        const at = growth(best, edge, sd * sd, cost);
        expect(at).toBeGreaterThanOrEqual(growth(k * best, edge, sd * sd, cost) - 1e-9 * Math.abs(at));
      }),
      { numRuns: 500 },
    );
  });

  it('is never larger for more uncertainty, more cost or a smaller mean', () => {
    fc.assert(
      fc.property(fc.record(figures), ({ mean, sd, cost, impact, error, more }) => {
        const stake = stakeOf(mean, sd, cost, impact, error) * (1 + 1e-12);
        expect(stakeOf(mean, sd * more, cost, impact, error)).toBeLessThanOrEqual(stake);
        expect(stakeOf(mean, sd, cost * more, impact, error)).toBeLessThanOrEqual(stake);
        expect(stakeOf(mean, sd, cost + 1e-4, impact, error)).toBeLessThanOrEqual(stake);
        expect(stakeOf(mean, sd, cost, impact * more, error)).toBeLessThanOrEqual(stake);
        expect(stakeOf(mean, sd, cost, impact, error * more)).toBeLessThanOrEqual(stake);
        expect(stakeOf(mean / more, sd, cost, impact, error)).toBeLessThanOrEqual(stake);
      }),
      { numRuns: 500 },
    );
  });

  it('is never more money with less equity, though each dollar of it moves the price less', () => {
    fc.assert(
      fc.property(fc.record(figures), some(0.05, 1), ({ mean, sd, cost, impact, error }, less) => {
        // an impact per stake^1.5 grows with the root of the equity
        const money = (equity: number): number => equity * stakeOf(mean, sd, cost, impact * Math.sqrt(equity), error);
        expect(money(less)).toBeLessThanOrEqual(money(1) * (1 + 1e-12));
      }),
      { numRuns: 500 },
    );
  });
});
