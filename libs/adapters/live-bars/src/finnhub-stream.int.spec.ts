import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocketServer, type WebSocket } from 'ws';
import { ticker } from '@aitrader/model';
import { FinnhubStream, type FinnhubStreamOptions } from './finnhub-stream.ts';

const TOKEN = 'hidden-token';
const AT = 1_672_348_887_195;

/** A server that speaks as Finnhub's does, on this machine. */
class TradeServer {
  readonly #http: Server = createServer();
  readonly #sockets = new WebSocketServer({ noServer: true, autoPong: false });
  readonly heard: string[] = [];
  /** answers the handshake with this status instead */
  refuse: number | undefined;
  deaf = false;
  connections = 0;

  async start(): Promise<void> {
    this.#http.on('upgrade', (request, socket, head) => {
      this.connections += 1;
      const token = new URL(request.url ?? '', 'http://here').searchParams.get('token');
      const status = this.refuse ?? (token === TOKEN ? undefined : 401);
      if (status !== undefined) return void socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
      this.#sockets.handleUpgrade(request, socket, head, (client) => {
        client.on('message', (data: Buffer) => this.heard.push(data.toString()));
        client.on('ping', (data) => this.deaf || client.pong(data));
      });
    });
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
  }
  get url(): string {
    return `ws://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }
  get open(): WebSocket[] {
    return [...this.#sockets.clients].filter((one) => one.readyState === one.OPEN);
  }
  send(frame: string): void {
    for (const client of this.open) client.send(frame);
  }
  trades(...data: readonly object[]): void {
    this.send(JSON.stringify({ type: 'trade', data }));
  }
  drop(): void {
    for (const client of this.#sockets.clients) client.terminate();
  }
  async stop(): Promise<void> {
    this.drop();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }
}

describe('the stream of Finnhub', () => {
  let server: TradeServer;
  let stream: FinnhubStream | undefined;
  let heard: { readonly what: string; readonly said: unknown }[];
  beforeEach(async () => {
    server = new TradeServer();
    await server.start();
    heard = [];
  });
  afterEach(async () => {
    stream?.close();
    await server.stop();
    expect(JSON.stringify(heard, (_, value: unknown) => (value instanceof Error ? value.message : value))).not.toContain(TOKEN);
  });

  const said = (what: string): unknown[] => heard.filter((one) => one.what === what).map((one) => one.said);
  function open(options: Partial<FinnhubStreamOptions> = {}): void {
    const note =
      (what: string, pick = 0) =>
      (...words: unknown[]): void =>
        void heard.push({ what, said: words[pick] });
    stream = new FinnhubStream(
      {
        url: server.url,
        token: TOKEN,
        symbols: [ticker('AAPL'), ticker('BRK.B')],
        heartbeat: ticker('SPY'),
        silenceMsMax: () => Infinity,
        now: Date.now,
        random: () => 0.5,
        retryMs: { first: 20, most: 100 },
        watchMs: 40,
        ...options,
      },
      {
        connected: note('connected'),
        disconnected: note('disconnected', 1),
        trade: note('trade'),
        raw: note('raw', 1),
        leftAside: note('left-aside'),
        refused: note('refused'),
      },
    );
    stream.open();
  }
  async function expectSoon(met: () => boolean): Promise<void> {
    for (let i = 0; i < 400 && !met(); i++) await sleep(10);
    expect(met()).toBe(true);
  }

  it('subscribes to each symbol, and to its heartbeat, and tells of the trades of the former', async () => {
    open();
    await expectSoon(() => server.heard.length === 3);
    expect(server.heard.map((text) => JSON.parse(text) as unknown)).toEqual(
      ['AAPL', 'BRK.B', 'SPY'].map((symbol) => ({ type: 'subscribe', symbol })),
    );
    server.trades(
      { s: 'AAPL', p: 129.58, t: AT, v: 1, c: ['1', '24', '12'] },
      { s: 'SPY', p: 380, t: AT, v: 100, c: ['1'] },
      { s: 'BRK.B', p: 306.5, t: AT - 900, v: 200, c: null, later: 'field' },
    );
    await expectSoon(() => said('trade').length === 2);
    expect(said('trade')).toEqual([
      { symbol: 'AAPL', t: AT, price: 129.58, volume: 1, isPriced: false },
      { symbol: 'BRK.B', t: AT - 900, price: 306.5, volume: 200, isPriced: true },
    ]);
    expect(said('left-aside')).toEqual([]);
  });

  it('leaves aside what it does not know or cannot read, says so, and goes on', async () => {
    open();
    await expectSoon(() => server.heard.length === 3);
    for (const frame of [
      '<html>bad gateway</html>',
      '{"type":"trade","data":[{"s":"AA',
      '[]',
      '{"type":"news"}',
      '{"type":"ping"}',
    ])
      server.send(frame);
    server.trades(
      { s: 'AAPL', p: '129', t: AT, v: 1 },
      { s: 'not a ticker', p: 1, t: AT, v: 1 },
      { s: 'AAPL', p: 1, t: 0.5, v: 1 },
    );
    server.trades({ s: 'AAPL', p: 129, t: AT, v: 1 });
    await expectSoon(() => said('trade').length === 1);
    expect(said('left-aside').map(String)).toEqual([
      expect.stringContaining('no json'),
      expect.stringContaining('no json'),
      expect.stringContaining('without a kind'),
      expect.stringContaining('"news"'),
      expect.stringContaining('p '),
      expect.stringContaining('not a ticker'),
      expect.stringContaining('t '),
    ]);
  });

  it('comes back after a dropped connection, again and again, and subscribes anew', async () => {
    open();
    for (let round = 1; round <= 3; round++) {
      await expectSoon(() => server.heard.length === 3 * round);
      server.drop();
      await expectSoon(() => said('disconnected').length === round);
    }
    await expectSoon(() => said('connected').length === 4);
    expect(server.open).toHaveLength(1);
  });

  it('replaces a socket that does not answer, and one that is mute while its heartbeat trades', async () => {
    let silence = 60_000;
    open({ silenceMsMax: () => silence });
    await expectSoon(() => server.heard.length === 3);
    server.trades({ s: 'SPY', p: 380, t: AT, v: 100 });
    await sleep(100);
    expect(said('disconnected')).toEqual([]);
    silence = 80;
    await expectSoon(() => said('disconnected').some((why) => String(why).includes('no trade of SPY')));
    silence = 60_000;
    server.deaf = true;
    await expectSoon(() => said('disconnected').includes('it does not answer'));
  });

  it.each([429, 502])('tries again when the handshake is answered with %i', async (status) => {
    server.refuse = status;
    open();
    await expectSoon(() => server.connections >= 3);
    expect(said('connected')).toEqual([]);
    server.refuse = undefined;
    await expectSoon(() => said('connected').length === 1);
    expect(said('refused')).toEqual([]);
  });

  it('ends at a key that is refused, names the variable, and asks no further', async () => {
    open({ token: 'another' });
    await expectSoon(() => said('refused').length === 1);
    expect(String(said('refused')[0])).toContain('FINNHUB_API_KEY');
    await sleep(150);
    expect(server.connections).toBe(1);
  });

  it('opens anew at an error that the vendor tells', async () => {
    open();
    await expectSoon(() => server.heard.length === 3);
    server.send('{"type":"error","msg":"Subscribing to too many symbols"}');
    await expectSoon(() => said('connected').length === 2);
    expect(said('disconnected')).toEqual(['Subscribing to too many symbols']);
  });
});
