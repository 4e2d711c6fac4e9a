import { MINUTES_OF, type Timeframe } from '@aitrader/model';

const MINUTE_MS = 60_000;

/** When the next interval is due, for a feed played `speed` times faster than the market; 0 is as fast as possible. */
export interface Pace {
  /** milliseconds to wait before the next interval may go out */
  readonly waitMs: () => number;
  readonly sent: (intervals: number) => void;
}

/** Nights and weekends take no time: every interval takes the timeframe's length over `speed`, a day for daily bars. `now` is in milliseconds. */
export function newPace(speed: number, timeframe: Timeframe, now: () => number): Pace {
  const stepMs = speed === 0 ? 0 : (MINUTES_OF[timeframe] * MINUTE_MS) / speed;
  const begun = now();
  let intervals = 0;
  return {
    waitMs: () => Math.max(0, begun + intervals * stepMs - now()),
    sent: (count) => void (intervals += count),
  };
}
