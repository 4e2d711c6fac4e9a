import { constants, zstdCompressSync } from 'node:zlib';
import { item } from '@aitrader/model';
import { parquetWriteBuffer } from 'hyparquet-writer';

/*
 * Tables for other programs: the same rows and columns as CSV, JSON, Parquet and Arrow.
 *
 * 1. A column has one value for each row; null where there is none.
 * 2. Times are epoch milliseconds of UTC: in CSV and JSON as ISO 8601, in Parquet and Arrow as timestamps.
 */

export type Cell = string | number | null;

/** A column, what it says, and its unit where it has one. */
export interface Column {
  readonly name: string;
  readonly type: 'text' | 'number' | 'time';
  readonly what: string;
  readonly values: readonly Cell[];
}

export interface Table {
  readonly name: string;
  readonly what: string;
  readonly columns: readonly Column[];
}

export const rowsOf = ({ columns }: Table): number => columns[0]?.values.length ?? 0;

const isoOf = (value: Cell): Cell => (typeof value === 'number' ? new Date(value).toISOString() : value);
const shownIn = ({ type, values }: Column, row: number): Cell => {
  const value = item(values, row);
  return type === 'time' ? isoOf(value) : value;
};

/** Comma-separated values with a header: RFC 4180, an absent value is empty. */
export function csvOf(table: Table): string {
  const lines = [table.columns.map(({ name }) => name).join(',')];
  for (let row = 0; row < rowsOf(table); row++) {
    lines.push(table.columns.map((column) => csvCell(shownIn(column, row))).join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

function csvCell(value: Cell): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** An object a row. */
export const objectsOf = (table: Table): readonly Readonly<Record<string, Cell>>[] =>
  Array.from({ length: rowsOf(table) }, (_, row) =>
    Object.fromEntries(table.columns.map((column) => [column.name, shownIn(column, row)])),
  );

const ZSTD = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
/** As every table is compressed. */
export const COMPRESSORS = { ZSTD: (input: Uint8Array): Uint8Array => zstdCompressSync(input, ZSTD) };
/** Types of columns as Parquet has them. */
export const PARQUET_TYPES = { text: 'STRING', number: 'DOUBLE', time: 'TIMESTAMP' } as const;

/** A file of Parquet. */
export function parquetOf({ columns }: Table): Uint8Array {
  const columnData = columns.map(({ name, type, values }) => ({
    ...{ name, type: PARQUET_TYPES[type], nullable: true },
    data: type === 'time' ? values.map((value) => (typeof value === 'number' ? new Date(value) : null)) : [...values],
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, codec: 'ZSTD', compressors: COMPRESSORS }));
}

/** A file of Arrow (IPC, also called Feather 2). */
export async function arrowOf({ columns }: Table): Promise<Uint8Array> {
  // Loaded where it is asked for alone: it takes as long as a short backtest.
  const { Float64, Table: ArrowTable, tableToIPC, TimestampMillisecond, Utf8, vectorFromArray } = await import('apache-arrow');
  const vectorOf = ({ type, values }: Column) => {
    if (type === 'text') return vectorFromArray(values, new Utf8());
    return type === 'time' ? vectorFromArray(values, new TimestampMillisecond('UTC')) : vectorFromArray(values, new Float64());
  };
  return tableToIPC(new ArrowTable(Object.fromEntries(columns.map((column) => [column.name, vectorOf(column)]))), 'file');
}
