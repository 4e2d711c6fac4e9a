import { TokenBucket } from 'limiter';

/*
 * Whose turn it is to ask a broker that takes so many requests a minute.
 *
 * 1. Cancels go before orders, and orders before reading, however long the others wait.
 * 2. Who comes while another one waits is looked at when it comes, not when the wait is over.
 * 3. The last requests of a minute are kept for who goes first: reading never takes what a cancel will need.
 */

/** What a request is for, the most urgent first. */
export const PURPOSES = ['cancel', 'order', 'read'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Requests that are left alone by a purpose, as shares of a minute's. */
const LEFT_SHARE: Readonly<Record<Purpose, number>> = { cancel: 0, order: 0.1, read: 0.25 };
const MINUTE_MS = 60_000;

export interface TurnsOptions {
  readonly perMinute: number;
  /** epoch ms */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Hands out turns. */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #bucket: TokenBucket;
  readonly #waiting: Record<Purpose, (() => void)[]> = { cancel: [], order: [], read: [] };
  #pausedUntil = 0;
  #isHandingOut = false;
  #wake: () => void = () => undefined;

  constructor(options: TurnsOptions) {
    this.#options = options;
    const { perMinute } = options;
    this.#bucket = new TokenBucket({ bucketSize: perMinute, tokensPerInterval: perMinute, interval: MINUTE_MS });
    this.#bucket.content = perMinute;
  }

  /** Resolves when it is its turn. */
  async take(purpose: Purpose): Promise<void> {
    const turn = new Promise<void>((resolve) => this.#waiting[purpose].push(resolve));
    if (this.#isHandingOut) this.#wake();
    else void this.#handOut();
    return turn;
  }

  /** The broker wants no more requests before an instant. */
  pauseUntil(instant: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, instant);
  }

  async #handOut(): Promise<void> {
    this.#isHandingOut = true;
    for (let next = this.#first(); next !== undefined; next = this.#first()) {
      const wait = this.#waitFor(next);
      if (wait > 0) await Promise.race([this.#options.sleep(wait), new Promise<void>((resolve) => (this.#wake = resolve))]);
      else if (this.#bucket.tryRemoveTokens(1)) this.#waiting[next].shift()?.();
    }
    this.#isHandingOut = false;
  }

  #first(): Purpose | undefined {
    return PURPOSES.find((purpose) => this.#waiting[purpose].length > 0);
  }

  #waitFor(purpose: Purpose): number {
    const { now, perMinute } = this.#options;
    const paused = this.#pausedUntil - now();
    if (paused > 0) return paused;
    const needed = Math.floor(LEFT_SHARE[purpose] * perMinute) + 1;
    return Math.ceil(this.#bucket.getWaitTime(needed));
  }
}
