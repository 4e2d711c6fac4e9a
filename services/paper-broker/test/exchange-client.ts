import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { decode, encode } from '@msgpack/msgpack';
import { WebSocket } from 'ws';
import { createLogger } from '@aitrader/runtime-telemetry';
import { startPaperExchange, type PaperExchange } from '../src/application.ts';
import { exchangeEnvironment } from '../src/exchange-environment.ts';

export const KEYS = { 'apca-api-key-id': 'KEY', 'apca-api-secret-key': 'hidden-secret' };
/** Monday, an hour into regular hours. */
export const START = '2026-01-05T15:30:00Z';
const MINUTE_MS = 60_000;
const PONG_MS_MAX = 2_000;

/** Parsed JSON of any shape: whoever reads it says what it is, `textOf(answer.id)`. */
export interface Loose {
  readonly [name: string]: Loose;
}
export interface Answer {
  readonly status: number;
  readonly body: Loose;
  readonly headers: Headers;
}
/** A text out of an answer; anything else as JSON. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Open, high, low and close in dollars; volume in shares, a million unless it is said. */
export type Bar = readonly [open: number, high: number, low: number, close: number, volume?: number];

/** An exchange that adds nothing to a price, and lets an order take the whole of a bar. */
export const TRIED_EXCHANGE = {
  PAPER_EXCHANGE_PORT: '0',
  PAPER_EXCHANGE_KEYS: 'KEY:hidden-secret',
  PAPER_EXCHANGE_SYMBOLS: 'AAPL,MSFT,TXN',
  PAPER_EXCHANGE_FROM: START,
  PAPER_EXCHANGE_RATE_LIMIT: '0',
  PAPER_EXCHANGE_HALF_SPREAD_BP: '0',
  PAPER_EXCHANGE_IMPACT_BP: '0',
  PAPER_EXCHANGE_PARTICIPATION_MAX: '1',
};

/** An exchange on a free port of this machine, and someone who asks it. */
export class ExchangeClient {
  readonly #exchange: PaperExchange;
  readonly url: string;
  #t: number;

  private constructor(exchange: PaperExchange, from: string) {
    this.#exchange = exchange;
    this.url = exchange.url;
    this.#t = Date.parse(from);
  }

  static async start(variables: Readonly<Record<string, string | undefined>> = {}): Promise<ExchangeClient> {
    const environment = exchangeEnvironment({ ...TRIED_EXCHANGE, ...variables });
    const exchange = await startPaperExchange(environment, createLogger({ service: 'paper-broker', level: 'error' }));
    return new ExchangeClient(exchange, variables['PAPER_EXCHANGE_FROM'] ?? START);
  }

  stop(): Promise<void> {
    return this.#exchange.close();
  }

  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = KEYS): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Loose, headers: response.headers };
  }

  async get(path: string): Promise<Loose> {
    return (await this.ask('GET', path)).body;
  }

  /** An answer that is a list. */
  async list(path: string): Promise<readonly Loose[]> {
    return Object.values(await this.get(path));
  }

  /** Places an order: for ten of AAPL, to buy at market for the day, unless it is said otherwise. */
  order(terms: object = {}): Promise<Answer> {
    const usual = { symbol: 'AAPL', qty: '10', side: 'buy', type: 'market', time_in_force: 'day' };
    return this.ask('POST', '/v2/orders', { ...usual, ...terms });
  }

  /** Lets a minute pass. */
  async minute(bars: Readonly<Record<string, Bar>> = {}): Promise<Answer> {
    this.#t += MINUTE_MS;
    return this.advanceTo(new Date(this.#t).toISOString(), bars);
  }

  advanceTo(t: string, bars: Readonly<Record<string, Bar>> = {}): Promise<Answer> {
    this.#t = Date.parse(t);
    const given = Object.entries(bars).map(([symbol, [o, h, l, c, v = 1_000_000]]) => [symbol, { o, h, l, c, v }] as const);
    return this.ask('POST', '/_sim/advance', { t, bars: Object.fromEntries(given) });
  }

  fault(fault: object): Promise<Answer> {
    return this.ask('POST', '/_sim/fault', fault);
  }

  listen(packed = false): Promise<StreamClient> {
    return StreamClient.open(`${this.url.replace('http', 'ws')}/stream`, packed);
  }
}

/** Somebody at a stream, and what he heard. */
export class StreamClient {
  readonly heard: Loose[] = [];
  readonly frames: { readonly binary: boolean; readonly bytes: Buffer }[] = [];
  readonly #socket: WebSocket;
  readonly #packed: boolean;

  private constructor(socket: WebSocket, packed: boolean) {
    this.#socket = socket;
    this.#packed = packed;
    socket.on('message', (bytes: Buffer, binary: boolean) => {
      this.frames.push({ binary, bytes });
      const message = (packed ? decode(bytes) : JSON.parse(bytes.toString())) as Loose | Loose[];
      this.heard.push(...[message].flat());
    });
  }

  static async connect(url: string, packed = false): Promise<StreamClient> {
    const socket = new WebSocket(url, packed ? { headers: { 'Content-Type': 'application/msgpack' } } : {});
    const client = new StreamClient(socket, packed);
    await once(socket, 'open');
    return client;
  }

  /** Connects, logs in and listens to updates. */
  static async open(url: string, packed = false): Promise<StreamClient> {
    const client = await StreamClient.connect(url, packed);
    client.say({ action: 'authenticate', data: { key_id: 'KEY', secret_key: 'hidden-secret' } });
    client.say({ action: 'listen', data: { streams: ['trade_updates'] } });
    await client.until(() => client.heard.some(({ stream }) => textOf(stream) === 'listening'));
    return client;
  }

  say(message: object): void {
    this.#socket.send(this.#packed ? encode(message) : JSON.stringify(message));
  }

  /** What each update so far is about. */
  get messages(): readonly Loose[] {
    return this.heard.flatMap(({ stream, data }) => (textOf(stream) === 'trade_updates' && data !== undefined ? data : []));
  }

  /** Event and status of each update so far. */
  get updates(): readonly string[] {
    return this.messages.map(({ event, order }) => `${textOf(event)} ${textOf(order?.['status'])}`);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Whether a ping is answered, within a while that is ample on one machine. */
  async isAnswering(): Promise<boolean> {
    const answered = once(this.#socket, 'pong').then(() => true);
    this.#socket.ping();
    return Promise.race([answered, sleep(PONG_MS_MAX, false)]);
  }

  /** Waits for something, five seconds at most. */
  async until(met: () => boolean): Promise<void> {
    for (let i = 0; i < 500 && !met(); i++) await sleep(10);
    if (!met()) throw new Error(`did not come: ${JSON.stringify(this.heard)}`);
  }

  close(): void {
    this.#socket.terminate();
  }
}
