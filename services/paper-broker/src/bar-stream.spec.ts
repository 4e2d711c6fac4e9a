import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ExchangeClient, StreamClient, textOf, type Loose } from '../test/exchange-client.ts';

describe('the bars that the exchange was driven by', () => {
  let exchange: ExchangeClient;
  const opened: StreamClient[] = [];
  beforeEach(async () => {
    exchange = await ExchangeClient.start();
  });
  afterEach(async () => {
    for (const stream of opened.splice(0)) stream.close();
    await exchange.stop();
  });

  async function connect(packed = false, feed = 'iex'): Promise<StreamClient> {
    const stream = await StreamClient.connect(`${exchange.url.replace('http', 'ws')}/v2/${feed}`, packed);
    opened.push(stream);
    await stream.until(() => stream.heard.length === 1);
    return stream;
  }
  const logIn = { action: 'auth', key: 'KEY', secret: 'hidden-secret' };

  it.each([false, true])('are streamed to whom asks for them, msgpack: %p', async (packed) => {
    const stream = await connect(packed);
    stream.say(logIn);
    stream.say({ action: 'subscribe', bars: ['AAPL'], trades: ['MSFT'] });
    await stream.until(() => stream.heard.length === 3);
    expect(stream.heard.slice(0, 2)).toEqual([
      { T: 'success', msg: 'connected' },
      { T: 'success', msg: 'authenticated' },
    ]);
    expect(stream.heard[2]).toMatchObject({ T: 'subscription', bars: ['AAPL'], trades: ['MSFT'], updatedBars: [] });
    await exchange.minute({ AAPL: [100, 103, 99, 101, 250], MSFT: [50, 50, 50, 50] });
    await stream.until(() => stream.heard.length === 4);
    const t = '2026-01-05T15:30:00Z';
    expect(stream.heard[3]).toEqual({
      T: 'b',
      S: 'AAPL',
      o: 100,
      h: 103,
      l: 99,
      c: 101,
      v: 250,
      n: 3,
      vw: 101,
      t: packed ? new Date(t) : t,
    });
  });

  it('stop for whom has had enough, and are all there for the star', async () => {
    const stream = await connect();
    stream.say(logIn);
    stream.say({ action: 'subscribe', bars: ['*'] });
    await stream.until(() => stream.heard.length === 3);
    await exchange.minute({ AAPL: [100, 101, 99, 100], MSFT: [50, 50, 50, 50] });
    await stream.until(() => stream.heard.length === 5);
    // one frame for all of an interval
    expect(stream.frames).toHaveLength(4);
    stream.say({ action: 'unsubscribe', bars: ['*'] });
    await stream.until(() => stream.heard.length === 6);
    await exchange.minute({ AAPL: [100, 101, 99, 100] });
    stream.say({ action: 'subscribe', bars: [] });
    await stream.until(() => stream.heard.length === 7);
    expect(stream.heard.slice(5).map(({ T }) => T)).toEqual(['subscription', 'subscription']);
  });

  it('are for nobody whom the exchange does not know', async () => {
    const stream = await connect();
    stream.say({ action: 'subscribe', bars: ['*'] });
    stream.say({ action: 'auth', key: 'KEY', secret: 'another' });
    await stream.until(() => !stream.isOpen);
    expect(stream.heard.slice(1)).toEqual([
      { T: 'error', code: 401, msg: 'not authenticated' },
      { T: 'error', code: 402, msg: 'auth failed' },
    ]);
  });

  it('come by REST in pages, by symbol and then by time, both ends included', async () => {
    for (let n = 0; n < 3; n++)
      await exchange.minute({ AAPL: [100 + n, 101 + n, 99 + n, 100 + n, 10], MSFT: [50, 50, 50, 50, 10] });
    const query = '/v2/stocks/bars?symbols=MSFT,AAPL&timeframe=1Min&start=2026-01-05T15:31:00Z&end=2026-01-05T15:32:00Z&limit=3';
    const first = await exchange.get(query);
    const times = (page: Loose): unknown =>
      Object.fromEntries(Object.entries(page['bars'] ?? {}).map(([symbol, bars]) => [symbol, [bars].flat().map(({ t }) => t)]));
    expect(times(first)).toEqual({ AAPL: ['2026-01-05T15:31:00Z', '2026-01-05T15:32:00Z'], MSFT: ['2026-01-05T15:31:00Z'] });
    const second = await exchange.get(`${query}&page_token=${encodeURIComponent(textOf(first['next_page_token']))}`);
    expect(times(second)).toEqual({ MSFT: ['2026-01-05T15:32:00Z'] });
    expect(second['next_page_token']).toBeNull();
    expect(await exchange.get('/v2/stocks/AAPL/bars?timeframe=1Hour')).toMatchObject({
      symbol: 'AAPL',
      bars: [{ t: '2026-01-05T15:00:00Z', o: 100, h: 103, l: 99, c: 102, v: 30 }],
    });
    expect(await exchange.get('/v2/stocks/bars/latest?symbols=AAPL')).toMatchObject({ bars: { AAPL: { c: 102 } } });
    expect((await exchange.ask('GET', '/v2/stocks/bars?symbols=AAPL&timeframe=7Sec')).status).toBe(422);
  });
});
