import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';

const BODY_BYTES_MAX = 32 << 20;

/** A request, whole. */
export interface SentRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** aborted: it is given up */
  readonly signal: AbortSignal;
}

/** What came back, whole. */
export interface SentAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/**
 * Sends a request once, on a connection that is kept open between requests, and resolves with its answer; a redirect is an answer. By Node's own
 * client: an order waits for it, and by `fetch` it is on the wire half a millisecond later (decision 103).
 * @throws what went wrong, with the `code` of the system where it has one
 */
export function sendOnce(url: URL, { method, headers, body, signal }: SentRequest): Promise<SentAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<SentAnswer>();
  const { request } = url.protocol === 'https:' ? https : http;
  request(url, { method, headers, signal }, (response) => {
    const { statusCode: status = 0, headers: answered } = response;
    textOf(response).then((text) => resolve({ status, headers: answered, text }), reject);
  })
    .on('error', reject)
    .end(body);
  return promise;
}

async function textOf(response: IncomingMessage): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    if (bytes > BODY_BYTES_MAX) throw new Error(`the answer is longer than ${BODY_BYTES_MAX >> 20} MiB`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
