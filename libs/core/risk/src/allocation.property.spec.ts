import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { item, type Direction } from '@aitrader/model';
import { marketOf, slotOf } from '../test/given-innovations.ts';
import { allocate, type Candidate, type Company } from './allocation.ts';
import { addExposure, correlationOf, newExposure, type Correlations } from './correlation.ts';
import { BLOCKS } from './innovations.ts';
import { bestStake } from './stake.ts';
import { evenly } from '../test/evenly.ts';

const C = 0.25;
const MARKET = marketOf({ A: [0.95], B: [0.95], C: [0.5], D: [0.1], H: [-0.95] }, BLOCKS, 11);
const SYMBOLS = ['A', 'B', 'C', 'D', 'H'] as const;
const pair = (a: string, b: string, correlations: Correlations = MARKET.correlations): number =>
  correlationOf(correlations, MARKET.innovations, slotOf(MARKET.innovations, a), slotOf(MARKET.innovations, b));

function candidate(symbol: string, more: Partial<Omit<Candidate, 'slot' | 'alone'>> = {}): Candidate {
  const { direction = 1, edge = 0.001, trust = 1, sd = 0.01, cost = 0 } = more;
  const alone = trust * bestStake(edge, (sd * sd) / C, cost);
  return { slot: slotOf(MARKET.innovations, symbol), direction, edge, trust, sd, horizon: 1, cost, alone };
}

/** A book of stakes times standard deviations, long above 0. */
function company(held: Readonly<Record<string, number>> = {}, correlations: Correlations = MARKET.correlations): Company {
  const book = newExposure();
  for (const [symbol, amount] of Object.entries(held))
    addExposure(book, correlations, MARKET.innovations, slotOf(MARKET.innovations, symbol), amount);
  return { ...MARKET, correlations, book, kellyFraction: C };
}
const [alone] = [candidate('A').alone];

const someCandidates = fc
  .uniqueArray(
    fc.record({
      symbol: fc.constantFrom(...SYMBOLS),
      direction: fc.constantFrom<Direction>(1, -1),
      edge: fc.double({ min: 1e-5, max: 0.01, noNaN: true }),
      trust: fc.double({ min: 0.01, max: 1, noNaN: true }),
      sd: fc.double({ min: 0.002, max: 0.05, noNaN: true }),
      cost: evenly(0, 0.005),
    }),
    { selector: ({ symbol }) => symbol, minLength: 1, maxLength: 5 },
  )
  .map((some) => some.map(({ symbol, ...more }) => ({ symbol, one: candidate(symbol, more) })));
const someBook = fc.dictionary(fc.constantFrom(...SYMBOLS), evenly(-0.02, 0.02), { maxKeys: 3 });

/** What `allocate` makes as large as it gets. */
function worth(
  some: readonly { readonly symbol: string; readonly one: Candidate }[],
  stakes: readonly number[],
  held: Readonly<Record<string, number>>,
): number {
  const risks = some.map(({ symbol, one }, i) => ({ symbol, amount: one.direction * one.sd * item(stakes, i) }));
  let [sum, variance] = [0, 0];
  some.forEach(({ one: { edge, cost, sd, trust } }, i) => {
    const stake = item(stakes, i);
    sum += stake * edge - (cost * stake ** 1.5) / Math.sqrt(trust) - (stake * stake * sd * sd * (1 / trust - 1)) / (2 * C);
  });
  for (const a of risks) {
    for (const b of risks) variance += a.amount * b.amount * (a === b ? 1 : pair(a.symbol, b.symbol));
    for (const [symbol, amount] of Object.entries(held))
      variance += 2 * a.amount * amount * (symbol === a.symbol ? 1 : pair(a.symbol, symbol));
  }
  return sum - variance / (2 * C);
}

describe('an allocation', () => {
  it('gives one signal beside nothing what it is worth alone', () => {
    expect(allocate([candidate('A')], company())).toEqual([alone]);
  });

  it('gives each of two that rise together less than alone, and both together little more than one', () => {
    const [a = NaN, b = NaN] = allocate([candidate('A'), candidate('B')], company());
    const rho = pair('A', 'B');
    expect(rho).toBeGreaterThan(0.7);
    expect(a / (alone / (1 + rho))).toBeCloseTo(1, 3);
    expect(b / a).toBeCloseTo(1, 3);
  });

  it('gives the worse of two that are nearly one hardly anything', () => {
    const [a = NaN, b = NaN] = allocate([candidate('A'), candidate('B', { edge: 0.0008 })], company());
    expect(a).toBeGreaterThan(0.75 * alone);
    expect(b).toBeLessThan(0.5 * candidate('B', { edge: 0.0008 }).alone);
  });

  it('does not punish a hedge, nor reward it', () => {
    expect(allocate([candidate('H')], company({ A: 0.01 }))).toEqual([candidate('H').alone]);
    expect(allocate([candidate('B', { direction: -1 })], company({ A: 0.01 }))).toEqual([alone]);
    expect(item(allocate([candidate('B')], company({ A: 0.0005 })), 0)).toBeLessThan(0.999 * alone);
  });

  it('gives nothing to what the book holds enough of already', () => {
    expect(allocate([candidate('B')], company({ A: 1 }))).toEqual([0]);
  });

  it('never gives more to what has more in common with the book, or beside a larger book', () => {
    const shrunk = evenly(0, 1);
    fc.assert(
      fc.property(shrunk, shrunk, evenly(0, 0.005), fc.double({ min: 1, max: 3, noNaN: true }), (s, t, amount, more) => {
        const [loose, tight] = [s, t]
          .map((shrinkage) => ({ ...MARKET.correlations, shrinkage }))
          .sort((a, b) => pair('A', 'B', a) - pair('A', 'B', b));
        const given = (correlations: Correlations, held: number): number =>
          item(allocate([candidate('B')], company({ A: held }, correlations)), 0);
        const looser = given(loose as Correlations, amount) * (1 + 1e-12);
        expect(given(tight as Correlations, amount)).toBeLessThanOrEqual(looser);
        expect(given(loose as Correlations, amount * more)).toBeLessThanOrEqual(looser);
      }),
      { numRuns: 300 },
    );
  });

  it('stays within what each is worth alone, and is worth more than any other that does', () => {
    fc.assert(
      fc.property(someCandidates, someBook, fc.array(evenly(0, 1), { minLength: 5, maxLength: 5 }), (some, book, shares) => {
        // what is held already is not entered
        const held = Object.fromEntries(Object.entries(book).filter(([symbol]) => !some.some((one) => one.symbol === symbol)));
        const stakes = allocate(
          some.map(({ one }) => one),
          company(held),
        );
        some.forEach(({ one }, i) => {
          expect(item(stakes, i)).toBeGreaterThanOrEqual(0);
          expect(item(stakes, i)).toBeLessThanOrEqual(one.alone);
        });
        const best = worth(some, stakes, held);
        const slack = 1e-3 * some.reduce((sum, { one }) => sum + one.edge * one.alone, 0);
        const another = some.map(({ one }, i) => item(shares, i) * one.alone);
        expect(best).toBeGreaterThanOrEqual(worth(some, another, held) - slack);
        const towards = stakes.map((stake, i) => 0.9 * stake + 0.1 * item(another, i));
        expect(best).toBeGreaterThanOrEqual(worth(some, towards, held) - slack);
      }),
      { numRuns: 500 },
    );
  });

  it('gives many that say the same alike, as one of them', () => {
    const loadings = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`S${i}`, [0.7]]));
    const market = marketOf(loadings, BLOCKS, 5);
    const many = Object.keys(loadings).map((symbol) => ({ ...candidate('A'), slot: slotOf(market.innovations, symbol) }));
    const stakes = allocate(many, { ...market, book: newExposure(), kellyFraction: C });
    const total = stakes.reduce((sum, stake) => sum + stake, 0);
    expect(total).toBeLessThan(3 * alone);
    expect(total).toBeGreaterThan(1.2 * alone);
    expect(stakes.filter((stake) => stake > 0).length).toBeGreaterThan(10);
  });
});
