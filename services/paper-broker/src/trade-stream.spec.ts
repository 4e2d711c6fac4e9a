import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ExchangeClient, StreamClient, textOf } from '../test/exchange-client.ts';

describe('an order over HTTP and its updates on the stream', () => {
  let exchange: ExchangeClient;
  let stream: StreamClient;
  beforeEach(async () => {
    exchange = await ExchangeClient.start();
    await exchange.minute({ AAPL: [100, 101, 99, 100] });
    stream = await exchange.listen();
  });
  afterEach(async () => {
    stream.close();
    await exchange.stop();
  });

  it('is new, fills in the next minute, and changes position and account', async () => {
    const placed = await exchange.order({ client_order_id: 'mine' });
    expect(placed).toMatchObject({ status: 200, body: { status: 'pending_new', filled_qty: '0', client_order_id: 'mine' } });
    await exchange.minute({ AAPL: [101, 103, 100, 102] });
    await stream.until(() => stream.updates.length === 2);
    expect(stream.updates).toEqual(['new new', 'fill filled']);
    const [, filled] = stream.messages;
    expect(filled).toMatchObject({
      price: '101',
      qty: '10',
      position_qty: '10',
      order: { id: placed.body['id'], filled_avg_price: '101' },
    });
    expect(await exchange.get('/v2/orders:by_client_order_id?client_order_id=mine')).toMatchObject({ status: 'filled' });
    expect(await exchange.get('/v2/positions')).toMatchObject([
      { symbol: 'AAPL', qty: '10', avg_entry_price: '101', market_value: '1020' },
    ]);
    expect(await exchange.get('/v2/account')).toMatchObject({ cash: '98990', equity: '100010', long_market_value: '1020' });
    const [trade] = await exchange.list('/v2/account/activities');
    expect(trade).toMatchObject({ activity_type: 'FILL', type: 'fill', price: '101', qty: '10', side: 'buy', leaves_qty: '0' });
  });

  it('protects what a bracket entered, and calls off the stop when the target fills', async () => {
    const { body } = await exchange.order({
      order_class: 'bracket',
      take_profit: { limit_price: '104' },
      stop_loss: { stop_price: '98' },
    });
    expect(body['legs']).toMatchObject([
      { type: 'limit', side: 'sell', limit_price: '104', status: 'held' },
      { type: 'stop', side: 'sell', stop_price: '98', status: 'held' },
    ]);
    await exchange.minute({ AAPL: [100, 101, 99, 100] });
    await exchange.minute({ AAPL: [103, 105, 102, 104] });
    await stream.until(() => stream.updates.length === 6);
    expect(stream.updates).toEqual(['new new', 'fill filled', 'new new', 'new new', 'fill filled', 'canceled canceled']);
    expect(await exchange.get(`/v2/orders/${textOf(body['id'])}`)).toMatchObject({
      status: 'filled',
      legs: [{ status: 'filled', filled_avg_price: '104' }, { status: 'canceled' }],
    });
    expect(await exchange.get('/v2/account')).toMatchObject({ cash: '100040', position_market_value: '0' });
  });

  it('speaks binary frames of JSON, and msgpack to whom asks for it', async () => {
    const packed = await exchange.listen(true);
    await exchange.order();
    await stream.until(() => stream.updates.length === 1);
    await packed.until(() => packed.updates.length === 1);
    expect(stream.frames.every(({ binary }) => binary)).toBe(true);
    expect(packed.messages).toEqual(stream.messages);
    packed.close();
  });

  it('stops while clients listen', async () => {
    const bars = await StreamClient.connect(`${exchange.url.replace('http', 'ws')}/v2/iex`);
    await exchange.stop();
    await stream.until(() => !stream.isOpen && !bars.isOpen);
    expect(stream.isOpen || bars.isOpen).toBe(false);
  });

  it('says nothing to whom it does not know, or who listens to nothing', async () => {
    const url = `${exchange.url.replace('http', 'ws')}/stream`;
    const stranger = await StreamClient.connect(url);
    stranger.say({ action: 'listen', data: { streams: ['trade_updates'] } });
    stranger.say({ action: 'authenticate', data: { key_id: 'KEY', secret_key: 'another' } });
    stream.say({ action: 'listen', data: { streams: [] } });
    await stranger.until(() => stranger.heard.length === 2);
    await stream.until(() => stream.heard.length === 3);
    const listener = await exchange.listen();
    await exchange.order();
    await listener.until(() => listener.updates.length === 1);
    expect(stranger.heard).toEqual([
      { stream: 'authorization', data: { status: 'unauthorized', action: 'listen' } },
      { stream: 'authorization', data: { status: 'unauthorized', action: 'authenticate' } },
    ]);
    expect(stream.heard.slice(2)).toEqual([{ stream: 'listening', data: { streams: [] } }]);
    stranger.close();
    listener.close();
  });
});
