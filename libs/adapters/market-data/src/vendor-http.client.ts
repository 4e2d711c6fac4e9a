import { BrokenCircuitError, circuitBreaker, ConsecutiveBreaker, ConstantBackoff, handleWhen, retry } from 'cockatiel';
import { TokenBucket } from 'limiter';
import { epochMs } from '@aitrader/model';
import { NO_STORE, type RawAnswer, type RawStore } from './raw-store.ts';
import { withoutSecrets } from './secrets.ts';
import type { RateLimit, ServerClock, Vendor } from './vendor-bars.ts';
import { isPassing, isSick, VendorError } from './vendor-error.ts';
import { placeOf } from './vendor-answer.ts';

/*
 * How a vendor is asked: at the pace that it allows, again after a while when that may help, and not at all for a while when it is
 * down. Every answer is kept before it is looked at.
 *
 * 1. An answer is good when `read` takes it; nothing else is a success.
 * 2. No key leaves in a message or a file.
 */

const MINUTE_MS = 60_000;
/** Attempts after the first one. */
const RETRIES = 4;
/** The pause before attempt n is any time up to this, doubled n − 1 times (AWS Architecture Blog 2015, "full jitter"). */
const PAUSE_MS = 500;
const PAUSE_MS_MAX = 20_000;
/** A vendor that wants to be left alone for longer than this ends the work: somebody should know. */
const RETRY_AFTER_MS_MAX = 90_000;
/** Failures in a row after which a vendor is taken for down, and how long it is left alone then. */
const FAILURES_MAX = 8;
const LEFT_ALONE_MS = 30_000;
/** Beyond any answer that is asked for: a full month of minutes as JSON has 5 MB. */
const BODY_BYTES_MAX = 64 << 20;
const TIMEOUT_MS = 30_000;
/** HTTP dates have whole seconds. */
const DATE_HEADER_MS = 1000;
const OK = 200;
/** Sessions of a vendor's web site. */
const HEADERS_NOT_KEPT = new Set(['set-cookie', 'set-cookie2']);

/** What a vendor is asked with; whatever is not pure comes from outside. */
export interface VendorHttpOptions {
  readonly vendor: Vendor;
  readonly rate: RateLimit;
  readonly secrets: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** parameters of every URL that are not to be seen */
  readonly secretParameters?: Readonly<Record<string, string>>;
  readonly store?: RawStore;
  /** told that an answer could not be kept, and then it counts all the same; without it no vendor is asked whose answers are lost */
  readonly notKept?: (error: Error) => void;
  /** takes the answers that will never serve again, as those about the last minutes, in place of the store: somebody who asks all day has many */
  readonly keepPassing?: ((answer: RawAnswer) => void) | undefined;
  readonly fetch?: typeof fetch;
  /** epoch ms */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** 0 … 1, for the jitter */
  readonly random: () => number;
  readonly timeoutMs?: number;
}

/** A request, and whether an answer that came to it before may serve again: both are epoch ms. */
export interface VendorRequest {
  readonly url: URL;
  readonly isStillGood: (receivedAt: number, now: number) => boolean;
}

export interface Read<T> {
  readonly value: T;
  readonly receivedAt: number;
  readonly kept: boolean;
}

export interface VendorHttp {
  /** Asks until `read` takes the answer. @throws VendorError, that of the last attempt */
  readonly ask: <T>(request: VendorRequest, read: (answer: RawAnswer) => T) => Promise<Read<T>>;
  readonly serverClock: () => ServerClock | undefined;
}

/** A client for one vendor. */
export function vendorHttp(options: VendorHttpOptions): VendorHttp {
  const { vendor, rate, sleep, random, now, store = NO_STORE } = options;
  const breaker = circuitBreaker(handleWhen(isSick), {
    halfOpenAfter: LEFT_ALONE_MS,
    breaker: new ConsecutiveBreaker(FAILURES_MAX),
  });
  // The pause is taken in the attempt, with the sleep and the luck that were given.
  const retries = retry(handleWhen(isPassing), { maxAttempts: RETRIES, backoff: new ConstantBackoff(0) });
  const bucket = new TokenBucket({ bucketSize: rate.burst, tokensPerInterval: rate.perMinute, interval: MINUTE_MS });
  bucket.content = rate.burst;
  let clock: ServerClock | undefined;
  let advised: number | undefined;

  async function takeTurn(attempt: number): Promise<void> {
    if (attempt > 0) {
      const jitter = random() * Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** attempt);
      await sleep(Math.max(jitter, advised ?? 0));
    }
    while (!bucket.tryRemoveTokens(1)) await sleep(Math.max(1, bucket.getWaitTime(1)));
  }

  async function keep(answer: RawAnswer, { isStillGood }: VendorRequest): Promise<void> {
    const { status, receivedAt } = answer;
    const serves = status === OK && isStillGood(receivedAt, receivedAt);
    if (options.keepPassing !== undefined && !serves) return options.keepPassing(answer);
    await store.keep(answer).catch((error: unknown) => {
      if (options.notKept === undefined || !(error instanceof Error)) throw error;
      options.notKept(error);
    });
  }

  async function attemptOnce<T>(request: VendorRequest, read: (answer: RawAnswer) => T): Promise<Read<T>> {
    const answer = await answerTo(request.url, options);
    await keep(answer, request);
    clock = clockOf(answer) ?? clock;
    return { value: read(answer), receivedAt: answer.receivedAt, kept: false };
  }

  async function ask<T>(request: VendorRequest, read: (answer: RawAnswer) => T): Promise<Read<T>> {
    const { url, isStillGood } = request;
    const at = now();
    const kept = readKept(await store.find(url.href, at, (receivedAt) => isStillGood(receivedAt, at)), read);
    if (kept !== undefined) return kept;
    try {
      return await retries.execute(async ({ attempt }) => {
        await takeTurn(attempt);
        try {
          return await breaker.execute(() => attemptOnce(request, read));
        } catch (error) {
          advised = error instanceof VendorError ? error.retryAfterMs : undefined;
          throw advised === undefined || advised <= RETRY_AFTER_MS_MAX ? error : tooLong(vendor, url, advised);
        }
      });
    } catch (error) {
      throw error instanceof BrokenCircuitError ? leftAlone(vendor, url) : error;
    }
  }
  return { ask, serverClock: () => clock };
}

/** A kept answer, when it is a good one. */
function readKept<T>(answer: RawAnswer | undefined, read: (answer: RawAnswer) => T): Read<T> | undefined {
  if (answer === undefined) return undefined;
  try {
    return { value: read(answer), receivedAt: answer.receivedAt, kept: true };
  } catch {
    return undefined; // it was no success then, and is kept for audit
  }
}

const tooLong = (vendor: Vendor, url: URL, ms: number): VendorError =>
  new VendorError(vendor, 'quota', `${placeOf(url.href)} wants no more requests for ${Math.ceil(ms / 1000)} s`);
const leftAlone = (vendor: Vendor, url: URL): VendorError =>
  new VendorError(
    vendor,
    'left-alone',
    `${placeOf(url.href)} failed ${FAILURES_MAX} times in a row, and is left alone for ${LEFT_ALONE_MS / 1000} s`,
  );

/** The answer to one request, whatever it is. @throws VendorError when there is none */
async function answerTo(url: URL, options: VendorHttpOptions): Promise<RawAnswer> {
  const { vendor, secrets, secretParameters = {}, headers = {}, now, timeoutMs = TIMEOUT_MS } = options;
  const hidden = withoutSecrets(secrets);
  const full = new URL(url);
  for (const [name, value] of Object.entries(secretParameters)) full.searchParams.set(name, value);
  const requestedAt = now();
  try {
    // Vendors do not redirect their programs; where one does, keys are not to follow.
    const response = await (options.fetch ?? fetch)(full, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body = await textOf(response);
    const seen = hidden(body);
    return {
      url: url.href,
      status: response.status,
      headers: keptHeaders(response.headers, hidden),
      requestedAt,
      receivedAt: now(),
      redacted: seen !== body,
      body: seen,
    };
  } catch (error) {
    throw new VendorError(vendor, 'unreachable', `${placeOf(url.href)} gave no answer: ${hidden(reasonOf(error, timeoutMs))}`);
  }
}

/** The body of a response, up to a bound. */
async function textOf({ body }: Response): Promise<string> {
  if (body === null) return '';
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    if (bytes > BODY_BYTES_MAX) throw new Error(`it is longer than ${BODY_BYTES_MAX >> 20} MiB`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function keptHeaders(headers: Headers, hidden: (text: string) => string): Record<string, string> {
  const kept = [...headers].filter(([name]) => !HEADERS_NOT_KEPT.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, hidden(value)]));
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `it took longer than ${timeoutMs} ms`;
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}

/** An HTTP date is cut to its second, so on average the clock showed half a second more. */
function clockOf({ headers, requestedAt, receivedAt }: RawAnswer): ServerClock | undefined {
  const date = Date.parse(headers['date'] ?? '');
  if (Number.isNaN(date)) return undefined;
  const halfway = (requestedAt + receivedAt) / 2;
  return {
    skewMs: date + DATE_HEADER_MS / 2 - halfway,
    uncertaintyMs: (receivedAt - requestedAt + DATE_HEADER_MS) / 2,
    measuredAt: epochMs(receivedAt),
  };
}
