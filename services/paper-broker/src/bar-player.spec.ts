import { afterEach, describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '@aitrader/runtime-configuration';
import { ExchangeClient } from '../test/exchange-client.ts';
import { exchangeEnvironment } from './exchange-environment.ts';

describe('an exchange that is given bars', () => {
  let exchange: ExchangeClient | undefined;
  afterEach(() => exchange?.stop());

  it('opens the account before the first of them, lists their symbols, and plays them as far as it is told', async () => {
    // no instant is given: the bars say when it begins
    exchange = await ExchangeClient.start({ PAPER_EXCHANGE_BARS: 'sample', PAPER_EXCHANGE_FROM: undefined });
    const advance = (body: object) => exchange?.ask('POST', '/_sim/advance', body);
    expect(await exchange.get('/v2/assets/SYN01')).toMatchObject({ symbol: 'SYN01', tradable: true });
    expect((await advance({ intervals: 3 }))?.body).toMatchObject({ intervals: 3, updates: 0 });
    const order = await exchange.order({ symbol: 'SYN01', type: 'limit', limit_price: '900' });
    expect(order).toMatchObject({ status: 200, body: { status: 'accepted' } });
    const later = '2024-07-02T13:45:00.000Z';
    expect((await advance({ until: later }))?.body).toMatchObject({ now: later });
    expect(await exchange.get('/v2/orders?status=closed')).toMatchObject([{ symbol: 'SYN01', status: 'filled' }]);
    expect((await advance({ until: later }))?.body).toMatchObject({ intervals: 0 });
  });

  it('lets time only go on', async () => {
    exchange = await ExchangeClient.start();
    expect((await exchange.advanceTo('2026-01-05T15:31:00Z')).status).toBe(200);
    expect((await exchange.advanceTo('2026-01-05T15:31:00Z')).status).toBe(422);
    expect((await exchange.advanceTo('2031-01-06T15:31:00Z')).status).toBe(422);
    expect((await exchange.ask('POST', '/_sim/advance', { t: 'noon' })).status).toBe(422);
    expect((await exchange.ask('POST', '/_sim/advance', { intervals: 1 })).body).toMatchObject({ intervals: 0 });
    expect(await exchange.get('/_sim/state')).toMatchObject({ now: '2026-01-05T15:31:00.000Z' });
  });
});

describe('the environment of the exchange', () => {
  it('has a default for everything', () => {
    expect(exchangeEnvironment({})).toMatchObject({
      port: 8765,
      host: '127.0.0.1',
      cash: 100_000_000_000,
      rules: 'vendor',
      ratePerMinute: 200,
    });
  });

  it('names all that is wrong, and none of the keys', () => {
    const given = {
      PAPER_EXCHANGE_PORT: '99999',
      PAPER_EXCHANGE_CASH: 'much',
      PAPER_EXCHANGE_KEYS: 'my-secret',
      PAPER_EXCHANGE_RULES: 'none',
    };
    const problems = (): readonly string[] => {
      try {
        exchangeEnvironment(given);
        return [];
      } catch (error) {
        return error instanceof ConfigurationError ? error.problems : [];
      }
    };
    expect(problems().map((one) => one.split(':', 1)[0])).toEqual(Object.keys(given));
    expect(problems().join()).not.toContain('my-secret');
  });
});
