import type { BrokerWord } from '@aitrader/model';

/*
 * Words on their way into the recording.
 *
 * 1. They are told in the order in which they were said, one batch after another; what was said together goes together, up to a bound.
 * 2. When a batch cannot be recorded nothing is told any more: what would follow could not be understood without it.
 */

/** Words and characters of one batch: a message of the bus has room for a mebibyte. */
const WORDS_MAX = 200;
const TEXT_MAX = 256 * 1024;

export interface OutboxOptions {
  readonly tell: (words: readonly BrokerWord[]) => Promise<void>;
  readonly failed: (error: Error) => void;
  readonly point: (name: 'tell:before' | 'tell:after') => Promise<void>;
}

interface Waiting {
  readonly n: number;
  readonly told: () => void;
  readonly failed: (error: Error) => void;
}

/** Tells words, one batch at a time. */
export class WordOutbox {
  readonly #options: OutboxOptions;
  readonly #words: BrokerWord[] = [];
  #said = 0;
  #told = 0;
  #waiting: Waiting[] = [];
  #isTelling = false;
  #failure: Error | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  say(...words: readonly BrokerWord[]): void {
    if (words.length === 0 || this.#failure !== undefined) return;
    this.#words.push(...words);
    this.#said += words.length;
    if (!this.#isTelling) void this.#tellAll();
  }

  /** Resolves when all that was said so far is recorded. */
  told(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#told === this.#said) return Promise.resolve();
    return new Promise((told, failed) => this.#waiting.push({ n: this.#said, told, failed }));
  }

  async #tellAll(): Promise<void> {
    this.#isTelling = true;
    try {
      // what is said in this turn goes together
      await Promise.resolve();
      while (this.#words.length > 0) await this.#tellNext();
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
    this.#isTelling = false;
  }

  async #tellNext(): Promise<void> {
    const { tell, point } = this.#options;
    const batch = this.#words.splice(0, countOf(this.#words));
    await point('tell:before');
    await tell(batch);
    await point('tell:after');
    this.#told += batch.length;
    const due = this.#waiting.filter(({ n }) => n <= this.#told);
    this.#waiting = this.#waiting.filter(({ n }) => n > this.#told);
    for (const { told } of due) told();
  }

  #fail(error: Error): void {
    this.#failure = error;
    this.#words.length = 0;
    for (const { failed } of this.#waiting.splice(0)) failed(error);
    this.#options.failed(error);
  }
}

/** How many of the next words go into one batch. */
function countOf(words: readonly BrokerWord[]): number {
  let text = 0;
  let count = 0;
  for (const word of words) {
    text += 'raw' in word ? word.raw.length : 0;
    if (count === WORDS_MAX || (count > 0 && text > TEXT_MAX)) break;
    count += 1;
  }
  return count;
}
