import { describe, expect, it } from '@jest/globals';
import { cashFromDollars } from '@aitrader/model';
import { answer, given, refuses } from '../test/gate-answer.ts';
import { FREE, type Belief } from '../test/given-risk.ts';

const dollars = cashFromDollars;

describe('EDGE_NET', () => {
  it('refuses a signal whose mean speaks against its direction, or says nothing', () => {
    for (const mean of [-200_000, 0]) expect(answer('EDGE_NET', given(), { mean })).toEqual(refuses(mean, 1, 'e8'));
  });
  it('refuses what both legs cost more of than is expected', () => {
    const costs = { ...FREE, halfSpreadBpRegular: 1, slippageBp: 0.5, feePerShareDollars: 0.005 };
    // twice 1.5 bp, and twice half a cent of 100 dollars
    const cost = 40_000;
    expect(answer('EDGE_NET', given({ costs, edgeError: 0 }), { sd: 10_000, mean: cost + 10 })).toMatchObject({
      passed: [10, 1, 'e8'],
    });
    expect(answer('EDGE_NET', given({ costs, edgeError: 0 }), { mean: cost })).toEqual(refuses(0, 1, 'e8'));
    expect(answer('EDGE_NET', given({ costs, edgeError: 0 }), { sd: 10_000, direction: -1, mean: -cost - 10 })).toMatchObject({
      passed: [10, 1, 'e8'],
    });
    expect(answer('EDGE_NET', given({ costs, edgeError: 0 }), { direction: -1, mean: cost + 10 })).toEqual(
      refuses(-2 * cost - 10, 1, 'e8'),
    );
  });
  it('refuses a distribution that is none, and a cost that is not known', () => {
    for (const sd of [0, -1_000_000, NaN, Infinity]) {
      expect(answer('EDGE_NET', given(), { sd })).toEqual(refuses(Number.MIN_SAFE_INTEGER, 1, 'e8'));
    }
    expect(() => given({ costs: { ...FREE, slippageBp: NaN } })).toThrow(/slippageBp,NaN/);
  });
});

describe('NETTING', () => {
  it('lets no two strategies trade against one another, and no smaller one at all', () => {
    const desk = given({ symbolNotionalFractionMax: 100, grossNotionalFractionMax: 100, buyingPowerMultiple: 100 });
    const { orders, denials } = desk.minute({
      closes: { AAPL: 100 },
      signals: [
        { of: 'AAPL', mean: 10_000_000, sd: 100_000_000 },
        { of: 'AAPL', mean: -2_000_000, sd: 100_000_000, direction: -1, strategy: 'other' },
      ],
    });
    const [order] = orders;
    // 1,250 dollars less 19.23: f = 0.25 · 0.0385 · 0.02 / 1
    expect(order?.gates.find(({ gate }) => gate === 'NETTING')).toMatchObject({ value: expect.closeTo(1_230_769_230, -1) });
    expect([orders.length, order?.side]).toEqual([1, 'buy']);
    expect(denials).toMatchObject([{ gate: 'OPEN_EXPOSURE' }]);
    expect(denials[0]?.gates.find(({ gate }) => gate === 'NETTING')).toMatchObject({ value: 0 });
  });
  it('enters neither of two that want the opposite alike', () => {
    const both = ([1, -1] as const).map((direction) => ({ of: 'AAPL', direction, strategy: direction === 1 ? 'one' : 'other' }));
    const { orders, denials } = given().minute({ closes: { AAPL: 100 }, signals: both });
    expect(orders).toEqual([]);
    expect(denials.map(({ gate }) => gate)).toEqual(['NETTING', 'NETTING']);
  });
});

describe('CORRELATION', () => {
  const wide = {
    symbolNotionalFractionMax: 100,
    grossNotionalFractionMax: 100,
    buyingPowerMultiple: 100,
    orderNotionalMin: dollars(0),
  };
  const belief = { mean: 10_000_000, sd: 100_000_000, volatilityE8: 18_257_419 };
  const stakes = (signals: readonly Belief[], desk = given(wide)): unknown[] => {
    const { orders } = desk.minute({ closes: { AAPL: 10, IBM: 10 }, signals });
    return orders.map(({ gates }) => gates.find(({ gate }) => gate === 'CORRELATION')?.value);
  };
  it('leaves a signal alone what it is worth, and gives two that rise together less', () => {
    expect(stakes([{ of: 'AAPL', ...belief }])).toEqual([dollars(1_250)]);
    const both = stakes([
      { of: 'AAPL', ...belief },
      { of: 'IBM', ...belief },
    ]);
    // nothing is known of either: 0.3 in common; half of the stake is doubt, of which nothing is
    expect(both).toEqual([expect.closeTo(1_250e6 / (1 + 0.3 / 2), -3), expect.closeTo(1_250e6 / (1 + 0.3 / 2), -3)]);
  });
  it('takes an order that may still fill for a position, and a hedge of it for no burden', () => {
    const held = (direction: 1 | -1): unknown => {
      const desk = given(wide);
      desk.minute({ closes: { AAPL: 10, IBM: 10 }, signals: [{ of: 'AAPL', ...belief }] });
      return stakes([{ of: 'IBM', ...belief, direction, mean: direction * belief.mean }], desk)[0];
    };
    expect(held(1)).toBeLessThan(dollars(1_250));
    expect(held(-1)).toBe(dollars(1_250));
  });
});

describe('KELLY', () => {
  it('stakes up to where the next share costs what it brings, by the impact of the shares that it buys', () => {
    const wide = { symbolNotionalFractionMax: 100, grossNotionalFractionMax: 100, buyingPowerMultiple: 100, edgeError: 0 };
    const [impactBp, volume, edge, sd] = [20, 40_000, 0.002, 0.01];
    const desk = given({ ...wide, costs: { ...FREE, impactBp } });
    const minute = { closes: { AAPL: 100 }, volume };
    const { orders, denials } = desk.minute({ ...minute, signals: [{ of: 'AAPL', mean: edge * 1e8, sd: sd * 1e8 }] });
    const gates = (orders[0] ?? denials[0])?.gates ?? [];
    const shares = (gates.find(({ gate }) => gate === 'KELLY')?.value ?? NaN) / dollars(100);
    // both legs; a share of 100 dollars is a thousandth of the equity, a quarter of Kelly's stake is wanted
    const perRootShare = (2 * impactBp) / 1e4 / Math.sqrt(volume);
    expect(shares).toBeGreaterThan(1_000);
    expect(1.5 * perRootShare * Math.sqrt(shares) + ((shares / 1_000) * sd ** 2) / 0.25).toBeCloseTo(edge, 8);
  });
  it('stakes less for an impact that grows with the stake', () => {
    const wide = { symbolNotionalFractionMax: 100, grossNotionalFractionMax: 100, buyingPowerMultiple: 100 };
    const stake = (impactBp: number): unknown =>
      answer('KELLY', given({ ...wide, costs: { ...FREE, impactBp } }), { mean: 10_000, sd: 100_000 });
    expect(stake(0)).toMatchObject({ passed: [dollars(1_250_000), dollars(100), 'cash'] });
    // nobody told of a volume
    expect(stake(1)).toMatchObject({ refused: [Number.MIN_SAFE_INTEGER, dollars(100), 'cash'] });
  });
});
