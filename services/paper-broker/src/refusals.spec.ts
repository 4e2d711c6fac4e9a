import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { referencePath, withReference } from '../../../tools/testing/reference-data.ts';
import { ExchangeClient, KEYS, textOf, type Answer, type Loose } from '../test/exchange-client.ts';

const ERRORS = referencePath('specs', 'samples', 'alpaca', 'errors');
const sample = (name: string): Loose => JSON.parse(readFileSync(`${ERRORS}/${name}.json`, 'utf8')) as Loose;

withReference(ERRORS, 'refusals as the vendor words them', () => {
  let exchange: ExchangeClient;
  beforeEach(async () => {
    exchange = await ExchangeClient.start();
    await exchange.minute({ AAPL: [100, 101, 99, 100], TXN: [100, 101, 99, 100], MSFT: [5_000, 5_000, 5_000, 5_000.72] });
  });
  afterEach(() => exchange.stop());

  /** What a request answers is the sample: its status, code and words; `but` are figures that differ from request to request. */
  function expectSample({ status, body }: Answer, name: string, but: object = {}): void {
    expect({ status, body }).toEqual({ status: Number(name.slice(0, 3)), body: { ...sample(name), ...but } });
  }

  describe('orders that make no sense', () => {
    it.each([
      ['422.invalid_type', { type: 'stop-limit' }],
      ['422.invalid_tif', { time_in_force: 'gtd' }],
      ['422.qty_not_positive', { qty: '0' }],
      ['422.qty_not_positive', { qty: '-5' }],
      ['422.qty_and_notional', { notional: '100' }],
      ['422.qty_or_notional_required', { qty: null }],
      ['422.notional_min', { qty: null, notional: '0.99' }],
      ['422.limit_without_price', { type: 'limit' }],
      ['422.market_with_price', { limit_price: '100' }],
      ['422.sub_penny_limit', { type: 'limit', limit_price: '290.123' }],
      ['422.sub_penny_stop', { type: 'stop', stop_price: '290.123' }],
      ['422.fractional_not_day', { qty: '1.5', time_in_force: 'gtc' }],
      ['422.fractional_short', { qty: '0.5', side: 'sell' }],
      ['422.extended_hours_bad_type', { extended_hours: true }],
      ['422.extended_hours_stop', { extended_hours: true, type: 'stop', stop_price: '101' }],
      ['422.client_order_id_too_long', { client_order_id: 'x'.repeat(129) }],
      ['422.asset_not_found_order', { symbol: 'ZZZZQX' }],
      ['422.bracket_prices', { order_class: 'bracket', take_profit: { limit_price: '98' }, stop_loss: { stop_price: '99' } }],
    ] as const)('%s: %j', async (name, terms) => {
      expectSample(await exchange.order(terms), name);
    });

    it('takes an order to close as nothing else', async () => {
      const { status, body } = await exchange.order({ side: 'sell', position_intent: 'sell_to_close' });
      const message = 'position intent mismatch, inferred: sell_to_open, specified: sell_to_close';
      expect({ status, body }).toEqual({ status: 422, body: { code: 42_210_000, message } });
      expect((await exchange.order({ position_intent: 'buy_to_open' })).body).toMatchObject({ position_intent: 'buy_to_open' });
    });

    it('takes a price of four places below a dollar, and two above', async () => {
      expect((await exchange.order({ type: 'limit', limit_price: '0.9999' })).status).toBe(200);
      expect((await exchange.order({ type: 'limit', limit_price: 99.99 })).status).toBe(200);
      expect((await exchange.order({ type: 'limit', limit_price: '0.99999' })).status).toBe(422);
      expect((await exchange.order({ type: 'limit', limit_price: '100.001' })).status).toBe(422);
    });
  });

  describe('orders that the account may not have', () => {
    it('refuses what costs more than there is', async () => {
      // of 400,000 of buying power two limit orders hold 399,392.76
      await exchange.order({ type: 'limit', qty: '3964', limit_price: '100.00', symbol: 'TXN' });
      await exchange.order({ type: 'limit', qty: '2', limit_price: '1496.38', symbol: 'TXN' });
      expectSample(
        await exchange.order({ symbol: 'MSFT', type: 'limit', qty: '10', limit_price: '5000.72' }),
        '403.insufficient_buying_power',
      );
    });

    it('refuses to sell what other orders are to sell', async () => {
      await exchange.order({ qty: '37' });
      await exchange.minute({ AAPL: [100, 101, 99, 100] });
      const held = await exchange.order({ side: 'sell', qty: '37', type: 'limit', limit_price: '120' });
      expectSample(
        await exchange.order({ side: 'sell', qty: '37', type: 'limit', limit_price: '121' }),
        '403.insufficient_qty_held',
        {
          related_orders: [held.body['id']],
          symbol: 'AAPL',
        },
      );
    });

    it('refuses orders that could trade with each other', async () => {
      const first = await exchange.order({ type: 'stop', stop_price: '110' });
      const against = await exchange.order({ side: 'sell', type: 'limit', limit_price: '120' });
      expectSample(against, '403.wash_trade', { existing_order_id: first.body['id'] });
    });

    it('takes limits that cannot meet, and groups', async () => {
      await exchange.order({ type: 'limit', limit_price: '99' });
      expect((await exchange.order({ side: 'sell', type: 'limit', limit_price: '99' })).status).toBe(403);
      expect((await exchange.order({ side: 'sell', type: 'limit', limit_price: '101' })).status).toBe(200);
      const exits = { take_profit: { limit_price: '96' }, stop_loss: { stop_price: '104' } };
      expect((await exchange.order({ side: 'sell', order_class: 'bracket', ...exits })).status).toBe(200);
    });

    it('refuses to sell short what cannot be borrowed, and whom it does not lend to', async () => {
      await exchange.ask('POST', '/_sim/assets', { symbol: 'TXN', easy_to_borrow: false });
      expectSample(await exchange.order({ symbol: 'TXN', side: 'sell' }), '422.cannot_be_sold_short');
      await exchange.ask('PATCH', '/v2/account/configurations', { no_shorting: true });
      expectSample(await exchange.order({ side: 'sell' }), '403.short_not_allowed');
    });

    it('refuses what is not traded, and fractions of what has none', async () => {
      await exchange.ask('POST', '/_sim/assets', { symbol: 'RGC', tradable: false });
      expectSample(await exchange.order({ symbol: 'RGC' }), '422.not_tradable');
      await exchange.ask('POST', '/_sim/assets', { symbol: 'TXN', fractionable: false });
      expectSample(await exchange.order({ symbol: 'TXN', qty: '0.5' }), '403.not_fractionable');
    });

    it('refuses to close by an amount what an order is to close', async () => {
      await exchange.order();
      await exchange.minute({ AAPL: [100, 101, 99, 100] });
      await exchange.order({ side: 'sell', qty: '5', type: 'limit', limit_price: '120' });
      expectSample(await exchange.order({ side: 'sell', qty: null, notional: '100' }), '403.notional_close_conflict');
    });
  });

  describe('requests about what is not there, or is over', () => {
    it('names each client order once', async () => {
      expect((await exchange.order({ client_order_id: 'mine' })).status).toBe(200);
      expectSample(await exchange.order({ client_order_id: 'mine' }), '422.duplicate_client_order_id');
    });

    it('knows no such order, position or asset', async () => {
      expectSample(await exchange.ask('GET', '/v2/orders/7b08df51-c1ac-453c-99f9-323a5f075f0d'), '404.order_not_found');
      expectSample(await exchange.ask('DELETE', '/v2/orders/7b08df51-c1ac-453c-99f9-323a5f075f0d'), '404.order_not_found');
      expectSample(await exchange.ask('GET', '/v2/positions/AAPL'), '404.position_not_found');
      expectSample(await exchange.ask('DELETE', '/v2/positions/AAPL'), '404.position_not_found');
      expectSample(await exchange.ask('GET', '/v2/assets/ZZZZQX'), '404.asset_not_found');
    });

    it('cancels and replaces nothing that is filled', async () => {
      const { body } = await exchange.order();
      await exchange.minute({ AAPL: [100, 101, 99, 100] });
      expectSample(await exchange.ask('DELETE', `/v2/orders/${textOf(body['id'])}`), '422.cancel_filled');
      expectSample(await exchange.ask('PATCH', `/v2/orders/${textOf(body['id'])}`, { qty: '5' }), '422.replace_bad_state');
    });
  });

  describe('at the door', () => {
    let limited: ExchangeClient;
    beforeAll(async () => {
      limited = await ExchangeClient.start({ PAPER_EXCHANGE_RATE_LIMIT: '2' });
    });
    afterAll(() => limited.stop());

    it.each([
      ['no keys', {}],
      ['another secret', { 'apca-api-key-id': 'KEY', 'apca-api-secret-key': 'another' }],
      ['half a pair', { 'apca-api-key-id': 'KEY' }],
    ])('refuses %s', async (_, headers) => {
      expectSample(await exchange.ask('GET', '/v2/account', undefined, headers), '401.unauthorized');
    });

    it.each(['', 'text/plain;charset=UTF-8', 'application/x-www-form-urlencoded', 'nonsense'])(
      'takes JSON that is said to be %j, and no body of that kind',
      async (type) => {
        const headers = { ...KEYS, 'content-type': type };
        const terms = { symbol: 'AAPL', qty: 1, side: 'buy', type: 'limit', limit_price: 90, time_in_force: 'day' };
        expect((await exchange.ask('POST', '/v2/orders', JSON.stringify(terms), headers)).status).toBe(200);
        expect((await exchange.ask('DELETE', '/v2/orders', undefined, headers)).status).toBe(207);
        expect((await exchange.ask('POST', '/v2/orders', '{"symbol":', headers)).status).toBe(422);
      },
    );

    it('counts requests, and says how many are left', async () => {
      const left: (string | null)[] = [];
      for (let n = 0; n < 2; n++) left.push((await limited.ask('GET', '/v2/clock')).headers.get('x-ratelimit-remaining'));
      expect(left).toEqual(['1', '0']);
      const over = await limited.ask('GET', '/v2/clock');
      expectSample(over, '429.rate_limit');
      expect(over.headers.get('x-ratelimit-limit')).toBe('2');
      expect(Number(over.headers.get('x-ratelimit-reset'))).toBeGreaterThan(1e9);
      // market data is counted by itself
      expect((await limited.ask('GET', '/v2/stocks/bars?symbols=AAPL')).status).toBe(200);
    });
  });
});
