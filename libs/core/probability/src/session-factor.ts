import { read } from '@aitrader/model';
import { BUCKET, isPinned } from './bucket.ts';
import { BUCKETS, SLOT } from './slot.ts';

/*
 * How much noisier than midday (or than an ordinary night) the next bar is, by where its forecast is made. Overnight, weekends and
 * holidays are factors that are learned, like the opening and the closing minutes, not hours on a clock. A bucket of its own for the
 * first bar after a silence of 5, 10 or 20 minutes cost 0.004, 0.001 and 0.0001 nats: a halt needs none.
 *
 * 1. A factor stays inside FACTOR_MIN … FACTOR_MAX, and a pinned one at 1.
 */

/** A fiftieth, and five thousand midday bars: guards, never reached on daily and minute bars. */
const FACTOR_MIN = 0.02;
const FACTOR_MAX = 5000;
/** Bars that a prior weighs. 2 … 10 score alike within 0.0006 nats. */
const PRIOR_BARS = 5;
/** Where factors begin, of one-minute bars: means over fourteen series of minute bars, half-hours first. */
const PRIORS = Float64Array.of(
  ...[5, 3, 2.1, 1.7, 1.4, 1, 1.1, 1, 1, 1, 1, 1, 1],
  ...[15, 10, 80, 5, 1, 2, 2, 2, 2, 5, 50, 1, 1.2, 80],
);

/** What a closing bucket has above 1 is a night's variance, beside which that of a longer bar is larger. */
const isClosing = (bucket: number): boolean =>
  bucket === BUCKET.close || bucket === BUCKET.closeBeforeWeekend || bucket === BUCKET.postClose;

export interface SessionModel {
  /** weight of a bar in its factor, once the prior is past */
  readonly sessionGain: number;
}

export function startFactors(slots: Float64Array, at: number, stepMinutes: number): void {
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const prior = read(PRIORS, bucket);
    slots[at + SLOT.sessionFactors + bucket] = isClosing(bucket) ? 1 + (prior - 1) / stepMinutes : prior;
    slots[at + SLOT.visits + bucket] = 0;
  }
}

/** Learns the factor of the bucket that a forecast was made in from the cut square in the slot. */
export function learnFactor(slots: Float64Array, at: number, bucket: number, { sessionGain }: SessionModel): void {
  if (isPinned(bucket)) return;
  const visits = read(slots, at + SLOT.visits + bucket);
  const factor = read(slots, at + SLOT.sessionFactors + bucket);
  const next = factor * (1 + Math.max(sessionGain, 1 / (visits + PRIOR_BARS)) * (read(slots, at + SLOT.square) - 1));
  slots[at + SLOT.visits + bucket] = visits + 1;
  slots[at + SLOT.sessionFactors + bucket] = Math.min(FACTOR_MAX, Math.max(FACTOR_MIN, next));
}
