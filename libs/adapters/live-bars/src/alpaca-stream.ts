import { encode } from '@msgpack/msgpack';
import type { Ticker } from '@aitrader/model';
import { alpacaMessages, type AlpacaMessage } from './alpaca-messages.ts';
import { KeptSocket } from './kept-socket.ts';
import type { LiveEvents } from './live-events.ts';
import { StreamRefused } from './stream-error.ts';

/*
 * Alpaca's stream of minute bars, over one socket that is kept up.
 *
 * 1. A socket that says nothing while trades are due is replaced; the time is counted from the last trade.
 * 2. Refusals that a further try would not change end the stream, all others are tried again, later and later.
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

/** Said while a stream goes on: the login has run out, or is of another day. A new socket logs in anew, and hears there whether it may. */
const LOGIN_CODES: ReadonlySet<number> = new Set([401, 402]);

type Stage = 'opening' | 'logging-in' | 'subscribing' | 'streaming';

/** Streams bars until it is closed. */
export class AlpacaStream {
  readonly #options: AlpacaStreamOptions;
  readonly #events: LiveEvents;
  readonly #socket: KeptSocket;
  #stage: Stage = 'opening';
  #lastTrade = 0;
  #refused = false;

  constructor(options: AlpacaStreamOptions, events: LiveEvents) {
    this.#options = options;
    this.#events = events;
    const headers = { 'Content-Type': options.codec === 'json' ? 'application/json' : 'application/msgpack' };
    this.#socket = new KeptSocket(
      { ...options, headers },
      {
        opening: (at) => {
          this.#stage = 'opening';
          this.#lastTrade = at;
        },
        opened: () => undefined,
        frame: (frame, at) => this.#take(frame, at),
        isStreaming: () => this.#stage === 'streaming',
        silence: (at) => this.#silence(at),
        lost: (since, why) => {
          this.#stage = 'opening';
          events.disconnected(since, why);
        },
      },
    );
  }

  open(): void {
    this.#socket.open();
  }

  close(): void {
    this.#socket.close();
  }

  #take(frame: Uint8Array, at: number): void {
    this.#events.raw(frame, at);
    const stage = this.#stage;
    for (const message of alpacaMessages(frame, this.#options.codec)) {
      // a message that cost the socket is the last one of its frame
      if (this.#refused || (stage !== 'opening' && this.#stage === 'opening')) return;
      this.#act(message, at);
    }
  }

  #act(message: AlpacaMessage, at: number): void {
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
        return this.#logIn(message.what);
      case 'subscription':
        return this.#subscribed(message.bars, at);
      case 'error':
        return this.#error(message.code, message.message);
    }
  }

  #logIn(what: string): void {
    const { keyId, secretKey, symbols, heartbeat } = this.#options;
    if (what === 'connected') {
      this.#stage = 'logging-in';
      this.#send({ action: 'auth', key: keyId, secret: secretKey });
    } else if (what === 'authenticated') {
      this.#stage = 'subscribing';
      const trades = heartbeat === undefined ? {} : { trades: [heartbeat] };
      this.#send({ action: 'subscribe', bars: symbols, updatedBars: symbols, statuses: symbols, ...trades });
    }
  }

  #subscribed(bars: readonly string[], at: number): void {
    const missing = this.#options.symbols.filter((symbol) => !bars.includes(symbol) && !bars.includes('*'));
    if (missing.length > 0) return this.#events.leftAside(`a subscription without bars of ${missing.slice(0, 10).join(', ')}`);
    if (this.#stage === 'streaming') return;
    this.#stage = 'streaming';
    this.#socket.settled();
    this.#lastTrade = at;
    this.#events.connected(at);
  }

  #error(code: number, message: string): void {
    if (code === ALREADY_LOGGED_IN) return;
    const final = FINAL_CODES.get(code);
    if (final === undefined || (this.#stage === 'streaming' && LOGIN_CODES.has(code)))
      return this.#socket.lose(`${message} (code ${code})`);
    this.#refused = true;
    this.#socket.close();
    this.#events.refused(new StreamRefused('Alpaca', code, `${message}: ${final}`));
  }

  #send(message: object): void {
    this.#socket.send(this.#options.codec === 'json' ? JSON.stringify(message) : encode(message));
  }

  #silence(at: number): { readonly since: number; readonly why: string } | undefined {
    const { heartbeat, silenceMsMax } = this.#options;
    const silent = at - this.#lastTrade;
    if (heartbeat === undefined || this.#stage !== 'streaming' || silent <= silenceMsMax(at)) return undefined;
    return { since: this.#lastTrade, why: `open, but no trade of ${heartbeat} for ${Math.round(silent / 1000)} s` };
  }
}
