import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  cash,
  epochMs,
  fillId,
  ids,
  orderId,
  priceFromDollars,
  quantityFromShares,
  signalId,
  ticker,
  type CorporateAction,
  type Fill,
  type Leg,
  type Order,
} from '@aitrader/model';
import { RoundTrips, type RoundTrip } from './round-trips.ts';

const T = Date.UTC(2024, 6, 2, 14);
const MINUTE = 60_000;
const AAPL = ticker('AAPL');
const at = (minute: number) => epochMs(T + minute * MINUTE);

const order: Order = {
  id: orderId(signalId(at(0), AAPL, 'breakout')),
  ...{ t: at(0), symbol: AAPL, side: 'buy', quantity: quantityFromShares(10), type: 'market', timeInForce: 'day' },
  ...{ reference: priceFromDollars(100), stop: priceFromDollars(98), target: priceFromDollars(104), exitAt: at(60) },
  ...{ signalId: signalId(at(0), AAPL, 'breakout'), gates: [] },
};

let trips: RoundTrips;
let fills: number;
beforeEach(() => {
  [trips, fills] = [new RoundTrips(), 0];
  trips.decided(order);
});

function fill(leg: Leg, shares: number, dollars: number, minute: number, more: Partial<Fill> = {}): Fill {
  fills += 1;
  const told: Fill = {
    ...{ id: fillId(order.id, leg, fills), t: at(minute), orderId: order.id, symbol: AAPL, leg },
    ...{ side: leg === 'entry' ? 'buy' : 'sell', quantity: quantityFromShares(shares), price: priceFromDollars(dollars) },
    ...{ fee: cash(50_000), kind: 'execution', amends: null, pessimistic: false },
    ...more,
  };
  trips.filled(told);
  return told;
}
const only = (): RoundTrip => {
  const [trip, ...rest] = trips.current();
  if (trip === undefined || rest.length > 0) throw new Error(`${rest.length} other trips`);
  return trip;
};

describe('a round trip', () => {
  it('is nothing before anything has entered', () => {
    expect(trips.current()).toEqual([]);
  });

  it('is what its fills paid and were paid, with averages over them', () => {
    fill('entry', 4, 100, 1);
    fill('entry', 6, 101, 2);
    fill('stop', 3, 98, 5);
    trips.said(order.id, 'time', 'velocity gone');
    fill('time', 7, 102, 6);
    expect(only()).toEqual({
      ...{ order: order.id, symbol: AAPL, strategy: 'breakout', side: 'buy', decidedAt: at(0) },
      ...{ enteredAt: at(1), exitedAt: at(6), shares: 10, held: 0, reference: 100, entry: 100.6, exit: 100.8 },
      ...{ exits: ['stop', 'time'], reason: 'velocity gone', fees: 0.2, worst: 0, best: 0 },
      profit: expect.closeTo(3 * 98 + 7 * 102 - 4 * 100 - 6 * 101 - 0.2, 9),
      return: expect.closeTo(1.8 / 1006, 9),
      entryCost: expect.closeTo(6, 9),
    });
  });

  it('has no exit and no return while anything is held, and says how much', () => {
    fill('entry', 10, 100, 1);
    fill('target', 4, 104, 3);
    expect(only()).toMatchObject({ held: 6, exitedAt: null, return: null, exit: 104, exits: ['target'] });
  });

  it('of a short gains when the price falls', () => {
    fill('entry', 10, 100, 1, { side: 'sell' });
    trips.passed(AAPL, 97, 101);
    fill('target', 10, 96, 4, { side: 'buy' });
    expect(only()).toMatchObject({ side: 'sell', profit: expect.closeTo(39.9, 9), entryCost: 0 });
    expect(only().worst).toBeCloseTo(-0.01, 12);
    expect(only().best).toBeCloseTo(0.03, 12);
  });

  it('counts a bust execution not at all, and a corrected one as it reads now, corrections of corrections too', () => {
    const entry = fill('entry', 10, 100, 1);
    const exit = fill('target', 10, 104, 2);
    fill('target', 10, 104, 3, { kind: 'bust', amends: exit.id });
    expect(only()).toMatchObject({ held: 10, exit: null });
    const corrected = fill('entry', 10, 100.5, 3, { kind: 'correction', amends: entry.id });
    fill('entry', 10, 100.25, 4, { kind: 'correction', amends: corrected.id });
    expect(only()).toMatchObject({ entry: 100.25, shares: 10 });
  });

  it('keeps what it holds through a split and a change of the symbol, and ends flat', () => {
    fill('entry', 10, 100, 1);
    const split = { kind: 'split', symbol: AAPL, other: AAPL, newShares: 2, oldShares: 1 } as CorporateAction;
    trips.acted(split);
    trips.acted({ kind: 'symbol-change', symbol: AAPL, other: ticker('NEW'), newShares: 1, oldShares: 1 } as CorporateAction);
    expect(only()).toMatchObject({ held: 20, symbol: 'NEW' });
    fill('time', 20, 51, 9, { symbol: ticker('NEW') });
    expect(only()).toMatchObject({ held: 0, symbol: 'NEW', profit: expect.closeTo(20 * 51 - 1000 - 0.1, 9) });
    expect([...trips.held()]).toEqual([]);
  });

  it('of an order of an earlier recording has no reference, and one that an operator asked for no strategy', () => {
    fill('entry', 10, 100, 1, { orderId: ids.order('o.m.breakout') });
    expect(only()).toMatchObject({ strategy: null, reference: null, entryCost: null, decidedAt: at(1) });
  });
});
