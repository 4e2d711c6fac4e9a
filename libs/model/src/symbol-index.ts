import type { Ticker } from './ids.ts';

/** Numbers symbols in the order in which they were first seen, from 0 on. Plain data. */
export interface SymbolIndex {
  readonly slots: Map<Ticker, number>;
  /** the symbol of each slot */
  readonly symbols: Ticker[];
}

export const newSymbolIndex = (): SymbolIndex => ({ slots: new Map(), symbols: [] });

/** Slots that are looked at before the symbol is looked up: a few symbols without a bar cost less than hashing. */
const LOOK_AHEAD = 4;

/**
 * The slot of a symbol, −1 when it was never seen. `likely` is where to look first: symbols come in the same order from slice to slice,
 * so that it is nearly always the slot behind the last one, or one soon after it, and comparing is cheaper than hashing.
 */
export function findSlot({ slots, symbols }: SymbolIndex, symbol: Ticker, likely: number): number {
  const end = Math.min(likely + LOOK_AHEAD, symbols.length);
  for (let slot = likely; slot < end; slot++) if (symbols[slot] === symbol) return slot;
  return slots.get(symbol) ?? -1;
}

/** Gives a symbol that was never seen the next slot. */
export function addSlot({ slots, symbols }: SymbolIndex, symbol: Ticker): number {
  const slot = symbols.length;
  slots.set(symbol, slot);
  symbols.push(symbol);
  return slot;
}
