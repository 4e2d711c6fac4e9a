import { Injectable, Inject } from '@nestjs/common';
import { decode, encode } from '@msgpack/msgpack';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { ENVIRONMENT } from './exchange-tokens.ts';
import type { ExchangeEnvironment } from './exchange-environment.ts';
import { ExchangeHost, type SaidUpdate } from './exchange-host.ts';
import { FaultBox } from './faults.ts';
import { binaryFrame } from './binary-frame.ts';
import { areKeysKnown } from './keys.ts';

/*
 * The stream `trade_updates`: log in, say what to listen to, hear what becomes of the account's orders. Frames are binary and hold JSON,
 * or msgpack where the client asked for it. There is no replay: who was away asks by REST.
 */

/** A client that does not take what it is sent is let go. */
const BUFFERED_BYTES_MAX = 16 * 1024 * 1024;
const STREAM = 'trade_updates';

interface Listener {
  readonly socket: WebSocket;
  /** what the socket writes to; frames that all listeners get are written to it as they are, made once */
  readonly line: Duplex;
  readonly packed: boolean;
  authorized: boolean;
  listening: boolean;
  /** stays connected and says nothing any more, not even that it is there */
  isMute: boolean;
}

@Injectable()
export class TradeStream {
  readonly #listeners = new Set<Listener>();
  readonly #keys: ReadonlyMap<string, string> | undefined;
  readonly #faults: FaultBox;
  readonly #due: object[] = [];

  constructor(host: ExchangeHost, faults: FaultBox, @Inject(ENVIRONMENT) environment: ExchangeEnvironment) {
    this.#keys = environment.keys;
    this.#faults = faults;
    host.onUpdates((said) => this.#say(said));
  }

  /** Takes a client in. */
  welcome(socket: WebSocket, line: Duplex, request: IncomingMessage): void {
    const packed = request.headers['content-type'] === 'application/msgpack';
    const listener: Listener = { socket, line, packed, authorized: false, listening: false, isMute: false };
    this.#listeners.add(listener);
    socket.on('close', () => this.#listeners.delete(listener));
    socket.on('error', () => socket.terminate());
    socket.on('ping', (data: Buffer) => listener.isMute || socket.pong(data));
    socket.on('message', (data: Buffer) => listener.isMute || this.#hear(listener, data));
  }

  /** Ends every connection without a word. */
  drop(): void {
    for (const { socket } of this.#listeners) socket.terminate();
  }

  /** Lets every connection that there is stay open, and say and hear nothing from now on. */
  mute(): void {
    for (const listener of this.#listeners) listener.isMute = true;
  }

  get clients(): number {
    return this.#listeners.size;
  }

  #hear(listener: Listener, data: Buffer): void {
    const message = read(data);
    const about = objectIn(message, 'data');
    switch (message['action']) {
      case 'authenticate':
        return this.#authenticate(listener, about['key_id'], about['secret_key']);
      case 'auth':
        return this.#authenticate(listener, message['key'], message['secret']);
      case 'listen':
        return this.#listen(listener, about['streams']);
      case 'unlisten':
        return this.#listen(listener, []);
      default:
    }
  }

  #authenticate(listener: Listener, id: unknown, secret: unknown): void {
    listener.authorized = areKeysKnown(this.#keys, id, secret);
    const status = listener.authorized ? 'authorized' : 'unauthorized';
    send(listener, { stream: 'authorization', data: { status, action: 'authenticate' } });
  }

  #listen(listener: Listener, streams: unknown): void {
    if (!listener.authorized) {
      send(listener, { stream: 'authorization', data: { status: 'unauthorized', action: 'listen' } });
      return;
    }
    this.#flush();
    listener.listening = Array.isArray(streams) && streams.includes(STREAM);
    send(listener, { stream: 'listening', data: { streams: listener.listening ? [STREAM] : [] } });
  }

  #say(said: readonly SaidUpdate[]): void {
    for (const one of said) {
      if (this.#faults.take(['missing-update'], one) !== undefined) continue;
      const late = this.#faults.take(['late-update'], one);
      if (late !== undefined) setTimeout(() => this.#send(one.message), late.delayMs).unref();
      else this.#send(one.message);
      if (this.#faults.take(['duplicate-update'], one) !== undefined) this.#send(one.message);
    }
  }

  /** What is said within one turn goes out together: one write to each listener, however much it is. */
  #send(message: object): void {
    if (this.#due.push(message) === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    const due = this.#due.splice(0);
    let json: Buffer | undefined;
    let packed: Buffer | undefined;
    for (const listener of this.#listeners) {
      const { listening, line, socket } = listener;
      if (!listening || listener.isMute || socket.readyState !== socket.OPEN) continue;
      if (listener.packed) line.write((packed ??= framesOf(due, encode)));
      else line.write((json ??= framesOf(due, jsonBytes)));
      if (line.writableLength > BUFFERED_BYTES_MAX) socket.terminate();
    }
  }
}

const jsonBytes = (message: object): Buffer => Buffer.from(JSON.stringify(message));
const framesOf = (messages: readonly object[], encoded: (message: object) => Uint8Array): Buffer =>
  Buffer.concat(messages.flatMap((message) => binaryFrame(encoded(message))));

const BINARY = { binary: true } as const;
const send = ({ socket, packed }: Listener, message: object): void =>
  socket.send(packed ? encode(message) : jsonBytes(message), BINARY);

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const objectIn = (message: Fields, name: string): Fields => fieldsOf(message[name]);

/** What a client said, as JSON or as msgpack, whichever it is; nothing where it is neither. */
function read(data: Buffer): Fields {
  try {
    return fieldsOf(data[0] === OPENING_BRACE ? JSON.parse(data.toString()) : decode(data));
  } catch {
    return {};
  }
}
const OPENING_BRACE = 0x7b;
