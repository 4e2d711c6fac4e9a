import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { decode, encode } from '@msgpack/msgpack';
import type { WebSocket } from 'ws';
import type { BarSlice } from '@aitrader/model';
import { barOf, type ServedBar } from './bar-store.ts';
import { ENVIRONMENT } from './exchange-tokens.ts';
import type { ExchangeEnvironment } from './exchange-environment.ts';
import { ExchangeHost } from './exchange-host.ts';
import { areKeysKnown } from './keys.ts';

/*
 * The stream of bars: `/v2/<feed>`, in JSON or msgpack as the handshake says. Only bars are said; the other channels are taken and stay
 * silent. A data frame is an array, and so is every word of the server.
 */

const AUTH_MS_MAX = 10_000;
const CHANNELS = [
  'trades',
  'quotes',
  'bars',
  'updatedBars',
  'dailyBars',
  'statuses',
  'lulds',
  'corrections',
  'cancelErrors',
] as const;
type Channel = (typeof CHANNELS)[number];

interface Subscriber {
  readonly socket: WebSocket;
  readonly packed: boolean;
  authorized: boolean;
  readonly channels: Record<Channel, Set<string>>;
}

const ERRORS = {
  400: 'invalid syntax',
  401: 'not authenticated',
  402: 'auth failed',
  403: 'already authenticated',
  404: 'auth timeout',
};
type ErrorCode = keyof typeof ERRORS;

@Injectable()
export class BarStream {
  readonly #subscribers = new Set<Subscriber>();
  readonly #keys: ReadonlyMap<string, string> | undefined;

  constructor(host: ExchangeHost, @Inject(ENVIRONMENT) environment: ExchangeEnvironment) {
    this.#keys = environment.keys;
    host.onBars((bars) => this.#say(bars));
  }

  welcome(socket: WebSocket, request: IncomingMessage): void {
    const { headers } = request;
    const packed = headers['content-type'] === 'application/msgpack';
    const subscriber: Subscriber = { socket, packed, authorized: false, channels: noChannels() };
    this.#subscribers.add(subscriber);
    const patience = setTimeout(() => refuse(subscriber, 404, true), AUTH_MS_MAX);
    socket.on('close', () => {
      clearTimeout(patience);
      this.#subscribers.delete(subscriber);
    });
    socket.on('error', () => socket.terminate());
    socket.on('message', (data: Buffer) => {
      this.#hear(subscriber, data);
      if (subscriber.authorized) clearTimeout(patience);
    });
    send(subscriber, [{ T: 'success', msg: 'connected' }]);
    if (headers['apca-api-key-id'] === undefined) return;
    this.#authenticate(subscriber, headers['apca-api-key-id'], headers['apca-api-secret-key']);
    if (subscriber.authorized) clearTimeout(patience);
  }

  drop(): void {
    for (const { socket } of this.#subscribers) socket.terminate();
  }

  get clients(): number {
    return this.#subscribers.size;
  }

  #hear(subscriber: Subscriber, data: Buffer): void {
    const message = read(subscriber, data);
    if (message === undefined) return refuse(subscriber, 400);
    const action = message['action'];
    if (action === 'auth') return this.#authenticate(subscriber, message['key'], message['secret']);
    if (!subscriber.authorized) return refuse(subscriber, 401);
    if (action !== 'subscribe' && action !== 'unsubscribe') return refuse(subscriber, 400);
    for (const channel of CHANNELS) change(subscriber.channels[channel], action, message[channel]);
    const { channels } = subscriber;
    const lists = Object.fromEntries(CHANNELS.map((channel) => [channel, [...channels[channel]]]));
    return send(subscriber, [{ T: 'subscription', ...lists }]);
  }

  #authenticate(subscriber: Subscriber, id: unknown, secret: unknown): void {
    if (subscriber.authorized) return refuse(subscriber, 403);
    if (!areKeysKnown(this.#keys, id, secret)) return refuse(subscriber, 402, true);
    subscriber.authorized = true;
    return send(subscriber, [{ T: 'success', msg: 'authenticated' }]);
  }

  #say(slices: readonly BarSlice[]): void {
    if (this.#subscribers.size === 0) return;
    const bars = slices.flatMap((slice) => Array.from({ length: slice.count }, (_, row) => barOf(slice, row)));
    if (bars.length === 0) return;
    for (const subscriber of this.#subscribers) {
      const wanted = subscriber.channels.bars;
      const due = wanted.has('*') ? bars : bars.filter(({ symbol }) => wanted.has(symbol));
      if (due.length > 0)
        send(
          subscriber,
          due.map((bar) => barMessage(bar, subscriber.packed)),
        );
    }
  }
}

const barMessage = ({ symbol, start, bar }: ServedBar, packed: boolean): object => ({
  T: 'b',
  S: symbol,
  ...bar,
  t: packed ? new Date(start) : bar.t,
});

const noChannels = (): Record<Channel, Set<string>> => ({
  trades: new Set(),
  quotes: new Set(),
  bars: new Set(),
  updatedBars: new Set(),
  dailyBars: new Set(),
  statuses: new Set(),
  lulds: new Set(),
  corrections: new Set(),
  cancelErrors: new Set(),
});

/** Adds to a channel, or takes off it; all of it is taken off by the star. */
function change(channel: Set<string>, action: 'subscribe' | 'unsubscribe', symbols: unknown): void {
  if (!Array.isArray(symbols)) return;
  for (const symbol of symbols) {
    if (typeof symbol !== 'string') continue;
    if (action === 'subscribe') channel.add(symbol);
    else channel.delete(symbol);
  }
}

const send = ({ socket, packed }: Subscriber, messages: readonly object[]): void =>
  socket.send(packed ? encode(messages) : JSON.stringify(messages));

function refuse(subscriber: Subscriber, code: ErrorCode, isOver = false): void {
  send(subscriber, [{ T: 'error', code, msg: ERRORS[code] }]);
  if (isOver) subscriber.socket.close();
}

function read({ packed }: Subscriber, data: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const message: unknown = packed ? decode(data) : JSON.parse(data.toString());
    return typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
