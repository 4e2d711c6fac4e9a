import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import { item } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { eventOf, fillOf, givenRisk, MONDAY, type Desk, type Disbelief, type Minute } from '../test/given-risk.ts';
import type { RiskState } from './index.ts';

const closes = { AAPL: 100, IBM: 100 };

/** A desk that has approved a long of the breakout's in AAPL at ten, and a short of the momentum's in IBM, and what it may hear of them. */
function withTwoOrders(): { desk: Desk; orders: ReturnType<Desk['minute']>['orders'] } {
  const desk = givenRisk({ symbolNotionalFractionMax: 0.1 });
  const said = desk.minute({
    closes,
    signals: [{ of: 'AAPL' }, { of: 'IBM', strategy: 'momentum', direction: -1, mean: -200_000 }],
  });
  expect(said.orders.map(({ side, symbol }) => `${side} ${symbol}`)).toEqual(['buy AAPL', 'sell IBM']);
  expect(said.exits).toEqual([]);
  return { desk, orders: said.orders };
}

const left = (desk: Desk, exits: readonly Disbelief[], more: Minute = {}): readonly string[] =>
  desk.minute({ closes, exits, ...more }).exits.map(({ orderId, reason }) => `${orderId} ${reason}`);

describe('what a strategy believes in no longer', () => {
  it('is left by the orders of that strategy, symbol and side, and by no other', () => {
    const { desk, orders } = withTwoOrders();
    const [aapl, ibm] = [item(orders, 0).id, item(orders, 1).id];
    expect(left(desk, [{ of: 'AAPL', direction: -1 }, { of: 'AAPL', strategy: 'momentum' }, { of: 'MSFT' }])).toEqual([]);
    expect(left(desk, [{ of: 'IBM', direction: -1 }])).toEqual([]);
    const exits: Disbelief[] = [{ of: 'IBM', strategy: 'momentum', direction: -1, reason: 'velocity gone' }, { of: 'AAPL' }];
    expect(left(desk, exits)).toEqual([`${aapl} gone`, `${ibm} velocity gone`]);
  });

  it('is left whatever stands against entries: a halt, a doubt of the account, an hour without entries', () => {
    const { desk, orders } = withTwoOrders();
    const filled = { fills: [fillOf(item(orders, 0), 100)], events: [eventOf(item(orders, 0), 'entry', 'filled')] };
    const [first] = orders;
    expect(left(desk, [{ of: 'AAPL' }], { ...filled, commands: ['halt'] })).toEqual([`${first?.id ?? ''} gone`]);
    const doubt = { standing: 'disconnected', since: null, breaks: [], holds: [] } as const;
    expect(left(desk, [{ of: 'AAPL' }], { doubt, at: 15 * 60 + 58 })).toEqual([`${first?.id ?? ''} gone`]);
  });

  it('is nothing where nothing is open any more, nor where an operator asked for the order', () => {
    const { desk, orders } = withTwoOrders();
    const events = orders.map((order) => eventOf(order, 'entry', 'canceled'));
    expect(left(desk, [{ of: 'AAPL' }], { events })).toEqual([]);
    const asked = desk.minute({ closes, asked: [{ of: 'AAPL', id: 'breakout' }] }).orders;
    expect(asked.map(({ id }) => id)).toEqual(['o.m.breakout']);
    expect(left(desk, [{ of: 'AAPL' }])).toEqual([]);
  });

  it('is not what is signalled in the same interval', () => {
    const desk = givenRisk();
    const { orders, exits } = desk.minute({ closes, signals: [{ of: 'AAPL' }], exits: [{ of: 'AAPL' }] });
    expect([orders.length, exits]).toEqual([1, []]);
  });

  it('is the same in any order, over any number of shards, and through a copy of the state', () => {
    const exits: Disbelief[] = [{ of: 'AAPL' }, { of: 'IBM', strategy: 'momentum', direction: -1 }];
    const said = [1, 2, 4].map((shards) => {
      const desk = givenRisk({ symbolNotionalFractionMax: 0.1 }, shards);
      desk.minute({ closes, signals: [{ of: 'AAPL' }, { of: 'IBM', strategy: 'momentum', direction: -1, mean: -200_000 }] });
      desk.state = deserialize(serialize(desk.state)) as RiskState;
      return desk.minute({ closes, exits: shards === 2 ? exits.toReversed() : exits }).exits;
    });
    expect(said[0]).toHaveLength(2);
    expect(said[1]).toEqual(said[0]);
    expect(said[2]).toEqual(said[0]);
  });
});

describe('a holding time', () => {
  const exitAt = (holdMinutes: number | null, at = 10 * 60): number | undefined =>
    givenRisk().minute({ closes, at, signals: [{ of: 'AAPL', holdMinutes }] }).orders[0]?.exitAt;

  it('ends an order so many minutes after it was approved, where its hours do not end before', () => {
    expect(exitAt(30)).toBe(newYorkInstant(MONDAY, 10 * 60 + 30));
    expect(exitAt(390)).toBe(newYorkInstant(MONDAY, 15 * 60 + 55));
    expect(exitAt(null)).toBe(newYorkInstant(MONDAY, 15 * 60 + 55));
    expect(exitAt(30, 15 * 60 + 40)).toBe(newYorkInstant(MONDAY, 15 * 60 + 55));
  });

  it('is none of daily bars, whose horizon is what is held', () => {
    const daily = (holdMinutes: number | null) =>
      givenRisk().minute({ closes, at: 16 * 60, timeframe: '1d', signals: [{ of: 'AAPL', horizonMinutes: 960, holdMinutes }] });
    expect(daily(1).orders[0]?.exitAt).toBe(newYorkInstant('2025-01-08', 9 * 60 + 30));
    expect(daily(1).orders).toEqual(daily(null).orders);
  });
});
