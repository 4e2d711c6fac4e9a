import { tradeDateAt } from '@aitrader/core-sessions';
import type { EpochMs, Ticker } from '@aitrader/model';

/** Prices of a symbol over stretches of time, a column a figure, the oldest first. Prices in dollars. */
export interface Candles {
  /** closes of the last bars of the stretches */
  readonly t: EpochMs[];
  readonly open: number[];
  readonly high: number[];
  readonly low: number[];
  readonly close: number[];
}

const MS_PER_HALF_HOUR = 1_800_000;

/**
 * Draws bars together into candles: of half hours of trade dates where there are few of these, else of trade dates. Bounded by the symbols and the
 * dates, whatever the timeframe.
 */
export class CandleBook {
  readonly #symbols = new Map<Ticker, Candles & { stretch: string }>();
  readonly #byDate: boolean;

  constructor(byDate: boolean) {
    this.#byDate = byDate;
  }

  passed(t: EpochMs, symbol: Ticker, open: number, high: number, low: number, close: number): void {
    if (!(low > 0 && high < Infinity)) return;
    const stretch = this.#byDate ? tradeDateAt(t) : String(Math.ceil(t / MS_PER_HALF_HOUR));
    let own = this.#symbols.get(symbol);
    if (own === undefined) this.#symbols.set(symbol, (own = { t: [], open: [], high: [], low: [], close: [], stretch: '' }));
    const at = own.t.length - 1;
    if (own.stretch !== stretch) {
      own.stretch = stretch;
      own.t.push(t);
      own.open.push(open);
      own.high.push(high);
      own.low.push(low);
      own.close.push(close);
      return;
    }
    own.t[at] = t;
    own.high[at] = Math.max(own.high[at] ?? high, high);
    own.low[at] = Math.min(own.low[at] ?? low, low);
    own.close[at] = close;
  }

  of(symbol: Ticker): Candles | undefined {
    return this.#symbols.get(symbol);
  }
}
