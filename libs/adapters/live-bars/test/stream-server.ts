import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { encode } from '@msgpack/msgpack';
import { WebSocketServer, type WebSocket } from 'ws';
import { AlpacaSession } from '../src/alpaca-session.ts';

export interface Script {
  readonly keyId: string;
  readonly secretKey: string;
  /** answers a login with this error code instead of taking it */
  refuse?: number;
  /** says nothing at all after the connection */
  mute?: boolean;
  /** takes pings without answering */
  deaf?: boolean;
}

/** A server that speaks like the vendor's, on a free port of this machine; faults are played by its `script`. */
export class StreamServer {
  readonly script: Script = { keyId: 'KEY', secretKey: 'hidden-secret' };
  readonly #server: WebSocketServer;
  readonly #sessions = new Map<WebSocket, AlpacaSession>();
  readonly sockets: WebSocket[] = [];
  /** what clients have sent */
  readonly heard: Record<string, unknown>[] = [];
  connections = 0;

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on('connection', (socket, request) =>
      this.#welcome(socket, request.headers['content-type'] === 'application/msgpack'),
    );
  }

  static async start(): Promise<StreamServer> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false });
    await once(server, 'listening');
    return new StreamServer(server);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v2/test`;
  }

  #welcome(socket: WebSocket, packed: boolean): void {
    this.connections += 1;
    if (this.sockets.some((other) => other.readyState === other.OPEN)) {
      const words = [{ T: 'error', code: 406, msg: 'connection limit exceeded' }];
      socket.send(packed ? encode(words) : JSON.stringify(words));
      return;
    }
    this.sockets.push(socket);
    socket.on('ping', (data) => this.script.deaf === true || socket.pong(data));
    if (this.script.mute === true) return;
    const session = new AlpacaSession(socket, packed, {
      refusalOf: (key, secret) => {
        const known = key === this.script.keyId && secret === this.script.secretKey;
        return this.script.refuse ?? (known ? undefined : 402);
      },
      heard: (message) => void this.heard.push(message),
    });
    this.#sessions.set(socket, session);
  }

  /** Says messages on the open connection. */
  say(...messages: object[]): void {
    for (const socket of this.sockets) if (socket.readyState === socket.OPEN) this.#sessions.get(socket)?.say(...messages);
  }
  /** Sends bytes as they are. */
  send(bytes: string | Uint8Array): void {
    this.sockets
      .filter((one) => one.readyState === one.OPEN)
      .pop()
      ?.send(bytes);
  }
  /** Ends every connection, with or without a word. */
  drop(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  async stop(): Promise<void> {
    this.drop();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
