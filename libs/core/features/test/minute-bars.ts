import fc from 'fast-check';
import { type TradingSession, sessionOn } from '@aitrader/core-sessions';
import { type BarSlice, epochMs, newBarSlice, ticker, type Ticker, type Timeframe } from '@aitrader/model';
import type { AggregatedBars } from '../src/index.ts';

export const MINUTE = 60_000;
export const SYMBOLS = ['AAPL', 'BRK.B', 'IBM', 'SPY'].map(ticker);
/** Both clock changes of a year with the sessions around them, half days, a weekend and ordinary days. */
export const STRETCHES = [
  ['2024-03-08', '2024-03-11'],
  ['2024-11-01', '2024-11-04'],
  ['2024-07-03', '2024-07-05'],
  ['2024-11-27', '2024-11-29'],
  ['2024-06-12', '2024-06-13'],
] as const;

export interface MinuteBar {
  readonly t: number;
  readonly symbol: Ticker;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly flags: number;
}

export function session(date: string): TradingSession {
  const found = sessionOn(date);
  if (found === undefined) throw new Error(`no session on ${date}`);
  return found;
}

export const bar = (t: number, symbol: string, ohlc: readonly number[], volume = 100, flags = 0): MinuteBar => {
  const [open = NaN, high = NaN, low = NaN, close = NaN] = ohlc;
  return { t, symbol: ticker(symbol), open, high, low, close, volume, flags };
};

/** One slice; it has room for more, as those of hosts have. */
export function sliceOf(t: number, timeframe: Timeframe, bars: readonly MinuteBar[]): BarSlice {
  const slice = newBarSlice(0, timeframe, bars.length + 3);
  slice.t = epochMs(t);
  slice.count = bars.length;
  slice.symbols = bars.map(({ symbol }) => symbol);
  for (const name of ['open', 'high', 'low', 'close', 'volume', 'flags'] as const)
    bars.forEach((one, i) => (slice[name][i] = one[name]));
  return slice;
}

/** The slices of bars in canonical order, one per minute that has any. */
export function slicesOf(bars: readonly MinuteBar[]): BarSlice[] {
  const minutes = [...new Set(bars.map(({ t }) => t))];
  return minutes.map((t) =>
    sliceOf(
      t,
      '1m',
      bars.filter((one) => one.t === t),
    ),
  );
}

/** Minute bars of a few symbols over a stretch of days, many near the ends of phases, a few outside every session. */
export const minuteBars: fc.Arbitrary<MinuteBar[]> = fc
  .constantFrom(...STRETCHES)
  .chain(([first, last]) => {
    const [from, to] = [session(first), session(last)];
    const ends = [from, to].flatMap(({ preOpen, open, close, postClose }) => [preOpen, open, close, postClose]);
    const minute = fc.oneof(
      { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...ends), fc.integer({ min: -20, max: 90 })) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constant(from.preOpen), fc.integer({ min: 0, max: (to.postClose - from.preOpen) / MINUTE })),
      },
    );
    const one = fc.record({
      t: minute.map(([end, minutes]) => end + minutes * MINUTE),
      symbol: fc.constantFrom(...SYMBOLS),
      cents: fc.array(fc.integer({ min: 900, max: 1100 }), { minLength: 4, maxLength: 4 }),
      volume: fc.integer({ min: 0, max: 1e6 }),
      flags: fc.constantFrom(0, 0, 1, 2, 32, 128),
    });
    return fc.uniqueArray(one, { maxLength: 150, selector: ({ t, symbol }) => `${t} ${symbol}` });
  })
  .map((drawn) =>
    drawn
      .map(({ t, symbol, cents, volume, flags }) => {
        const [open = 0, close = 0] = cents;
        return bar(
          t,
          symbol,
          [open, Math.max(...cents), Math.min(...cents), close].map((c) => c / 100),
          volume,
          flags,
        );
      })
      .sort((a, b) => a.t - b.t || (a.symbol < b.symbol ? -1 : 1)),
  );

/** Slices as rows, for comparison: where a bar ended, whose it is, and what it says. */
export const rowsOf = (slices: readonly AggregatedBars[]): (readonly [string, ...number[]])[] =>
  slices.flatMap((slice) =>
    slice.symbols.map((symbol, i) => {
      const columns = [slice.open, slice.high, slice.low, slice.close, slice.volume, slice.flags, slice.parts];
      return [symbol, slice.t, ...columns.map((column) => column[i] ?? NaN)] as const;
    }),
  );
