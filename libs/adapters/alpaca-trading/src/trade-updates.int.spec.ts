import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decode, encode } from '@msgpack/msgpack';
import { WebSocketServer, type WebSocket } from 'ws';
import { referencePath, withReference } from '../../../../tools/testing/reference-data.ts';
import { streamMessages, TradeUpdatesStream, type TradeUpdate, type TradeUpdatesOptions } from './index.ts';

const SAMPLES = referencePath('specs/samples/alpaca/stream_trading');
const KEYS = { keyId: 'PKTESTKEYIDENTIFIER', secretKey: 'very-secret-indeed' };
const bytesOf = (message: unknown): Buffer => Buffer.from(JSON.stringify(message));

const ORDER = {
  ...{ id: 'broker-1', client_order_id: 'ours-1', symbol: 'AAPL', side: 'buy', type: 'limit', time_in_force: 'day' },
  ...{ status: 'partially_filled', qty: '2', filled_qty: '1', submitted_at: '2026-11-27T14:31:00Z' },
};
const FILL = {
  stream: 'trade_updates',
  data: {
    ...{ event: 'partial_fill', execution_id: 'execution-1', price: '150.123456', qty: '1', position_qty: '-3' },
    ...{ timestamp: '2026-11-27T14:31:01Z', order: ORDER },
  },
};

describe('a message of the account stream', () => {
  withReference(SAMPLES, 'messages as the broker prints them', () => {
    const fromServer = readdirSync(SAMPLES).filter((name) => /^(s2c|constructed)\./.test(name));
    it.each(fromServer)('is understood: %s', (name) => {
      const document: unknown = JSON.parse(readFileSync(referencePath('specs/samples/alpaca/stream_trading', name), 'utf8'));
      const kinds = streamMessages(bytesOf(document), 'json').map(({ kind }) => kind);
      expect(kinds).toHaveLength(1);
      expect(kinds).not.toContain('left-aside');
      expect(streamMessages(encode(document), 'msgpack').map(({ kind }) => kind)).toEqual(kinds);
    });
  });

  it('has an execution to the share, the price as it was printed, and the position with its sign', () => {
    expect(streamMessages(bytesOf(FILL), 'json')).toMatchObject([
      {
        kind: 'update',
        update: {
          event: 'partial_fill',
          execution: { id: 'execution-1', quantity: 1_000_000_000, printedPrice: '150.123456', positionQuantity: -3_000_000_000 },
        },
      },
    ]);
  });

  it.each(['execution_id', 'price', 'qty', 'order'])('is no fill without %s', (field) => {
    const data = Object.fromEntries(Object.entries(FILL.data).filter(([name]) => name !== field));
    expect(streamMessages(bytesOf({ ...FILL, data }), 'json')).toMatchObject([{ kind: 'left-aside' }]);
  });

  it('may tell of what nobody knows yet', () => {
    const data = { ...FILL.data, event: 'reconsidered', execution_id: null, later: 1 };
    expect(streamMessages(bytesOf({ ...FILL, data }), 'json')).toMatchObject([
      { kind: 'update', update: { event: 'reconsidered', execution: null } },
    ]);
  });

  it('is nothing in a sign of life, and left aside where it is broken', () => {
    expect(streamMessages(Uint8Array.of(1), 'json')).toEqual([]);
    expect(streamMessages(Buffer.from('{"stream":'), 'json')).toMatchObject([{ kind: 'left-aside', what: '{"stream":' }]);
  });
});

describe('the account stream', () => {
  let server: WebSocketServer;
  let sockets: WebSocket[] = [];
  let isRefusing = false;
  let stream: TradeUpdatesStream | undefined;
  const heard: string[] = [];
  const updates: TradeUpdate[] = [];

  /** A server that speaks like the broker's: JSON in binary frames, or MessagePack where it is asked for. */
  beforeEach(async () => {
    sockets = [];
    isRefusing = false;
    heard.length = 0;
    updates.length = 0;
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket, request) => {
      const isPacked = request.headers['content-type'] === 'application/msgpack';
      sockets.push(socket);
      socket.on('message', (data: Buffer) => {
        const message = (isPacked ? decode(data) : JSON.parse(data.toString())) as {
          readonly action: string;
          readonly data: Readonly<Record<string, unknown>>;
        };
        const say = (document: object): void => socket.send(isPacked ? encode(document) : Buffer.from(JSON.stringify(document)));
        const { key_id: id, secret_key: secret } = message.data;
        if (message.action === 'listen') say({ stream: 'listening', data: { streams: message.data['streams'] } });
        if (message.action !== 'authenticate') return;
        const isKnown = !isRefusing && id === KEYS.keyId && secret === KEYS.secretKey;
        say({ stream: 'authorization', data: { status: isKnown ? 'authorized' : 'unauthorized', action: 'authenticate' } });
      });
    });
    await once(server, 'listening');
  });
  afterEach(async () => {
    stream?.close();
    for (const socket of sockets) socket.terminate();
    server.close();
    await once(server, 'close');
  });

  function open(codec: 'json' | 'msgpack', options: Partial<TradeUpdatesOptions> = {}): void {
    const { port } = server.address() as AddressInfo;
    stream = new TradeUpdatesStream(
      {
        ...{ url: `ws://127.0.0.1:${port}/stream`, ...KEYS, codec, now: Date.now, random: () => 0.5 },
        ...{ retryMs: { first: 20, most: 100 }, watchMs: 50, ...options },
      },
      {
        connected: () => heard.push('connected'),
        disconnected: (_, why) => heard.push(`lost: ${why}`),
        update: (update) => updates.push(update),
        leftAside: (what) => heard.push(`aside: ${what}`),
        refused: (why) => heard.push(`refused: ${why}`),
      },
    );
    stream.open();
  }
  async function until(isSo: () => boolean): Promise<void> {
    for (let i = 0; i < 400 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect({ heard, isSo: isSo() }).toMatchObject({ isSo: true });
  }

  it.each(['json', 'msgpack'] as const)('is logged in to, listened to, and told again when it is back (%s)', async (codec) => {
    open(codec);
    await until(() => heard.includes('connected'));
    const say = (document: object): void => sockets.at(-1)?.send(codec === 'json' ? JSON.stringify(document) : encode(document));
    sockets.at(-1)?.send(Uint8Array.of(1));
    say(FILL);
    await until(() => updates.length === 1);
    sockets.at(-1)?.terminate();
    await until(() => heard.filter((one) => one === 'connected').length === 2);
    say(FILL);
    await until(() => updates.length === 2);
    expect(updates.map(({ execution }) => execution?.id)).toEqual(['execution-1', 'execution-1']);
    expect(heard.some((one) => one.startsWith('aside'))).toBe(false);
  });

  it('ends where the keys are refused, and is tried again where a login has run out', async () => {
    isRefusing = true;
    open('json');
    await until(() => heard.includes('refused: it refuses the keys'));
    stream?.close();
    isRefusing = false;
    open('json');
    await until(() => heard.includes('connected'));
    isRefusing = true;
    sockets.at(-1)?.terminate();
    await until(() => heard.filter((one) => one.includes('the login was refused')).length > 1);
    isRefusing = false;
    await until(() => heard.filter((one) => one === 'connected').length === 2);
    expect(heard.filter((one) => one.startsWith('refused'))).toHaveLength(1);
  });

  it('answers a ping after all that was sent before it, and not when it is lost', async () => {
    open('json');
    await until(() => heard.includes('connected'));
    sockets.at(-1)?.send(bytesOf(FILL));
    const first = stream?.ping();
    const second = stream?.ping();
    sockets.at(-1)?.send(bytesOf(FILL));
    await second;
    await first;
    expect(updates).toHaveLength(2);
    sockets.at(-1)?.pause();
    const unanswered = stream?.ping();
    sockets.at(-1)?.terminate();
    await expect(unanswered).rejects.toThrow('the connection was lost');
    await expect(stream?.ping()).rejects.toThrow('there is no connection');
  });

  it('is given up when it does not answer', async () => {
    server.on('connection', (socket) => socket.pause());
    open('json');
    await until(() => heard.some((one) => one.startsWith('lost')));
    expect(heard).not.toContain('connected');
  });
});
