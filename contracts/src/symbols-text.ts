import { compareText, item, type Ticker } from '@aitrader/model';
import type { Fact } from './topology.ts';
import { ContractError, validate } from './validation.ts';

/** The symbols of a fact's slices that were written last, and their text: from minute to minute they are mostly the same. */
export interface WrittenSymbols {
  readonly fact: Fact;
  /** what a message has beside its symbols when it is empty */
  readonly empty: Readonly<Record<string, unknown>>;
  symbols: readonly Ticker[];
  text: string;
}

export const newWrittenSymbols = (fact: Fact, empty: Readonly<Record<string, unknown>>): WrittenSymbols => ({
  fact,
  empty,
  symbols: [],
  text: '[]',
});

/** The first `count` symbols as JSON. @throws ContractError when they are no tickers, or out of canonical order */
export function symbolsText(written: WrittenSymbols, symbols: readonly Ticker[], count: number): string {
  if (isKnown(written, symbols, count)) return written.text;
  const own = symbols.slice(0, count);
  checkSymbols(written.fact, own);
  validate(written.fact, { ...written.empty, symbols: own });
  written.symbols = own;
  written.text = JSON.stringify(own);
  return written.text;
}

function isKnown(written: WrittenSymbols, symbols: readonly Ticker[], count: number): boolean {
  if (written.symbols.length !== count || symbols.length < count) return false;
  for (let i = 0; i < count; i++) if (symbols[i] !== written.symbols[i]) return false;
  return true;
}

/** @throws ContractError for symbols out of canonical order, or one that is there twice */
export function checkSymbols(fact: Fact, symbols: readonly Ticker[]): void {
  for (let i = 1; i < symbols.length; i++) {
    const [before, after] = [item(symbols, i - 1), item(symbols, i)];
    if (compareText(before, after) >= 0) throw new ContractError(fact, `symbols.${i}`, `${after} does not come after ${before}`);
  }
}
