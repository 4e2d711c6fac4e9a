import type { IncomingHttpHeaders } from 'node:http';
import { withoutSecrets } from '@aitrader/adapter-market-data';
import { sendOnce } from './send-once.ts';
import { Turns, type Purpose } from './turns.ts';

/*
 * One request to the broker, and what became of it.
 *
 * 1. Nothing is sent twice here: who asks knows whether that would be safe.
 * 2. A request that got no answer says whether it can have arrived.
 * 3. No key is in what is returned.
 */

export interface TradingHttpOptions {
  /** without a slash at its end */
  readonly baseUrl: string;
  readonly keyId: string;
  readonly secretKey: string;
  /** requests a minute that the account may make */
  readonly perMinute?: number;
  readonly timeoutMs?: number;
  /** what sends a request, if it is not Node */
  readonly send?: typeof sendOnce;
  /** epoch ms */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface TradingRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** such as /v2/orders */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly purpose: Purpose;
}

/** What came back, as it came. Instants are epoch ms. */
export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  readonly text: string;
  /** by which the broker finds the request; empty where it gave none */
  readonly requestId: string;
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** Nothing came back. `mayHaveArrived` is false only where no connection was made. */
export interface Unanswered {
  readonly kind: 'unanswered';
  readonly mayHaveArrived: boolean;
  readonly why: string;
  readonly sentAt: number;
}

/** The limit of an account (alpaca.markets/support, "usage limit of API calls"). */
export const REQUESTS_PER_MINUTE = 200;
const TIMEOUT_MS = 10_000;
const TOO_MANY = 429;
/** How long to wait after a 429 that does not say. */
const PAUSE_MS = 5_000;
/** No limit is longer than its minute. */
const PAUSE_MS_MAX = 60_000;

/** Errors of a connection that never was. */
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Asks the broker, at the pace that it allows. */
export class TradingHttp {
  readonly #options: TradingHttpOptions;
  readonly #turns: Turns;
  readonly #hidden: (text: string) => string;

  constructor(options: TradingHttpOptions) {
    this.#options = options;
    const { keyId, secretKey, perMinute = REQUESTS_PER_MINUTE, now, sleep } = options;
    this.#turns = new Turns({ perMinute, now, sleep });
    this.#hidden = withoutSecrets([keyId, secretKey]);
  }

  /** Sends a request once, when it is its turn. Never throws for what the broker or the network does. */
  async ask(request: TradingRequest): Promise<Answered | Unanswered> {
    await this.#turns.take(request.purpose);
    const { now, send = sendOnce, timeoutMs = TIMEOUT_MS } = this.#options;
    const signal = AbortSignal.timeout(timeoutMs);
    const sentAt = now();
    try {
      const { status, headers, text } = await send(this.#urlOf(request), {
        method: request.method,
        headers: this.#headersOf(request),
        signal,
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
      if (status === TOO_MANY) this.#turns.pauseUntil(resetOf(headers, now()));
      const requestId = String(headers['x-request-id'] ?? '');
      return { kind: 'answered', status, text: this.#hidden(text), requestId, sentAt, receivedAt: now() };
    } catch (error) {
      const { code, text } = signal.aborted ? { code: '', text: `no answer in ${timeoutMs} ms` } : causeOf(error);
      return { kind: 'unanswered', mayHaveArrived: !NOT_CONNECTED.has(code), why: this.#hidden(text), sentAt };
    }
  }

  #urlOf({ path, query = {} }: TradingRequest): URL {
    const url = new URL(`${this.#options.baseUrl}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  #headersOf({ body }: TradingRequest): Record<string, string> {
    const { keyId, secretKey } = this.#options;
    return {
      'APCA-API-KEY-ID': keyId,
      'APCA-API-SECRET-KEY': secretKey,
      ...{ Accept: '*/*', 'User-Agent': 'aitrader' },
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    };
  }
}

/** When the limit is set back: `Retry-After` in seconds, or `X-RateLimit-Reset` in seconds since the epoch. */
function resetOf(headers: IncomingHttpHeaders, now: number): number {
  const after = Number(headers['retry-after'] ?? Number.NaN) * 1000;
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1000 - now;
  const wait = [after, reset].find((ms) => ms > 0) ?? PAUSE_MS;
  return now + Math.min(wait, PAUSE_MS_MAX);
}

/** What an error of a request is about: its code, and words for it. */
function causeOf(error: unknown): { readonly code: string; readonly text: string } {
  const [code, message] = [wordOf(error, 'code'), wordOf(error, 'message')];
  return { code, text: message || code || String(error) };
}

function wordOf(error: unknown, field: 'code' | 'message'): string {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, field) : undefined;
  return typeof value === 'string' ? value : '';
}
