import { describe, expect, it } from '@jest/globals';
import { ToldExchange } from '../test/told-exchange.ts';
import { isRefusal, type OrderRequest } from './index.ts';

const still = [100, 100, 100, 100] as const;
const exits = { takeProfit: { limitPrice: '110' }, stopLoss: { stopPrice: '90' } };

/** An exchange whose account holds what a side of ten shares made. */
function holding(side: 'buy' | 'sell' | undefined): ToldExchange {
  const exchange = new ToldExchange(10);
  if (side !== undefined) exchange.taken({ side });
  exchange.minute(still);
  return exchange;
}

/** The answer to an order: its intent, or the status, code and words of its refusal. */
function answer(exchange: ToldExchange, request: OrderRequest): string {
  const order = exchange.order(request);
  return isRefusal(order) ? `${order.status} ${order.code}: ${order.message}` : order.intent;
}

describe('an order that says whether it opens or closes', () => {
  it.each([
    ['buy', 'sell', 'sell_to_close'],
    ['sell', 'buy', 'buy_to_close'],
    [undefined, 'buy', 'buy_to_open'],
    [undefined, 'sell', 'sell_to_open'],
    ['buy', 'buy', 'buy_to_open'],
  ] as const)('is taken as what it is: over %s, to %s', (held, side, positionIntent) => {
    expect(answer(holding(held), { side, positionIntent })).toBe(positionIntent);
  });

  it.each([
    [undefined, 'sell', 'sell_to_close', 'sell_to_open'],
    [undefined, 'buy', 'buy_to_close', 'buy_to_open'],
    ['sell', 'sell', 'sell_to_close', 'sell_to_open'],
    ['buy', 'sell', 'sell_to_open', 'sell_to_close'],
  ] as const)('is nothing else: over %s, to %s', (held, side, positionIntent, inferred) => {
    const words = `422 42210000: position intent mismatch, inferred: ${inferred}, specified: ${positionIntent}`;
    expect(answer(holding(held), { side, positionIntent })).toBe(words);
  });

  it('is not to be of the other side', () => {
    expect(answer(holding(undefined), { positionIntent: 'sell_to_open' })).toBe('422 40010001: invalid position_intent');
  });

  it('closes no more than there is, and no more than its first half leaves', () => {
    const exchange = holding('buy');
    const close = { side: 'sell', positionIntent: 'sell_to_close' } as const;
    const words = (requested: number, available: number): string =>
      `403 40310000: insufficient qty available for order (requested: ${requested}, available: ${available})`;
    expect(answer(exchange, { ...close, qty: '15' })).toBe(words(15, 10));
    expect(answer(exchange, { ...close, qty: '6', type: 'limit', limitPrice: '120' })).toBe('sell_to_close');
    expect(answer(exchange, { ...close, qty: '5' })).toBe(words(5, 4));
  });

  it('has exits that close, of an entry that fills in part, and a pair of exits after it', () => {
    const exchange = new ToldExchange(10, 0, 'vendor', { participationMax: 0.1 });
    const entry = { type: 'limit', limitPrice: '100', orderClass: 'bracket', positionIntent: 'buy_to_open', ...exits } as const;
    const bracket = exchange.taken(entry);
    exchange.minute([100, 100, 99, 100, 40]);
    expect(bracket.legs.map((id) => exchange.state.orders.get(id)?.intent)).toEqual(['sell_to_close', 'sell_to_close']);
    exchange.minute([100, 100, 99, 100, 1_000]);
    exchange.minute([110, 111, 110, 111, 1_000]);
    expect(exchange.state.ledger.positions.size).toBe(0);
    exchange.taken({ qty: '4', positionIntent: 'buy_to_open' });
    exchange.minute(still);
    const pair = { qty: '4', side: 'sell', type: 'limit', orderClass: 'oco', positionIntent: 'sell_to_close', ...exits } as const;
    expect(answer(exchange, pair)).toBe('sell_to_close');
    exchange.minute([90, 90, 89, 89]);
    expect(exchange.state.ledger.positions.size).toBe(0);
  });
});
