import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { NONCE_STREAM, NONCE_SUBJECTS } from '@aitrader/contracts';
import { RowLog, type Bus } from '@aitrader/runtime-bus';
import { ConfigurationError } from '@aitrader/runtime-configuration';

/*
 * Who may ask for a job from outside: whoever signs with the secret.
 *
 * 1. A request counts once, whichever scheduler hears it, and after a restart, too: its nonce lies on the bus.
 * 2. A request counts for five minutes around its timestamp, by our clock.
 * 3. What is signed says which job it is for: a request cannot be sent on to another one.
 */

export const TIMESTAMP_HEADER = 'x-aitrader-timestamp';
export const NONCE_HEADER = 'x-aitrader-nonce';
export const SIGNATURE_HEADER = 'x-aitrader-signature';

/** Holds the secret, or says where it is (`file:`, `keyvault:`). */
export const HOOK_SECRET_VARIABLE = 'AITRADER_HOOK_SECRET';
/** The same of the secret before, which counts as well while it is replaced. */
export const EARLIER_HOOK_SECRET_VARIABLE = 'AITRADER_HOOK_SECRET_EARLIER';

const WINDOW_MS = 5 * 60_000;
/** Longer than the window by far: a clock that was set back must not let in what was heard before. */
const REMEMBERED_MS = 2 * 86_400_000;
/** 32 bytes in base64. */
const SECRET_CHARACTERS_MIN = 43;
const NONCE = /^[\w-]{16,128}$/;
const TIMESTAMP = /^\d{10}$/;
const MS = 1_000;

/** A request as it came. */
export interface HookRequest {
  /** seconds since 1970 */
  readonly timestamp: string;
  readonly nonce: string;
  /** HMAC-SHA-256 in hex */
  readonly signature: string;
  readonly body: Uint8Array;
}

/** Why a request is not let in. */
export type HookRefusal = 'unsigned' | 'out-of-time' | 'replayed';

/** The signature of a request. */
export const hookSignature = (secret: string, { timestamp, nonce, body }: Omit<HookRequest, 'signature'>): string =>
  createHmac('sha256', secret).update(`${timestamp}\n${nonce}\n`).update(body).digest('hex');

export class HookDoor {
  readonly #secrets: readonly string[];
  readonly #nonces: RowLog;
  readonly #now: () => number;

  private constructor(secrets: readonly string[], nonces: RowLog, now: () => number) {
    this.#secrets = secrets;
    this.#nonces = nonces;
    this.#now = now;
  }

  /** `earlier` is the secret before, while it is replaced. @throws ConfigurationError for a secret that could be guessed */
  static async open(bus: Bus, secret: string, now: () => number, earlier = ''): Promise<HookDoor> {
    requireLong(HOOK_SECRET_VARIABLE, secret);
    if (earlier !== '') requireLong(EARLIER_HOOK_SECRET_VARIABLE, earlier);
    const nonces = await RowLog.open(bus, { stream: NONCE_STREAM, subjects: NONCE_SUBJECTS, ageMsMax: REMEMBERED_MS });
    return new HookDoor(earlier === '' ? [secret] : [secret, earlier], nonces, now);
  }

  /** Why a request is refused; undefined when it is let in, which it is once. */
  async refusalOf(request: HookRequest): Promise<HookRefusal | undefined> {
    const { timestamp, nonce, signature } = request;
    // all are compared, whichever it is
    const isSigned = this.#secrets.filter((secret) => isSame(signature, hookSignature(secret, request))).length > 0;
    if (!isSigned || !NONCE.test(nonce)) return 'unsigned';
    if (!TIMESTAMP.test(timestamp) || Math.abs(Number(timestamp) * MS - this.#now()) > WINDOW_MS) return 'out-of-time';
    const key = createHash('sha256').update(nonce).digest('hex');
    // the words are of this request alone: an answer that was lost is told from another request with the nonce
    return (await this.#nonces.append(key, randomUUID(), 0, `nonce/${key}/${randomUUID()}`)) === undefined
      ? 'replayed'
      : undefined;
  }
}

function requireLong(variable: string, secret: string): void {
  if (secret.length < SECRET_CHARACTERS_MIN)
    throw new ConfigurationError(variable, [
      `has ${secret.length} characters, and needs ${SECRET_CHARACTERS_MIN} at least: openssl rand -base64 32 makes one`,
    ]);
}

/** Compares without telling by the time it takes how much is alike. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
