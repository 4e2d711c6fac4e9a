import { describe, expect, it } from '@jest/globals';
import { ToldExchange } from '../test/told-exchange.ts';

const regular = (costs = {}): ToldExchange => {
  const exchange = new ToldExchange(10, 0, 'vendor', costs);
  exchange.said();
  return exchange;
};
const still = [100, 100, 100, 100] as const;

describe('a limit order', () => {
  it('that comes to the market pays the spread, and no more than its limit', () => {
    const exchange = regular({ halfSpreadBpRegular: 10 });
    exchange.order({ type: 'limit', limitPrice: '101' });
    exchange.minute(still);
    // 100.1 is asked: it waits at its limit, which the market passes within the bar
    exchange.order({ type: 'limit', limitPrice: '100.05' });
    exchange.minute([100, 100.2, 100, 100]);
    expect(exchange.said()).toEqual(['new entry', 'fill entry 10 @ 100.1', 'new entry', 'fill entry 10 @ 100.05']);
  });

  it('that rests is passed before it trades, and gets a better open', () => {
    const exchange = regular();
    exchange.order({ type: 'limit', limitPrice: '99' });
    exchange.minute([100, 101, 99, 100]);
    exchange.minute([98.5, 101, 98, 100]);
    expect(exchange.said()).toEqual(['new entry', 'fill entry 10 @ 98.5']);
  });

  it('takes its share of the volume and goes on with the rest', () => {
    const exchange = regular({ participationMax: 0.1 });
    exchange.order({ type: 'limit', limitPrice: '100' });
    exchange.minute([100, 100, 100, 100, 60]);
    exchange.minute([100, 100, 99.99, 100, 40]);
    expect(exchange.said()).toEqual(['new entry', 'partial_fill entry 6 @ 100', 'fill entry 4 @ 100']);
  });
});

describe('stops', () => {
  it('trade at their price on a touch, and at the open when that is worse', () => {
    const exchange = regular();
    exchange.order({ type: 'stop', stopPrice: '102' });
    exchange.minute([100, 102, 99, 101]);
    exchange.order({ side: 'sell', type: 'stop', stopPrice: '98' });
    exchange.minute([97, 99, 96, 97]);
    expect(exchange.said()).toEqual(['new entry', 'fill entry 10 @ 102', 'new entry', 'fill entry 10 @ 97']);
  });

  it('that buy have a collar: they rest at it when the market is beyond', () => {
    const exchange = regular();
    exchange.order({ type: 'stop', stopPrice: '102' });
    exchange.minute([110, 111, 109, 110]);
    exchange.minute([105, 105, 104.5, 105]);
    exchange.minute([105, 105, 104.54, 105]);
    expect(exchange.said()).toEqual(['new entry', 'fill entry 10 @ 104.55']);
  });

  it('with a limit rest at it once they are elected', () => {
    const exchange = regular();
    exchange.order({ type: 'stop_limit', stopPrice: '102', limitPrice: '102.5' });
    exchange.minute([103, 104, 103, 104]);
    exchange.minute([103, 104, 102.5, 103]);
    expect(exchange.said()).toEqual(['new entry']);
    exchange.minute([103, 104, 102.4, 103]);
    expect(exchange.said()).toEqual(['fill entry 10 @ 102.5']);
  });

  it('that trail follow the best price, by dollars or by percent', () => {
    const exchange = regular();
    exchange.taken({ qty: '20' });
    exchange.minute(still);
    exchange.said();
    const trailing = { side: 'sell', type: 'trailing_stop', qty: '10' } as const;
    const byPercent = exchange.taken({ ...trailing, trailPercent: '5' });
    exchange.order({ ...trailing, trailPrice: '2' });
    exchange.minute([100, 104, 99, 103]);
    expect(exchange.state.orders.get(byPercent.id)).toMatchObject({ highWater: 1_040_000, stop: 988_000 });
    exchange.minute([103, 103, 101.9, 102]);
    expect(exchange.said()).toEqual(['new entry', 'new entry', 'fill entry 10 @ 102']);
    exchange.minute([98, 99, 97, 98]);
    expect(exchange.said()).toEqual(['fill entry 10 @ 98']);
  });
});

describe('orders by their time in force', () => {
  it('ioc trades at once what it can, and fok all or nothing', () => {
    const exchange = regular({ participationMax: 0.1 });
    exchange.order({ timeInForce: 'ioc' });
    exchange.minute([100, 100, 100, 100, 60]);
    exchange.order({ timeInForce: 'fok' });
    exchange.minute([100, 100, 100, 100, 60]);
    exchange.order({ timeInForce: 'ioc', type: 'limit', limitPrice: '99' });
    exchange.minute([100, 101, 98, 100]);
    exchange.order({ timeInForce: 'fok' });
    exchange.minute();
    expect(exchange.said()).toEqual([
      ...['new entry', 'partial_fill entry 6 @ 100', 'canceled entry'],
      ...['new entry', 'canceled entry'],
      ...['new entry', 'canceled entry'],
      ...['new entry', 'canceled entry'],
    ]);
  });

  it('opg waits for the open and cls for the close, and each is taken in time only', () => {
    const exchange = new ToldExchange(9, 0);
    exchange.said();
    exchange.order({ timeInForce: 'opg' });
    exchange.until(9, 28, still);
    expect(exchange.order({ timeInForce: 'opg' })).toMatchObject({ status: 422 });
    exchange.until(9, 31, [101, 102, 100, 101]);
    exchange.order({ timeInForce: 'cls', side: 'sell' });
    exchange.until(15, 50, still);
    expect(exchange.order({ timeInForce: 'cls' })).toMatchObject({ status: 422 });
    exchange.until(16, 0, [100, 104, 99, 103]);
    expect(exchange.said()).toEqual(['accepted entry', 'new entry', 'fill entry 10 @ 101', 'new entry', 'fill entry 10 @ 103']);
  });

  it('day ends with the session, with extended hours at 20:00, gtc after 90 days', () => {
    const exchange = regular();
    exchange.order({ type: 'limit', limitPrice: '90' });
    exchange.order({ type: 'limit', limitPrice: '90', extendedHours: true });
    const gtc = exchange.taken({ type: 'limit', limitPrice: '90', timeInForce: 'gtc' });
    exchange.said();
    exchange.until(15, 59, still);
    expect(exchange.said()).toEqual([]);
    exchange.until(16, 0, still);
    expect(exchange.said()).toEqual(['expired entry']);
    exchange.until(20, 0);
    expect(exchange.said()).toEqual(['expired entry']);
    exchange.advanceTo(gtc.expiresAt - 1);
    expect(exchange.said()).toEqual([]);
    exchange.advanceTo(gtc.expiresAt);
    expect(exchange.said()).toEqual(['canceled entry']);
  });

  it('a day order trades in the bar of the close, and not in one after it', () => {
    const exchange = regular();
    exchange.order({ type: 'limit', limitPrice: '99' });
    exchange.until(16, 0, [100, 100, 98, 99]);
    expect(exchange.said()).toEqual(['new entry', 'fill entry 10 @ 99']);
  });
});

describe('orders outside of regular hours', () => {
  it('wait as accepted for the next open', () => {
    const exchange = new ToldExchange(16, 30);
    exchange.said();
    exchange.order();
    exchange.until(17, 0, still);
    exchange.until(9, 30, still, '2026-01-06');
    expect(exchange.said()).toEqual(['accepted entry']);
    exchange.until(9, 31, [102, 103, 101, 102], '2026-01-06');
    expect(exchange.said()).toEqual(['new entry', 'fill entry 10 @ 102']);
  });

  it('trade there when they may, and are accepted still', () => {
    const exchange = new ToldExchange(8, 0);
    exchange.said();
    const order = exchange.taken({ type: 'limit', limitPrice: '101', extendedHours: true });
    expect(order.status).toBe('accepted');
    exchange.minute([100, 101, 99, 100]);
    expect(exchange.said()).toEqual(['accepted entry', 'fill entry 10 @ 100']);
  });
});

describe('orders by an amount', () => {
  it('are for as many shares as their first price makes it', () => {
    const exchange = regular();
    const order = exchange.taken({ notional: '333.33' });
    exchange.minute([80, 81, 79, 80]);
    expect(exchange.said()).toEqual(['new entry', 'fill entry 4.166625 @ 80']);
    expect(exchange.state.orders.get(order.id)).toMatchObject({ status: 'filled', filledValue: 333_330_000 });
  });

  it('close no more than there is', () => {
    const exchange = regular();
    exchange.order({ qty: '2' });
    exchange.minute(still);
    exchange.order({ side: 'sell', notional: '199' });
    exchange.minute([90, 90, 90, 90]);
    expect(exchange.said().at(-1)).toBe('fill entry 2 @ 90');
    expect(exchange.state.ledger.positions.size).toBe(0);
  });
});
