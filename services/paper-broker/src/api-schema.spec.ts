import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { referencePath, withReference } from '../../../tools/testing/reference-data.ts';
import { ExchangeClient, textOf, type Loose } from '../test/exchange-client.ts';

const TRADING = referencePath('specs', 'alpaca-trading.openapi.json');
const DATA = referencePath('specs', 'alpaca-market-data.openapi.json');

const FORMATS = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  decimal: /^-?\d+(\.\d+)?$/,
};

withReference(TRADING, 'answers as the API describes them', () => {
  let exchange: ExchangeClient;
  beforeAll(async () => {
    exchange = await ExchangeClient.start();
    await exchange.minute({ AAPL: [100, 101, 99, 100], MSFT: [50, 51, 49, 50] });
  });
  afterAll(() => exchange.stop());

  const schemas = { trading: schemasOf(TRADING), data: schemasOf(DATA) };
  /** Holds an answer against a schema of the API's description, by its path in it. */
  function expectValid(of: keyof typeof schemas, pointer: string, body: unknown): void {
    const validate = schemas[of].getSchema(`${of}#${pointer}`);
    expect({ pointer, known: validate !== undefined }).toEqual({ pointer, known: true });
    expect({ pointer, errors: validate?.(body) === true ? [] : validate?.errors }).toEqual({ pointer, errors: [] });
  }
  const expectAll = (pointer: string, list: unknown, least: number): void => {
    expect(Array.isArray(list) ? list.length : -1).toBeGreaterThanOrEqual(least);
    for (const one of list as unknown[]) expectValid('trading', pointer, one);
  };
  const ORDER = '/components/schemas/Order';

  it('holds for orders of every kind, in every state', async () => {
    const exits = { take_profit: { limit_price: '104' }, stop_loss: { stop_price: '98', limit_price: '97.5' } };
    const requests = [
      {},
      { type: 'limit', limit_price: '99', time_in_force: 'gtc' },
      { type: 'stop', stop_price: '101', symbol: 'TXN' },
      { type: 'stop_limit', stop_price: '101', limit_price: '101.5', symbol: 'TXN' },
      { type: 'trailing_stop', trail_percent: '1.5' },
      { qty: null, notional: '250.5' },
      { order_class: 'bracket', symbol: 'MSFT', take_profit: { limit_price: '54' }, stop_loss: { stop_price: '48' } },
      { order_class: 'oto', symbol: 'MSFT', stop_loss: { stop_price: '48' } },
      { order_class: 'bracket', ...exits },
      { type: 'limit', limit_price: '99', extended_hours: true },
    ];
    for (const request of requests) {
      const { status, body } = await exchange.order(request);
      expect({ request, status }).toEqual({ request, status: 200 });
      expectValid('trading', ORDER, body);
    }
    await exchange.minute({ AAPL: [100, 101, 99, 100], MSFT: [50, 51, 49, 50] });
    const { body } = await exchange.order({ type: 'limit', limit_price: '90', client_order_id: 'mine' });
    const replaced = await exchange.ask('PATCH', `/v2/orders/${textOf(body['id'])}`, { qty: '4', limit_price: '91' });
    expectValid('trading', ORDER, replaced.body);
    expect((await exchange.ask('DELETE', `/v2/orders/${textOf(replaced.body['id'])}`)).status).toBe(204);
    expectAll(ORDER, await exchange.get('/v2/orders?status=all&nested=true'), 8);
    expectAll(ORDER, await exchange.get('/v2/orders?status=all&nested=false'), 12);
    expectValid('trading', ORDER, await exchange.get('/v2/orders:by_client_order_id?client_order_id=mine'));
  });

  it('holds for the account, its positions, its trades and its settings', async () => {
    expectValid('trading', '/components/schemas/Account', await exchange.get('/v2/account'));
    expectAll('/components/schemas/Position', await exchange.get('/v2/positions'), 2);
    expectValid('trading', '/components/schemas/Position', await exchange.get('/v2/positions/AAPL'));
    expectAll('/components/schemas/TradingActivities', await exchange.get('/v2/account/activities'), 3);
    expectValid('trading', '/components/schemas/AccountConfigurations', await exchange.get('/v2/account/configurations'));
  });

  it('holds for assets, clock, calendar and bars', async () => {
    expectAll('/components/schemas/Assets', await exchange.get('/v2/assets'), 3);
    expectValid('trading', '/components/schemas/legacy_clock', await exchange.get('/v2/clock'));
    expectValid(
      'trading',
      '/components/schemas/legacy_public_calendar_resp',
      await exchange.get('/v2/calendar?start=2026-11-20&end=2026-12-01'),
    );
    const { bars } = await exchange.get('/v2/stocks/bars?symbols=AAPL,MSFT&timeframe=1Min');
    for (const bar of [bars?.['AAPL'], bars?.['MSFT']].flat()) expectValid('data', '/components/schemas/stock_bar', bar);
  });

  it('holds for what is closed and called off together', async () => {
    const canceled = await exchange.ask('DELETE', '/v2/orders');
    expect(canceled.status).toBe(207);
    expectAll('/components/schemas/CanceledOrderResponse', canceled.body, 3);
    const closed = await exchange.ask('DELETE', '/v2/positions?cancel_orders=true');
    expect(closed.status).toBe(207);
    expectAll('/components/schemas/PositionClosedReponse', closed.body, 2);
    await exchange.minute({ AAPL: [100, 101, 99, 100], MSFT: [50, 51, 49, 50] });
    expect(await exchange.get('/v2/positions')).toEqual([]);
  });
});

/** A validator that knows every schema of a description, and the formats that answers of ours have. */
function schemasOf(file: string): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false });
  for (const [name, format] of Object.entries(FORMATS)) ajv.addFormat(name, format);
  const description = JSON.parse(readFileSync(file, 'utf8')) as Loose;
  ajv.addSchema({ ...description, $id: file === TRADING ? 'trading' : 'data' });
  return ajv;
}
