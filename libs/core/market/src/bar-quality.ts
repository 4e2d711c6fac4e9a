// Invariants
// 1. What `flagsOf` says depends on that bar, the last bar of its symbol and the calendar only.
// 2. No prices, volumes or times make a check throw; what is not a number is inconsistent.

import { BAR_FLAG, type Timeframe } from '@aitrader/model';

/** From where on a bar is suspect. Fractions compare the larger price with the smaller: 0.05 is 5 % above it. */
export interface QualityLimits {
  readonly rangeFractionMax: number;
  readonly jumpFractionMax: number;
  readonly gapMsMax: number;
}

const DAY_MS = 86_400_000;
/** The longest the exchanges were shut since 1998 is under a week (close of 2001-09-10 to open of 2001-09-17). */
const INTRADAY_GAP_MS_MAX = 7 * DAY_MS;
/** A thin listing may not trade for weeks; tickers are given to another company after months. */
const DAILY_GAP_MS_MAX = 30 * DAY_MS;

/**
 * A minute's jump limit is just below the smallest corporate action that matters overnight (a spin-off of 3.7 %), and far
 * above what consecutive prints of a listed stock differ by (one bar in 10,000 passes it). Its range limit is what only an
 * earnings release or an off-market print reaches. A day moves √390 ≈ 20 times as much by diffusion, yet its jumps come from
 * the same news: limits grow about threefold up to an hour and fourfold to a day, where 15 % is a rare day for a large
 * company (one in a thousand) and 25 % is a crash, a halt or a bad print.
 */
export const QUALITY_LIMITS: Readonly<Record<Timeframe, QualityLimits>> = {
  '1m': { rangeFractionMax: 0.05, jumpFractionMax: 0.035, gapMsMax: INTRADAY_GAP_MS_MAX },
  '5m': { rangeFractionMax: 0.07, jumpFractionMax: 0.045, gapMsMax: INTRADAY_GAP_MS_MAX },
  '15m': { rangeFractionMax: 0.1, jumpFractionMax: 0.06, gapMsMax: INTRADAY_GAP_MS_MAX },
  '1h': { rangeFractionMax: 0.14, jumpFractionMax: 0.08, gapMsMax: INTRADAY_GAP_MS_MAX },
  '1d': { rangeFractionMax: 0.25, jumpFractionMax: 0.15, gapMsMax: DAILY_GAP_MS_MAX },
};

/** New shares per old one of the splits that companies make; reverse splits are their inverses. */
const SPLIT_RATIOS = [5 / 4, 4 / 3, 3 / 2, 2, 5 / 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 100] as const;
/** How far the stock itself may have moved on the day of its split. */
const SPLIT_TOLERANCE_FRACTION = 0.03;

/** One bar and what is known when it closes. Reused from bar to bar. */
export interface JudgedBar {
  t: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  /** close time and price of the symbol's last bar; `lastClose` 0 when this is the first */
  lastT: number;
  lastClose: number;
  /** what the calendar says of `t`: OFF_SESSION, OFF_CALENDAR or 0 */
  calendar: number;
}

/** A bar with all figures 0, to be filled in. */
export const newJudgedBar = (): JudgedBar => ({
  t: 0,
  open: 0,
  high: 0,
  low: 0,
  close: 0,
  volume: 0,
  lastT: 0,
  lastClose: 0,
  calendar: 0,
});

const MINUTE_MS = 60_000;

const isInconsistent = (bar: JudgedBar): boolean =>
  !(bar.low <= bar.open && bar.open <= bar.high && bar.low <= bar.close && bar.close <= bar.high);

const isWide = (bar: JudgedBar, limits: QualityLimits): boolean => bar.high > bar.low * (1 + limits.rangeFractionMax);

const isJump = (bar: JudgedBar, limits: QualityLimits): boolean =>
  bar.lastClose > 0 &&
  (isApart(bar.open, bar.lastClose, limits.jumpFractionMax) || isApart(bar.close, bar.lastClose, limits.jumpFractionMax));

const isSplitLike = (bar: JudgedBar): boolean => isNearSplit(bar.open, bar.lastClose) || isNearSplit(bar.close, bar.lastClose);

const isAfterLongGap = (bar: JudgedBar, limits: QualityLimits): boolean =>
  bar.lastClose > 0 && bar.t - bar.lastT > limits.gapMsMax;

/** As a remainder would say, at a tenth of its price: times are beyond 32 bits, and `%` is a call there. */
const isOffGrid = ({ t }: JudgedBar): boolean => t - Math.floor(t / MINUTE_MS) * MINUTE_MS !== 0;

const isWithoutVolume = (bar: JudgedBar): boolean => !(bar.volume > 0);

/** The flags of a bar: bits of `BAR_FLAG`, one check after the other. */
export function flagsOf(bar: JudgedBar, limits: QualityLimits): number {
  const jumps = isJump(bar, limits);
  return (
    (isInconsistent(bar) ? BAR_FLAG.OHLC_INCONSISTENT : 0) |
    (isWide(bar, limits) ? BAR_FLAG.WIDE_RANGE : 0) |
    (jumps ? BAR_FLAG.PRICE_JUMP : 0) |
    (jumps && isSplitLike(bar) ? BAR_FLAG.SPLIT_LIKE : 0) |
    (isAfterLongGap(bar, limits) ? BAR_FLAG.LONG_GAP : 0) |
    (isWithoutVolume(bar) ? BAR_FLAG.ZERO_VOLUME : 0) |
    (isOffGrid(bar) ? BAR_FLAG.OFF_GRID : 0) |
    bar.calendar
  );
}

/** Whether two prices are further apart than a fraction of the lower one. */
export function isApart(price: number, from: number, fraction: number): boolean {
  return price > from * (1 + fraction) || price * (1 + fraction) < from;
}

function isNearSplit(price: number, from: number): boolean {
  const ratio = price > from ? price / from : from / price;
  return SPLIT_RATIOS.some((split) => !isApart(ratio, split, SPLIT_TOLERANCE_FRACTION));
}
