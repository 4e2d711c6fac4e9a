// Invariants
// 1. Whatever the answers' time on the way, and however their clock cuts its digits, the true offset lies within the bounds.
// 2. A clock is off when the bounds prove it, and not when they only allow it.
// 3. A clock that was off counts as right again only when it is well within the limit: it does not flap.

/** What one look at another clock proves: that it was between `low` and `high` ms ahead of ours, at the instant `at` of ours. */
export interface ClockSample {
  readonly at: number;
  readonly low: number;
  readonly high: number;
}

/** Clocks drift by seconds a day: what was proved is true for so long. */
const KEPT_MS = 10 * 60_000;
/** Clocks of phones and machines drift by less than 100 ms in the time that a sample is kept; bounds are widened by that. */
const DRIFT_MS = 100;
/** After so long without an answer nobody knows how far the clock is off. */
export const CLOCK_UNKNOWN_MS = 30 * 60_000;
const SAMPLES_MAX = 64;

/** What is known of another clock. Instants are epoch ms of ours. Plain data. */
export interface ClockSkew {
  /** the clock is off when it is proved to be so many ms ahead or behind */
  readonly offMsMax: number;
  samples: readonly ClockSample[];
  isOff: boolean;
}

export const newClockSkew = (offMsMax: number): ClockSkew => ({ offMsMax, samples: [], isOff: false });

/** What a stamp in a stream proves: it was made before it came. How long before is not known. */
export const sampleOfStamp = (stamp: number, receivedAt: number): ClockSample => ({
  at: receivedAt,
  low: stamp - receivedAt,
  high: Infinity,
});

/** Takes a look at another clock into account. */
export function noteClock(skew: ClockSkew, sample: ClockSample): void {
  if (!(sample.low <= sample.high)) return;
  const kept = skew.samples.filter(({ at }) => at <= sample.at && at > sample.at - KEPT_MS);
  const isAgreed = low([...kept, sample]) <= high([...kept, sample]) + DRIFT_MS;
  // A stamp is as good as the feed that it is in: it is believed within what answers prove, and when it proves more than they do.
  if (sample.high === Infinity && (!isAgreed || sample.low <= low(kept))) return;
  // Where answers contradict each other a clock was set: what was known before is of another time.
  skew.samples = isAgreed ? [...kept, sample].slice(-SAMPLES_MAX) : [sample];
  const behind = Math.abs(clockBehindMs(skew) ?? 0);
  skew.isOff = behind > (skew.isOff ? skew.offMsMax / 2 : skew.offMsMax);
}

const low = (samples: readonly ClockSample[]): number => Math.max(...samples.map((sample) => sample.low));
const high = (samples: readonly ClockSample[]): number => Math.min(...samples.map((sample) => sample.high));

/** How far our clock is behind the other at least, whole ms; negative when it is ahead, 0 when it may be right, null when nobody knows. */
export function clockBehindMs({ samples }: ClockSkew): number | null {
  if (!samples.some((sample) => sample.high < Infinity)) return null;
  const [least, most] = [low(samples), high(samples)];
  return Math.trunc(least > 0 ? least : most < 0 ? most : 0) + 0;
}

/** Whether nobody has said for long how far the clock is off: never, or not lately. */
export const isClockUnknown = ({ samples }: ClockSkew, now: number): boolean =>
  !samples.some(({ at, high: most }) => most < Infinity && at > now - CLOCK_UNKNOWN_MS);
