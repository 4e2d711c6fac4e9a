import { describe, expect, it } from '@jest/globals';
import {
  cash,
  cashFromDollars,
  epochMs,
  item,
  newControl,
  priceFromDollars,
  quantityFromShares,
  type Order,
  type RiskDecision,
  CONTROL_KINDS,
  endsEntries,
  type ControlKind,
} from '@aitrader/model';
import { eventOf, fillOf, givenRisk, type Desk } from '../test/given-risk.ts';
import { drawdownPpm } from './trading-state.ts';

/** A desk that holds 200 shares of AAPL, bought at 100 dollars; it halts at 2 % of 100,000 dollars, 10 dollars a share. */
function givenAPosition(): { desk: Desk; order: Order } {
  const desk = givenRisk({ drawdownFractionHalt: 0.02 });
  const order = item(desk.minute({ closes: { AAPL: 100 }, signals: [{ of: 'AAPL' }] }).orders, 0);
  desk.minute({ closes: { AAPL: 100 }, fills: [fillOf(order, 100)], events: [eventOf(order, 'entry', 'filled')] });
  return { desk, order };
}
const tradingState = ({ account }: RiskDecision): string => account.tradingState;

describe('an operator', () => {
  const entriesAfter = (): ((...commands: ControlKind[]) => boolean) => {
    const desk = givenRisk();
    return (...commands) => desk.minute({ closes: { AAPL: 100 }, commands, signals: [{ of: 'AAPL' }] }).orders.length > 0;
  };

  it.each(['halt', 'reduce-only', 'flatten'] as const)('ends entries with %s, until the resume', (kind) => {
    const isApproved = entriesAfter();
    expect(isApproved(kind)).toBe(false);
    expect(isApproved()).toBe(false);
    expect(isApproved('resume')).toBe(true);
  });

  it('ends entries with the very commands that are said to end them', () => {
    for (const kind of CONTROL_KINDS) expect([kind, entriesAfter()(kind)]).toEqual([kind, !endsEntries({ kind })]);
  });

  it('is obeyed in the order of the recording', () => {
    expect(tradingState(givenRisk().minute({ commands: ['resume', 'halt'] }))).toBe('halted');
    expect(tradingState(givenRisk().minute({ commands: ['halt', 'resume'] }))).toBe('active');
  });

  it('does not lift the high-water mark by halting and resuming', () => {
    const { desk } = givenAPosition();
    desk.minute({ closes: { AAPL: 91 } });
    const { account } = desk.minute({ commands: ['halt', 'resume'] });
    expect(account).toMatchObject({ equityPeak: cashFromDollars(100_000), drawdownPpm: 18_000, tradingState: 'active' });
    expect(tradingState(desk.minute({ closes: { AAPL: 90 } }))).toBe('halted');
  });

  it('has shares leave the books that the broker does not have, once for a break, and their order is over', () => {
    const { desk, order } = givenAPosition();
    const off = { symbol: order.symbol, quantity: quantityFromShares(80), price: priceFromDollars(99) };
    const word = newControl('close-break', epochMs(1), 'ada', 'sold by hand', { about: 'position.AAPL.1', writeOffs: [off] });
    const { account } = desk.minute({ closes: { AAPL: 100 }, commands: [word, word] });
    expect(account).toMatchObject({ gross: cashFromDollars(12_000), realised: cashFromDollars(-80) });
    expect(desk.minute({ closes: { AAPL: 100 }, commands: [word] }).account).toEqual(account);
    const rest = { ...word, about: 'position.AAPL.2', writeOffs: [{ ...off, quantity: quantityFromShares(120) }] };
    desk.minute({ events: [eventOf(order, 'target', 'canceled'), eventOf(order, 'stop', 'canceled')] });
    expect(desk.minute({ commands: [rest] }).account).toMatchObject({ gross: 0, realised: cashFromDollars(-200) });
    expect(desk.minute({ closes: { AAPL: 100 }, signals: [{ of: 'AAPL' }] }).orders).toHaveLength(1);
  });

  it('is not needed at the end of the bars', () => {
    expect(tradingState(givenRisk().minute({ commands: ['end-of-bars'] }))).toBe('active');
  });
});

describe('the drawdown', () => {
  it('is measured from the highest equity, not from the first', () => {
    const { desk } = givenAPosition();
    desk.minute({ closes: { AAPL: 150 } });
    const { account } = desk.minute({ closes: { AAPL: 148 } });
    expect(account).toMatchObject({ equity: cashFromDollars(109_600), equityPeak: cashFromDollars(110_000), drawdownPpm: 3_637 });
  });

  it('takes a position at its fill until it has a close of its own', () => {
    const desk = givenRisk();
    const order = item(desk.minute({ closes: { AAPL: 100 }, signals: [{ of: 'AAPL' }] }).orders, 0);
    const { account } = desk.minute({ fills: [fillOf(order, 101)], events: [eventOf(order, 'entry', 'filled')] });
    expect(account).toMatchObject({ gross: cashFromDollars(20_200), equity: cashFromDollars(100_000) });
    expect(desk.minute({ closes: { AAPL: 102 } }).account.gross).toBe(cashFromDollars(20_400));
    expect(desk.minute().account.gross).toBe(cashFromDollars(20_400));
  });

  it('halts at its limit, not before, in the very interval', () => {
    const { desk } = givenAPosition();
    const before = desk.minute({ closes: { AAPL: 90.01, IBM: 100 }, signals: [{ of: 'IBM', mean: 0 }] });
    expect(before.account).toMatchObject({ tradingState: 'active', drawdownPpm: 19_980 });
    expect(before.denials).toMatchObject([{ gate: 'EDGE_NET' }]);
    const at = desk.minute({ closes: { AAPL: 90, IBM: 100 }, signals: [{ of: 'IBM' }] });
    expect(at).toMatchObject({ account: { tradingState: 'halted', drawdownPpm: 20_000 }, denials: [{ gate: 'TRADING_STATE' }] });
  });

  it('keeps the halt when the equity comes back', () => {
    const { desk } = givenAPosition();
    desk.minute({ closes: { AAPL: 90 } });
    desk.minute({ closes: { AAPL: 94 } });
    expect(tradingState(desk.minute({ closes: { AAPL: 98 } }))).toBe('halted');
  });

  it('is forgiven by a resume: the high-water mark starts anew', () => {
    const { desk } = givenAPosition();
    desk.minute({ closes: { AAPL: 90 } });
    const { account } = desk.minute({ closes: { AAPL: 90 }, commands: ['resume'] });
    expect(account).toMatchObject({ tradingState: 'active', equityPeak: cashFromDollars(98_000), drawdownPpm: 0 });
    // 2 % of 98,000 is 9.80 a share
    expect(tradingState(desk.minute({ closes: { AAPL: 86 } }))).toBe('active');
    expect(tradingState(desk.minute({ closes: { AAPL: 82 } }))).toBe('active');
    expect(tradingState(desk.minute({ closes: { AAPL: 80.2 } }))).toBe('halted');
  });

  it('is forgiven although an operator has halted on top of it', () => {
    const { desk } = givenAPosition();
    desk.minute({ closes: { AAPL: 90 } });
    desk.minute({ closes: { AAPL: 95 } });
    desk.minute({ commands: ['halt'] });
    expect(desk.minute({ commands: ['resume'] }).account.equityPeak).toBe(cashFromDollars(99_000));
  });

  it('is not tripped by a lone misprint, and is by a crash that the next bar confirms', () => {
    const { desk } = givenAPosition();
    expect(tradingState(desk.minute({ misprints: { AAPL: 10 } }))).toBe('active');
    expect(tradingState(desk.minute({ closes: { AAPL: 100 } }))).toBe('active');
    expect(tradingState(desk.minute({ misprints: { AAPL: 50 } }))).toBe('active');
    expect(tradingState(desk.minute({ misprints: { AAPL: 49 } }))).toBe('halted');
  });

  it('is exact, rounded up, and total when there never was any equity', () => {
    expect(drawdownPpm(cash(999_999), cash(1_000_000))).toBe(1);
    expect(drawdownPpm(cash(9_999_999), cash(10_000_000))).toBe(1);
    expect(drawdownPpm(cash(-5), cash(10))).toBe(1_500_000);
    expect(drawdownPpm(cash(0), cash(0))).toBe(1_000_000);
    expect(drawdownPpm(cash(8_999_999_999_999_999), cash(9_000_000_000_000_000))).toBe(1);
    for (const [equity, peak] of [
      [90_083_916_400, 100_180_000_001],
      [1, 7_000_000_003],
      [6_999_999_999, 7_000_000_003],
    ] as const) {
      const exact = Number((BigInt(peak - equity) * 1_000_000n + BigInt(peak) - 1n) / BigInt(peak));
      expect(drawdownPpm(cash(equity), cash(peak))).toBe(exact);
    }
  });
});
