/**
 * Of all gates together:
 * 1. More doubt, or more of any cost, never makes an order larger.
 * 2. Half the equity never makes one larger.
 * 3. What moves with the account more never makes one larger.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cashFromDollars, sharesOf, type RiskRules } from '@aitrader/model';
import { FREE, givenRisk, type Belief } from '../test/given-risk.ts';
import { evenly } from '../test/evenly.ts';

/** A caution at which most signals are worth some shares, and caps that seldom bind. */
const RULES: Partial<RiskRules> = {
  kellyFraction: 0.05,
  edgeError: 0.05,
  orderNotionalMin: cashFromDollars(1),
  orderNotionalMax: cashFromDollars(80_000),
  symbolNotionalFractionMax: 1,
  expectedShortfallFractionMax: 0.1,
};

interface Case {
  readonly mean: number;
  readonly sd: number;
  readonly coverage95Ppm: number;
  readonly regime: number;
  readonly direction: 1 | -1;
  readonly costs: Readonly<Record<Cost, number>>;
}
const COSTS = ['halfSpreadBpRegular', 'slippageBp', 'impactBp', 'feePerShareDollars'] as const;
type Cost = (typeof COSTS)[number];

const someCase: fc.Arbitrary<Case> = fc.record({
  mean: fc.integer({ min: 1, max: 400_000 }),
  sd: fc.integer({ min: 200_000, max: 5_000_000 }),
  coverage95Ppm: fc.constantFrom(910_000, 950_000),
  regime: fc.constantFrom(0, 1, 2),
  direction: fc.constantFrom<1 | -1>(1, -1),
  costs: fc.record({
    halfSpreadBpRegular: evenly(0, 3),
    slippageBp: evenly(0, 1),
    impactBp: evenly(0, 30),
    feePerShareDollars: evenly(0, 0.01),
  }),
});

/** Shares that are approved of one signal; 0 where none are. What is held before it: so many dollars of another symbol. */
function sharesFor(
  { costs, mean, direction, ...belief }: Case,
  rules: Partial<RiskRules> = {},
  others: readonly Belief[] = [],
): number {
  const desk = givenRisk({ ...RULES, costs: { ...FREE, ...costs }, ...rules });
  const minute = { closes: { A: 100, B: 100 }, volume: 1_000_000 };
  desk.minute({ ...minute, signals: others });
  const { orders } = desk.minute({ ...minute, signals: [{ of: 'A', direction, mean: direction * mean, ...belief }] });
  return orders[0] === undefined ? 0 : sharesOf(orders[0].quantity);
}

/** Runs a property, and wants most cases to have approved something. */
function expectNeverMore(compare: (given: Case, more: number) => readonly [less: number, more: number]): void {
  let approved = 0;
  fc.assert(
    fc.property(someCase, fc.double({ min: 1, max: 3, noNaN: true }), (given, more) => {
      const [less, most] = compare(given, more);
      if (most > 0) approved++;
      expect(less).toBeLessThanOrEqual(most);
    }),
    { numRuns: 150 },
  );
  expect(approved).toBeGreaterThan(50);
}

describe('an order', () => {
  it('1. is never larger for a wider distribution', () => {
    expectNeverMore((given, more) => [sharesFor({ ...given, sd: Math.ceil(given.sd * more) }), sharesFor(given)]);
  });
  it('1. is never larger for an edge that is less sure', () => {
    expectNeverMore((given, more) => [sharesFor(given, { edgeError: 0.05 * more }), sharesFor(given)]);
  });
  it('1. is never larger in a regime that leaves less, or by a model that holds less of what it claims', () => {
    expectNeverMore((given) => [
      Math.max(sharesFor({ ...given, regime: 2 }), sharesFor({ ...given, coverage95Ppm: 910_000 })),
      Math.max(sharesFor({ ...given, regime: 0 }), sharesFor({ ...given, coverage95Ppm: 950_000 })),
    ]);
  });
  it.each(COSTS)('1. is never larger for more %s', (cost) => {
    expectNeverMore((given, more) => {
      const costs = { ...given.costs, [cost]: given.costs[cost] * more };
      return [sharesFor({ ...given, costs }), sharesFor(given)];
    });
  });
  it('2. is never larger for half the equity', () => {
    expectNeverMore((given) => [
      sharesFor(given, { startingCash: cashFromDollars(50_000) }),
      sharesFor(given, { startingCash: cashFromDollars(100_000) }),
    ]);
  });
  it('2. is never larger for half the equity beside others of the interval, in sum', () => {
    const total = (cases: readonly Case[], dollars: number): number => {
      const desk = givenRisk({ ...RULES, costs: { ...FREE, ...cases[0]?.costs }, startingCash: cashFromDollars(dollars) });
      const closes = Object.fromEntries(cases.map((_, i) => [`S${i}`, 100]));
      desk.minute({ closes, volume: 1_000_000 });
      const signals = cases.map(({ mean, sd, direction }, i) => ({ of: `S${i}`, direction, mean: direction * mean, sd }));
      return desk
        .minute({ closes, volume: 1_000_000, signals })
        .orders.reduce((sum, { quantity }) => sum + sharesOf(quantity), 0);
    };
    fc.assert(
      fc.property(fc.array(someCase, { minLength: 2, maxLength: 6 }), (cases) => {
        // whole shares are rounded down, each by itself
        expect(total(cases, 50_000)).toBeLessThanOrEqual(total(cases, 100_000) + cases.length);
      }),
      { numRuns: 150 },
    );
  });
  it('3. is never larger beside what is held of another symbol that has something in common with it', () => {
    expectNeverMore((given) => {
      const other = { of: 'B', direction: given.direction, mean: given.direction * 300_000 };
      return [sharesFor(given, {}, [other]), sharesFor(given)];
    });
  });
});
