import { item, type Timeframe } from '@aitrader/model';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Shortest distance between two daily bars: 21 h from a close to an early one, and an hour to spare. */
export const DAILY_GAP_MS_MIN = 20 * HOUR_MS;
/** A gap counts as common from this share of a symbol's gaps: odd rows do not decide, thinly traded symbols still do. */
const COMMON_SHARE_MIN = 0.05;
/** From this many gaps on, a symbol's timeframe is evidence; below, it may just trade thinly. */
const GAPS_TO_TELL = 8;

const INTRADAY_GAPS: readonly (readonly [number, Timeframe])[] = [
  [MINUTE_MS, '1m'],
  [5 * MINUTE_MS, '5m'],
  [15 * MINUTE_MS, '15m'],
  [HOUR_MS, '1h'],
];

/** How far apart the bars of one symbol in one file are. */
export interface GapEvidence {
  count: number;
  /** gaps below a minute; of each timeframe in `INTRADAY_GAPS`; of a day or more */
  belowMinute: number;
  readonly intraday: Uint32Array;
  daily: number;
  smallestMs: number;
  divisorMs: number;
}

export const newGapEvidence = (): GapEvidence => ({
  count: 0,
  belowMinute: 0,
  intraday: new Uint32Array(INTRADAY_GAPS.length),
  daily: 0,
  smallestMs: Infinity,
  divisorMs: 0,
});

/** Adds one gap, in ms, greater than 0. */
export function noteGap(gaps: GapEvidence, gapMs: number): void {
  gaps.count++;
  if (gapMs < gaps.smallestMs) gaps.smallestMs = gapMs;
  if (gaps.divisorMs === 0 || gapMs % gaps.divisorMs !== 0) gaps.divisorMs = greatestCommonDivisor(gaps.divisorMs, gapMs);
  if (gapMs >= DAILY_GAP_MS_MIN) gaps.daily++;
  else if (gapMs < MINUTE_MS) gaps.belowMinute++;
  else noteIntraday(gaps.intraday, gapMs);
}

function noteIntraday(counts: Uint32Array, gapMs: number): void {
  for (let i = 0; i < INTRADAY_GAPS.length; i++) {
    if (item(INTRADAY_GAPS, i)[0] === gapMs) counts[i] = (counts[i] ?? 0) + 1;
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  let [large, small] = [a, b];
  while (small > 0) [large, small] = [small, large % small];
  return large;
}

/** `unknown`: no gap to judge by. `unsupported`: bars at a distance that is no timeframe. */
export type Recognised = Timeframe | 'unknown' | 'unsupported';

/** The timeframe of the smallest common gap; where no gap is common, of the greatest common divisor of all gaps. */
export function recognise(gaps: GapEvidence): Recognised {
  if (gaps.count === 0) return 'unknown';
  const common = gaps.count * COMMON_SHARE_MIN;
  if (gaps.belowMinute >= common && gaps.belowMinute > 0) return 'unsupported';
  for (const [i, [, timeframe]] of INTRADAY_GAPS.entries()) {
    if ((gaps.intraday[i] ?? 0) >= common) return timeframe;
  }
  // Clock changes move a daily bar by whole hours; a symbol that just trades once a day is off by minutes.
  if (gaps.daily >= common && gaps.divisorMs % HOUR_MS === 0) return '1d';
  return INTRADAY_GAPS.find(([gapMs]) => gapMs === gaps.divisorMs)?.[1] ?? 'unsupported';
}

/** Enough gaps to hold a timeframe against another one. */
export const isStrong = (gaps: GapEvidence): boolean => gaps.count >= GAPS_TO_TELL;
