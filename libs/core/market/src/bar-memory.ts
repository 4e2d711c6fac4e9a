// Invariants
// 1. A symbol's flags depend on its own bars and the calendar alone, and none on a bar to come.
// 2. A lone bar away from the ones around it is quarantined, and the one that comes back from it is not.
// 3. A price that stays away, or goes on moving, is confirmed by the next bar that bears it out, and after HELD_BARS_MAX bars in any
//    case, and as long as it goes on then: no move of a market is quarantined for ever.
// 4. A memory that noted the flags that were recorded goes on as the one that judged.

import { BAR_FLAG, DOUBTED_PRICE, isQuarantined, MINUTES_OF, read, type Timeframe } from '@aitrader/model';
import { flagsOf, isApart, QUALITY_LIMITS, type JudgedBar, type QualityLimits } from './bar-quality.ts';

/**
 * So many bars in a row are held back at most. Misprints come alone, seldom in pairs; a market that cannot be told from misprints for
 * longer than this is one that somebody wants to get out of.
 */
export const HELD_BARS_MAX = 3;
/** In real minutes and days prices and volume repeat up to 5 times, and prices alone up to 14 times (a bank at 14 dollars). */
export const FROZEN_BARS = 10;
export const FROZEN_PRICES = 30;

const MINUTE_MS = 60_000;
/** Bars that repeat are one run only while they follow on each other: a quiet symbol may trade a round lot at its price now and then. */
const FOLLOWING_STEPS = 2;
/** A weekend with a holiday on either side. */
const FOLLOWING_DAYS = 5;

/** Where each figure of a symbol stands. */
const FIGURE = {
  lastT: 0,
  open: 1,
  high: 2,
  low: 3,
  close: 4,
  volume: 5,
  level: 6,
  held: 7,
  heldBars: 8,
  wild: 9,
  alike: 10,
  alikePrices: 11,
} as const;
const { lastT: LAST_T, open: OPEN, high: HIGH, low: LOW, close: CLOSE, volume: VOLUME } = FIGURE;
const { level: LEVEL, held: HELD, heldBars: HELD_BARS, wild: WILD, alike: ALIKE, alikePrices: ALIKE_PRICES } = FIGURE;
const PER_SYMBOL = 12;

/**
 * What is remembered of each symbol: time, prices and volume of its last bar; the close that was believed last, and that of the bars
 * after it that are held back, and how many they are; whether the market is wild; how many bars repeat the last one. All 0 before the first bar. Plain data.
 */
export interface BarMemory {
  readonly limits: QualityLimits;
  /** longest time between bars that follow on each other, ms */
  readonly followingMsMax: number;
  readonly figures: Float64Array;
}

/** A memory of no bars yet. */
export function newBarMemory(timeframe: Timeframe, symbols: number): BarMemory {
  const step = MINUTES_OF[timeframe] * MINUTE_MS;
  return {
    limits: QUALITY_LIMITS[timeframe],
    followingMsMax: step * (timeframe === '1d' ? FOLLOWING_DAYS : FOLLOWING_STEPS),
    figures: new Float64Array(symbols * PER_SYMBOL),
  };
}

/** A memory with room for so many symbols at least; what is known of the others stays. */
export function growMemory(memory: BarMemory, symbols: number): BarMemory {
  const { figures } = memory;
  if (symbols * PER_SYMBOL <= figures.length) return memory;
  const larger = new Float64Array(Math.max(2 * figures.length, symbols * PER_SYMBOL));
  larger.set(figures);
  return { ...memory, figures: larger };
}

/** Copies what one memory knows of a symbol to a symbol of another one. */
export function copyMemory(from: BarMemory, symbol: number, to: BarMemory, at: number): void {
  to.figures.set(from.figures.subarray(symbol * PER_SYMBOL, (symbol + 1) * PER_SYMBOL), at * PER_SYMBOL);
}

/** Judges the next bar of a symbol and remembers it. The last bar's figures are filled in here. Returns the flags. */
export function judgeBar(memory: BarMemory, symbol: number, bar: JudgedBar): number {
  const { figures, limits } = memory;
  const at = symbol * PER_SYMBOL;
  bar.lastT = read(figures, at + LAST_T);
  bar.lastClose = read(figures, at + CLOSE);
  const own = flagsOf(bar, limits);
  if (!isPriced(bar)) return own;
  const confirmed = (own & DOUBTED_PRICE) !== 0 && isConfirmed(memory, at, bar, own) ? BAR_FLAG.CONFIRMED : 0;
  countAlike(memory, at, bar);
  const frozen = isFrozen(figures, at) ? BAR_FLAG.FROZEN : 0;
  const flags = own | confirmed | frozen;
  remember(memory, at, bar, flags);
  return flags;
}

/** Remembers a bar that was judged before, with the flags that it got. */
export function noteBar(memory: BarMemory, symbol: number, bar: JudgedBar, flags: number): void {
  const at = symbol * PER_SYMBOL;
  if (!isPriced(bar)) return;
  countAlike(memory, at, bar);
  remember(memory, at, bar, flags);
}

/** A bar without prices is nothing to hold the next one against. */
const isPriced = ({ open, high, low, close }: JudgedBar): boolean =>
  open > 0 && open < Infinity && low > 0 && high > 0 && high < Infinity && close > 0 && close < Infinity && low < Infinity;

/** Time and price of a symbol's last close; 0 before its first bar. */
export const lastOf = ({ figures }: BarMemory, symbol: number): { readonly t: number; readonly close: number } => ({
  t: read(figures, symbol * PER_SYMBOL + LAST_T),
  close: read(figures, symbol * PER_SYMBOL + CLOSE),
});

/** Restates the prices of a symbol, for an action of its company; one that is restated to 0 begins anew. */
export function restateMemory({ figures }: BarMemory, symbol: number, restated: (dollars: number) => number): void {
  const at = symbol * PER_SYMBOL;
  for (const figure of [OPEN, HIGH, LOW, CLOSE, LEVEL, HELD]) {
    const price = read(figures, at + figure);
    if (price !== 0) figures[at + figure] = restated(price);
  }
  if (read(figures, at + CLOSE) !== 0) return;
  figures[at + HELD_BARS] = 0;
  figures[at + WILD] = 0;
}

/** Close time of the latest bar of all symbols, epoch ms; 0 before the first. */
export function lastBarTime({ figures }: BarMemory): number {
  let latest = 0;
  for (let at = 0; at < figures.length; at += PER_SYMBOL) latest = Math.max(latest, read(figures, at + LAST_T));
  return latest;
}

/** Whether the bars before bear out a bar whose prices are in doubt. */
function isConfirmed({ figures, limits }: BarMemory, at: number, bar: JudgedBar, own: number): boolean {
  const heldBars = read(figures, at + HELD_BARS);
  if (heldBars >= HELD_BARS_MAX) return true;
  // what contradicts itself is borne out by nothing
  if ((own & BAR_FLAG.OHLC_INCONSISTENT) !== 0) return false;
  // after a long silence it may be another company
  if ((own & BAR_FLAG.LONG_GAP) !== 0) return false;
  if (heldBars === 0) return read(figures, at + WILD) === 1;
  // one doubted bar goes on where another one ended: the market is wild
  if ((own & BAR_FLAG.PRICE_JUMP) === 0) return true;
  const [level, held] = [read(figures, at + LEVEL), read(figures, at + HELD)];
  if (isBack(level, bar, own, limits)) return true;
  return isApart(held, level, limits.jumpFractionMax) && distance(bar.close, held) < distance(bar.close, level);
}

/** Whether a bar, whole in itself, is where the price was before. */
const isBack = (level: number, bar: JudgedBar, flags: number, { jumpFractionMax }: QualityLimits): boolean =>
  (flags & (BAR_FLAG.OHLC_INCONSISTENT | BAR_FLAG.WIDE_RANGE)) === 0 &&
  !isApart(bar.open, level, jumpFractionMax) &&
  !isApart(bar.close, level, jumpFractionMax);

/** How many times the lower of two prices the higher one is; nothing is near a price that is missing. */
const distance = (a: number, b: number): number => (a > b ? a / b : b / a);

function countAlike({ figures, followingMsMax }: BarMemory, at: number, bar: JudgedBar): void {
  const isAlike =
    bar.close === read(figures, at + CLOSE) &&
    bar.open === read(figures, at + OPEN) &&
    bar.high === read(figures, at + HIGH) &&
    bar.low === read(figures, at + LOW) &&
    bar.t - read(figures, at + LAST_T) <= followingMsMax;
  figures[at + ALIKE_PRICES] = isAlike ? read(figures, at + ALIKE_PRICES) + 1 : 1;
  figures[at + ALIKE] = isAlike && bar.volume === read(figures, at + VOLUME) ? read(figures, at + ALIKE) + 1 : 1;
}

const isFrozen = (figures: Float64Array, at: number): boolean =>
  read(figures, at + ALIKE) >= FROZEN_BARS || read(figures, at + ALIKE_PRICES) >= FROZEN_PRICES;

function remember({ figures, limits }: BarMemory, at: number, bar: JudgedBar, flags: number): void {
  figures[at + LAST_T] = bar.t;
  figures[at + OPEN] = bar.open;
  figures[at + HIGH] = bar.high;
  figures[at + LOW] = bar.low;
  figures[at + CLOSE] = bar.close;
  figures[at + VOLUME] = bar.volume;
  if (isQuarantined(flags)) {
    figures[at + HELD] = bar.close;
    figures[at + HELD_BARS] = read(figures, at + HELD_BARS) + 1;
    figures[at + WILD] = 0;
    return;
  }
  // a move that was confirmed goes on being believed, jump by jump, until a bar is in no doubt
  const isWild = (flags & DOUBTED_PRICE) !== 0 && !isBack(read(figures, at + LEVEL), bar, flags, limits);
  figures[at + WILD] = isWild ? 1 : 0;
  figures[at + LEVEL] = bar.close;
  figures[at + HELD] = 0;
  figures[at + HELD_BARS] = 0;
}
