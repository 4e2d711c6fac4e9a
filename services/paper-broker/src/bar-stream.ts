import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { AlpacaSession } from '@aitrader/adapter-live-bars';
import type { BarSlice } from '@aitrader/model';
import { barOf, type ServedBar } from './bar-store.ts';
import { ENVIRONMENT } from './exchange-tokens.ts';
import type { ExchangeEnvironment } from './exchange-environment.ts';
import { ExchangeHost } from './exchange-host.ts';
import { areKeysKnown } from './keys.ts';

const AUTH_FAILED = 402;

/** The stream of bars, `/v2/<feed>`: only bars are said, the other channels are taken and stay silent. */
@Injectable()
export class BarStream {
  readonly #sessions = new Map<WebSocket, AlpacaSession>();
  readonly #keys: ReadonlyMap<string, string> | undefined;

  constructor(host: ExchangeHost, @Inject(ENVIRONMENT) environment: ExchangeEnvironment) {
    this.#keys = environment.keys;
    host.onBars((bars) => this.#say(bars));
  }

  /** Takes a client in; keys may come with the handshake. */
  welcome(socket: WebSocket, { headers }: IncomingMessage): void {
    const session = new AlpacaSession(socket, headers['content-type'] === 'application/msgpack', {
      refusalOf: (key, secret) => (areKeysKnown(this.#keys, key, secret) ? undefined : AUTH_FAILED),
    });
    this.#sessions.set(socket, session);
    socket.on('close', () => this.#sessions.delete(socket));
    socket.on('error', () => socket.terminate());
    socket.on('ping', (data: Buffer) => socket.pong(data));
    if (headers['apca-api-key-id'] !== undefined) session.logIn(headers['apca-api-key-id'], headers['apca-api-secret-key']);
  }

  /** Ends every connection without a word. */
  drop(): void {
    for (const socket of this.#sessions.keys()) socket.terminate();
  }

  get clients(): number {
    return this.#sessions.size;
  }

  /** All bars of an interval that a client wants are one frame. */
  #say(slices: readonly BarSlice[]): void {
    if (this.#sessions.size === 0) return;
    const bars = slices.flatMap((slice) => Array.from({ length: slice.count }, (_, row) => barOf(slice, row)));
    for (const session of this.#sessions.values()) {
      const due = bars.filter(({ symbol }) => session.wants('bars', symbol));
      if (due.length > 0) session.say(...due.map((bar) => barMessage(bar, session.packed)));
    }
  }
}

const barMessage = ({ symbol, start, bar }: ServedBar, packed: boolean): object => ({
  T: 'b',
  S: symbol,
  ...bar,
  t: packed ? new Date(start) : bar.t,
});
