import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** A port before a broker's, at which what is asked of it is seen. */
export interface BrokerWire {
  readonly port: number;
  /** resolves with the time at which the submission of an order arrives */
  readonly submission: (orderId: string) => Promise<number>;
  /** resolves with the time at which the last of so many cancels from now on arrives */
  readonly cancels: (count: number) => Promise<number>;
  readonly end: () => void;
}

/** Passes on what comes to a port, and notes when submissions and cancels come, by the clock of `performance`. */
export async function listenOn(port: number): Promise<BrokerWire> {
  const waiting = new Map<string, (at: number) => void>();
  let cancelsLeft = 0;
  let lastCancel: (at: number) => void = () => undefined;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const broker = connect(port, '127.0.0.1');
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.setNoDelay(true).on('error', () => undefined);
    }
    client.on('data', (bytes) => {
      const at = performance.now();
      const text = bytes.toString('latin1');
      for (const [, id = ''] of text.matchAll(/"client_order_id":"[^"]*?(o\.\d+)\.entry\./g)) {
        waiting.get(id)?.(at);
        waiting.delete(id);
      }
      for (const _ of text.matchAll(/DELETE \/v2\/orders\//g)) if (--cancelsLeft === 0) lastCancel(at);
    });
    client.pipe(broker).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    submission: (orderId) => new Promise((resolve) => waiting.set(orderId, resolve)),
    cancels: (count) =>
      new Promise((resolve) => {
        cancelsLeft = count;
        lastCancel = resolve;
      }),
    end: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
