import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cashFromDollars, dollarsOfPrice, fnv1a32, priceFromDollars, sharesOf, type RiskDecision } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { eventOf, givenRisk, MONDAY, type Minute } from '../test/given-risk.ts';
import { ENTRY_GATES, MANUAL_GATES } from './index.ts';

const closes = { AAPL: 100, IBM: 100, MSFT: 100 };
const NAMES = [
  'TRADING_STATE',
  'KILL_SWITCH',
  'DAILY_LOSS',
  'DRAWDOWN',
  'RECONCILED',
  'BROKER_STREAM',
  'DATA_LEVEL',
  'BARS_LATE',
  'FLEET_VERSIONS',
  'MARKS_AGE',
  'SESSION',
  'SESSION_PART',
  'ORDER_TYPE',
  'SYMBOL_HALTED',
  'RESTRICTED',
  'OPEN_BREAK',
  'HELD_BACK',
  'WATCHLIST',
  'STALENESS',
  'PRICE_SANITY',
  'PRICE_COLLAR',
  'STOP_DISTANCE',
  'PRICE_TICK',
  'QUARANTINED',
  'SHORT_ALLOWED',
  'BORROW_RATE',
  'SHORT_SALE',
  'DAY_TRADES',
  'OPEN_EXPOSURE',
  'OPEN_ORDERS',
  'UNKNOWN_ORDERS',
  'INTERVAL_ENTRIES',
  'REPEATED_ENTRIES',
  'SYMBOL_MESSAGES',
  'MANUAL_ONCE',
  'DUPLICATE_INTENT',
  'MANUAL_QUANTITY',
  'SYMBOL_NOTIONAL',
  'GROSS_NOTIONAL',
  'NET_NOTIONAL',
  'SECTOR_NOTIONAL',
  'BUYING_POWER',
  'INTRADAY_MARGIN',
  'SETTLED_CASH',
  'DAY_VOLUME',
  'BAR_VOLUME',
  'EXIT_VOLUME',
  'ORDER_SHARES_MAX',
  'EXPECTED_SHORTFALL',
  'ORDER_NOTIONAL_MAX',
  'DRAWDOWN_SIZE',
  'ORDER_NOTIONAL_MIN',
];
const tell = ({ orders, denials }: RiskDecision): unknown => [
  ...orders.map(({ id, side, quantity }) => [id, side, sharesOf(quantity)]),
  ...denials.map(({ signalId, gate }) => [signalId, gate]),
];

describe("an operator's order", () => {
  it('passes every gate but those of a belief, on record, and is known by its id', () => {
    const decision = givenRisk().minute({ closes, asked: [{ of: 'AAPL' }] });
    expect(tell(decision)).toEqual([['o.m.ask-AAPL', 'buy', 100]]);
    const [order] = decision.orders;
    expect(order?.gates.map(({ gate }) => gate)).toEqual(NAMES);
    expect(order).toMatchObject({ signalId: 'm.ask-AAPL', t: newYorkInstant(MONDAY, 600), reference: priceFromDollars(100) });
    expect(order?.exitAt).toBe(newYorkInstant(MONDAY, 660));
    expect(MANUAL_GATES).toHaveLength(ENTRY_GATES.length - 10);
  });

  it('is closed with the session at the latest', () => {
    const { orders } = givenRisk().minute({ closes, asked: [{ of: 'AAPL', minutes: 10_000 }] });
    expect(orders[0]?.exitAt).toBe(newYorkInstant(MONDAY, 16 * 60 - 5));
  });

  it('is never made larger, and smaller by the same limits as any', () => {
    const desk = givenRisk({ symbolNotionalFractionMax: 0.05 });
    const asked = [
      { of: 'AAPL', shares: 7.9 },
      { of: 'IBM', shares: 900 },
    ];
    expect(tell(desk.minute({ closes, asked }))).toEqual([
      ['o.m.ask-AAPL', 'buy', 7],
      ['o.m.ask-IBM', 'buy', 50],
    ]);
  });

  const REFUSALS: Readonly<Record<string, Minute>> = {
    TRADING_STATE: { closes, commands: ['halt'], asked: [{ of: 'AAPL' }] },
    SESSION: { at: 16 * 60 + 30, closes, asked: [{ of: 'AAPL' }] },
    STALENESS: { closes: { IBM: 100 }, asked: [{ of: 'AAPL' }] },
    STOP_DISTANCE: { closes, asked: [{ of: 'AAPL', stop: priceFromDollars(101) }] },
    MANUAL_QUANTITY: { closes, asked: [{ of: 'AAPL', shares: 0.5 }] },
    ORDER_NOTIONAL_MIN: { closes, asked: [{ of: 'AAPL', shares: 1 }] },
  };
  it.each(Object.keys(REFUSALS))('is denied by %s, on record', (gate) => {
    const { orders, denials } = givenRisk().minute(REFUSALS[gate]);
    expect(orders).toEqual([]);
    expect(denials).toMatchObject([{ signalId: 'm.ask-AAPL', symbol: 'AAPL', gate }]);
  });

  it('is denied where shorts are not allowed, and after a flatten or with entries ended', () => {
    const short = { of: 'AAPL', side: 'sell', stop: priceFromDollars(101), target: priceFromDollars(98) } as const;
    expect(tell(givenRisk({ shortAllowed: false }).minute({ closes, asked: [short] }))).toEqual([
      ['m.ask-AAPL', 'SHORT_ALLOWED'],
    ]);
    expect(tell(givenRisk().minute({ closes, asked: [short] }))).toEqual([['o.m.ask-AAPL', 'sell', 100]]);
    for (const command of ['flatten', 'reduce-only'] as const)
      expect(tell(givenRisk().minute({ closes, commands: [command], asked: [short] }))).toEqual([
        ['m.ask-AAPL', 'TRADING_STATE'],
      ]);
  });

  it('is answered once, whatever became of it, and however often it is said', () => {
    const desk = givenRisk();
    expect(tell(desk.minute({ closes, asked: [{ of: 'IBM', shares: 1 }, { of: 'IBM' }] }))).toEqual([
      ['m.ask-IBM', 'ORDER_NOTIONAL_MIN'],
      ['m.ask-IBM', 'MANUAL_ONCE'],
    ]);
    const [order] = desk.minute({ closes, asked: [{ of: 'AAPL' }] }).orders;
    if (order === undefined) throw new Error('it is approved');
    desk.minute({ closes, events: [eventOf(order, 'entry', 'rejected')] });
    expect(tell(desk.minute({ closes, asked: [{ of: 'AAPL' }] }))).toEqual([['m.ask-AAPL', 'MANUAL_ONCE']]);
    // of any length that an id may have
    const id = 'x'.repeat(4096);
    const hash = fnv1a32(id).toString(16);
    expect(tell(desk.minute({ closes, asked: [{ of: 'AAPL', id }] }))).toEqual([[`o.m.~${hash}`, 'buy', 100]]);
    expect(tell(desk.minute({ closes, asked: [{ of: 'MSFT', id }] }))).toEqual([[`m.~${hash}`, 'MANUAL_ONCE']]);
  });

  it('comes before signals, and in the order of symbols', () => {
    const desk = givenRisk({ openOrdersMax: 2 });
    const decision = desk.minute({ closes, signals: [{ of: 'AAPL' }], asked: [{ of: 'MSFT' }, { of: 'IBM' }] });
    expect(tell(decision)).toEqual([
      ['o.m.ask-IBM', 'buy', 100],
      ['o.m.ask-MSFT', 'buy', 100],
      ['1736175600000.AAPL.breakout', 'OPEN_ORDERS'],
    ]);
    const same = givenRisk({ openOrdersMax: 2 }, 2).minute({
      closes,
      asked: [{ of: 'IBM' }, { of: 'MSFT' }],
      signals: [{ of: 'AAPL' }],
    });
    expect(tell(same)).toEqual(tell(decision));
  });

  it('never comes to more than was asked for, nor past a cap, whatever the limits', () => {
    const fraction = fc.constantFrom(0, 0.001, 0.02, 0.1, 0.5);
    let approved = 0;
    fc.assert(
      fc.property(
        fc.record({ symbolNotionalFractionMax: fraction, grossNotionalFractionMax: fraction, buyingPowerMultiple: fraction }),
        fc.integer({ min: 1, max: 2_000_000 }),
        fc.integer({ min: 9_000, max: 11_000 }),
        (limits, milli, cents) => {
          const shares = milli / 1000;
          const limited = { ...limits, orderNotionalMin: cashFromDollars(0) };
          const stop = priceFromDollars(cents / 100 - 1);
          const asked = [{ of: 'AAPL', shares, stop, target: priceFromDollars(cents / 100 + 1) }];
          const { orders, denials } = givenRisk(limited).minute({ closes: { AAPL: cents / 100 }, asked });
          expect(orders.length + denials.length).toBe(1);
          for (const { quantity, reference, gates } of orders) {
            approved += 1;
            expect(sharesOf(quantity)).toBeLessThanOrEqual(shares);
            const worth = sharesOf(quantity) * dollarsOfPrice(reference);
            for (const { gate, value } of gates) if (gate.endsWith('NOTIONAL')) expect(worth * 1e6).toBeLessThanOrEqual(value);
            expect(worth).toBeLessThanOrEqual(100_000 * Math.min(...Object.values(limits)));
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(approved).toBeGreaterThan(50);
  });
});
