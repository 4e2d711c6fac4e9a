import { encode } from '@msgpack/msgpack';
import { KeptSocket, type KeptSocketOptions } from '@aitrader/adapter-live-bars';
import { streamMessages, type StreamMessage, type TradeUpdate } from './trade-updates.ts';

/*
 * Alpaca's account stream, over one socket that is kept up.
 *
 * 1. There is no resuming: what happened while it was down is not told. `connected` says from when on it is, each time anew, so that who
 *    listens asks for the rest before acting on anything.
 * 2. A login that was refused before any was taken ends the stream; later ones are tried again, since a login runs out.
 */

export interface TradeUpdatesOptions extends Pick<KeptSocketOptions, 'now' | 'random' | 'retryMs' | 'watchMs'> {
  /** e.g. wss://paper-api.alpaca.markets/stream */
  readonly url: string;
  readonly keyId: string;
  readonly secretKey: string;
  readonly codec?: 'json' | 'msgpack';
}

/** Instants are epoch ms. */
export interface TradeUpdateEvents {
  /** it listens; updates follow */
  readonly connected: (at: number) => void;
  /** nothing was heard any more from `since` on */
  readonly disconnected: (since: number, why: string) => void;
  /** `raw` is the message as JSON */
  readonly update: (update: TradeUpdate, raw: string, at: number) => void;
  /** a message that is not understood */
  readonly leftAside: (what: string, at: number) => void;
  /** the keys are not accepted: it ended */
  readonly refused: (why: string) => void;
}

const STREAM = 'trade_updates';

/** Streams what happens to the account's orders until it is closed. */
export class TradeUpdatesStream {
  readonly #options: TradeUpdatesOptions;
  readonly #events: TradeUpdateEvents;
  readonly #socket: KeptSocket;
  readonly #codec: 'json' | 'msgpack';
  #isListening = false;
  #wasAuthorised = false;

  constructor(options: TradeUpdatesOptions, events: TradeUpdateEvents) {
    this.#options = options;
    this.#events = events;
    this.#codec = options.codec ?? 'json';
    this.#socket = new KeptSocket(
      { ...options, ...(this.#codec === 'json' ? {} : { headers: { 'Content-Type': 'application/msgpack' } }) },
      {
        opening: () => (this.#isListening = false),
        opened: () => this.#logIn(),
        frame: (frame, at) => this.#take(frame, at),
        isStreaming: () => this.#isListening,
        // Days may pass without an order: pings tell whether it is alive.
        silence: () => undefined,
        lost: (since, why) => {
          this.#isListening = false;
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

  /** Resolves when a ping was answered: all updates that were sent before it have been heard. Rejects when the connection is lost. */
  ping(): Promise<void> {
    return this.#socket.ping();
  }

  #logIn(): void {
    const { keyId, secretKey } = this.#options;
    this.#send({ action: 'authenticate', data: { key_id: keyId, secret_key: secretKey } });
  }

  #take(frame: Uint8Array, at: number): void {
    for (const message of streamMessages(frame, this.#codec)) this.#act(message, at);
  }

  #act(message: StreamMessage, at: number): void {
    switch (message.kind) {
      case 'authorised':
        this.#wasAuthorised = true;
        return this.#send({ action: 'listen', data: { streams: [STREAM] } });
      case 'unauthorised':
        return this.#unauthorised();
      case 'listening':
        return this.#listening(message.streams, at);
      case 'update':
        return this.#events.update(message.update, message.raw, at);
      case 'left-aside':
        return this.#events.leftAside(message.what, at);
    }
  }

  #unauthorised(): void {
    if (this.#wasAuthorised) return this.#socket.lose('the login was refused');
    this.#socket.close();
    this.#events.refused('it refuses the keys');
  }

  #listening(streams: readonly string[], at: number): void {
    if (!streams.includes(STREAM)) return this.#socket.lose(`it does not stream ${STREAM}`);
    if (this.#isListening) return;
    this.#isListening = true;
    this.#socket.settled();
    this.#events.connected(at);
  }

  #send(message: object): void {
    this.#socket.send(this.#codec === 'json' ? JSON.stringify(message) : encode(message));
  }
}
