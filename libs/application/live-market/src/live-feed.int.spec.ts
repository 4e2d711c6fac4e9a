import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { item, read, ticker } from '@aitrader/model';
import { wallClock, type WallClock } from '@aitrader/runtime-configuration';
import { newRehearsal, rehearse } from '../test/rehearsal.ts';
import { openLiveVendor } from './index.ts';

const MINUTE = 60_000;
const SPEED = 60;
const RUN_MS_MAX = 90_000;
const SYMBOL = ticker('AAA');
const TOKEN = 'hidden-token';
/** Prices tell whose they are. */
const TRADED = 100;
const CHARTED = 200;

const DISAGREE = /vendors disagree: AAA \(10\d(\.\d)? by finnhub\/trades, 200 by yahoo\/yahoo\)/;

/** Finnhub and Yahoo on this machine: trades every few seconds, candles on no plan, and a chart without keys. */
class Vendors {
  readonly #clock: WallClock;
  readonly #http: Server = createServer((request, response) => this.#answer(request, response));
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #timer: NodeJS.Timeout;
  isDown = false;
  /** it takes connections, and says nothing */
  isMute = false;
  chartsAsked = 0;
  candlesAsked = 0;

  constructor(clock: WallClock) {
    this.#clock = clock;
    this.#http.on('upgrade', (request, socket, head) => {
      if (this.isDown) return void socket.destroy();
      this.#sockets.handleUpgrade(request, socket, head, () => undefined);
    });
    this.#timer = setInterval(() => this.#trade(), clock.realMs(2_000));
  }
  async start(): Promise<void> {
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
  }
  get environment(): Record<string, string> {
    const { port } = this.#http.address() as AddressInfo;
    return {
      FINNHUB_API_KEY: TOKEN,
      AITRADER_FINNHUB_URL: `http://127.0.0.1:${port}/finnhub`,
      AITRADER_FINNHUB_STREAM_URL: `ws://127.0.0.1:${port}`,
      AITRADER_YAHOO_URL: `http://127.0.0.1:${port}/yahoo`,
    };
  }
  drop(): void {
    this.isDown = true;
    for (const client of this.#sockets.clients) client.terminate();
  }

  #trade(): void {
    const t = this.#clock.now() - 50;
    const price = TRADED + (Math.floor(t / 1_000) % 10) / 10;
    const data = ['AAA', 'SPY'].map((s) => ({ s, p: price, t, v: 100, c: ['1'] }));
    if (this.isMute) return;
    for (const client of this.#sockets.clients) client.send(JSON.stringify({ type: 'trade', data }));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://here');
    const headers = { 'content-type': 'application/json', date: new Date(this.#clock.now()).toUTCString() };
    if (url.pathname.startsWith('/finnhub')) {
      this.candlesAsked += 1;
      response.writeHead(403, headers).end('{"error":"You don\'t have access to this resource."}');
      return;
    }
    this.chartsAsked += 1;
    const [from, to] = ['period1', 'period2'].map((name) => Number(url.searchParams.get(name)));
    const t: number[] = [];
    for (let s = Math.ceil((from ?? 0) / 60) * 60; s < (to ?? 0) && (s + 60) * 1_000 <= this.#clock.now(); s += 60) t.push(s);
    // a live row off the grid, as the vendor appends it
    const rows = [...t, Math.floor(this.#clock.now() / 1_000) + 1];
    const column = rows.map(() => CHARTED);
    const quote = [{ open: column, high: column, low: column, close: column, volume: column }];
    const meta = { symbol: 'AAA', exchangeTimezoneName: 'America/New_York', dataGranularity: '1m' };
    const result = [{ meta, timestamp: rows, indicators: { quote } }];
    response.writeHead(200, headers).end(JSON.stringify({ chart: { result, error: null } }));
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const client of this.#sockets.clients) client.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }
}

describe('a live market of two vendors', () => {
  const rehearsal = newRehearsal();
  const { slices, levels, words, ended } = rehearsal;
  let vendors: Vendors;
  let folder = '';

  /** Follows Finnhub, which goes down and comes back, with Yahoo behind it, from 10:00 on. */
  async function followBoth(): Promise<void> {
    const text = JSON.stringify({ shows: '2024-07-02T10:00:20-04:00', at: Date.now(), speed: SPEED });
    const clock = wallClock({ AITRADER_CLOCK: text });
    vendors = new Vendors(clock);
    await vendors.start();
    folder = mkdtempSync(path.join(tmpdir(), 'live-feed-'));
    const env = { ...vendors.environment, AITRADER_CLOCK: text };
    const host = { env, clock, rawFolder: folder, problem: (problem: string) => words.push(problem) };
    const opened = (['finnhub', 'yahoo'] as const).map((name) => openLiveVendor(name, '', [SYMBOL], host));
    const has = (feed: string, count: number): boolean =>
      slices.slice(-count).filter((slice) => slice.feed === feed).length === count;
    let stage = 0;
    await rehearse(rehearsal, opened, [SYMBOL], clock, () => {
      if (stage === 0 && has('finnhub/trades', 4) && levels.some(({ reason }) => DISAGREE.test(reason))) vendors.drop();
      else if (stage === 1 && has('yahoo/yahoo', 3)) vendors.isDown = false;
      else if (stage === 2 && has('finnhub/trades', 5)) vendors.isMute = true;
      else if (stage === 3 && has('yahoo/yahoo', 3)) vendors.isMute = false;
      else if (stage === 4 && has('finnhub/trades', 5)) ended.abort();
      else return;
      stage += 1;
    });
  }
  beforeAll(followBoth, RUN_MS_MAX);
  afterAll(async () => {
    await vendors.stop();
    rmSync(folder, { recursive: true });
  });

  const shortFeeds = (): string[] => slices.map(({ feed }) => feed).filter((feed, i, all) => feed !== all[i - 1]);

  it('is closed minute by minute by one of them, and by the first again when it has been back for a while, whether it was down or silent', () => {
    slices.forEach(({ t }, i) => expect(t).toBe(item(slices, 0).t + i * MINUTE));
    expect(shortFeeds()).toEqual(['finnhub/trades', 'yahoo/yahoo', 'finnhub/trades', 'yahoo/yahoo', 'finnhub/trades']);
    const back = ['yahoo/yahoo took over from finnhub/trades', 'finnhub/trades took over from yahoo/yahoo'];
    expect(words.filter((text) => text.includes('took over'))).toEqual([...back, ...back]);
  });

  it('has bars of one vendor in each slice, revisions too', () => {
    for (const slice of slices) {
      const level = slice.feed === 'yahoo/yahoo' ? CHARTED : TRADED;
      for (let i = 0; i < slice.count; i++) expect(Math.floor(read(slice.close, i) / 100) * 100).toBe(level);
      for (const { close } of slice.revisions) expect(Math.floor(close / 100) * 100).toBe(level);
    }
    expect(slices.filter(({ feed, count }) => feed === 'yahoo/yahoo' && count > 0).length).toBeGreaterThan(1);
    expect(slices.filter(({ feed, count }) => feed === 'finnhub/trades' && count > 0).length).toBeGreaterThan(4);
  });

  it('has no entries on the last resort, and says so', () => {
    const inForce = (t: number) => levels.findLast((level) => level.t < t)?.data[0];
    for (const { t } of slices.filter(({ feed }) => feed === 'yahoo/yahoo')) {
      expect(inForce(t)?.level).toBeGreaterThanOrEqual(3);
      expect(inForce(t)?.causes).toContain('last-resort');
      expect(inForce(t)?.causes).toContain('failover');
    }
    expect(inForce(item(slices, slices.length - 1).t + 1)?.causes).toEqual([]);
  });

  it('asks for what a plan does not include once, not for ever, and waits for nothing that it cannot have', () => {
    expect(words.filter((text) => text.includes('takes a paid one') || text.includes('take a paid one'))).not.toEqual([]);
    expect(words.some((text) => text.includes('again in 900000'))).toBe(true);
    expect(vendors.candlesAsked).toBeLessThanOrEqual(4);
    const [first] = slices;
    expect(first?.absent).toBe('disconnected');
  });

  it('holds the prices of one against a sample of the other, and lets nobody enter where they disagree', () => {
    const first = levels.find(({ reason }) => DISAGREE.test(reason));
    expect(first?.data[0]).toMatchObject({ symbols: [SYMBOL], feed: 'finnhub/trades' });
    expect(first?.data[0]?.level).toBeGreaterThanOrEqual(2);
    const since = first?.t ?? Infinity;
    for (const { t, data } of levels) if (t > since) expect(data[0]?.symbols).toEqual([SYMBOL]);
  });

  it('listens to the last resort only while it is needed', () => {
    expect(vendors.chartsAsked).toBeGreaterThan(2);
    expect(words.indexOf('yahoo/yahoo connected')).toBeGreaterThan(
      words.findIndex((text) => text.includes('finnhub/trades disconnected')),
    );
  });

  it('keeps what was streamed and answered, without the key', () => {
    const files = readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.gz'));
    const frames = files.filter((name) => name.startsWith(path.join('finnhub', 'stream-trades')));
    expect(frames.length).toBeGreaterThan(0);
    // however often it was asked: its answers are about minutes that may still change, and none of them serves again
    const asked = files.filter((name) => name.startsWith(`yahoo${path.sep}`));
    expect(asked).toEqual([expect.stringMatching(/^yahoo.asked-yahoo.2024-07-02.\d+\.jsonl\.gz$/)]);
    const lines = gunzipSync(readFileSync(path.join(folder, asked[0] ?? '')))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse((JSON.parse(line) as { readonly text: string }).text) as { readonly url: string });
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.length).toBeLessThanOrEqual(vendors.chartsAsked);
    for (const { url } of lines) expect(url).toContain('/v8/finance/chart/AAA');
    const content = files.map((name) => gunzipSync(readFileSync(path.join(folder, name))).toString());
    expect(content.some((text) => text.includes('trade'))).toBe(true);
    expect(content.filter((text) => text.includes(TOKEN))).toEqual([]);
    expect(words.join(' ')).not.toContain(TOKEN);
  });
});
