import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { epochMs, ids, price, quantityFromShares, requestIdOf, ticker, type SubmitRequest } from '@aitrader/model';
import { itAgainst, referencePath } from '../../../../tools/testing/reference-data.ts';
import { changesOf, ticketOf } from './order-tickets.ts';

const request: SubmitRequest = {
  kind: 'submit',
  id: requestIdOf('p.o.entry.0'),
  t: epochMs(0),
  orderId: ids.order('o'),
  leg: 'entry',
  symbol: ticker('BRK.B'),
  side: 'buy',
  quantity: quantityFromShares(100),
  limit: null,
  stop: null,
  timeInForce: 'day',
  extendedHours: false,
  class: 'simple',
  exits: null,
};
const usual = {
  symbol: 'BRK.B',
  qty: '100',
  side: 'buy',
  time_in_force: 'day',
  client_order_id: 'p.o.entry.0',
  position_intent: 'buy_to_open',
};
const exits = { target: price(1_105_000), stop: price(901) };
const attached = { take_profit: { limit_price: '110.5' }, stop_loss: { stop_price: '0.0901' } };

const TICKETS: readonly (readonly [string, Partial<SubmitRequest>, object])[] = [
  ['at the market', {}, { type: 'market' }],
  ['with a limit', { limit: price(1_000_000) }, { type: 'limit', limit_price: '100' }],
  [
    'outside regular hours',
    { limit: price(5), extendedHours: true },
    { type: 'limit', limit_price: '0.0005', extended_hours: true },
  ],
  ['behind a price', { stop: price(1_000_100) }, { type: 'stop', stop_price: '100.01' }],
  ['with exits, at the market', { class: 'bracket', exits }, { type: 'market', order_class: 'bracket', ...attached }],
  [
    'with exits and a limit',
    { class: 'bracket', exits, limit: price(1_000_000) },
    { type: 'limit', limit_price: '100', order_class: 'bracket', ...attached },
  ],
  ['a pair of exits', { class: 'oco', exits }, { type: 'limit', order_class: 'oco', ...attached }],
];

const TRADING = referencePath('specs', 'alpaca-trading.openapi.json');

describe('a request as the broker takes it', () => {
  it.each(TICKETS)('%s', (_, more, expected) => {
    expect(ticketOf({ ...request, ...more })).toEqual({ ...usual, ...expected });
  });

  itAgainst(TRADING, "is what the API's description says that it takes", () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false });
    ajv
      .addFormat('decimal', /^-?\d+(\.\d+)?$/)
      .addFormat('date-time', true)
      .addFormat('uuid', true)
      .addFormat('date', true);
    ajv.addSchema({ ...(JSON.parse(readFileSync(TRADING, 'utf8')) as object), $id: 'trading' });
    const [create, change] = ['CreateOrderRequest', 'PatchOrderRequest'].map((name) =>
      ajv.getSchema(`trading#/components/schemas/${name}`),
    );
    for (const [name, more] of TICKETS) {
      const isValid = create?.(ticketOf({ ...request, ...more }));
      expect({ name, isValid, errors: create?.errors ?? null }).toEqual({ name, isValid: true, errors: null });
    }
    expect(create?.({ ...ticketOf(request), type: 'sideways' })).toBe(false);
    const { id, t, orderId, leg, symbol, quantity } = request;
    const of = { about: requestIdOf('p.o.entry.1'), brokerId: null, limit: price(1_000_000), stop: price(5) } as const;
    expect(change?.(changesOf({ kind: 'replace', id, t, orderId, leg, symbol, quantity, ...of }))).toBe(true);
  });

  it.each([
    ['entry', 'buy', 'buy_to_open'],
    ['entry', 'sell', 'sell_to_open'],
    ['target', 'sell', 'sell_to_close'],
    ['stop', 'buy', 'buy_to_close'],
    ['time', 'sell', 'sell_to_close'],
  ] as const)('says whether it opens or closes: %s, to %s', (leg, side, intent) => {
    expect(ticketOf({ ...request, leg, side })).toMatchObject({ side, position_intent: intent });
  });

  it('has a fraction of a share where it is for one', () => {
    expect(ticketOf({ ...request, quantity: quantityFromShares(0.125) })).toMatchObject({ qty: '0.125' });
  });

  it('changes what it changes, under an id of its own', () => {
    const { id, t, orderId, leg, symbol, quantity } = request;
    const about = requestIdOf('p.o.entry.1');
    const change = { kind: 'replace', id, t, orderId, leg, symbol, about, brokerId: null, quantity } as const;
    expect(changesOf({ ...change, limit: price(1_000_000), stop: null })).toEqual({
      qty: '100',
      limit_price: '100',
      client_order_id: 'p.o.entry.0',
    });
  });
});
