import type { EpochMs, Timeframe } from '@aitrader/model';
import { daysToNextSession, type Moment, type TradingSession } from '@aitrader/core-sessions';

/*
 * The season of a forecast: where it is made, by clock and calendar alone. Nothing about the next bar's arrival is assumed. RTH has
 * thirteen half-hours, 0 … 12, and then these.
 *
 * 1. A bucket depends on the instant and the timeframe alone, and its part of the day on the bucket.
 */
export const BUCKET = {
  /** the first minute of RTH, and its next four */
  open: 13,
  openMinutes: 14,
  /** forecasts made at the close, whose next bar is the evening's or the next day's */
  close: 15,
  /** the last five minutes before it, and the last half-hour */
  closingMinutes: 16,
  closingHalfHour: 17,
  /** PRE before and from 08:00 on */
  preEarly: 18,
  preLate: 19,
  /** POST: the first half-hour, then, the last half-hour, and its end */
  post: 20,
  postLate: 21,
  postHalfHour: 22,
  postClose: 23,
  /** daily bars before an ordinary night, and before a weekend or holiday */
  night: 24,
  weekend: 25,
  /** as `close`, before a weekend or holiday */
  closeBeforeWeekend: 26,
} as const;

/**
 * Parts of the day: forecasts made before regular hours, in them, after them, and at their close, whose next bar is a closing print, the
 * evening's or the next day's. Daily bars are regular.
 */
export const DAYPART = { pre: 0, regular: 1, post: 2, close: 3 } as const;

/** What parts of the day are called, in their order. */
export const DAYPART_NAMES = ['PRE', 'RTH', 'POST', 'CLOSE'] as const;

/** The part of the day of a bucket. */
export function daypartOf(bucket: number): number {
  if (bucket === BUCKET.close || bucket === BUCKET.closeBeforeWeekend) return DAYPART.close;
  if (bucket === BUCKET.preEarly || bucket === BUCKET.preLate) return DAYPART.pre;
  return bucket >= BUCKET.post && bucket <= BUCKET.postClose ? DAYPART.post : DAYPART.regular;
}

/** What is 1 by definition, else the bank's variance and the factors could drift apart: 12:00 to 12:30, and an ordinary night. */
const PINNED_HALF_HOUR = 5;
export const isPinned = (bucket: number): boolean => bucket === PINNED_HALF_HOUR || bucket === BUCKET.night;

const MS_PER_MINUTE = 60_000;
const HALF_HOUR = 30;
const FEW_MINUTES = 5;
const HALF_HOURS = 13;
/** From 04:00 to 08:00. */
const PRE_EARLY_MINUTES = 240;

/** The bucket of a forecast made at `t`, where `moment` says that it lies. */
export function bucketAt(moment: Moment, t: EpochMs, timeframe: Timeframe): number {
  const overWeekend = daysToNextSession(moment.sessionIndex) > 1;
  if (timeframe === '1d') return overWeekend ? BUCKET.weekend : BUCKET.night;
  const { session, phase } = moment;
  // nights have no season of their own: no run has had bars to know one from
  if (session === undefined || phase === 'OVERNIGHT') return BUCKET.postClose;
  if (phase === 'PRE') return minutes(session.preOpen, t) < PRE_EARLY_MINUTES ? BUCKET.preEarly : BUCKET.preLate;
  if (phase === 'POST') return eveningBucket(session, t);
  const left = minutes(t, session.close);
  if (left === 0) return overWeekend ? BUCKET.closeBeforeWeekend : BUCKET.close;
  if (left <= FEW_MINUTES) return BUCKET.closingMinutes;
  if (left <= HALF_HOUR) return BUCKET.closingHalfHour;
  const passed = minutes(session.open, t);
  if (passed <= 1) return BUCKET.open;
  if (passed <= FEW_MINUTES) return BUCKET.openMinutes;
  return Math.min(HALF_HOURS - 1, Math.floor(passed / HALF_HOUR));
}

function eveningBucket(session: TradingSession, t: EpochMs): number {
  const left = minutes(t, session.postClose);
  if (left === 0) return BUCKET.postClose;
  if (left <= HALF_HOUR) return BUCKET.postHalfHour;
  return minutes(session.close, t) < HALF_HOUR ? BUCKET.post : BUCKET.postLate;
}

const minutes = (from: number, to: number): number => (to - from) / MS_PER_MINUTE;
