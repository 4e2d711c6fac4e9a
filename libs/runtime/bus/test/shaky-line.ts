/** A line to a server that breaks where it is told to. For specs only. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class ShakyLine {
  readonly #server: Server;
  readonly #lines = new Set<Socket>();
  /** bytes from the server that still get through */
  #left = Infinity;
  #isHeld = false;
  /** how often it broke where it was to */
  breaks = 0;

  private constructor(port: number) {
    this.#server = createServer((client) => this.#carry(client, connect(port, '127.0.0.1')));
  }

  static async to(port: number): Promise<ShakyLine> {
    const line = new ShakyLine(port);
    line.#server.listen(0, '127.0.0.1');
    await once(line.#server, 'listening');
    return line;
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #carry(client: Socket, server: Socket): void {
    const close = (): void => {
      for (const end of [client, server]) end.destroy();
      this.#lines.delete(server);
    };
    this.#lines.add(server);
    for (const end of [client, server]) {
      end.on('error', close);
      end.on('close', close);
    }
    client.pipe(server);
    server.on('data', (bytes: Buffer) => {
      client.write(bytes.subarray(0, Math.min(bytes.length, this.#left)));
      this.#left -= bytes.length;
      if (this.#left > 0) return;
      this.#left = Infinity;
      this.breaks += 1;
      client.end();
      close();
    });
    if (this.#isHeld) server.pause();
  }

  /** Breaks after so many more bytes from the server, in the middle of whatever is being said. */
  breakAfter(bytes: number): void {
    this.#left = bytes;
  }

  /** Lets nothing through from the server until it is let go: it stays open, and mute. */
  hold(): void {
    this.#isHeld = true;
    for (const line of this.#lines) line.pause();
  }

  letGo(): void {
    this.#isHeld = false;
    for (const line of this.#lines) line.resume();
  }

  async close(): Promise<void> {
    for (const line of this.#lines) line.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
