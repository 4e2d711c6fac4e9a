import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { WebSocketServer, type WebSocket } from 'ws';
import { BarStream } from './bar-stream.ts';
import { TradeStream } from './trade-stream.ts';

const BAR_PATHS = /^\/(v2\/(iex|sip|delayed_sip|test)|v1beta1\/(boats|overnight))$/;
const FRAME_BYTES_MAX = 1024 * 1024;

/** The WebSocket addresses of the exchange, on the port of its HTTP. */
@Injectable()
export class SocketServer implements BeforeApplicationShutdown {
  /** pings are answered by the streams, which may be mute */
  readonly #server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: FRAME_BYTES_MAX,
    autoPong: false,
  });
  readonly #trades: TradeStream;
  readonly #bars: BarStream;

  constructor(trades: TradeStream, bars: BarStream) {
    this.#trades = trades;
    this.#bars = bars;
  }

  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const path = (request.url ?? '').split('?', 1)[0] ?? '';
      const welcome = this.#at(path);
      if (welcome === undefined) socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
      else this.#server.handleUpgrade(request, socket, head, (client) => welcome(client, socket, request));
    });
  }

  #at(path: string): ((client: WebSocket, line: Duplex, request: IncomingMessage) => void) | undefined {
    if (path === '/stream') return (client, line, request) => this.#trades.welcome(client, line, request);
    if (BAR_PATHS.test(path)) return (client, _, request) => this.#bars.welcome(client, request);
    return undefined;
  }

  /** Before the server closes: it waits for every connection, and these do not end by themselves. */
  beforeApplicationShutdown(): void {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }
}
