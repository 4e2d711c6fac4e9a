import type { ProjectedTable, RowOf } from '@aitrader/runtime-database';

/** Rows that messages come to, by their table. */
export class Rows {
  readonly #of = new Map<ProjectedTable, object[]>();
  readonly #isKept: (table: ProjectedTable, row: object) => boolean;
  #count = 0;

  /** `isKept`: which rows are wanted; all of them without it */
  constructor(isKept: (table: ProjectedTable, row: object) => boolean = () => true) {
    this.#isKept = isKept;
  }

  add<T extends ProjectedTable>(table: T, row: RowOf<T>): void {
    if (!this.#isKept(table, row)) return;
    const rows = this.#of.get(table);
    if (rows === undefined) this.#of.set(table, [row]);
    else rows.push(row);
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }

  /** Those of one table, in the order in which they were added. */
  rowsOf<T extends ProjectedTable>(table: T): readonly RowOf<T>[] {
    return (this.#of.get(table) ?? []) as RowOf<T>[];
  }

  /** Each table that has any, with its rows in the order in which they were added. */
  tables(): Iterable<readonly [ProjectedTable, readonly object[]]> {
    return this.#of;
  }
}
