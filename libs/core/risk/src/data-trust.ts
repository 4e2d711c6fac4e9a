/**
 * What risk was told of the market's data.
 *
 * 1. A level holds from the first interval after its instant on, however early it was heard: the feed may be ahead of risk.
 * 2. Where nothing was ever told the bars are played, and were looked at before.
 */
import type { Control, DataLevelNumber, EpochMs, Ticker } from '@aitrader/model';

/** Plain data, bounded by how far the feed may be ahead. */
export interface DataTrust {
  level: DataLevelNumber;
  /** without entries for a reason of their own */
  symbols: ReadonlySet<Ticker>;
  /** told and not in force yet, in the order of their instants */
  told: readonly Control[];
}

/** The level of symbols that are not to be relied on. As that of the market it is theirs alone, and the others are well. */
const SYMBOL_LEVEL = 2;

export const newDataTrust = (): DataTrust => ({ level: 0, symbols: new Set(), told: [] });

/** Takes note of a level that was told. */
export function hearDataLevel(trust: DataTrust, command: Control): void {
  trust.told = [...trust.told, command];
}

/** Puts in force what was told of intervals up to `t`. */
export function enterDataLevel(trust: DataTrust, t: EpochMs): void {
  if (trust.told.length === 0) return;
  for (const { level, symbols } of trust.told.flatMap((command) => (command.t > t ? [] : command.data))) {
    trust.level = level;
    trust.symbols = new Set(symbols);
  }
  trust.told = trust.told.filter((command) => command.t > t);
}

/** How far the data of a symbol can be relied on. */
export function dataLevelOf({ level, symbols }: DataTrust, symbol: Ticker): number {
  if (symbols.has(symbol)) return Math.max(level, SYMBOL_LEVEL);
  return level === SYMBOL_LEVEL && symbols.size > 0 ? 0 : level;
}
