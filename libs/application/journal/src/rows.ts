import type { ProjectedTable, RowOf } from '@aitrader/runtime-database';

/** Rows that messages come to, by their table. */
export class Rows {
  readonly #of = new Map<ProjectedTable, object[]>();
  #count = 0;

  add<T extends ProjectedTable>(table: T, row: RowOf<T>): void {
    const rows = this.#of.get(table);
    if (rows === undefined) this.#of.set(table, [row]);
    else rows.push(row);
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }

  /** Each table that has any, with its rows in the order in which they were added. */
  tables(): Iterable<readonly [ProjectedTable, readonly object[]]> {
    return this.#of;
  }
}
