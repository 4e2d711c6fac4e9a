import type { Changes, TableName } from '@aitrader/application-console';
import { SymbolWriter, type HandedSymbols } from './symbol-columns.ts';

/** Changes of a run that are handed over at once: the symbols as columns, of every other row the latest. */
export interface HandedChanges {
  readonly changes: Changes;
  /** undefined where no symbol has changed */
  readonly symbols: HandedSymbols | undefined;
}

/** Rows of a table that wait at the most: as many as the console itself tells to who comes anew. */
const ROWS_MAX = 20_000;

type RowsByName = Map<TableName, Map<string, { readonly key: string }>>;

/**
 * Changes that wait to be looked at. Whoever looks seldom is told the latest of each row, in the order in which they changed last, and nothing that
 * was over by then; so what waits is bounded.
 */
export class PendingChanges {
  readonly #symbols = new SymbolWriter();
  #latest: Changes | undefined;
  #rows: RowsByName = new Map();
  #haveSymbolsChanged = false;

  add(changes: Changes): void {
    const { tables, ...parts } = changes;
    this.#latest = { ...this.#latest, ...parts, tables: {} };
    for (const row of tables.symbols ?? []) this.#symbols.put(row);
    this.#haveSymbolsChanged ||= (tables.symbols ?? []).length > 0;
    for (const [name, rows] of Object.entries(tables) as [TableName, readonly { readonly key: string }[]][])
      if (name !== 'symbols') this.#addRows(name, rows);
  }

  #addRows(name: TableName, rows: readonly { readonly key: string }[]): void {
    const kept = this.#rows.get(name) ?? new Map<string, { readonly key: string }>();
    this.#rows.set(name, kept);
    for (const row of rows) {
      kept.delete(row.key);
      kept.set(row.key, row);
    }
    for (const key of kept.keys()) {
      if (kept.size <= ROWS_MAX) break;
      kept.delete(key);
    }
  }

  /** All that has come since the last time; undefined: nothing. */
  take(): HandedChanges | undefined {
    if (this.#latest === undefined) return undefined;
    const tables = Object.fromEntries([...this.#rows].map(([name, rows]) => [name, [...rows.values()]]));
    const handed = {
      changes: { ...this.#latest, tables },
      symbols: this.#haveSymbolsChanged ? this.#symbols.hand() : undefined,
    };
    this.#latest = undefined;
    this.#rows = new Map();
    this.#haveSymbolsChanged = false;
    return handed;
  }
}
