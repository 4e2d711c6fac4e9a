import { fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { COMPRESSORS, PARQUET_TYPES, type Column } from '../table.ts';

/*
 * A table that is written as it grows, a row group at a time, so that no more than one of them is held.
 */

/** A column of rows of some kind: its name, its type, what it says and its unit, and its value of a row; null where there is none. */
export interface RowColumn<Row> extends Pick<Column, 'name' | 'type' | 'what'> {
  readonly of: (row: Row) => string | number | null;
}

/** What a table is of, for people. */
export interface RowTable<Row> {
  readonly name: string;
  readonly what: string;
  readonly columns: readonly RowColumn<Row>[];
}

/** Rows of a row group. */
export const GROUP_ROWS = 50_000;

type Cells = (string | number | null)[];

/** Writes rows into a file of Parquet. `close` has to be called for it to be one. */
export class GrowingTable<Row> {
  readonly #columns: readonly RowColumn<Row>[];
  readonly #cells: readonly Cells[];
  readonly #writer: ParquetWriter;
  rows = 0;

  constructor(file: string, { columns }: RowTable<Row>) {
    this.#columns = columns;
    this.#cells = columns.map(() => []);
    const schema = schemaFromColumnData({ columnData: this.#columnData() });
    this.#writer = new ParquetWriter({ writer: fileWriter(file), schema, codec: 'ZSTD', compressors: COMPRESSORS });
  }

  add(row: Row): void {
    for (const [i, { of }] of this.#columns.entries()) this.#cells[i]?.push(of(row));
    this.rows += 1;
    if (this.rows % GROUP_ROWS === 0) this.#flush();
  }

  #columnData() {
    return this.#columns.map(({ name, type }, i) => ({
      ...{ name, type: PARQUET_TYPES[type], nullable: true },
      data: type === 'time' ? instantsOf(this.#cells[i] ?? []) : (this.#cells[i] ?? []),
    }));
  }

  #flush(): void {
    void this.#writer.write({ columnData: this.#columnData(), rowGroupSize: GROUP_ROWS });
    for (const cells of this.#cells) cells.length = 0;
  }

  close(): void {
    if (this.rows % GROUP_ROWS !== 0) this.#flush();
    void this.#writer.finish();
  }
}

const instantsOf = (cells: Cells): (bigint | null)[] => cells.map((cell) => (typeof cell === 'number' ? BigInt(cell) : null));
