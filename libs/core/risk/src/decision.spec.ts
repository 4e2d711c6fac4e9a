import { describe, expect, it } from '@jest/globals';
import { cashFromDollars, epochMs, sharesOf, type RiskDecision } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { barsOf, givenRisk, inputOf, MONDAY, newRiskDecision } from '../test/given-risk.ts';
import { riskStage, RiskInvariantError } from './index.ts';

const closes = { AAPL: 100, IBM: 100, MSFT: 100 };
const sizes = ({ orders }: RiskDecision): unknown => orders.map(({ symbol, quantity }) => [symbol, sharesOf(quantity)]);
const refusals = ({ denials }: RiskDecision): unknown => denials.map(({ symbol, gate }) => [symbol, gate]);

describe('a decision', () => {
  it('gives the capital to the best signals, not to the first', () => {
    const desk = givenRisk({ grossNotionalFractionMax: 0.3 });
    const signals = [
      { of: 'AAPL', mean: 200_000 },
      { of: 'IBM', mean: 400_000 },
      { of: 'MSFT', mean: 300_000 },
    ];
    const decision = desk.minute({ closes, signals });
    expect(sizes(decision)).toEqual([
      ['IBM', 200],
      ['MSFT', 88],
    ]);
    expect(refusals(decision)).toEqual([['AAPL', 'GROSS_NOTIONAL']]);
  });

  it('takes the mean in standard deviations, whatever the direction', () => {
    const desk = givenRisk({ openOrdersMax: 1 });
    const signals = [{ of: 'AAPL', mean: 900_000, sd: 9_000_000 }, { of: 'IBM', direction: -1, mean: -200_000 } as const];
    expect(sizes(desk.minute({ closes, signals }))).toEqual([['IBM', 200]]);
  });

  it('looks at equally good signals in symbol order', () => {
    const desk = givenRisk({ openOrdersMax: 2 });
    const decision = desk.minute({ closes, signals: [{ of: 'MSFT' }, { of: 'IBM' }, { of: 'AAPL' }] });
    expect(sizes(decision)).toEqual([
      ['AAPL', 200],
      ['IBM', 200],
    ]);
    expect(refusals(decision)).toEqual([['MSFT', 'OPEN_ORDERS']]);
  });

  it('looks last at a signal without a distribution', () => {
    const desk = givenRisk({ openOrdersMax: 1 });
    const decision = desk.minute({ closes, signals: [{ of: 'AAPL', sd: NaN }, { of: 'IBM' }] });
    expect(sizes(decision)).toEqual([['IBM', 200]]);
  });

  it('spends nothing on a signal that it refuses', () => {
    const desk = givenRisk({ openOrdersMax: 1 });
    const decision = desk.minute({ closes, signals: [{ of: 'AAPL', mean: 900_000, stateFlags: 1 }, { of: 'IBM' }] });
    expect(sizes(decision)).toEqual([['IBM', 200]]);
    expect(refusals(decision)).toEqual([['AAPL', 'STATE_FLAGS']]);
  });

  it('lists orders by id and denials by symbol, however they ranked', () => {
    const means = { D: 1, C: 2, B: 3, A: 4 };
    const signals = Object.entries(means).map(([of, mean]) => ({ of, mean: mean * 200_000 }));
    const refused = ['Z', 'Y', 'X'].map((of, i) => ({ of, mean: (9 - i) * 200_000, stateFlags: 1 }));
    const decision = givenRisk().minute({ closes: { A: 100, B: 100, C: 100, D: 100 }, signals: [...signals, ...refused] });
    expect(decision.orders.map(({ symbol }) => symbol)).toEqual(['A', 'B', 'C', 'D']);
    expect(decision.denials.map(({ symbol }) => symbol)).toEqual(['X', 'Y', 'Z']);
  });

  it('reports the account with the orders that it has just approved', () => {
    const { account } = givenRisk().minute({ closes, signals: [{ of: 'AAPL' }, { of: 'IBM' }] });
    expect(account).toEqual({
      cash: cashFromDollars(100_000),
      equity: cashFromDollars(100_000),
      gross: 0,
      reserved: cashFromDollars(41_600),
      realised: 0,
      equityPeak: cashFromDollars(100_000),
      drawdownPpm: 0,
      tradingState: 'active',
    });
  });

  it('is overwritten whole, also by an interval in which nothing happens', () => {
    const desk = givenRisk();
    desk.minute({ closes, signals: [{ of: 'AAPL' }, { of: 'IBM', stateFlags: 1 }] });
    expect(desk.minute()).toMatchObject({ t: newYorkInstant(MONDAY, 601), orders: [], denials: [] });
  });
});

describe('an interval', () => {
  const ten = newYorkInstant(MONDAY, 600);
  const eleven = newYorkInstant(MONDAY, 660);

  it('comes once, and after the one before', () => {
    for (const again of [600, 599]) {
      const desk = givenRisk();
      desk.minute({ at: 600 });
      expect(() => desk.minute({ at: again })).toThrow(RiskInvariantError);
    }
  });

  it('comes with bars, signals and a report of its own', () => {
    const state = givenRisk().state;
    const input = inputOf(eleven, {});
    const strangers = [
      { bars: [barsOf(ten, 0, 1, closes)] },
      { report: { t: ten, fills: [], events: [], doubt: null } },
      { signals: [{ t: ten, shard: 0, signals: [], exits: [] }] },
    ];
    for (const stranger of strangers) {
      expect(() => riskStage.apply(state, { ...input, ...stranger }, newRiskDecision())).toThrow(RiskInvariantError);
    }
    expect(state.t).toBe(epochMs(0));
  });

  it('is not entered with limits that are none', () => {
    expect(() => givenRisk({ kellyFraction: NaN, symbolNotionalFractionMax: -1 })).toThrow(
      /kellyFraction.*symbolNotionalFractionMax/,
    );
  });
});
