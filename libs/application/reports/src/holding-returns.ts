/*
 * What holding the universe would have come to: each of its symbols with the same money on every trade date, without costs.
 *
 * 1. A symbol's return is from its last close of the trade date before to that of this one; where it has none before, it is not held yet.
 * 2. A close of before a split or a dividend reads as one of after it.
 */
import { mappedPrice, priceMapOf, symbolsOf } from '@aitrader/core-market';
import { tradeDateAt } from '@aitrader/core-sessions';
import type { CorporateAction, EpochMs, Ticker } from '@aitrader/model';

/** By trade date, in their order. */
export interface HeldReturns {
  readonly dates: readonly string[];
  /** mean over the symbols that were held; 0 where none was */
  readonly returns: readonly number[];
  /** how many symbols that is */
  readonly symbols: readonly number[];
}

interface Closes {
  /** of the trade date before, as it reads after what has come into force since; NaN where there was none */
  before: number;
  now: number;
}

export class HoldingReturns {
  readonly #closes = new Map<Ticker, Closes>();
  readonly #dates: string[] = [];
  readonly #returns: number[] = [];
  readonly #symbols: number[] = [];

  passed(t: EpochMs, symbol: Ticker, close: number): void {
    this.#enter(tradeDateAt(t));
    if (!(close > 0 && close < Infinity)) return;
    const known = this.#closes.get(symbol);
    if (known === undefined) this.#closes.set(symbol, { before: NaN, now: close });
    else known.now = close;
  }

  #enter(date: string): void {
    if (date === this.#dates.at(-1)) return;
    this.#end();
    this.#dates.push(date);
  }

  #end(): void {
    if (this.#dates.length > this.#returns.length) {
      const { mean, count } = this.#meanReturn();
      this.#returns.push(mean);
      this.#symbols.push(count);
    }
    for (const closes of this.#closes.values()) closes.before = closes.now;
  }

  #meanReturn(): { readonly mean: number; readonly count: number } {
    let [sum, count] = [0, 0];
    for (const { before, now } of this.#closes.values()) {
      if (!(before > 0)) continue;
      sum += now / before - 1;
      count += 1;
    }
    return { mean: count === 0 ? 0 : sum / count, count };
  }

  /** An action that is in force from the next bar on. */
  acted(action: CorporateAction): void {
    for (const symbol of symbolsOf(action)) {
      const closes = this.#closes.get(symbol);
      if (closes === undefined) continue;
      const map = priceMapOf(action);
      const mapped = (close: number): number => (map === 'anew' ? NaN : (mappedPrice(close, map) ?? NaN));
      [closes.before, closes.now] = [mapped(closes.before), mapped(closes.now)];
    }
  }

  current(): HeldReturns {
    const { mean, count } = this.#meanReturn();
    const isOpen = this.#dates.length > this.#returns.length;
    return {
      dates: [...this.#dates],
      returns: isOpen ? [...this.#returns, mean] : [...this.#returns],
      symbols: isOpen ? [...this.#symbols, count] : [...this.#symbols],
    };
  }
}
