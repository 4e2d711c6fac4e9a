import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { decode, encode } from '@msgpack/msgpack';
import { WebSocketServer, type WebSocket } from 'ws';

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
  readonly #says = new Map<WebSocket, (...messages: object[]) => void>();
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
    const say = (...messages: object[]): void => socket.send(packed ? encode(messages) : JSON.stringify(messages));
    if (this.sockets.some((other) => other.readyState === other.OPEN)) {
      say({ T: 'error', code: 406, msg: 'connection limit exceeded' });
      return;
    }
    this.sockets.push(socket);
    socket.on('ping', (data) => this.script.deaf === true || socket.pong(data));
    if (this.script.mute === true) return;
    say({ T: 'success', msg: 'connected' });
    socket.on('message', (data: Buffer) => {
      const message = (packed ? decode(data) : JSON.parse(data.toString())) as Record<string, unknown>;
      this.heard.push(message);
      if (message['action'] === 'auth') {
        if (this.script.refuse !== undefined) return say({ T: 'error', code: this.script.refuse, msg: 'refused' });
        const known = message['key'] === this.script.keyId && message['secret'] === this.script.secretKey;
        say(known ? { T: 'success', msg: 'authenticated' } : { T: 'error', code: 402, msg: 'auth failed' });
      }
      if (message['action'] === 'subscribe') say({ T: 'subscription', ...message, later: 'field' });
    });
    this.#says.set(socket, say);
  }

  /** Says messages on the open connection. */
  say(...messages: object[]): void {
    for (const socket of this.sockets) if (socket.readyState === socket.OPEN) this.#says.get(socket)?.(...messages);
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
