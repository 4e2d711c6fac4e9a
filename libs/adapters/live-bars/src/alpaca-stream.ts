import { WebSocket, type RawData } from 'ws';
import { encode } from '@msgpack/msgpack';
import type { Ticker } from '@aitrader/model';
import { alpacaMessages, type AlpacaMessage } from './alpaca-messages.ts';
import type { LiveEvents } from './live-events.ts';
import { StreamRefused } from './stream-error.ts';

/*
 * One connection to Alpaca's stream of minute bars, kept up.
 *
 * 1. There is never more than one socket: the vendor allows one an account and endpoint, and a stale one blocks the next.
 * 2. A socket that does not answer, or says nothing while trades are due, is replaced; the time is counted from its last sign of life.
 * 3. Refusals that a further try would not change end the stream, all others are tried again, later and later.
 */

export interface AlpacaStreamOptions {
  /** e.g. wss://stream.data.alpaca.markets/v2/iex */
  readonly url: string;
  readonly keyId: string;
  readonly secretKey: string;
  readonly symbols: readonly Ticker[];
  readonly codec: 'json' | 'msgpack';
  /** a symbol whose trades are watched as a sign of life, since bars come once a minute; undefined: none is */
  readonly heartbeat?: string | undefined;
  /** how long trades of the heartbeat may stay away at an instant, ms; Infinity while the market is closed */
  readonly silenceMsMax: (now: number) => number;
  /** epoch ms */
  readonly now: () => number;
  /** uniform on [0, 1), for the jitter between tries */
  readonly random: () => number;
  readonly retryMs?: { readonly first: number; readonly most: number };
  /** between two looks at the socket, ms; a ping that is not answered by the next but one is a dead socket */
  readonly watchMs?: number;
}

const RETRY_MS = { first: 500, most: 60_000 };
const WATCH_MS = 2_500;
/** The vendor closes a socket that has not logged in after ten seconds. */
const LOGIN_MS_MAX = 10_000;
const NORMAL_CLOSE = 1000;
/** What a further try would not change: wrong keys, a plan without the feed, too many symbols, messages that are not understood. */
const FINAL_CODES: ReadonlyMap<number, string> = new Map([
  [400, 'it does not understand what it was sent'],
  [401, 'it wants to be logged in to'],
  [402, 'it refuses the keys: see APCA_API_KEY_ID and APCA_API_SECRET_KEY'],
  [405, 'it streams fewer symbols on this plan'],
  [409, 'the plan does not include this feed'],
  [410, 'the feed has no such subscription'],
]);
/** Said when we log in twice: harmless. */
const ALREADY_LOGGED_IN = 403;

type Stage = 'opening' | 'logging-in' | 'subscribing' | 'streaming';

/** Streams bars until it is closed. */
export class AlpacaStream {
  readonly #options: AlpacaStreamOptions;
  readonly #events: LiveEvents;
  #socket: WebSocket | undefined;
  #stage: Stage = 'opening';
  #lastLife = 0;
  #lastTrade = 0;
  #unanswered = 0;
  #tries = 0;
  #timer: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: AlpacaStreamOptions, events: LiveEvents) {
    this.#options = options;
    this.#events = events;
  }

  open(): void {
    if (this.#closed || this.#socket !== undefined) return;
    const { url, codec, watchMs, now } = this.#options;
    const type = codec === 'json' ? 'application/json' : 'application/msgpack';
    const socket = new WebSocket(url, {
      headers: { 'Content-Type': type },
      handshakeTimeout: LOGIN_MS_MAX,
      perMessageDeflate: true,
    });
    this.#socket = socket;
    this.#stage = 'opening';
    this.#lastLife = this.#lastTrade = now();
    this.#unanswered = 0;
    socket.on('message', (data) => this.#take(socket, data));
    socket.on('pong', () => this.#alive(socket));
    socket.on('error', (error) => this.#lost(socket, error.message));
    socket.on('close', (code, reason) => this.#lost(socket, `closed by the vendor, ${code} ${reason.toString()}`.trim()));
    socket.on('unexpected-response', (_request, response) => this.#lost(socket, `HTTP ${response.statusCode}`));
    this.#watch = setInterval(() => this.#look(socket), watchMs ?? WATCH_MS);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#drop();
  }

  #alive(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#lastLife = this.#options.now();
    this.#unanswered = 0;
  }

  #take(socket: WebSocket, data: RawData): void {
    if (socket !== this.#socket) return;
    this.#alive(socket);
    const at = this.#lastLife;
    const frame = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
    this.#events.raw(frame, at);
    for (const message of alpacaMessages(frame, this.#options.codec)) {
      if (socket !== this.#socket) return;
      this.#act(socket, message, at);
    }
  }

  #act(socket: WebSocket, message: AlpacaMessage, at: number): void {
    switch (message.kind) {
      case 'bar':
        return this.#events.bar(message.bar, at);
      case 'halt':
        return this.#events.halt(message.symbol, message.halted, at);
      case 'trade':
        this.#lastTrade = at;
        return;
      case 'left-aside':
        return this.#events.leftAside(message.what);
      case 'success':
        return this.#logIn(socket, message.what);
      case 'subscription':
        return this.#subscribed(message.bars, at);
      case 'error':
        return this.#error(socket, message.code, message.message);
    }
  }

  #logIn(socket: WebSocket, what: string): void {
    const { keyId, secretKey, symbols, heartbeat } = this.#options;
    if (what === 'connected') {
      this.#stage = 'logging-in';
      this.#send(socket, { action: 'auth', key: keyId, secret: secretKey });
    } else if (what === 'authenticated') {
      this.#stage = 'subscribing';
      const trades = heartbeat === undefined ? {} : { trades: [heartbeat] };
      this.#send(socket, { action: 'subscribe', bars: symbols, updatedBars: symbols, statuses: symbols, ...trades });
    }
  }

  #subscribed(bars: readonly string[], at: number): void {
    const missing = this.#options.symbols.filter((symbol) => !bars.includes(symbol) && !bars.includes('*'));
    if (missing.length > 0) return this.#events.leftAside(`a subscription without bars of ${missing.slice(0, 10).join(', ')}`);
    if (this.#stage === 'streaming') return;
    this.#stage = 'streaming';
    this.#tries = 0;
    this.#lastTrade = at;
    this.#events.connected(at);
  }

  #error(socket: WebSocket, code: number, message: string): void {
    if (code === ALREADY_LOGGED_IN) return;
    const final = FINAL_CODES.get(code);
    if (final === undefined) return this.#lost(socket, `${message} (code ${code})`);
    this.#closed = true;
    this.#drop();
    this.#events.refused(new StreamRefused('Alpaca', code, `${message}: ${final}`));
  }

  #send(socket: WebSocket, message: object): void {
    const frame = this.#options.codec === 'json' ? JSON.stringify(message) : encode(message);
    socket.send(frame, (error) => {
      if (error instanceof Error) this.#lost(socket, error.message);
    });
  }

  /** Asks for a sign of life, and gives a socket up that gave none. */
  #look(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    const { heartbeat, now, silenceMsMax } = this.#options;
    const at = now();
    if (this.#unanswered >= 2) return this.#lost(socket, 'it does not answer');
    if (this.#stage !== 'streaming' && at - this.#lastLife > LOGIN_MS_MAX)
      return this.#lost(socket, `nothing came while ${this.#stage}`);
    const silent = at - this.#lastTrade;
    if (heartbeat !== undefined && this.#stage === 'streaming' && silent > silenceMsMax(at)) {
      this.#lastLife = this.#lastTrade;
      return this.#lost(socket, `open, but no trade of ${heartbeat} for ${Math.round(silent / 1000)} s`);
    }
    if (socket.readyState !== WebSocket.OPEN) return;
    this.#unanswered += 1;
    socket.ping();
  }

  #lost(socket: WebSocket, why: string): void {
    if (socket !== this.#socket) return;
    const wasStreaming = this.#stage === 'streaming';
    const since = this.#lastLife;
    this.#drop();
    this.#events.disconnected(wasStreaming ? since : this.#options.now(), why);
    if (this.#closed) return;
    const { first, most } = this.#options.retryMs ?? RETRY_MS;
    const wait = Math.min(most, first * 2 ** this.#tries) * (0.5 + this.#options.random() / 2);
    this.#tries += 1;
    this.#timer = setTimeout(() => this.open(), wait);
  }

  #drop(): void {
    clearInterval(this.#watch);
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    // What a dead socket still has to say is of no interest, and must not end the process.
    socket.removeAllListeners();
    socket.on('error', () => undefined);
    if (socket.readyState === WebSocket.OPEN) socket.close(NORMAL_CLOSE);
    const gone = setTimeout(() => socket.terminate(), 1_000);
    socket.once('close', () => clearTimeout(gone));
    if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
  }
}
