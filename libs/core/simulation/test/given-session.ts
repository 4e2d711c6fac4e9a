import {
  compareText,
  epochMs,
  item,
  newBarSlice,
  shardOf,
  ticker,
  type BarSlice,
  type EpochMs,
  type Ticker,
} from '@aitrader/model';
import { MINUTE } from './given-broker.ts';

/** Dollars, and shares. */
export interface GivenBar {
  readonly symbol: Ticker;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly flags: number;
}

export const SYMBOLS = ['AAA', 'AMD', 'BRK.B', 'TSLA', 'ZM'].map(ticker);

/** Numbers in [0, 1) that look random: a linear congruence of 2^31 − 1 (Park and Miller 1988). */
export function randomFrom(seed: number): () => number {
  let state = 1 + (seed % 2_147_483_646);
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Minutes of a price that walks, traded at its bid or ask; some minutes are missing, and some bars are doubted. */
export function barsWithSpread(
  seed: number,
  minutes: number,
  spread: number,
  symbol: Ticker,
  { gaps = 0 } = {},
): (GivenBar | undefined)[] {
  const random = randomFrom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let log = Math.log(100);
  return Array.from({ length: minutes }, (): GivenBar | undefined => {
    const prices = Array.from({ length: 10 }, () => {
      log += normal() * 0.00013;
      return Math.exp(log) * (1 + (random() < 0.5 ? -spread : spread) / 2);
    });
    if (random() < gaps) return undefined;
    const [high, low] = [Math.max(...prices), Math.min(...prices)];
    return {
      symbol,
      open: item(prices, 0),
      high,
      low,
      close: item(prices, 9),
      volume: 100 + Math.floor(random() * 5_000),
      flags: 0,
    };
  });
}

/** One interval's bars, cut into shards, each in canonical order. */
export function slicesOf(t: EpochMs, bars: readonly GivenBar[], shards = 1): BarSlice[] {
  const sorted = [...bars].sort((a, b) => compareText(a.symbol, b.symbol));
  return Array.from({ length: shards }, (_, shard) => {
    const slice = newBarSlice(shard, '1m', bars.length);
    slice.t = t;
    for (const bar of sorted.filter(({ symbol }) => shardOf(symbol, shards) === shard)) {
      const row = slice.count++;
      slice.symbols.push(bar.symbol);
      [slice.open[row], slice.high[row], slice.low[row], slice.close[row]] = [bar.open, bar.high, bar.low, bar.close];
      [slice.volume[row], slice.flags[row]] = [bar.volume, bar.flags];
    }
    return slice;
  });
}

/** Closes of so many minutes from a session's open on. */
export const minutesFrom = (open: EpochMs, count: number): EpochMs[] =>
  Array.from({ length: count }, (_, n) => epochMs(open + (n + 1) * MINUTE));
