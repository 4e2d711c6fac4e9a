const WINDOW_MS = 60_000;
const MS_PER_SECOND = 1_000;

/** How a request stands to the limit. `reset`: when the count begins anew, seconds since the epoch. */
export interface Counted {
  /** requests a minute; 0: any number */
  readonly limit: number;
  readonly remaining: number;
  readonly reset: number;
  readonly isWithin: boolean;
}

export interface RequestRate {
  /** Counts one request at an instant, epoch ms. */
  readonly count: (now: number) => Counted;
}

/** Counts requests minute by minute. */
export function newRequestRate(limit: number): RequestRate {
  let [since, used] = [0, 0];
  return {
    count: (now) => {
      if (now - since >= WINDOW_MS) [since, used] = [now, 0];
      used += 1;
      const reset = Math.ceil((since + WINDOW_MS) / MS_PER_SECOND);
      return { limit, remaining: Math.max(0, limit - used), reset, isWithin: limit === 0 || used <= limit };
    },
  };
}
