import type { Ticker } from '@aitrader/model';
import { finnhubMessages, type FinnhubMessage, type StreamedTrade } from './finnhub-messages.ts';
import { KeptSocket, type KeptSocketOptions } from './kept-socket.ts';
import type { LiveEvents } from './live-events.ts';
import { StreamRefused } from './stream-error.ts';

/*
 * Finnhub's stream of trades, over one socket that is kept up. The vendor confirms nothing: who has subscribed listens.
 */

export interface FinnhubStreamOptions extends Omit<KeptSocketOptions, 'url' | 'headers'> {
  /** e.g. wss://ws.finnhub.io */
  readonly url: string;
  readonly token: string;
  readonly symbols: readonly Ticker[];
  /** a symbol whose trades are watched as a sign of life; followed for that alone unless it is one of the symbols */
  readonly heartbeat: Ticker;
  /** how long trades of it may stay away at an instant, ms; Infinity while the market is closed */
  readonly silenceMsMax: (now: number) => number;
}

/** Whom a stream of trades tells what happens; instants are epoch ms of the clock that the stream was given. */
export type TradeEvents = Omit<LiveEvents, 'bar' | 'halt'> & { readonly trade: (trade: StreamedTrade, at: number) => void };

/** Statuses that a further try would not change: a key that is not accepted, a plan without the stream. */
const FINAL_STATUSES: ReadonlySet<number> = new Set([401, 403]);

/** Streams trades until it is closed. */
export class FinnhubStream {
  readonly #options: FinnhubStreamOptions;
  readonly #events: TradeEvents;
  readonly #socket: KeptSocket;
  readonly #wanted: ReadonlySet<Ticker>;
  #isStreaming = false;
  #lastTrade = 0;

  constructor(options: FinnhubStreamOptions, events: TradeEvents) {
    const { url, token, symbols, heartbeat } = options;
    this.#options = options;
    this.#events = events;
    this.#wanted = new Set(symbols);
    this.#socket = new KeptSocket(
      { ...options, url: `${url}?token=${encodeURIComponent(token)}` },
      {
        opening: (at) => (this.#lastTrade = at),
        opened: () => {
          for (const symbol of new Set([...symbols, heartbeat])) this.#socket.send(JSON.stringify({ type: 'subscribe', symbol }));
          this.#isStreaming = true;
          this.#socket.settled();
          this.#lastTrade = options.now();
          events.connected(this.#lastTrade);
        },
        frame: (frame, at) => this.#take(frame, at),
        isStreaming: () => this.#isStreaming,
        silence: (at) => this.#silence(at),
        refuses: (status) => this.#refuses(status),
        lost: (since, why) => {
          this.#isStreaming = false;
          events.disconnected(since, why.replaceAll(token, '***'));
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
    for (const message of finnhubMessages(frame)) {
      if (!this.#isStreaming) return;
      this.#act(message, at);
    }
  }

  #act(message: FinnhubMessage, at: number): void {
    switch (message.kind) {
      case 'trade':
        if (message.trade.symbol === this.#options.heartbeat) this.#lastTrade = at;
        if (this.#wanted.has(message.trade.symbol)) this.#events.trade(message.trade, at);
        return;
      case 'error':
        return this.#socket.lose(message.message);
      case 'left-aside':
        return this.#events.leftAside(message.what);
      case 'ping':
        return undefined;
    }
  }

  #refuses(status: number): boolean {
    if (!FINAL_STATUSES.has(status)) return false;
    this.#events.refused(new StreamRefused('Finnhub', status, 'it refuses the key: see FINNHUB_API_KEY'));
    return true;
  }

  #silence(at: number): { readonly since: number; readonly why: string } | undefined {
    const { heartbeat, silenceMsMax } = this.#options;
    const silent = at - this.#lastTrade;
    if (!this.#isStreaming || silent <= silenceMsMax(at)) return undefined;
    return { since: this.#lastTrade, why: `open, but no trade of ${heartbeat} for ${Math.round(silent / 1000)} s` };
  }
}
