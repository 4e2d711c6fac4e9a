import { describe, expect, it } from '@jest/globals';
import { ToldExchange } from '../test/told-exchange.ts';
import { cancelAll, cancelOrder, closePosition, heldForOrders, legsOf, replaceOrder, type ExchangeOrder } from './index.ts';
import { ticker } from '@aitrader/model';

const A = ticker('A');
const still = [100, 100, 100, 100] as const;
const exits = { takeProfit: { limitPrice: '104' }, stopLoss: { stopPrice: '98' } };
const bracket = { orderClass: 'bracket', ...exits } as const;

function regular(rules: 'vendor' | 'simulation' = 'vendor', costs = {}): ToldExchange {
  const exchange = new ToldExchange(10, 0, rules, costs);
  exchange.said();
  return exchange;
}
/** An exchange whose account holds so many shares of A, bought at 100. */
function holding(shares: string): ToldExchange {
  const exchange = regular();
  exchange.taken({ qty: shares });
  exchange.minute(still);
  exchange.said();
  return exchange;
}
const statusesOf = ({ state }: ToldExchange, { id }: ExchangeOrder): readonly string[] => {
  const root = state.orders.get(id);
  return root === undefined ? [] : [root, ...legsOf(state, root)].map(({ status }) => status);
};

describe('a bracket', () => {
  it('of the vendor has its exits held until the entry is whole', () => {
    const exchange = regular('vendor', { participationMax: 0.1 });
    const order = exchange.taken(bracket);
    exchange.minute([100, 105, 97, 100, 60]);
    expect(statusesOf(exchange, order)).toEqual(['partially_filled', 'held', 'held']);
    exchange.minute([100, 101, 99, 100, 60]);
    expect(statusesOf(exchange, order)).toEqual(['filled', 'new', 'new']);
    exchange.minute([99, 99, 97, 98]);
    expect(exchange.said()).toEqual([
      ...['new entry', 'partial_fill entry 6 @ 100', 'fill entry 4 @ 100', 'new target', 'new stop'],
      ...['canceled target', 'fill stop 10 @ 98'],
    ]);
  });

  it('of the simulator protects from the first fill on, and calls off the rest when it leaves', () => {
    const exchange = regular('simulation', { participationMax: 0.1 });
    const order = exchange.taken(bracket);
    exchange.minute([100, 101, 99, 100, 60]);
    expect(statusesOf(exchange, order)).toEqual(['partially_filled', 'new', 'new']);
    exchange.minute([97, 98, 96, 97]);
    expect(exchange.said()).toEqual([
      ...['new entry', 'partial_fill entry 6 @ 100', 'new target', 'new stop'],
      ...['canceled entry', 'canceled target', 'fill stop 6 @ 97'],
    ]);
  });

  it('shrinks its stop by what the target took', () => {
    const exchange = regular('vendor', { participationMax: 0.1 });
    const order = exchange.taken(bracket);
    exchange.minute(still);
    exchange.minute([104, 105, 104, 105, 70]);
    const [target, stop] = legsOf(exchange.state, order);
    expect([target?.status, target?.open, stop?.quantity, stop?.open]).toEqual(['partially_filled', 3e9, 3e9, 3e9]);
    expect(heldForOrders(exchange.state, A).quantity).toBe(3e9);
    exchange.minute([98, 98, 97, 97]);
    expect(exchange.said().slice(-2)).toEqual(['canceled target', 'fill stop 3 @ 98']);
    expect(exchange.state.ledger.positions.size).toBe(0);
  });

  it('ends with any of its legs', () => {
    const exchange = regular();
    const order = exchange.taken(bracket);
    exchange.minute(still);
    const [target] = legsOf(exchange.state, order);
    expect(cancelOrder(exchange.state, target?.id ?? '', exchange.updates)).toBeUndefined();
    expect(statusesOf(exchange, order)).toEqual(['filled', 'canceled', 'canceled']);
    expect(exchange.state.working.size).toBe(0);
  });

  it('expires whole with its day', () => {
    const exchange = regular();
    const order = exchange.taken({ ...bracket, type: 'limit', limitPrice: '99' });
    exchange.until(16, 0);
    expect(statusesOf(exchange, order)).toEqual(['expired', 'expired', 'expired']);
  });

  it('has exits whose prices alone can be replaced, each on its side', () => {
    const exchange = regular();
    const order = exchange.taken(bracket);
    exchange.minute(still);
    const [target, stop] = legsOf(exchange.state, order);
    const patch = (id: string | undefined, changes: object) => replaceOrder(exchange.state, id ?? '', changes, exchange.updates);
    expect(patch(stop?.id, { qty: '5' })).toMatchObject({ status: 422, code: 42_210_000 });
    expect(patch(stop?.id, { stopPrice: '104' })).toMatchObject({ status: 422 });
    expect(patch(target?.id, { limitPrice: '97' })).toMatchObject({ status: 422 });
    const replaced = patch(stop?.id, { stopPrice: '99' });
    expect(replaced).toMatchObject({ replaces: stop?.id, status: 'new', stop: 990_000, parent: order.id });
    exchange.minute([100, 100, 99, 100]);
    expect(exchange.said().slice(-4)).toEqual(['replaced stop', 'new stop', 'canceled target', 'fill stop 10 @ 99']);
  });

  it('takes its exits along when its entry is replaced', () => {
    const exchange = regular();
    const order = exchange.taken({ ...bracket, type: 'limit', limitPrice: '99' });
    const replaced = replaceOrder(exchange.state, order.id, { qty: '4', limitPrice: '101' }, exchange.updates);
    expect(replaced).toMatchObject({ status: 'new', quantity: 4e9 });
    exchange.minute([100, 105, 99, 100]);
    exchange.minute([104, 106, 104, 105]);
    expect(exchange.said().slice(-2)).toEqual(['fill target 4 @ 104', 'canceled stop']);
    expect(statusesOf(exchange, order)).toEqual(['replaced']);
  });
});

describe('a pair of exits', () => {
  const oco = { orderClass: 'oco', side: 'sell', type: 'limit', ...exits } as const;

  it('is for what the account holds, once', () => {
    const exchange = holding('10');
    expect(exchange.order({ ...oco, qty: '11' })).toMatchObject({ status: 403, figures: { available: '10' } });
    exchange.taken(oco);
    expect(heldForOrders(exchange.state, A).quantity).toBe(10e9);
    expect(exchange.order({ side: 'sell', qty: '1' })).toMatchObject({ status: 403, figures: { available: '0' } });
    expect(closePosition(exchange.state, A, {}, exchange.updates)).toMatchObject({ status: 403 });
  });

  it.each([
    ['the target fills', [104, 106, 104, 105], ['fill target 10 @ 104', 'canceled stop']],
    ['the stop fills', [97, 98, 96, 97], ['canceled target', 'fill stop 10 @ 97']],
    ['both lie inside the bar', [100, 105, 97, 100], ['canceled target', 'fill stop 10 @ 98']],
  ] as const)('one cancels the other: %s', (_, bar, said) => {
    const exchange = holding('10');
    exchange.taken(oco);
    exchange.minute(still);
    exchange.minute(bar);
    expect(exchange.said()).toEqual(['new target', 'new stop', ...said]);
    expect(exchange.state.working.size).toBe(0);
  });

  it('needs something to leave', () => {
    expect(regular().order(oco)).toMatchObject({ status: 403, message: expect.stringContaining('insufficient qty') });
  });
});

describe('one triggers the other', () => {
  it('with a stop alone, or a target alone', () => {
    const exchange = regular();
    exchange.taken({ orderClass: 'oto', stopLoss: { stopPrice: '98' } });
    exchange.minute(still);
    exchange.minute([98, 98, 97, 97]);
    exchange.taken({ orderClass: 'oto', takeProfit: { limitPrice: '104' } });
    exchange.minute(still);
    exchange.minute([105, 106, 104, 105]);
    expect(exchange.said()).toEqual([
      ...['new entry', 'fill entry 10 @ 100', 'new stop', 'fill stop 10 @ 98'],
      ...['new entry', 'fill entry 10 @ 100', 'new target', 'fill target 10 @ 105'],
    ]);
  });
});

describe('replacing and cancelling', () => {
  it('counts a quantity as that of the whole order, and gives the rest to the new one', () => {
    const exchange = regular('vendor', { participationMax: 0.1 });
    const order = exchange.taken({ type: 'limit', limitPrice: '100.5' });
    exchange.minute([100, 100, 100, 100, 60]);
    const patch = (qty: string) => replaceOrder(exchange.state, order.id, { qty }, exchange.updates);
    expect(patch('6')).toMatchObject({ status: 422 });
    expect(patch('8.5')).toMatchObject({ status: 422 });
    expect(patch('9')).toMatchObject({ quantity: 3e9, open: 3e9, filled: 0, status: 'new' });
    exchange.minute(still);
    expect(exchange.said().slice(-3)).toEqual(['replaced entry', 'new entry', 'fill entry 3 @ 100']);
  });

  it('holds the larger of the two orders against the buying power', () => {
    const exchange = regular();
    const order = exchange.taken({ type: 'limit', limitPrice: '100', qty: '3000' });
    const patch = (qty: string) => replaceOrder(exchange.state, order.id, { qty }, exchange.updates);
    expect(patch('4001')).toMatchObject({ status: 403, message: 'insufficient buying power' });
    expect(patch('4000')).toMatchObject({ quantity: 4000e9 });
    expect(exchange.state.reserved).toBe(400_000_000_000);
  });

  it('cannot replace what is only accepted', () => {
    const exchange = new ToldExchange(17);
    const order = exchange.taken({ type: 'limit', limitPrice: '99' });
    expect(replaceOrder(exchange.state, order.id, { qty: '5' }, exchange.updates)).toMatchObject({
      status: 422,
      message: 'unable to replace order in current state',
    });
  });

  it('cancels all, groups by their first order, and again without a complaint', () => {
    const exchange = regular();
    const [single, group] = [exchange.taken({ type: 'limit', limitPrice: '90' }), exchange.taken(bracket)];
    expect(cancelAll(exchange.state, exchange.updates)).toEqual([
      { id: single.id, status: 200 },
      { id: group.id, status: 200 },
    ]);
    expect(cancelAll(exchange.state, exchange.updates)).toEqual([]);
    expect(cancelOrder(exchange.state, single.id, exchange.updates)).toBeUndefined();
    expect(exchange.state.reserved).toBe(0);
  });

  it('closes a part of a position', () => {
    const exchange = holding('9');
    closePosition(exchange.state, A, { percentage: 50_000_000_000 }, exchange.updates);
    exchange.minute(still);
    expect(exchange.said()).toEqual(['new entry', 'fill entry 4.5 @ 100']);
  });
});
