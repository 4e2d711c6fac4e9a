import { exp } from '@aitrader/core-numeric';
import { tradeDateAt } from '@aitrader/core-sessions';
import { AT, compareText, E8, item, read, STATE_WIDTH, type EpochMs, type Ticker } from '@aitrader/model';
import type { Interval } from '@aitrader/runtime-engine';

/*
 * What states forecast of the closes of a symbol on a date that it was traded on, bar by bar.
 *
 * 1. A bar's interval is that of the state emitted with the bar before, as it was recorded.
 * 2. Bounded: one date is followed at a time, of universes that are not too large, and so many symbols and dates are kept as can be drawn.
 */

/** Levels of the central intervals, the widest first. */
export const FAN_LEVELS = [95, 80, 50] as const;
const ENDS = [
  [AT.q025, AT.q975],
  [AT.q100, AT.q900],
  [AT.q250, AT.q750],
] as const;

/** A symbol on a date: its closes, and of each the ends of the intervals that were forecast; NaN without a forecast. Dollars. */
export interface Fan {
  readonly symbol: Ticker;
  readonly date: string;
  /** how often it was traded */
  fills: number;
  readonly t: EpochMs[];
  readonly close: number[];
  /** by level, as in FAN_LEVELS */
  readonly lower: readonly number[][];
  readonly upper: readonly number[][];
}

/** Symbols of a date that are kept, those with the most fills; and of a universe, up to which any is. */
export const FANS_MAX = 8;
const UNIVERSE_MAX = 256;

/** Takes in intervals, one after the other. */
export class FanBook {
  #date = '';
  readonly #today = new Map<Ticker, Fan>();
  /** by symbol: quantiles of the next close, dollars */
  readonly #next = new Map<Ticker, readonly (readonly [lower: number, upper: number])[]>();
  #kept: Fan[] = [];

  add({ t, bars, states, report }: Interval): void {
    let count = 0;
    for (const slice of bars) count += slice.count;
    if (count > UNIVERSE_MAX) return;
    this.#enter(tradeDateAt(t));
    for (const [shard, slice] of bars.entries())
      for (let row = 0; row < slice.count; row++) {
        const [symbol, close] = [item(slice.symbols, row), read(slice.close, row)];
        this.#passed(t, symbol, close);
        const rows = item(states, shard).rows;
        this.#next.set(
          symbol,
          ENDS.map(([lower, upper]) => [
            close * exp(read(rows, row * STATE_WIDTH + lower) / E8),
            close * exp(read(rows, row * STATE_WIDTH + upper) / E8),
          ]),
        );
      }
    for (const { symbol } of report.fills) {
      const own = this.#today.get(symbol);
      if (own !== undefined) own.fills += 1;
    }
  }

  #enter(date: string): void {
    if (date === this.#date) return;
    this.#keep();
    this.#today.clear();
    this.#date = date;
  }

  #keep(): void {
    const traded = [...this.#today.values()].filter(({ fills }) => fills > 0);
    this.#kept = mostTraded([...this.#kept, ...traded]);
  }

  #passed(t: EpochMs, symbol: Ticker, close: number): void {
    const own = this.#today.get(symbol) ?? newFan(symbol, this.#date);
    this.#today.set(symbol, own);
    const ends = this.#next.get(symbol);
    own.t.push(t);
    own.close.push(close);
    FAN_LEVELS.forEach((_, level) => {
      const [lower, upper] = ends?.[level] ?? [NaN, NaN];
      own.lower[level]?.push(lower);
      own.upper[level]?.push(upper);
    });
  }

  /** Those that were traded most, in the order of dates and symbols. */
  current(): readonly Fan[] {
    const traded = [...this.#today.values()].filter(({ fills }) => fills > 0);
    return mostTraded([...this.#kept, ...traded]).sort(inOrder);
  }
}

/** Whatever the shards that symbols came in. */
const inOrder = (a: Fan, b: Fan): number => compareText(a.date, b.date) || compareText(a.symbol, b.symbol);
const mostTraded = (fans: readonly Fan[]): Fan[] =>
  fans.toSorted((a, b) => b.fills - a.fills || inOrder(a, b)).slice(0, FANS_MAX);

const newFan = (symbol: Ticker, date: string): Fan => ({
  ...{ symbol, date, fills: 0, t: [], close: [] },
  lower: FAN_LEVELS.map(() => []),
  upper: FAN_LEVELS.map(() => []),
});
