import { Injectable } from '@nestjs/common';
import { MINUTES_OF, item, read, type BarSlice, type Ticker } from '@aitrader/model';
import { newYorkDate, newYorkInstant } from '@aitrader/core-sessions';
import { ExchangeHost } from './exchange-host.ts';

/** A bar in the vendor's words; its time is that of its start. Trades and average price are not known, and are made up from the rest. */
export interface VendorBar {
  readonly t: string;
  readonly o: number;
  readonly h: number;
  readonly l: number;
  readonly c: number;
  readonly v: number;
  readonly n: number;
  readonly vw: number;
}

export interface ServedBar {
  readonly symbol: Ticker;
  /** of its interval, epoch ms */
  readonly start: number;
  readonly bar: VendorBar;
}

const MS_PER_MINUTE = 60_000;
/** Bars that are kept of a symbol: two years of minutes. The oldest go first, many at once. */
const KEPT_MAX = 400_000;
const DROPPED_AT_ONCE = 40_000;
const MICRO = 1e6;
const SHARES_PER_TRADE = 100;

/** One row of a slice as it is served. */
export function barOf(slice: BarSlice, row: number): ServedBar {
  const start = startOf(slice);
  const [o, h, l, c] = [read(slice.open, row), read(slice.high, row), read(slice.low, row), read(slice.close, row)];
  const v = read(slice.volume, row);
  const vw = Math.round(((h + l + c) / 3) * MICRO) / MICRO;
  const n = Math.max(1, Math.ceil(v / SHARES_PER_TRADE));
  return {
    symbol: item(slice.symbols, row),
    start,
    bar: { t: new Date(start).toISOString().replace('.000Z', 'Z'), o, h, l, c, v, n, vw },
  };
}

/** A daily bar starts at midnight in New York. */
function startOf({ t, timeframe }: BarSlice): number {
  if (timeframe !== '1d') return t - MINUTES_OF[timeframe] * MS_PER_MINUTE;
  return midnightOf(newYorkDate(t));
}

const midnightOf = (date: string): number => newYorkInstant(date, 0);

/** The bars that the exchange was driven by, for whoever asks for history. */
@Injectable()
export class BarStore {
  readonly #bars = new Map<string, ServedBar[]>();

  constructor(host: ExchangeHost) {
    host.onBars((slices) => {
      for (const slice of slices) for (let row = 0; row < slice.count; row++) this.#keep(barOf(slice, row));
    });
  }

  /** Bars of a symbol, the oldest first. */
  of(symbol: string): readonly ServedBar[] {
    return this.#bars.get(symbol) ?? [];
  }

  #keep(bar: ServedBar): void {
    const kept = this.#bars.get(bar.symbol) ?? [];
    if (kept.length >= KEPT_MAX) kept.splice(0, DROPPED_AT_ONCE);
    kept.push(bar);
    this.#bars.set(bar.symbol, kept);
  }
}
