import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cashFromDollars, epochMs, item, notional, ticker } from '@aitrader/model';
import { equityOf } from '@aitrader/core-portfolio';
import { eventOf, fillOf, givenRisk, type Belief, type Desk } from '../test/given-risk.ts';
import { forecastOf, type AccountBook } from './account-forecast.ts';
import { shortfallRoom, worstBookOf, worstCaseOf } from './worst-case.ts';

const CLOSES = { A: 100, B: 50, C: 20 };
const SYMBOLS = ['A', 'B', 'C'] as const;
/** Limits at which nothing but the shortfall binds. */
const LOOSE = {
  symbolNotionalFractionMax: 100,
  grossNotionalFractionMax: 100,
  buyingPowerMultiple: 100,
  orderNotionalMax: cashFromDollars(1e9),
  orderNotionalMin: cashFromDollars(0),
};

/** The mean loss of a book in its worst 2.5 %, to the close. */
const shortfallOf = ({ state }: Desk, book: AccountBook): number => forecastOf(state, 'close', epochMs(0), 360, book).shortfall;
const plus = ({ equity, amounts }: AccountBook, symbol: string, amount: number): AccountBook => {
  const held = amounts.find((one) => one.symbol === symbol)?.amount ?? 0;
  return {
    equity,
    amounts: [...amounts.filter((one) => one.symbol !== symbol), { symbol: ticker(symbol), amount: held + amount }],
  };
};

describe('what an account may come to lose', () => {
  it('stays within the limit with every order, and goes beyond it with the next share', () => {
    let bound = 0;
    const beliefs = fc.array(fc.record({ of: fc.constantFrom(...SYMBOLS), direction: fc.constantFrom<1 | -1>(1, -1) }), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(beliefs, fc.double({ min: 0.001, max: 0.2, noNaN: true }), (signals, limit) => {
        const desk = givenRisk({ ...LOOSE, expectedShortfallFractionMax: limit });
        for (const signal of signals) {
          const before = worstBookOf(desk.state);
          const { orders } = desk.minute({
            closes: CLOSES,
            signals: [{ mean: signal.direction * 200_000, ...signal } as Belief],
          });
          for (const order of orders) {
            const most = limit * equityOf(desk.state.ledger);
            const amount = signal.direction * notional(order.reference, order.quantity);
            const share = signal.direction * CLOSES[signal.of] * 1e6;
            expect(shortfallOf(desk, plus(before, signal.of, amount))).toBeLessThanOrEqual(most * 1.01 + 1);
            const figures = order.gates.find(({ gate }) => gate === 'EXPECTED_SHORTFALL');
            if ((figures?.value ?? 0) >= Math.abs(amount) + Math.abs(share)) continue;
            bound++;
            expect(shortfallOf(desk, plus(before, signal.of, amount + share))).toBeGreaterThan(most * 0.99);
          }
        }
      }),
      { numRuns: 100 },
    );
    expect(bound).toBeGreaterThan(20);
  });

  it('counts what is held, and what may still fill, and gives a hedge more room than a twin', () => {
    const desk = givenRisk(LOOSE);
    const order = item(desk.minute({ closes: CLOSES, signals: [{ of: 'A', mean: 10_000_000, sd: 100_000_000 }] }).orders, 0);
    const exits = { loss: 0.01, gain: 0.02 };
    expect(worstBookOf(desk.state).amounts).toEqual([{ symbol: 'A', amount: 1_248e6, exits, isLeftToday: true }]);
    const room = (direction: 1 | -1): number => shortfallRoom(desk.state, worstCaseOf(desk.state), ticker('B'), direction, 2e9);
    expect(room(-1)).toBeGreaterThan(room(1));
    desk.minute({ closes: CLOSES, fills: [fillOf(order, 100, { shares: 5 })], events: [eventOf(order, 'entry', 'filled', 7)] });
    expect(worstBookOf(desk.state).amounts).toEqual([{ symbol: 'A', amount: 500e6 + 728e6, exits, isLeftToday: true }]);
    desk.minute({ closes: CLOSES, events: [eventOf(order, 'entry', 'unknown', 7)] });
    // of an order that is in doubt no exit is reckoned with
    expect(worstBookOf(desk.state).amounts).toEqual([{ symbol: 'A', amount: 500e6 + 728e6 }]);
    desk.minute({ closes: CLOSES, events: [eventOf(order, 'entry', 'canceled')] });
    expect(worstBookOf(desk.state).amounts).toEqual([{ symbol: 'A', amount: 500e6, exits, isLeftToday: true }]);
    desk.minute({ closes: CLOSES, events: [eventOf(order, 'stop', 'rejected', 5)] });
    expect(worstBookOf(desk.state).amounts).toEqual([{ symbol: 'A', amount: 500e6 }]);
  });

  it('leaves no room beyond the limit, nor where it is not known', () => {
    const desk = givenRisk(LOOSE);
    desk.minute({ closes: CLOSES, signals: [{ of: 'A', mean: 10_000_000, sd: 100_000_000 }] });
    expect(shortfallRoom(desk.state, worstCaseOf(desk.state), ticker('B'), 1, 1)).toBe(0);
    expect(shortfallRoom(desk.state, worstCaseOf(desk.state), ticker('B'), 1, NaN)).toBeNaN();
    expect(shortfallRoom(desk.state, worstCaseOf(desk.state), ticker('B'), 1, -1e12)).toBe(0);
  });

  it('leaves no more room after days on which little was lost, and less after bad ones', () => {
    const roomAfter = (bent: number): number => {
      const desk = givenRisk(LOOSE);
      desk.minute({ closes: CLOSES });
      const { state } = desk;
      state.forecasts.bends.close[0] = bent;
      return shortfallRoom(state, worstCaseOf(state), ticker('B'), 1, 2e9);
    };
    expect(roomAfter(-1)).toBe(roomAfter(0));
    expect(roomAfter(0.5)).toBeLessThan(roomAfter(0) * 0.7);
  });
});
