import { describe, expect, it } from '@jest/globals';
import { cashFromDollars, fillId, item, type Fill, type Order, type OrderEvent, type OrderEventKind } from '@aitrader/model';
import { eventOf, fillOf, givenRisk, type Desk } from '../test/given-risk.ts';
import { RiskInvariantError } from './index.ts';

const closes = { AAPL: 100 };

/** A desk with an order for 200 shares of AAPL at 100 dollars: 20,800 dollars are reserved for it. */
function givenAnOrder(): { desk: Desk; order: Order } {
  const desk = givenRisk();
  return { desk, order: item(desk.minute({ closes, signals: [{ of: 'AAPL' }] }).orders, 0) };
}
const reservedAfter = (desk: Desk, fills: readonly Fill[], events: readonly OrderEvent[]): number =>
  desk.minute({ fills, events }).account.reserved;

describe('the reservation of an order', () => {
  it('is its notional and four percent', () => {
    const { desk } = givenAnOrder();
    expect(desk.minute().account.reserved).toBe(cashFromDollars(20_800));
  });

  it('is released when the entry is filled, canceled, expired or rejected', () => {
    for (const kind of ['filled', 'canceled', 'expired', 'rejected'] as const) {
      const { desk, order } = givenAnOrder();
      expect(reservedAfter(desk, [], [eventOf(order, 'entry', kind)])).toBe(0);
    }
  });

  it('is kept for the part that may still fill', () => {
    const { desk, order } = givenAnOrder();
    const events = [eventOf(order, 'entry', 'accepted', 200), eventOf(order, 'entry', 'filled', 150)];
    expect(reservedAfter(desk, [fillOf(order, 100, { shares: 50 })], events)).toBe(cashFromDollars(15_600));
    expect(reservedAfter(desk, [fillOf(order, 101, { shares: 150, n: 2 })], [eventOf(order, 'entry', 'filled')])).toBe(0);
  });

  it('is kept while the broker is working on it, or silent', () => {
    for (const kind of ['submitted', 'accepted', 'triggered', 'replaced', 'unknown'] satisfies OrderEventKind[]) {
      const { desk, order } = givenAnOrder();
      expect(reservedAfter(desk, [], [eventOf(order, 'entry', kind, 0)])).toBe(cashFromDollars(20_800));
    }
  });

  it('is not brought back by an acceptance that comes after the fill', () => {
    const { desk, order } = givenAnOrder();
    const events = [eventOf(order, 'entry', 'filled'), eventOf(order, 'entry', 'accepted', 200)];
    expect(reservedAfter(desk, [fillOf(order, 100)], events)).toBe(0);
  });

  it('is brought back when the broker takes a rejection back', () => {
    const { desk, order } = givenAnOrder();
    const events = [eventOf(order, 'entry', 'rejected'), eventOf(order, 'entry', 'accepted', 200)];
    expect(reservedAfter(desk, [], events)).toBe(cashFromDollars(20_800));
  });

  it('is brought back when a bust leaves the entry in doubt', () => {
    const { desk, order } = givenAnOrder();
    const fill = fillOf(order, 100);
    expect(reservedAfter(desk, [fill], [eventOf(order, 'entry', 'filled')])).toBe(0);
    const bust: Fill = { ...fill, id: fillId(order.id, 'entry', 2), kind: 'bust', amends: fill.id };
    expect(reservedAfter(desk, [bust], [eventOf(order, 'entry', 'unknown', 200)])).toBe(cashFromDollars(20_800));
  });

  it('is the larger one while an order is replaced', () => {
    const { desk, order } = givenAnOrder();
    expect(reservedAfter(desk, [], [eventOf(order, 'entry', 'replaced', 100)])).toBe(cashFromDollars(20_800));
    expect(reservedAfter(desk, [], [eventOf(order, 'entry', 'replaced', 300)])).toBe(cashFromDollars(31_200));
  });
});

describe('an open order', () => {
  it('blocks its symbol until it is flat and nothing of it can fill', () => {
    const { desk, order } = givenAnOrder();
    const isBlocked = (fills: readonly Fill[], events: readonly OrderEvent[]): boolean =>
      desk.minute({ closes, fills, events, signals: [{ of: 'AAPL' }] }).orders.length === 0;

    const exits = [eventOf(order, 'stop', 'accepted', 200), eventOf(order, 'target', 'accepted', 200)];
    expect(isBlocked([], [eventOf(order, 'entry', 'unknown', 200)])).toBe(true);
    expect(isBlocked([fillOf(order, 100)], [eventOf(order, 'entry', 'filled'), ...exits])).toBe(true);
    expect(isBlocked([fillOf(order, 99, { leg: 'stop' })], [eventOf(order, 'stop', 'filled')])).toBe(true);
    expect(desk.state.orders.size).toBe(1);
    expect(isBlocked([], [eventOf(order, 'target', 'canceled')])).toBe(false);
    expect([...desk.state.orders.keys()]).not.toContain(order.id);
  });

  it('is forgotten at once when it never filled', () => {
    const { desk, order } = givenAnOrder();
    desk.minute({ events: [eventOf(order, 'entry', 'rejected')] });
    expect(desk.state.orders.size).toBe(0);
  });

  it('comes back when the exit that settled it is busted', () => {
    const { desk, order } = givenAnOrder();
    const entry = fillOf(order, 100);
    const exit = fillOf(order, 102, { leg: 'target' });
    desk.minute({
      closes,
      fills: [entry, exit],
      events: [eventOf(order, 'entry', 'filled'), eventOf(order, 'target', 'filled')],
    });
    expect(desk.state.orders.size).toBe(0);

    const bust: Fill = { ...exit, id: fillId(order.id, 'target', 2), kind: 'bust', amends: exit.id };
    const busted = desk.minute({ closes, fills: [bust], signals: [{ of: 'AAPL' }] });
    expect(busted.denials).toMatchObject([{ gate: 'OPEN_EXPOSURE', value: 2 }]);
    const again = { ...exit, id: fillId(order.id, 'target', 3) };
    desk.minute({ closes, fills: [again], events: [eventOf(order, 'target', 'filled')] });
    expect(desk.state.orders.size).toBe(0);
  });
});

describe('an order that was settled', () => {
  it('is open again when the broker has it after all, and holds what it may fill', () => {
    const { desk, order } = givenAnOrder();
    desk.minute({ events: [eventOf(order, 'entry', 'rejected')] });
    expect([desk.state.orders.size, desk.state.settled.size]).toEqual([0, 1]);
    desk.minute({ events: [eventOf(order, 'entry', 'accepted', 200)] });
    expect(desk.state.account?.reserved).toBeGreaterThan(0);
    const { denials } = desk.minute({ closes, fills: [fillOf(order, 100)], signals: [{ of: 'AAPL' }] });
    expect(denials).toMatchObject([{ gate: 'OPEN_EXPOSURE', value: 2 }]);
    expect(desk.state.ledger.positions.get(order.symbol)?.quantity).toBe(order.quantity);
  });

  it('is known for a week', () => {
    const { desk, order } = givenAnOrder();
    desk.minute({ events: [eventOf(order, 'entry', 'rejected')] });
    desk.minute({ on: '2025-01-13', at: 600, events: [eventOf(order, 'entry', 'rejected')] });
    const late = givenAnOrder();
    late.desk.minute({ events: [eventOf(late.order, 'entry', 'rejected')] });
    const other = late.desk.minute({ on: '2025-01-14', at: 600, closes: { IBM: 100 }, signals: [{ of: 'IBM' }] }).orders;
    late.desk.minute({ on: '2025-01-14', at: 601, events: [eventOf(item(other, 0), 'entry', 'rejected')] });
    expect([...late.desk.state.settled.keys()]).toEqual([item(other, 0).id]);
    expect(() => late.desk.minute({ on: '2025-01-14', at: 602, events: [eventOf(late.order, 'entry', 'accepted')] })).toThrow(
      RiskInvariantError,
    );
  });
});

describe('a fact that cannot be', () => {
  it('kills: a fill or an event of an order that was never approved', () => {
    const stranger = givenAnOrder().order;
    expect(() => givenRisk().minute({ fills: [fillOf(stranger, 100)] })).toThrow(RiskInvariantError);
    expect(() => givenRisk().minute({ events: [eventOf(stranger, 'entry', 'accepted', 200)] })).toThrow(RiskInvariantError);
  });

  it('kills: a fill or an event in another symbol than the order', () => {
    const { desk, order } = givenAnOrder();
    const other = givenRisk().minute({ closes: { IBM: 100 }, signals: [{ of: 'IBM' }] }).orders;
    const { symbol } = item(other, 0);
    expect(() => desk.minute({ fills: [{ ...fillOf(order, 100), symbol }] })).toThrow(RiskInvariantError);
    expect(() => desk.minute({ events: [{ ...eventOf(order, 'entry', 'filled'), symbol }] })).toThrow(RiskInvariantError);
  });

  it('kills: a fill that was told before, and a bust of one that never was', () => {
    const { desk, order } = givenAnOrder();
    const fill = fillOf(order, 100);
    desk.minute({ fills: [fill] });
    expect(() => desk.minute({ fills: [fill] })).toThrow('FILL_REPEATED');
    const bust: Fill = { ...fill, id: fillId(order.id, 'entry', 8), kind: 'bust', amends: fillId(order.id, 'entry', 7) };
    expect(() => desk.minute({ fills: [bust] })).toThrow('FILL_UNKNOWN');
  });
});
