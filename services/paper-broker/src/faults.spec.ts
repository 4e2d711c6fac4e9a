import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ExchangeClient, textOf, type Loose, type StreamClient } from '../test/exchange-client.ts';

describe('faults that were ordered', () => {
  let exchange: ExchangeClient;
  let stream: StreamClient;
  beforeEach(async () => {
    exchange = await ExchangeClient.start();
    await exchange.minute({ AAPL: [100, 101, 99, 100], MSFT: [50, 50, 50, 50] });
    stream = await exchange.listen();
  });
  afterEach(async () => {
    stream.close();
    await exchange.stop();
  });

  const byClientId = (id: string) => exchange.ask('GET', `/v2/orders:by_client_order_id?client_order_id=${id}`);
  const executions = async (): Promise<readonly Loose[]> =>
    [(await exchange.get('/_sim/state'))['executions'] ?? []].flat() as Loose[];

  it('drop-reply: the order is there, and its sender does not know', async () => {
    await exchange.fault({ kind: 'drop-reply', match: { method: 'POST', path: '/v2/orders' } });
    await expect(exchange.order({ client_order_id: 'lost' })).rejects.toThrow('fetch failed');
    expect(await byClientId('lost')).toMatchObject({ status: 200, body: { status: 'new' } });
    expect((await exchange.order({ client_order_id: 'next' })).status).toBe(200);
  });

  it.each([
    [true, 200],
    [false, 404],
  ])('error: the request was performed (%p), or not', async (performed, found) => {
    await exchange.fault({ kind: 'error', status: 503, performed, match: { symbol: 'AAPL' } });
    expect((await exchange.order({ symbol: 'MSFT', client_order_id: 'other' })).status).toBe(200);
    const failed = await exchange.order({ client_order_id: 'failed' });
    expect(failed).toMatchObject({ status: 503, body: { message: 'internal server error occurred' } });
    expect((await byClientId('failed')).status).toBe(found);
  });

  it('rate-limit: so often as was ordered, with the headers of it', async () => {
    await exchange.fault({ kind: 'rate-limit', count: 2 });
    const statuses: number[] = [];
    for (let n = 0; n < 3; n++) statuses.push((await exchange.ask('GET', '/v2/clock')).status);
    expect(statuses).toEqual([429, 429, 200]);
    expect((await exchange.get('/_sim/state'))['faults']).toEqual([]);
  });

  it('slow: the answer comes after what was asked later', async () => {
    await exchange.fault({ kind: 'slow', delayMs: 1_500, match: { method: 'POST' } });
    const order: string[] = [];
    const slow = exchange.order().then(() => order.push('slow'));
    await stream.until(() => stream.updates.length === 1);
    await exchange.ask('GET', '/v2/clock').then(() => order.push('quick'));
    await slow;
    expect(order).toEqual(['quick', 'slow']);
  });

  it('updates that are missing, doubled and late', async () => {
    await exchange.fault({ kind: 'missing-update', match: { event: 'new', symbol: 'MSFT' } });
    await exchange.fault({ kind: 'late-update', match: { event: 'new', symbol: 'AAPL' }, delayMs: 1_500 });
    await exchange.fault({ kind: 'duplicate-update', match: { event: 'fill', symbol: 'AAPL' } });
    await exchange.order({ symbol: 'MSFT', type: 'limit', limit_price: '40' });
    await exchange.order();
    await exchange.minute({ AAPL: [100, 101, 99, 100] });
    await stream.until(() => stream.updates.length === 3);
    expect(stream.updates).toEqual(['fill filled', 'fill filled', 'new new']);
    const [first, again] = stream.messages;
    expect(again).toEqual(first);
  });

  it('drop-socket: the stream ends, and the next one has no word of before', async () => {
    await exchange.fault({ kind: 'drop-socket', stream: 'trades' });
    await stream.until(() => !stream.isOpen);
    await exchange.order();
    const next = await exchange.listen();
    await exchange.minute({ AAPL: [100, 101, 99, 100] });
    await next.until(() => next.updates.length === 1);
    expect(next.updates).toEqual(['fill filled']);
    next.close();
  });

  it('mute-socket: the stream stays open and is dead, a new one is not', async () => {
    expect(await stream.isAnswering()).toBe(true);
    await exchange.fault({ kind: 'mute-socket' });
    const next = await exchange.listen();
    await exchange.order();
    await next.until(() => next.updates.length === 1);
    expect(await next.isAnswering()).toBe(true);
    expect(await stream.isAnswering()).toBe(false);
    expect([stream.isOpen, stream.updates]).toEqual([true, []]);
    next.close();
  });

  it('bust: the trade is taken back from order, position, cash and activities', async () => {
    const { body } = await exchange.order();
    await exchange.minute({ AAPL: [100, 101, 99, 100] });
    const [trade] = await executions();
    await exchange.fault({ kind: 'bust', execution_id: trade?.['id'] });
    await stream.until(() => stream.updates.length === 3);
    expect(stream.messages[2]).toMatchObject({ event: 'trade_bust', previous_execution_id: trade?.['id'], position_qty: '0' });
    expect(await exchange.get(`/v2/orders/${textOf(body['id'])}`)).toMatchObject({ status: 'filled', filled_qty: '0' });
    expect(await exchange.get('/v2/account')).toMatchObject({ cash: '100000' });
    expect(await exchange.get('/v2/positions')).toEqual([]);
    expect(await exchange.get('/v2/account/activities')).toEqual([]);
    expect((await exchange.fault({ kind: 'bust', execution_id: trade?.['id'] })).status).toBe(422);
  });

  it('correct: as if the trade had always read so, and again', async () => {
    const { body } = await exchange.order();
    await exchange.minute({ AAPL: [100, 101, 99, 100] });
    const [trade] = await executions();
    await exchange.fault({ kind: 'correct', execution_id: trade?.['id'], price: '99.5', qty: '8' });
    const [, correction] = await executions();
    await exchange.fault({ kind: 'correct', execution_id: correction?.['id'], price: '99' });
    await stream.until(() => stream.updates.length === 4);
    expect(stream.messages.slice(2)).toMatchObject([
      { event: 'trade_correct', price: '99.5', qty: '8', position_qty: '8', previous_execution_id: trade?.['id'] },
      { event: 'trade_correct', price: '99', qty: '8', position_qty: '8', previous_execution_id: correction?.['id'] },
    ]);
    expect(await exchange.get(`/v2/orders/${textOf(body['id'])}`)).toMatchObject({ filled_qty: '8', filled_avg_price: '99' });
    expect(await exchange.get('/v2/account')).toMatchObject({ cash: '99208' });
    expect(await exchange.get('/v2/account/activities')).toMatchObject([{ qty: '8', price: '99' }]);
  });

  it('pending-cancel: a fill may come first, and the cancel is rejected then', async () => {
    await exchange.fault({ kind: 'pending-cancel', count: 2 });
    const first = await exchange.order();
    const second = await exchange.order({ symbol: 'MSFT', type: 'limit', limit_price: '40' });
    for (const { body } of [first, second])
      expect((await exchange.ask('DELETE', `/v2/orders/${textOf(body['id'])}`)).status).toBe(204);
    expect(await exchange.get(`/v2/orders/${textOf(second.body['id'])}`)).toMatchObject({ status: 'pending_cancel' });
    await exchange.minute({ AAPL: [100, 101, 99, 100], MSFT: [50, 50, 50, 50] });
    await stream.until(() => stream.updates.length === 7);
    expect(stream.updates).toEqual([
      'new new',
      'new new',
      'pending_cancel pending_cancel',
      'pending_cancel pending_cancel',
      'fill filled',
      'order_cancel_rejected filled',
      'canceled canceled',
    ]);
  });

  it('pending-replace: neither canceled nor replaced meanwhile, and the new order comes after the bars', async () => {
    await exchange.fault({ kind: 'pending-replace' });
    const { body } = await exchange.order({ type: 'limit', limit_price: '90' });
    const path = `/v2/orders/${textOf(body['id'])}`;
    expect((await exchange.ask('PATCH', path, { limit_price: '91' })).body).toMatchObject({ status: 'pending_replace' });
    expect((await exchange.ask('PATCH', path, { limit_price: '92' })).status).toBe(422);
    expect((await exchange.ask('DELETE', path)).status).toBe(422);
    await exchange.minute({ AAPL: [100, 101, 99, 100] });
    const old = await exchange.get(path);
    expect(old).toMatchObject({ status: 'replaced' });
    expect(await exchange.get(`/v2/orders/${textOf(old['replaced_by'])}`)).toMatchObject({
      status: 'new',
      limit_price: '91',
      replaces: body['id'],
    });
  });

  it('refuses a fault that it does not know', async () => {
    expect((await exchange.fault({ kind: 'earthquake' })).status).toBe(422);
    expect((await exchange.fault({ kind: 'slow', count: 0 })).status).toBe(422);
  });
});
