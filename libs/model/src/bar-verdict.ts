import { BAR_FLAG } from './bar.ts';

/**
 * What a bar is good for. A good one: for everything. A suspect one may have happened: whoever has a position gets out on it, and nobody
 * gets in. A quarantined one triggers no stop and fills nothing, and moves a mark
 * by no more than risk's tape believes without a confirmation, 5 %.
 */
export type BarVerdict = 'good' | 'suspect' | 'quarantined';

/** Flags that doubt the prices of a bar. The other ones speak of its time, of its volume or of the bars around it. */
export const DOUBTED_PRICE = BAR_FLAG.OHLC_INCONSISTENT | BAR_FLAG.WIDE_RANGE | BAR_FLAG.PRICE_JUMP | BAR_FLAG.SPLIT_LIKE;

/** Flags that say nothing against a bar: an odd hour is a possible one, and what was known too late is true all the same. */
const INNOCENT = BAR_FLAG.OFF_SESSION | BAR_FLAG.BACKFILLED;

/** Whether the flags of a bar doubt its prices, and nothing bears them out. Flags of before there was CONFIRMED mean what they meant. */
export const isQuarantined = (flags: number): boolean => (flags & DOUBTED_PRICE) !== 0 && (flags & BAR_FLAG.CONFIRMED) === 0;

/** The verdict on a bar: it follows from its flags alone, which say the reason. A flag that is not known is a doubt. */
export function verdictOf(flags: number): BarVerdict {
  if (isQuarantined(flags)) return 'quarantined';
  return (flags & ~INNOCENT) === 0 ? 'good' : 'suspect';
}

/** The flags of a bar that is made of two: all of both, but confirmed only when neither part is quarantined. */
export const joinedFlags = (a: number, b: number): number =>
  isQuarantined(a) || isQuarantined(b) ? (a | b) & ~BAR_FLAG.CONFIRMED : a | b;
