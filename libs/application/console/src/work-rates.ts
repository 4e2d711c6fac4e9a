/** How far a rate looks back. */
const SPAN_MS = 60_000;
const MINUTE_MS = 60_000;
/** Looks that are kept of each process: more often than once a second nobody looks. */
const LOOKS_MAX = 120;

interface Look {
  readonly at: number;
  readonly count: number;
}

/** How much processes handle in a minute, by what they said that they had handled when they were looked at. */
export class WorkRates {
  readonly #looks = new Map<string, Look[]>();

  /**
   * Takes a look in, and says how much was handled in a minute over the last one; null where it was not looked before, and of a process whose
   * count began anew.
   */
  looked(process: string, count: number, at: number): number | null {
    const before = this.#looks.get(process) ?? [];
    const isSame = (before.at(-1)?.count ?? 0) <= count;
    const kept = (isSame ? before : []).filter((look) => at - look.at <= SPAN_MS).slice(1 - LOOKS_MAX);
    this.#looks.set(process, [...kept, { at, count }]);
    const [first] = kept;
    return first === undefined || first.at >= at ? null : ((count - first.count) * MINUTE_MS) / (at - first.at);
  }

  /** Keeps nothing of processes that nobody looks at any more. */
  keepOnly(isLookedAt: (process: string) => boolean): void {
    for (const process of this.#looks.keys()) if (!isLookedAt(process)) this.#looks.delete(process);
  }
}
