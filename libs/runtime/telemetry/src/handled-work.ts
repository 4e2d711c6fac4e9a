/** From a tenth of a millisecond to ten seconds: what took longer is told as that. */
export const HANDLED_SECONDS = [
  1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;
const MS = 1_000;
const AT_MOST_MS: readonly number[] = HANDLED_SECONDS.map((seconds) => seconds * MS);

/** What a process has handled since it began. */
export interface WorkTold {
  readonly count: number;
  /** when it was done with the last thing, ms since 1970; null before the first */
  readonly lastAt: number | null;
  /** how long things took, ms: upper bounds that rise, */
  readonly atMostMs: readonly number[];
  /** and how many took as long, and longer than the bound before; at the end those that took longer than any */
  readonly counts: readonly number[];
}

/** Counts what a process has handled by how long it took: of a bounded size, and always on, since it costs an addition. */
export class HandledWork {
  readonly #counts: number[] = new Array<number>(AT_MOST_MS.length + 1).fill(0);
  #count = 0;
  #lastAt: number | null = null;

  /** Something was handled: `began` and `ended` in ms since 1970. */
  handled(began: number, ended: number): void {
    const at = AT_MOST_MS.findIndex((most) => ended - began <= most);
    const bucket = at < 0 ? AT_MOST_MS.length : at;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count += 1;
    this.#lastAt = ended;
  }

  told(): WorkTold {
    return { count: this.#count, lastAt: this.#lastAt, atMostMs: AT_MOST_MS, counts: [...this.#counts] };
  }
}
