import { read, readInt32 } from '@aitrader/model';
import { SEED_BARS } from './bank.ts';
import { BAR, BAR_WIDTH, type Batch, type Rows } from './batch.ts';
import { BUCKET, DAYPART, daypartOf, isPinned } from './bucket.ts';
import { type Memory, PAST, PAST_WIDTH, SEASON, SEASON_WIDTH } from './memory.ts';
import { BUCKETS } from './sizes.ts';

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
/**
 * Bars that a prior weighs: fewer outside of regular hours, where symbols differ by a factor of fifty. 5 there cost 0.001 to 0.002 nats of all
 * bars of twelve stocks; 2 … 10 in regular hours score alike within 0.0006.
 */
const PRIOR_BARS = Float64Array.from({ length: BUCKETS }, (_, bucket) => (daypartOf(bucket) === DAYPART.regular ? 5 : 2));
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

export function startFactors({ season }: Memory, slot: number, stepMinutes: number): void {
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const prior = read(PRIORS, bucket);
    season[slot * SEASON_WIDTH + SEASON.factors + bucket] = isClosing(bucket) ? 1 + (prior - 1) / stepMinutes : prior;
    season[slot * SEASON_WIDTH + SEASON.visits + bucket] = 0;
  }
}

const { judgedBucket: JUDGED_BUCKET, square: SQUARE } = BAR;
const PER_BAR = BAR_WIDTH;
const { bars: SEEN } = PAST;
const PER_PAST = PAST_WIDTH;
const { factors: FACTORS, visits: VISITS } = SEASON;
const PER_SEASON = SEASON_WIDTH;

/** Learns the factor of the bucket that each judged forecast was made in from the cut square of what came, but for the first bars. */
export function learnFactors({ past, season }: Memory, { slot, bars }: Batch, rows: Rows, { sessionGain }: SessionModel): void {
  for (let n = 0; n < rows.count; n++) {
    const i = readInt32(rows.at, n);
    const s = readInt32(slot, i);
    const bucket = read(bars, i * PER_BAR + JUDGED_BUCKET);
    if (isPinned(bucket) || read(past, s * PER_PAST + SEEN) <= SEED_BARS + 1) continue;
    const at = s * PER_SEASON + bucket;
    const visits = read(season, at + VISITS);
    const factor = read(season, at + FACTORS);
    const early = 1 / (visits + read(PRIOR_BARS, bucket));
    const next = factor * (1 + (early > sessionGain ? early : sessionGain) * (read(bars, i * PER_BAR + SQUARE) - 1));
    season[at + VISITS] = visits + 1;
    season[at + FACTORS] = next < FACTOR_MIN ? FACTOR_MIN : next > FACTOR_MAX ? FACTOR_MAX : next;
  }
}
