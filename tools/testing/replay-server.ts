import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server is to answer; a fault ends the answer in its own way. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `drop`: the connection ends without an answer; `cut`: amid the body; `mute`: nothing comes, ever */
  readonly fault?: 'drop' | 'cut' | 'mute';
}

export interface Seen {
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
}

export interface ReplayServer {
  readonly base: string;
  readonly requests: Seen[];
  /** what is answered from now on; `n` counts the requests since, from 0 */
  readonly answerWith: (answer: (request: Seen, n: number) => Reply) => void;
  readonly close: () => Promise<void>;
}

/** A server on this machine that stands in for a vendor. It answers 404 until it is told otherwise. */
export async function replayServer(): Promise<ReplayServer> {
  const requests: Seen[] = [];
  let answer: (request: Seen, n: number) => Reply = () => ({ status: 404 });
  let n = 0;
  const server = createServer((incoming, response) => {
    const seen = { url: new URL(incoming.url ?? '/', 'http://vendor.test'), headers: incoming.headers };
    requests.push(seen);
    send(response, answer(seen, n++));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}`,
    requests,
    answerWith: (next) => {
      answer = next;
      n = 0;
      requests.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function send(response: ServerResponse, { status = 200, headers = {}, body = '', fault }: Reply): void {
  if (fault === 'mute') return;
  if (fault === 'drop') {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  if (fault !== 'cut') {
    response.end(body);
    return;
  }
  response.write(body.slice(0, body.length >> 1), () => response.destroy());
}
