import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { WallClock } from '@aitrader/runtime-configuration';

const MINUTE_MS = 60_000;
/** SPY trades all the time, which is how a client knows that it is heard. */
const TRADE_EVERY_MS = 10_000;

export interface TruthBar {
  readonly o: number;
  readonly h: number;
  readonly l: number;
  readonly c: number;
  readonly v: number;
}

/** The connection is dropped so long after the close of a minute, ms, and refused for so long. */
export interface Outage {
  readonly afterMs: number;
  readonly lastsMs: number;
}

/**
 * A vendor that streams the bars of a few symbols by a clock, and answers for its history. Bars are a function of symbol and minute: some
 * minutes have none, some bars come late, some are corrected half a minute later, some are said twice.
 */
export class SimulatedAlpaca {
  readonly symbols: readonly string[];
  readonly #now: () => number;
  readonly #realMs: (ms: number) => number;
  readonly #outages = new Map<number, Outage>();
  readonly #http = createServer((request, response) => this.#answer(request, response));
  readonly #sockets = new WebSocketServer({ noServer: true });
  /** those that have asked for something: nothing is said to others */
  readonly #subscribed = new Set<WebSocket>();
  #timer: NodeJS.Timeout | undefined;
  #lastMinute: number;
  #blockedUntil = 0;
  #nextTrade = 0;
  connections = 0;
  /** refuses the keys */
  refusesKeys = false;
  requests = 0;
  /** every header and message that carried a key */
  readonly heardKeys = new Set<string>();

  private constructor(symbols: readonly string[], clock: WallClock) {
    this.symbols = symbols;
    this.#now = clock.now;
    this.#realMs = clock.realMs;
    this.#lastMinute = Math.floor(this.#now() / MINUTE_MS);
    this.#http.on('upgrade', (request, socket, head) => {
      if (this.#now() < this.#blockedUntil) return void socket.destroy();
      this.#sockets.handleUpgrade(request, socket, head, (client) => this.#welcome(client));
    });
  }

  static async start(symbols: readonly string[], clock: WallClock): Promise<SimulatedAlpaca> {
    const vendor = new SimulatedAlpaca(symbols, clock);
    vendor.#http.listen(0, '127.0.0.1');
    await once(vendor.#http, 'listening');
    vendor.#timer = setInterval(() => vendor.#tick(), 20);
    return vendor;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }
  get environment(): Record<string, string> {
    return {
      APCA_API_KEY_ID: 'rehearsal-key-id',
      APCA_API_SECRET_KEY: 'rehearsal-secret-key',
      AITRADER_ALPACA_URL: `http://127.0.0.1:${this.port}`,
      AITRADER_ALPACA_STREAM_URL: `ws://127.0.0.1:${this.port}/v2`,
    };
  }

  /** Plans an outage in the minute that starts at `minute` × 60 s. */
  plan(minute: number, outage: Outage): void {
    this.#outages.set(minute, outage);
  }

  /** Drops every connection, and refuses new ones until it comes back. */
  goDown(): void {
    this.#blockedUntil = Infinity;
    for (const client of this.#sockets.clients) client.terminate();
  }
  comeBack(): void {
    this.#blockedUntil = 0;
  }

  /** The bar of a symbol whose minute starts at `minute` × 60 s, in the end; undefined when there was no trade. */
  truth(symbol: string, minute: number): TruthBar | undefined {
    const random = numbersOf(symbol, minute);
    if (random.skip) return undefined;
    const level = 100 + 3 * Math.sin(minute / 37 + symbol.charCodeAt(symbol.length - 1));
    const [o, c] = [cents(level + random.a), cents(level + random.b)];
    const high = cents(Math.max(o, c) + Math.abs(random.c));
    return { o, h: high, l: cents(Math.min(o, c) - Math.abs(random.d)), c, v: 100 + random.volume };
  }

  /** What is streamed first, where it is corrected afterwards. */
  #first(symbol: string, minute: number): TruthBar | undefined {
    const bar = this.truth(symbol, minute);
    if (bar === undefined || !numbersOf(symbol, minute).corrected) return bar;
    return { ...bar, c: bar.o, v: bar.v - 50 };
  }

  #tick(): void {
    const minute = Math.floor(this.#now() / MINUTE_MS);
    for (; this.#lastMinute < minute; this.#lastMinute++) this.#minuteOver(this.#lastMinute);
    if (this.#now() < this.#nextTrade) return;
    this.#nextTrade = this.#now() + TRADE_EVERY_MS;
    this.#say({ T: 't', S: 'SPY', p: 500 });
  }

  #minuteOver(minute: number): void {
    for (const symbol of this.symbols) {
      const bar = this.#first(symbol, minute);
      if (bar === undefined) continue;
      const { lateMs, corrected, twice } = numbersOf(symbol, minute);
      this.#later(lateMs, () => this.#say(message('b', symbol, minute, bar)));
      if (twice) this.#later(lateMs + 3_000, () => this.#say(message('b', symbol, minute, bar)));
      const final = this.truth(symbol, minute);
      if (corrected && final !== undefined) this.#later(30_000, () => this.#say(message('u', symbol, minute, final)));
    }
    const outage = this.#outages.get(minute);
    if (outage === undefined) return;
    this.#later(outage.afterMs, () => {
      this.#blockedUntil = this.#now() + outage.lastsMs;
      for (const client of this.#sockets.clients) client.terminate();
    });
  }

  #later(ms: number, act: () => void): void {
    setTimeout(act, this.#realMs(ms)).unref();
  }

  #say(...messages: object[]): void {
    for (const client of this.#subscribed) if (client.readyState === client.OPEN) client.send(JSON.stringify(messages));
  }

  #welcome(socket: WebSocket): void {
    this.connections += 1;
    const say = (...messages: object[]): void => socket.send(JSON.stringify(messages));
    say({ T: 'success', msg: 'connected' });
    socket.on('message', (data: Buffer) => {
      const heard = JSON.parse(data.toString()) as Record<string, unknown>;
      if (heard['action'] === 'auth') {
        this.heardKeys.add(String(heard['secret']));
        say(this.refusesKeys ? { T: 'error', code: 402, msg: 'auth failed' } : { T: 'success', msg: 'authenticated' });
      } else if (heard['action'] === 'subscribe') {
        say({ T: 'subscription', ...heard });
        this.#subscribed.add(socket);
      }
    });
    socket.once('close', () => this.#subscribed.delete(socket));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests += 1;
    const { searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const [start, end] = [Date.parse(searchParams.get('start') ?? ''), Date.parse(searchParams.get('end') ?? '')];
    const limit = Number(searchParams.get('limit') ?? 1_000);
    const from = Number(searchParams.get('page_token') ?? 0);
    const now = this.#now();
    const rows: [string, object][] = [];
    for (const symbol of (searchParams.get('symbols') ?? '').split(',').sort())
      for (let minute = Math.ceil(start / MINUTE_MS); minute * MINUTE_MS <= end; minute++) {
        const over = (minute + 1) * MINUTE_MS;
        const bar =
          now >= over + 30_000 ? this.truth(symbol, minute) : now >= over + 1_000 ? this.#first(symbol, minute) : undefined;
        if (bar !== undefined) rows.push([symbol, { t: stamp(minute), ...bar, n: 3, vw: bar.c }]);
      }
    const bars: Record<string, object[]> = {};
    for (const [symbol, bar] of rows.slice(from, from + limit)) (bars[symbol] ??= []).push(bar);
    const next = from + limit < rows.length ? String(from + limit) : null;
    response.writeHead(200, { 'content-type': 'application/json', date: new Date(now).toUTCString() });
    response.end(JSON.stringify({ bars, next_page_token: next }));
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const client of this.#sockets.clients) client.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }
}

const cents = (price: number): number => Math.round(price * 100) / 100;
const stamp = (minute: number): string => new Date(minute * MINUTE_MS).toISOString();
const message = (kind: 'b' | 'u', symbol: string, minute: number, bar: TruthBar): object => {
  return { T: kind, S: symbol, ...bar, n: 3, vw: bar.c, t: stamp(minute) };
};

/** Draws that a symbol and minute always give alike. */
function numbersOf(
  symbol: string,
  minute: number,
): {
  readonly skip: boolean;
  readonly corrected: boolean;
  readonly twice: boolean;
  readonly lateMs: number;
  readonly volume: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
} {
  const hash = createHash('sha256').update(`${symbol} ${minute}`).digest();
  const at = (i: number): number => (hash[i] ?? 0) / 256;
  const move = (i: number): number => (at(i) - 0.5) * 0.2;
  return {
    skip: at(0) < 0.1,
    corrected: at(1) < 0.2,
    twice: at(2) < 0.1,
    lateMs: at(3) < 0.05 ? 8_000 : 400 + 700 * at(3),
    volume: hash.readUInt16LE(4),
    a: move(6),
    b: move(7),
    c: move(8),
    d: move(9),
  };
}
